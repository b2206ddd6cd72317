// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/compressed.hpp"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <memory>
#include <stdexcept>

namespace netpoll_shim::test {

namespace {

constexpr std::size_t room_for_headers = 1024;

std::string room_for(const std::string& contents) {
    return std::string(contents.size() * 2 + room_for_headers, '\0');
}

void require(bool done) {
    if (!done) {
        throw std::runtime_error("compression failed");
    }
}

}  // namespace

std::string gzip(const std::string& contents) {
    std::string packed = room_for(contents);
    std::string input = contents;
    z_stream stream{};
    require(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8,
                         Z_DEFAULT_STRATEGY) == Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const int status = deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    require(status == Z_STREAM_END);
    return packed;
}

std::string xz(const std::string& contents) {
    std::string packed = room_for(contents);
    std::size_t size = 0;
    require(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, nullptr,
                                    reinterpret_cast<const std::uint8_t*>(contents.data()),
                                    contents.size(), reinterpret_cast<std::uint8_t*>(packed.data()),
                                    &size, packed.size()) == LZMA_OK);
    packed.resize(size);
    return packed;
}

std::string zstd(const std::string& contents) {
    const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                                          ZSTD_freeCCtx);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    std::string packed = room_for(contents);
    const std::size_t size = ZSTD_compress2(context.get(), packed.data(), packed.size(),
                                            contents.data(), contents.size());
    require(ZSTD_isError(size) == 0);
    packed.resize(size);
    return packed;
}

}  // namespace netpoll_shim::test
