// SPDX-License-Identifier: GPL-2.0-or-later
#include "work_directory.hpp"

#include <stdlib.h>

#include <cerrno>
#include <system_error>

namespace rig {

WorkDirectory::WorkDirectory(const std::string& purpose) {
    std::string name =
        (std::filesystem::temp_directory_path() / ("netpoll-shim-" + purpose + "-XXXXXX")).string();
    if (mkdtemp(name.data()) == nullptr)
        throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
}

WorkDirectory::~WorkDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace rig
