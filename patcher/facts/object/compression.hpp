// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <string>

#include "facts/object/bytes.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// The largest contents taken, in bytes: a debug vmlinux fits, a decompression bomb does not.
constexpr std::size_t max_unpacked_size = std::size_t{512} << 20U;

// The contents of a file: decompressed where its magic says gzip, xz, zstd or lz4 (the
// legacy format, of kernel images alone), else as they are. Several streams in a row are one file;
// what follows the last one is ignored, for kernel images append the size. Fails for damaged or
// truncated data, for lzma, bzip2 and lzo, and for contents larger than `limit`.
Result<std::string> decompress(Bytes bytes, std::size_t limit = max_unpacked_size);

}  // namespace netpoll_shim
