// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/db_rollback.hpp"

#include "update/store.hpp"
#include "update/trusted_keys.hpp"

namespace netpoll_shim {

Result<DbRollbackReport> db_rollback(const ShippedDatabase& shipped, const Root& root) {
    auto store = Store::open(root);
    if (!store) {
        return tl::unexpected<Error>(std::move(store).error());
    }
    auto release = store->roll_back(trusted_keys(shipped.keys, root).keys);
    if (!release) {
        return tl::unexpected<Error>(std::move(release).error());
    }
    return DbRollbackReport{*std::move(release), shipped.serial};
}

}  // namespace netpoll_shim
