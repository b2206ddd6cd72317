// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace rig {

struct Ended {
    int status = 0;      // 128 and more: the number of the signal that ended it, and 128
    std::string output;  // what it printed on both outputs
};

// Runs a command to its end. Throws if it could not start.
Ended run_to_end(const std::vector<std::string>& argv,
                 const std::filesystem::path& directory = ".");

// The same, and returns what it printed; throws with that text if it did not exit with 0.
std::string run_or_throw(const std::vector<std::string>& argv,
                         const std::filesystem::path& directory = ".");

// A child process that does not outlive this object: ended by its pid.
class Child {
  public:
    // Both outputs go to `log`. Throws if it cannot start.
    Child(const std::vector<std::string>& argv, const std::filesystem::path& log);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    // Whether the child has ended by itself, waiting up to `limit` for it.
    bool ends_within(std::chrono::milliseconds limit);
    // CPU time that all its threads have used.
    std::chrono::nanoseconds cpu_time() const;

  private:
    pid_t pid_;
    bool ended_ = false;
};

}  // namespace rig
