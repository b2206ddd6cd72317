// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "netconsole.hpp"

using std::chrono::seconds;
using std::chrono::steady_clock;

namespace torture {
namespace {

// Only a hang takes that long, on a loaded host, too. The hung task detector
// speaks before.
constexpr seconds step_limit(300);
constexpr seconds scan_limit(900);
constexpr int hung_task_seconds = 120;
constexpr seconds reset_limit(120);
constexpr seconds message_limit(60);
// A packet costs the emulated debug kernel milliseconds.
constexpr int flood_per_second = 60;
constexpr int ethtool_unchanged = 80;  // its status: there was nothing to change

constexpr const char* target_folder = "/sys/kernel/config/netconsole/rig";

// Functions that the guest's scripts can call.
constexpr const char* words = R"sh(
# allow_failure RANGE NOT_RANGE INTERVAL: the next allocation that fails is one by
# a task with make-it-fail set, in a function of the one range and of none of the
# other, every INTERVAL-th one considered.
allow_failure() {
	cd /sys/kernel/debug/failslab || exit 1
	echo 0 >probability
	echo N >ignore-gfp-wait; echo Y >task-filter; echo 32 >stacktrace-depth
	echo 0x${1%-*} >require-start; echo 0x${1#*-} >require-end
	echo 0x${2%-*} >reject-start; echo 0x${2#*-} >reject-end
	echo $3 >interval; echo 0 >space; echo 1 >times; echo 1 >verbose
	echo 100 >probability
}
forbid_failure() {
	echo 0 >/sys/kernel/debug/failslab/probability
	read times </sys/kernel/debug/failslab/times
	[ $times = 1 ] || echo "an allocation failed"
}
module_range() {
	read start </sys/module/netpoll_shim/sections/.text
	read size </sys/module/netpoll_shim/coresize
	printf '%x-%x' $start $((start + size))
}
failing() {
	sh -c 'echo 1 >/proc/self/make-it-fail && exec "$@"' - "$@"
}
)sh";

// Where a function of the kernel begins and the next one does. The debug kernel is
// where it was linked to.
std::string symbol_range(const std::filesystem::path& kernel_tree, const std::string& symbol) {
    std::ifstream map(kernel_tree / "System.map");
    std::string address;
    std::string type;
    std::string name;
    std::string start;
    while (map >> address >> type >> name) {
        if (!start.empty() && address != start)
            return start + "-" + address;
        if (name == symbol)
            start = address;
    }
    throw std::runtime_error(symbol + ": not in the kernel's System.map");
}

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what);
}

std::string without_end_of_line(std::string text) {
    text.erase(text.find_last_not_of(" \n") + 1);
    return text;
}

}  // namespace

Machine::Machine(const rig::Rig& rig, const DriverClass& driver, bool without_module)
    : driver_(driver),
      without_module_(without_module),
      notifier_range_(symbol_range(rig.options.kernel_tree, "register_netdevice_notifier")),
      // One of its own would only switch it off.
      kmemleak_range_(symbol_range(rig.options.kernel_tree, "kmemleak_alloc")),
      guest_(
          rig.boot({.cpus = 2,
                    .kernel_arguments = "printk.devkmsg=on slub_debug=U,kmalloc-1k,kmalloc-2k"})) {
    interface_ = rig::bring_up_nic(guest_, "ena", driver.variant);
    must_be_ = is_ = {.present = true, .up = true};
    guest_.must(
        fmt::format("echo {} >/proc/sys/kernel/hung_task_timeout_secs\n"
                    "sort /proc/kallsyms >/tmp/symbols\n"
                    "cp $(find /lib/modules -name netpoll_shim.ko) /tmp\n"
                    "cp $(find /lib/modules -name crash_burst.ko) /tmp\n"
                    "modprobe netconsole\n"
                    "for d in /sys/bus/pci/drivers/ena/0000:*; do basename $d; done "
                    ">/tmp/slot\n"
                    "grep -q 'debug_locks: *1' /proc/lockdep_stats && "
                    "[ -w /sys/kernel/debug/kmemleak ]",
                    hung_task_seconds));
    guest_.must(fmt::format("cat >/tmp/words <<'END'\n{}\nEND", words));
    original_ops_ = table_of_ops();
    start_traffic();
    expect_no_report();
}

// Pings go out all the time and messages come, from tasks and with interrupts
// off; somebody reads the attributes.
void Machine::start_traffic() {
    flood_.emplace(guest_.port_into_guest(), flood_per_second);
    guest_.must(R"sh(
( while :; do
	ping -q -c 200 -i 0.06 -W 1 10.0.2.2
	ping -q -c 50 -i 0.06 -W 1 -s 1400 10.0.2.2
	usleep 100000
done ) >/dev/null 2>&1 &
echo $! >/tmp/traffic
( while :; do
	for i in 1 2 3 4 5 6 7 8 9 10; do echo "torture: message $i" >/dev/kmsg; done
	for f in /sys/class/net/*/netpoll_shim/*; do read value <$f; done
	usleep 400000
done ) >/dev/null 2>&1 &
echo $! >>/tmp/traffic
( while :; do
	insmod /tmp/crash_burst.ko lines=40 then_panic=0
	rmmod crash_burst
	sleep 2
done ) >/dev/null 2>&1 &
echo $! >>/tmp/traffic
)sh");
}

std::string Machine::describe(const State& state) {
    return fmt::format("module {}, device {} {} {}, target {}", state.module ? "loaded" : "absent",
                       state.present ? "there" : "away", state.up ? "up" : "down",
                       state.served ? "served" : "not served",
                       state.target          ? "on"
                       : state.target_folder ? "off"
                                             : "absent");
}

std::string Machine::run(const std::string& script) {
    // The shell's own words alone: what they are asked costs no process.
    const auto result =
        guest_.run(fmt::format("(\n{0}\n)\n"
                               "status=$? module=0 present=0 flags=0 served=0 target=-\n"
                               "[ -d /sys/module/netpoll_shim ] && module=1\n"
                               "[ -d /sys/class/net/{1} ] && present=1\n"
                               "read flags </sys/class/net/{1}/flags\n"
                               "set -- /sys/class/net/{1}/netpoll_shim/*\n"
                               "[ -e $1 ] && served=$#\n"
                               "read target <{2}/enabled\n"
                               "echo; echo @ $status $module $present $flags $served $target",
                               script, interface_, target_folder),
                   step_limit);
    const auto at = result.output.rfind("@ ");
    if (at == std::string::npos)
        fail("no state came back: " + result.output);
    std::istringstream words_of_state(result.output.substr(at + 2));
    std::string flags;
    std::string target;
    int served = 0;
    words_of_state >> status_ >> is_.module >> is_.present >> flags >> served >> target;
    is_.up = (std::stoul(flags, nullptr, 16) & 1U) != 0;
    is_.served = served != 0;
    is_.target_folder = target != "-";
    is_.target = target == "1";
    // All of them or none.
    if (attributes_ == 0)
        attributes_ = served;
    if (is_.served && served != attributes_)
        fail(fmt::format("{} attributes instead of {}", served, attributes_));
    return without_end_of_line(result.output.substr(0, result.output.rfind('\n', at)));
}

void Machine::compare() {
    if (is_ != must_be_)
        fail("state is:      " + describe(is_) + "\nstate must be: " + describe(must_be_));
}

void Machine::look() {
    run(":");
    compare();
}

void Machine::must(const std::string& script) {
    const std::string output = run(script);
    if (status_ != 0)
        fail(fmt::format("status {} of: {}\n{}", status_, script, output));
    compare();
}

void Machine::must_fail(const std::string& script) {
    run(script);
    if (status_ == 0)
        fail("did not fail: " + script);
    compare();
}

bool Machine::run_and_adopt(const std::string& script) {
    const bool failed = run(script).find("an allocation failed") != std::string::npos;
    must_be_.module = is_.module;
    must_be_.served = is_.served;
    known_ = is_.served;
    return failed;
}

std::string Machine::next_report() {
    std::string report = reports_.next(guest_.serial_log());
    if (report.empty())
        return "";
    std::this_thread::sleep_for(seconds(2));  // for the rest of it
    return "the kernel reports:\n" + report + reports_.next(guest_.serial_log());
}

void Machine::expect_no_report() {
    if (const std::string report = next_report(); !report.empty())
        fail(report);
}

std::string Machine::perform(const Step& step) {
    switch (step.action) {
        case Action::load:
            return load();
        case Action::load_with_failing_allocation:
            return load_with_failing_allocation(step.argument);
        case Action::unload:
            return unload();
        case Action::attach:
            return attach(step.argument % 2 == 0);
        case Action::detach:
            return detach(step.argument % 2 == 0);
        case Action::link_down:
            return link(false);
        case Action::link_up:
            return link(true);
        case Action::set_mtu:
            return set_mtu(step.argument);
        case Action::set_ring:
            return set_ring(step.argument);
        case Action::set_channels:
            return set_channels(step.argument);
        case Action::rename:
            return rename(step.argument);
        case Action::move_to_namespace_and_back:
            return move_to_namespace_and_back(step.argument);
        case Action::unbind:
            return unbind();
        case Action::bind:
            return bind();
        case Action::bind_with_failing_allocation:
            return bind_with_failing_allocation(step.argument);
        case Action::reset_adapter:
            return reset_adapter();
        case Action::read_attributes:
            return read_attributes();
    }
    return "";
}

// The device is up: a module that knows it serves it now.
void Machine::came_up() {
    must_be_.up = true;
    if (must_be_.module && known_ && !must_be_.served) {
        must_be_.served = true;
        ++times_served_;
    }
}

// The device has left its namespace, or the machine.
void Machine::went_away() {
    must_be_.up = false;
    must_be_.served = false;
    must_be_.target = false;
    known_ = false;
}

std::string Machine::load() {
    if (without_module_)
        return "left out";
    const std::string script = "insmod /tmp/netpoll_shim.ko policy=ena=" + driver_.mode;
    if (must_be_.module) {
        must_fail(script);
        return "refused: loaded already";
    }
    must_be_.module = true;
    known_ = must_be_.present;
    if (must_be_.up)
        came_up();
    must(script);
    return must_be_.served ? "serves" : "nothing to serve";
}

// Either the load fails, or the device is not served, or the kernel has found
// other memory: then everything is there.
std::string Machine::load_with_failing_allocation(unsigned argument) {
    if (without_module_)
        return "left out";
    if (must_be_.module)
        return load();
    if (must_be_.present && !must_be_.up)
        link(true);  // while it is down next to nothing is allocated
    const unsigned interval = 1 + argument % 24;
    const bool failed =
        run_and_adopt(fmt::format(". /tmp/words; allow_failure {} {} {}\n"
                                  "failing insmod /tmp/netpoll_shim.ko policy=ena={}\n"
                                  "forbid_failure",
                                  notifier_range_, kmemleak_range_, interval, driver_.mode));
    compare();
    if (!failed && (!is_.module || is_.served != must_be_.up))
        fail("nothing failed, but: " + describe(is_));
    if (is_.served)
        ++times_served_;
    return fmt::format("every {}th: {}, {}", interval, failed ? "one failed" : "none failed",
                       !is_.module  ? "not loaded"
                       : is_.served ? "serves"
                                    : "not served");
}

std::string Machine::unload() {
    if (without_module_)
        return "left out";
    if (!must_be_.module || must_be_.target) {
        must_fail("rmmod netpoll_shim");
        return must_be_.target ? "refused: in use" : "refused: not loaded";
    }
    must_be_.module = must_be_.served = known_ = false;
    must("rmmod netpoll_shim");
    return "done";
}

std::string Machine::attach(bool wait_until_ready) {
    // A device that is down is brought up for it.
    if (must_be_.present && !must_be_.target && !(driver_.own_hook && !known_))
        came_up();
    if (driver_.own_hook && must_be_.present && !must_be_.served)
        // With its own hook this driver hangs the machine under receive load.
        return "not done: it would be the driver's own hook";

    if (!must_be_.target)
        receiver_.emplace();
    must_be_.target_folder = true;
    const auto attached = rig::attach_netconsole(guest_, interface_, receiver_->port());
    if (!must_be_.served || must_be_.target) {
        if (attached.status == 0)
            fail("attached, though " + describe(must_be_));
        look();
        if (must_be_.target)
            return "refused: on already";
        // Not left there: up to 6.1 at least netconsole gives the device's reference
        // back once more when the device of a target goes that was refused.
        detach(true);
        return must_be_.present ? "refused: the hook is missing" : "refused: no device";
    }
    must_be_.target = true;
    if (attached.status != 0)
        fail("not attached: " + attached.output);
    if (wait_until_ready)
        must(fmt::format(
            "for i in $(seq 1000); do read ready </sys/class/net/{}/netpoll_shim/ready; "
            "[ $ready = 1 ] && exit; usleep 10000; done; exit 1",
            interface_));
    else
        look();
    expect_messages_arrive();
    return "on, messages arrive";
}

void Machine::expect_messages_arrive() {
    const auto deadline = steady_clock::now() + message_limit;
    while (steady_clock::now() < deadline) {
        const std::string marker = fmt::format("torture: marker {}", ++markers_);
        guest_.run("echo '" + marker + "' >/dev/kmsg", step_limit);
        for (int i = 0; i < 5; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(i == 0 ? 5 : 100));
            const auto datagrams = receiver_->datagrams();
            if (std::any_of(datagrams.begin(), datagrams.end(), [&](const std::string& text) {
                    return text.find(marker + "\n") != std::string::npos;
                }))
                return;
        }
    }
    fail("no message arrives outside");
}

std::string Machine::detach(bool remove) {
    const std::string script = remove ? fmt::format("rmdir {}", target_folder)
                                      : fmt::format("echo 0 >{}/enabled", target_folder);
    if (remove ? !must_be_.target_folder : !must_be_.target) {
        must_fail(script);
        return "refused: not there";
    }
    must_be_.target = false;
    must_be_.target_folder = !remove;
    must(script);
    return remove ? "removed" : "off";
}

std::string Machine::link(bool up) {
    const std::string script = fmt::format("ip link set {} {}", interface_, up ? "up" : "down");
    if (!must_be_.present) {
        must_fail(script);
        return "refused: no device";
    }
    if (up)
        came_up();
    must_be_.up = up;
    must(up ? script + " && ping -c 1 -W 30 10.0.2.2 >/dev/null" : script);
    return "done";
}

std::string Machine::set_mtu(unsigned argument) {
    constexpr unsigned sizes[] = {576, 1000, 1500, 3000, 9000};
    const std::string script =
        fmt::format("ip link set {} mtu {}", interface_, sizes[argument % std::size(sizes)]);
    if (!must_be_.present)
        must_fail(script);
    else
        must(script);
    return fmt::format("{}", sizes[argument % std::size(sizes)]);
}

std::string Machine::set_ring(unsigned argument) {
    constexpr unsigned sizes[] = {256, 512, 1024};
    const unsigned rx = sizes[argument % 3];
    const unsigned tx = sizes[argument / 3 % 3];
    const std::string script = fmt::format("ethtool -G {} rx {} tx {} || [ $? = {} ]", interface_,
                                           rx, tx, ethtool_unchanged);
    if (!must_be_.present)
        must_fail(script);
    else
        must(script);
    return fmt::format("rx {} tx {}", rx, tx);
}

std::string Machine::set_channels(unsigned argument) {
    const unsigned count = 1 + argument % 2;
    const std::string script = fmt::format("ethtool -L {} combined {} || [ $? = {} ]", interface_,
                                           count, ethtool_unchanged);
    if (!must_be_.present)
        must_fail(script);
    else
        must(script);
    return fmt::format("{}", count);
}

std::string Machine::rename(unsigned argument) {
    const std::string old = interface_;
    std::string name = fmt::format("net{}", argument % 10);
    if (name == old)
        name += "x";
    if (!must_be_.present) {
        must_fail(fmt::format("ip link set {} name {}", old, name));
        return "refused: no device";
    }
    if (must_be_.up)
        must_fail(fmt::format("ip link set {} name {}", old, name));
    interface_ = name;
    came_up();
    must(fmt::format("ip link set {0} down && ip link set {0} name {1} && ip link set {1} up", old,
                     name));
    return name;
}

std::string Machine::move_to_namespace_and_back(unsigned argument) {
    const std::string away = fmt::format(
        "unshare -n sleep 1000 & pid=$!\n"
        "while [ \"$(readlink /proc/$pid/ns/net)\" = \"$(readlink /proc/self/ns/net)\" ]; do "
        "usleep 10000; done\n"
        "ip link set {0} netns $pid && nsenter -t $pid -n ip link set {0} up || "
        "{{ kill $pid; exit 1; }}\n",
        interface_);
    if (!must_be_.present) {
        must_fail(away);
        return "refused: no device";
    }
    const std::string wait_for_return = fmt::format(
        "for i in $(seq 3000); do [ -d /sys/class/net/{0} ] && break; usleep 10000; done\n",
        interface_);
    const std::string up = fmt::format(
        "ip link set {0} up && ip addr add 10.0.2.15/24 dev {0} && "
        "ping -c 1 -W 30 10.0.2.2 >/dev/null",
        interface_);

    went_away();
    if (argument % 3 == 0) {
        known_ = must_be_.module;
        came_up();
        must(away +
             fmt::format("nsenter -t $pid -n ip link set {} netns 1 && kill $pid\n", interface_) +
             up);
        return "moved back";
    }
    if (argument % 3 == 1 || !must_be_.module) {
        known_ = must_be_.module;
        came_up();
        must(away + "kill $pid\n" + wait_for_return + up);
        return "the namespace ended";
    }
    must_be_.module = false;
    came_up();
    must(away + "kill $pid; rmmod netpoll_shim || exit 1\n" + wait_for_return + up);
    return "the namespace ended, the module unloaded meanwhile";
}

std::string Machine::unbind() {
    const std::string script = "cat /tmp/slot >/sys/bus/pci/drivers/ena/unbind";
    if (!must_be_.present) {
        must_fail(script);
        return "refused: no device";
    }
    went_away();
    must_be_.present = false;
    must(script);
    return "done";
}

std::string Machine::bind() {
    const std::string script = "cat /tmp/slot >/sys/bus/pci/drivers/ena/bind";
    if (must_be_.present) {
        must_fail(script);
        return "refused: bound already";
    }
    interface_ = "eth0";
    must_be_.present = true;
    known_ = must_be_.module;
    came_up();
    must(script +
         " && ip link set eth0 up && ip addr add 10.0.2.15/24 dev eth0 && "
         "ping -c 1 -W 30 10.0.2.2 >/dev/null");
    return "done";
}

std::string Machine::bind_with_failing_allocation(unsigned argument) {
    if (must_be_.present || !must_be_.module)
        return bind();
    const unsigned interval = 1 + argument % 8;
    interface_ = "eth0";
    must_be_.present = must_be_.up = true;
    const bool failed = run_and_adopt(
        fmt::format(". /tmp/words; allow_failure $(module_range) {} {}\n"
                    "failing sh -c 'cat /tmp/slot >/sys/bus/pci/drivers/ena/bind; "
                    "ip link set eth0 up'\n"
                    "forbid_failure\n"
                    "ip addr add 10.0.2.15/24 dev eth0 && ping -c 1 -W 30 10.0.2.2 >/dev/null",
                    kmemleak_range_, interval));
    if (status_ != 0)
        fail("the device does not work");
    compare();
    if (!failed && !is_.served)
        fail("nothing failed, but the device is not served");
    if (is_.served)
        ++times_served_;
    return fmt::format("every {}th: {}, {}", interval, failed ? "one failed" : "none failed",
                       is_.served ? "serves" : "not served");
}

// The driver's own watchdog finds out that nothing is completed.
std::string Machine::reset_adapter() {
    const auto before = guest_.nic_counter("stat-resets");
    guest_.set_nic_property("tx-completion", false);
    if (!must_be_.up) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        guest_.set_nic_property("tx-completion", true);
        look();
        return "nothing to reset";
    }
    const auto deadline = steady_clock::now() + reset_limit;
    while (guest_.nic_counter("stat-resets") == before) {
        if (steady_clock::now() >= deadline)
            fail("the driver has not reset the adapter");
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    guest_.set_nic_property("tx-completion", true);
    must("ping -c 1 -W 60 10.0.2.2 >/dev/null");
    return "done";
}

std::string Machine::read_attributes() {
    must(
        "for reader in 1 2; do\n"
        "( i=0; while [ $((i += 1)) -le 100 ]; do\n"
        "for f in /sys/class/net/*/netpoll_shim/*; do read value <$f; done; done "
        ">/dev/null 2>&1 ) & done");
    return must_be_.served ? "while the next steps run" : "there are none";
}

std::map<std::string, std::string> Machine::table_of_ops() {
    std::map<std::string, std::string> values;
    std::istringstream line(guest_.must("modprobe netdev_ops; grep '^" + interface_ +
                                        " ' /sys/module/netdev_ops/parameters/table; "
                                        "rmmod netdev_ops"));
    for (std::string word; line >> word;)
        if (const auto equals = word.find('='); equals != std::string::npos)
            values[word.substr(0, equals)] = word.substr(equals + 1);
    return values;
}

// Of the slabs that a copy of the ops with all that goes with it may be in: objects
// that the module has allocated. When it is unloaded its functions have no name.
// KASAN keeps what is freed until the slab is shrunk.
long Machine::copies_allocated() {
    return std::stol(
        guest_.must("for slab in kmalloc-1k kmalloc-2k; do\n"
                    "echo 1 >/sys/kernel/slab/$slab/shrink\n"
                    "cat /sys/kernel/debug/slab/$slab/alloc_traces\n"
                    "done | grep -e netpoll_shim -e ' 0xffffffff' | "
                    "awk '{ n += $1 } END { print n + 0 }'"));
}

// The second scan knows what the first one met on its way. A scan keeps a CPU
// busy for many seconds: the traffic rests meanwhile.
void Machine::expect_no_leak() {
    flood_.reset();
    const std::string leaks = guest_
                                  .run(
                                      "kill -STOP $(cat /tmp/traffic)\n"
                                      "echo scan >/sys/kernel/debug/kmemleak\n"
                                      "sleep 6\n"  // it does not look at younger objects
                                      "echo scan >/sys/kernel/debug/kmemleak\n"
                                      "cat /sys/kernel/debug/kmemleak\n"
                                      "kill -CONT $(cat /tmp/traffic)",
                                      scan_limit)
                                  .output;
    flood_.emplace(guest_.port_into_guest(), flood_per_second);
    if (!leaks.empty())
        fail("kmemleak:\n" + leaks);
    expect_no_report();
}

std::string Machine::expect_everything_put_back() {
    if (!must_be_.present)
        bind();
    link(true);
    if (must_be_.target_folder)
        detach(true);
    if (must_be_.module)
        unload();
    must(fmt::format("ip link set {0} mtu 1500; ethtool -L {0} combined 2", interface_));

    if (const auto ops = table_of_ops(); ops != original_ops_) {
        std::string differences;
        for (const auto& [name, value] : original_ops_)
            if (!ops.contains(name) || ops.at(name) != value)
                differences += fmt::format("{} was {}\n", name, value);
        fail("the driver's ops are not put back:\n" + differences);
    }
    expect_no_leak();
    if (const long left = copies_allocated(); left != 0)
        fail(fmt::format("{} copies not freed", left));
    guest_.must("grep -q 'debug_locks: *1' /proc/lockdep_stats");
    return fmt::format("{} copies made and freed", times_served_);
}

void Machine::expect_service() {
    if (without_module_)
        return;
    load();
    if (copies_allocated() == 0)
        fail("the copy is in no slab that was looked at");
    attach(true);
    detach(true);
    unload();
    expect_no_report();
}

}  // namespace torture
