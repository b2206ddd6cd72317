// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "facts/find_module.hpp"

namespace netpoll_shim {

// The modules of a module directory (/lib/modules/RELEASE), each read once: many devices share a
// driver, and its file may have to be decompressed.
class ModuleFiles {
  public:
    explicit ModuleFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

    // As find_module(); lives as long as this.
    const std::optional<ModuleFile>& find(const std::string& name) {
        const auto known = files_.find(name);
        return known != files_.end()
                   ? known->second
                   : files_.emplace(name, find_module(directory_, name)).first->second;
    }

  private:
    std::filesystem::path directory_;
    std::map<std::string, std::optional<ModuleFile>> files_;
};

}  // namespace netpoll_shim
