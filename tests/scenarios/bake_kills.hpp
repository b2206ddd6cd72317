// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "baked_tree.hpp"

// bake, ended in the middle.
class BakeKills : public BakedTree {
  public:
    // At how many moments, and after how many of them the image is booted.
    static int kills;
    static int boots;

  protected:
    // What a whole run takes: its time, and the names of its system calls that change something.
    struct Cost {
        std::chrono::milliseconds time;
        std::vector<std::string> calls;
    };
    Cost run_whole(const std::vector<std::string>& arguments) const;

    // Kill bake at that part of a whole run, 0 to 1, of its time or of its calls. Return whether
    // it had not ended before. Nothing that it started is left then.
    bool kill_in_time(const std::vector<std::string>& arguments, const Cost& cost, double part);
    bool kill_at_call(const std::vector<std::string>& arguments, const Cost& cost, double part);

    // Without these no boot gets far: initramfs and modules.
    void expect_bootable() const;

  private:
    bool is_killed(const std::vector<std::string>& by, const std::vector<std::string>& arguments);
};
