// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

namespace netpoll_shim::test {

// One stream each, with a checksum.
std::string gzip(const std::string& contents);
std::string xz(const std::string& contents);
std::string zstd(const std::string& contents);
// What `lz4 -l` makes, in blocks of at most 1000 bytes: without end mark and checksum.
std::string lz4(const std::string& contents);

}  // namespace netpoll_shim::test
