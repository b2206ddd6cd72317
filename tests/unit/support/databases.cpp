// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/databases.hpp"

#include <stdexcept>

#include "database/decode.hpp"
#include "database/embedded.hpp"

namespace netpoll_shim::test {

namespace {

Database decode(const std::vector<DatabaseFile>& files) {
    auto database = decode_database(files);
    if (!database) {
        throw std::runtime_error(database.error().message);
    }
    return *std::move(database);
}

std::string range(const std::string& origin, const std::string& from, const std::string& before,
                  const std::string& hook, const std::string& driver_class) {
    return "[[range]]\norigin = \"" + origin + "\"\nfrom = \"" + from + "\"\n" +
           (before.empty() ? "" : "before = \"" + before + "\"\n") + "hook = " + hook +
           "\nclass = \"" + driver_class + "\"\nevidence = [\"made up\"]\n";
}

std::string driver(const std::string& name, const std::string& ranges) {
    return "driver = \"" + name + "\"\nbuiltin_mode = \"none\"\n" + ranges;
}

}  // namespace

Database sample_database() {
    const std::string oot = "out-of-tree";
    const std::string nic_a = driver("nic_a", range(oot, "1.0", "2.0", "true", "A") +
                                                  range(oot, "2.0", "", "false", "A") +
                                                  range("in-tree", "6.0", "", "false", "A"));
    const std::string nic_b = driver("nic_b", range(oot, "1.0", "", "false", "B"));
    const std::string nic_c = driver("nic_c", range(oot, "1.0", "2.0", "true", "C") +
                                                  range(oot, "2.0", "3.0", "false", "C") +
                                                  range(oot, "3.0", "", "false", "A"));
    const std::string nic_u = driver("nic_u", range(oot, "1.0", "2.0", "false", "unknown") +
                                                  range(oot, "2.0", "3.0", "\"unknown\"", "A") +
                                                  range(oot, "3.0", "4.0", "\"unknown\"", "C") +
                                                  range(oot, "4.0", "", "true", "unknown"));
    const std::string nic_cmp = driver("nic_cmp", range(oot, "1.0", "2.0", "false", "A") +
                                                      range(oot, "2.0", "3.0", "false", "C") +
                                                      range(oot, "3.0", "", "false", "A"));
    const std::string mainline = R"(
family = "mainline"
pattern = '^(\d+\.\d+(?:\.\d+)*)'
upstream = true
[[range]]
from = "3.10"
before = "4.19"
demands_hook = true
evidence = ["made up"]
[[range]]
from = "4.19"
demands_hook = false
evidence = ["made up"]
)";
    const std::string comparers = "[[driver]]\ndriver = \"nic_cmp\"\nevidence = [\"made up\"]\n";
    return decode({{"db/drivers/nic_a.toml", nic_a},
                   {"db/drivers/nic_b.toml", nic_b},
                   {"db/drivers/nic_c.toml", nic_c},
                   {"db/drivers/nic_u.toml", nic_u},
                   {"db/drivers/nic_cmp.toml", nic_cmp},
                   {"db/kernels/mainline.toml", mainline},
                   {"db/compares-ops.toml", comparers}});
}

const Database& embedded_database() {
    static const Database database = decode(embedded_database_files());
    return database;
}

}  // namespace netpoll_shim::test
