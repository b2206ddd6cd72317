// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cerrno>
#include <map>
#include <optional>
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
    // What the module says of each device in a dry run; nothing: there is no kernel log.
    std::optional<std::vector<std::string>> dry_run_lines;

    Context context() {
        ModuleActions actions;
        actions.insert = [this](const std::string& file, const std::string& parameters) {
            calls.push_back("insert " + file + " " + parameters);
            if (insert_error == 0 && parameters == "dry_run=1") {
                host.load_shim("builtin", 0, true);
                log_ = dry_run_lines.value_or(std::vector<std::string>());
            } else if (insert_error == 0) {
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
        HostSources sources = host.sources();
        sources.open_kernel_log = [this]() -> Result<KernelLogReader> {
            if (!dry_run_lines) {
                return failure("cannot read /dev/kmsg");
            }
            return [this](std::string& record) {
                if (log_.empty()) {
                    return EAGAIN;
                }
                record = "6,1,1,-;netpoll_shim: dry run: " + log_.front() + "\n";
                log_.erase(log_.begin());
                return 0;
            };
        };
        return {sources, actions, sample_database()};
    }

    ContextMaker context_maker() {
        return [this](const DatabaseRequest& /*request*/) -> Result<Context> { return context(); };
    }

  private:
    std::vector<std::string> log_;
};

}  // namespace netpoll_shim::test
