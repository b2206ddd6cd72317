// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/select.hpp"

#include <filesystem>

namespace netpoll_shim {

std::vector<DatabaseFile> select_files(std::vector<DatabaseFile> files,
                                       const std::set<std::string>& drivers) {
    std::erase_if(files, [&](const DatabaseFile& file) {
        const std::filesystem::path path(file.path);
        // A driver's file has its name: decode_database() insists on it.
        return path.parent_path().filename() == "drivers" &&
               drivers.count(path.stem().string()) == 0;
    });
    return files;
}

}  // namespace netpoll_shim
