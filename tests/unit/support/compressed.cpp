// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/compressed.hpp"

#include <lz4.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <memory>
#include <stdexcept>

#include "support/object_writer.hpp"

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

std::string lz4(const std::string& contents) {
    constexpr std::size_t block_size = 1000;
    std::string packed = "\x02\x21\x4c\x18";
    for (std::size_t at = 0; at < contents.size(); at += block_size) {
        const std::string block = contents.substr(at, block_size);
        std::string room = room_for(block);
        const auto size = static_cast<std::uint32_t>(
            LZ4_compress_default(block.data(), room.data(), static_cast<int>(block.size()),
                                 static_cast<int>(room.size())));
        require(size != 0);
        append(packed, size);
        packed.append(room, 0, size);
    }
    return packed;
}

}  // namespace netpoll_shim::test
