// SPDX-License-Identifier: GPL-2.0-or-later
// Every class of driver under every load: all lines, the panic's own too, no hang.
// `make matrix` runs every cell, `make test` a choice of them in which every pair
// of values occurs.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "scenario.hpp"
#include "tcp_peer.hpp"

using std::chrono::seconds;

namespace {

constexpr int lines = 3000;
constexpr int tx_delay_us = 500;
constexpr int silence_ms = 300;  // in which the RX ring fills up

struct DriverClass {
    const char* name;
    const char* variant;  // "" is the kernel's own driver
    const char* mode;
};

constexpr std::array<DriverClass, 3> classes = {
    {{"A", "", "drain"}, {"C", "rx-at-budget-0", "guard"}, {"OwnHook", "own-hook", "guard"}}};
constexpr std::array traffics = {"quiet", "flood", "download"};
constexpr std::array cpu_counts = {1, 2, 4};
constexpr std::array ring_sizes = {256, 1024};

// Indices into the tables above; the last two: off, on.
using Cell = std::array<std::size_t, 6>;
constexpr Cell levels = {
    classes.size(), traffics.size(), cpu_counts.size(), ring_sizes.size(), 2, 2};

std::vector<Cell> all_cells() {
    std::vector<Cell> cells = {{}};
    for (std::size_t factor = 0; factor < levels.size(); ++factor) {
        std::vector<Cell> longer;
        for (Cell cell : cells)
            for (cell[factor] = 0; cell[factor] < levels[factor]; ++cell[factor])
                longer.push_back(cell);
        cells = std::move(longer);
    }
    return cells;
}

using Pair = std::array<std::size_t, 4>;  // factor, level, factor, level

std::set<Pair> pairs_of(const Cell& cell) {
    std::set<Pair> pairs;
    for (std::size_t a = 0; a < cell.size(); ++a)
        for (std::size_t b = a + 1; b < cell.size(); ++b)
            pairs.insert({a, cell[a], b, cell[b]});
    return pairs;
}

// Greedy: always the cell with the most pairs that have not occurred.
std::vector<Cell> pairwise_cells() {
    const std::vector<Cell> all = all_cells();
    std::set<Pair> missing;
    for (const Cell& cell : all)
        missing.merge(pairs_of(cell));

    std::vector<Cell> chosen;
    while (!missing.empty()) {
        const auto new_pairs = [&](const Cell& cell) {
            const auto pairs = pairs_of(cell);
            return std::count_if(pairs.begin(), pairs.end(),
                                 [&](const Pair& pair) { return missing.contains(pair); });
        };
        chosen.push_back(*std::max_element(
            all.begin(), all.end(),
            [&](const Cell& a, const Cell& b) { return new_pairs(a) < new_pairs(b); }));
        for (const Pair& pair : pairs_of(chosen.back()))
            missing.erase(pair);
    }
    return chosen;
}

std::string name_of(const testing::TestParamInfo<Cell>& info) {
    const Cell& cell = info.param;
    return fmt::format("{}_{}_{}cpu_ring{}{}{}", classes[cell[0]].name, traffics[cell[1]],
                       cpu_counts[cell[2]], ring_sizes[cell[3]], cell[4] ? "_txdelay" : "",
                       cell[5] ? "_noirq" : "");
}

}  // namespace

class DeliveryMatrix : public Scenario, public testing::WithParamInterface<Cell> {
  protected:
    void start_traffic() {
        const std::string traffic = traffics[GetParam()[1]];
        // The flood comes to the CPU that crashes, the download where it likes.
        if (traffic == "flood") {
            rig::pin_interrupts(guest(), interface_, 0);
            flood_the_guest();
        }
        if (traffic == "download") {
            guest().must(fmt::format("nc 10.0.2.2 {} >/dev/null 2>&1 &", source_.port()));
            wait_for_traffic();
        }
    }

  private:
    rig::TcpPeer source_{rig::TcpPeer::Direction::sends};
};

using NaivePolls = Scenario;

TEST_P(DeliveryMatrix, EveryLineAndThePanic) {
    const Cell& cell = GetParam();
    const DriverClass& driver = classes[cell[0]];
    if (*driver.variant && !rig().options.drivers.contains(driver.variant))
        GTEST_SKIP() << "no --driver " << driver.variant;
    serve(driver.mode, {.cpus = cpu_counts[cell[2]], .ring_size = ring_sizes[cell[3]]},
          driver.variant);
    start_traffic();
    if (cell[4])
        guest().set_nic_property("tx-delay-us", tx_delay_us);
    if (cell[5])
        guest().set_nic_property("io-irq", false);

    guest().start(fmt::format("taskset 1 modprobe crash_burst lines={} silence_ms={}", lines,
                              cell[1] ? silence_ms : 0));
    EXPECT_TRUE(guest().ends_within(seconds(120))) << "the guest hangs";
    const auto delivery = rig::compare_delivery(guest().serial_log(), receiver_.datagrams());
    fmt::print("{} of {} burst lines arrived, the panic's own {}\n", delivery.burst_arrived, lines,
               delivery.panic_arrived ? "too" : "did not");
    EXPECT_EQ(delivery.burst_arrived, static_cast<std::size_t>(lines));
    EXPECT_TRUE(delivery.panic_arrived);
    EXPECT_EQ(delivery.arrived, delivery.printed) << "first missing: " << delivery.first_missing;
}

// What the module is for. Not every run hangs, hence not in `make test`; the same
// load with the module is a cell of the matrix, and there every run counts.
TEST_F(NaivePolls, HangAClassCDriverUnderLoadSometimes) {
    constexpr int runs = 40;
    int run = 0;
    bool hangs = false;
    for (; run < runs && !hangs; ++run) {
        boot({.cpus = 1, .ring_size = 256});
        interface_ = rig::bring_up_nic(guest(), "ena", "rx-at-budget-0");
        guest().must("modprobe bad_hook way=poll interface=" + interface_);
        ASSERT_EQ(attach_netconsole().status, 0);
        flood_the_guest();
        guest().start(
            fmt::format("modprobe crash_burst lines={} silence_ms={}", lines, silence_ms));
        hangs = !guest().ends_within(seconds(30));
    }
    fmt::print("run {} hangs\n", run);
    EXPECT_TRUE(hangs);
}

INSTANTIATE_TEST_SUITE_P(Pairwise, DeliveryMatrix, testing::ValuesIn(pairwise_cells()), name_of);
INSTANTIATE_TEST_SUITE_P(Every, DeliveryMatrix, testing::ValuesIn(all_cells()), name_of);
