// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace netpoll_shim {

// How many processors this process may use. Not std::thread::hardware_concurrency(): it reads
// sysfs.
inline std::size_t usable_processors() {
    cpu_set_t processors;
    return sched_getaffinity(0, sizeof(processors), &processors) == 0
               ? static_cast<std::size_t>(CPU_COUNT(&processors))
               : 1;
}

// Calls work(0) ... work(count - 1), each once, begun in this order, on as many threads as there
// are processors. Returns when all are done.
template <typename Work>
void for_each_index(std::size_t count, const Work& work) {
    std::atomic<std::size_t> next = 0;
    const auto take_turns = [&] {
        for (std::size_t index = next++; index < count; index = next++) {
            work(index);
        }
    };
    std::vector<std::jthread> helpers;
    const std::size_t threads = std::min(count, usable_processors());
    for (std::size_t helper = 1; helper < threads; ++helper) {
        helpers.emplace_back(take_turns);
    }
    take_turns();
}

}  // namespace netpoll_shim
