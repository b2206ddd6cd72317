// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/databases.hpp"
#include "support/fake_host.hpp"

namespace netpoll_shim::test {

// A fake host and module actions that work on it: inserting the module makes it appear in sysfs
// and serves devices as a kernel would.
struct FakeKernel {
    FakeHost host;
    std::map<std::string, std::string> serves;  // interface -> mode, from the next insert on
    int insert_error = 0;                       // errno values
    int remove_error = 0;
    std::vector<std::string> calls;  // "insert FILE PARAMETERS", "remove NAME"

    Context context() {
        ModuleActions actions;
        actions.insert = [this](const std::string& file, const std::string& parameters) {
            calls.push_back("insert " + file + " " + parameters);
            if (insert_error == 0) {
                host.load_shim(parameters.substr(parameters.find('=') + 1));
                for (const auto& [interface, mode] : serves) {
                    host.serve(interface, mode);
                }
            }
            return insert_error;
        };
        actions.remove = [this](const std::string& name) {
            calls.push_back("remove " + name);
            if (remove_error == 0) {
                host.unload_shim();
            }
            return remove_error;
        };
        return {host.sources(), actions, sample_database()};
    }
};

}  // namespace netpoll_shim::test
