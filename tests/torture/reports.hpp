// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <string>

namespace torture {

// Looks through a growing kernel log for reports of the kernel's checkers.
class Reports {
  public:
    // The first report behind what was looked at before, with what follows it;
    // empty if there is none.
    std::string next(const std::string& log);

  private:
    std::size_t seen_ = 0;
};

}  // namespace torture
