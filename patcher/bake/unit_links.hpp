// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <vector>

#include "bake/boot_files.hpp"
#include "bake/planned_file.hpp"

namespace netpoll_shim {

// The links that `systemctl enable` makes of the units among the files, by their [Install].
std::vector<PlannedFile> unit_links(const std::vector<BootFile>& files);

}  // namespace netpoll_shim
