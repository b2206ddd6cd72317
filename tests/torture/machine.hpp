// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "datagram_flood.hpp"
#include "plan.hpp"
#include "reports.hpp"
#include "rig.hpp"
#include "udp_receiver.hpp"

namespace torture {

// A kind of driver, and how the module serves it.
struct DriverClass {
    std::string name;
    std::string variant;  // of --driver; empty: the kernel tree's own
    std::string mode;
    bool own_hook = false;  // the driver has one
};

// A guest on the debug kernel under traffic both ways, which prints all the time.
// Knows what state the steps have brought it to. Everything that differs from
// what must come throws.
class Machine {
  public:
    Machine(const rig::Rig& rig, const DriverClass& driver, bool without_module);

    // Returns what came of it, in words.
    std::string perform(const Step& step);
    // Objects that nobody can reach any more. Takes seconds.
    void expect_no_leak();
    // Takes everything down: nothing may be left. Returns figures.
    std::string expect_everything_put_back();
    // From scratch: the module, a target, a message that arrives.
    void expect_service();
    // Throws with the next report of the kernel's checkers, if there is one.
    void expect_no_report();
    // That report; empty if there is none.
    std::string next_report();

    std::string serial_log() const { return guest_.serial_log(); }

  private:
    std::string load();
    std::string load_with_failing_allocation(unsigned argument);
    std::string unload();
    std::string attach(bool wait_until_ready);
    std::string detach(bool remove);
    std::string link(bool up);
    std::string set_mtu(unsigned argument);
    std::string set_ring(unsigned argument);
    std::string set_channels(unsigned argument);
    std::string rename(unsigned argument);
    std::string move_to_namespace_and_back(unsigned argument);
    std::string unbind();
    std::string bind();
    std::string bind_with_failing_allocation(unsigned argument);
    std::string reset_adapter();
    std::string read_attributes();

    // Each runs a script and compares what the machine is in afterwards.
    std::string run(const std::string& script);
    void must(const std::string& script);
    void must_fail(const std::string& script);
    // As must(), but the module's state is taken over instead of compared.
    bool run_and_adopt(const std::string& script);
    void compare();
    void look();

    void start_traffic();
    void came_up();
    void went_away();
    void expect_messages_arrive();
    std::map<std::string, std::string> table_of_ops();
    long copies_allocated();

    const DriverClass driver_;
    const bool without_module_;
    const std::string notifier_range_;  // the functions where allocations fail
    const std::string kmemleak_range_;  // and where they do not
    rig::Guest guest_;
    Reports reports_;
    std::optional<rig::UdpReceiver> receiver_;
    std::optional<rig::DatagramFlood> flood_;
    std::map<std::string, std::string> original_ops_;
    long times_served_ = 0;
    int markers_ = 0;
    int attributes_ = 0;  // that a served device has
    int status_ = 0;      // of the last script

    // What is, or what must be.
    struct State {
        bool module = false;
        bool served = false;
        bool target_folder = false;
        bool target = false;
        bool present = false;
        bool up = false;
        bool operator==(const State&) const = default;
    };
    static std::string describe(const State& state);
    State must_be_;
    State is_;
    std::string interface_;
    bool known_ = false;  // to the module, which serves it when it is up
};

}  // namespace torture
