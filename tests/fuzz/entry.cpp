// SPDX-License-Identifier: GPL-2.0-or-later
// libFuzzer's way in; FUZZ_TARGET is the name of a function in targets.hpp.
#include <cstddef>
#include <cstdint>

#include "targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    netpoll_shim::fuzz::FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
    return 0;
}
