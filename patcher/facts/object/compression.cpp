// SPDX-License-Identifier: GPL-2.0-or-later
#define ZLIB_CONST  // next_in points to const
#include "facts/object/compression.hpp"

#include <fmt/format.h>
#include <lz4.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>

namespace netpoll_shim {

namespace {

using namespace std::string_view_literals;

constexpr auto gzip_magic = "\x1f\x8b"sv;
constexpr auto xz_magic =
    "\xfd"
    "7zXZ\0"sv;
constexpr auto zstd_magic = "\x28\xb5\x2f\xfd"sv;
constexpr auto lz4_magic = "\x02\x21\x4c\x18"sv;  // of `lz4 -l`, which the kernel's build uses

struct Format {
    std::string_view magic;
    const char* name;
};

// The other formats that a kernel image comes in (scripts/extract-vmlinux in Linux).
constexpr std::array unread_formats = {
    Format{"\x5d\0\0"sv, "lzma"},
    Format{"BZh"sv, "bzip2"},
    Format{"\x89LZO\0\r\n"sv, "lzo"},
};

// Twice the largest window that the kernel's build uses (zstd -22: 128 MiB).
constexpr std::uint64_t decoder_memory_limit = std::uint64_t{256} << 20U;

using Buffer = std::array<char, std::size_t{64} << 10U>;

enum class Step { more, end_of_stream, damaged };

// Each decoder takes input from the front of `rest` and puts `produced` bytes into `buffer`. After
// the end of a stream it can begin the next one.
class GzipDecoder {
  public:
    GzipDecoder() { ready_ = inflateInit2(&stream_, MAX_WBITS + gzip_wrapper) == Z_OK; }
    GzipDecoder(const GzipDecoder&) = delete;
    GzipDecoder& operator=(const GzipDecoder&) = delete;
    GzipDecoder(GzipDecoder&&) = delete;
    GzipDecoder& operator=(GzipDecoder&&) = delete;
    ~GzipDecoder() { inflateEnd(&stream_); }

    Step step(Bytes& rest, Buffer& buffer, std::size_t& produced) {
        if (!ready_) {
            return Step::damaged;
        }
        const auto given =
            static_cast<uInt>(std::min<std::size_t>(rest.size(), std::numeric_limits<uInt>::max()));
        stream_.next_in = reinterpret_cast<const Bytef*>(rest.data());
        stream_.avail_in = given;
        stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream_.avail_out = static_cast<uInt>(buffer.size());
        const int status = inflate(&stream_, Z_NO_FLUSH);
        rest.remove_prefix(given - stream_.avail_in);
        produced = buffer.size() - stream_.avail_out;
        if (status == Z_STREAM_END) {
            return inflateReset(&stream_) == Z_OK ? Step::end_of_stream : Step::damaged;
        }
        return status == Z_OK ? Step::more : Step::damaged;
    }

  private:
    static constexpr int gzip_wrapper = 16;  // of inflateInit2()
    z_stream stream_{};
    bool ready_ = false;
};

class XzDecoder {
  public:
    XzDecoder() { begin(); }
    XzDecoder(const XzDecoder&) = delete;
    XzDecoder& operator=(const XzDecoder&) = delete;
    XzDecoder(XzDecoder&&) = delete;
    XzDecoder& operator=(XzDecoder&&) = delete;
    ~XzDecoder() { lzma_end(&stream_); }

    Step step(Bytes& rest, Buffer& buffer, std::size_t& produced) {
        if (!ready_) {
            return Step::damaged;
        }
        stream_.next_in = reinterpret_cast<const std::uint8_t*>(rest.data());
        stream_.avail_in = rest.size();
        stream_.next_out = reinterpret_cast<std::uint8_t*>(buffer.data());
        stream_.avail_out = buffer.size();
        const lzma_ret status = lzma_code(&stream_, LZMA_RUN);
        rest.remove_prefix(rest.size() - stream_.avail_in);
        produced = buffer.size() - stream_.avail_out;
        if (status == LZMA_STREAM_END) {
            begin();
            return Step::end_of_stream;
        }
        return status == LZMA_OK ? Step::more : Step::damaged;
    }

  private:
    void begin() { ready_ = lzma_stream_decoder(&stream_, decoder_memory_limit, 0) == LZMA_OK; }

    lzma_stream stream_ = LZMA_STREAM_INIT;
    bool ready_ = false;
};

class ZstdDecoder {
  public:
    Step step(Bytes& rest, Buffer& buffer, std::size_t& produced) {
        if (!stream_) {
            return Step::damaged;
        }
        ZSTD_inBuffer input{rest.data(), rest.size(), 0};
        ZSTD_outBuffer output{buffer.data(), buffer.size(), 0};
        const std::size_t status = ZSTD_decompressStream(stream_.get(), &output, &input);
        rest.remove_prefix(input.pos);
        produced = output.pos;
        if (ZSTD_isError(status) != 0) {
            return Step::damaged;
        }
        return status == 0 ? Step::end_of_stream : Step::more;
    }

  private:
    struct Deleter {
        void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
    };
    std::unique_ptr<ZSTD_DStream, Deleter> stream_{ZSTD_createDStream()};
};

auto too_large(std::size_t limit) {
    return failure(fmt::format("its contents are larger than {} MiB", limit >> 20U));
}

auto damaged(const char* format) {
    return failure(fmt::format("its {} data are damaged or truncated", format));
}

template <typename Decoder>
Result<std::string> decode(Bytes rest, const Format& format, std::size_t limit) {
    Decoder decoder;
    std::string contents;
    const auto buffer = std::make_unique<Buffer>();
    Step step = Step::more;
    do {
        std::size_t produced = 0;
        const std::size_t before = rest.size();
        step = decoder.step(rest, *buffer, produced);
        const bool stuck = step == Step::more && produced == 0 && rest.size() == before;
        if (step == Step::damaged || stuck) {
            return damaged(format.name);
        }
        if (produced > limit - contents.size()) {
            return too_large(limit);
        }
        contents.append(buffer->data(), produced);
    } while (step != Step::end_of_stream || rest.starts_with(format.magic));
    return contents;
}

// Blocks, each behind its size, up to the end of the input: nothing says which is the last one.
Result<std::string> decode_lz4(Bytes rest, std::size_t limit) {
    constexpr int block_size = 8 << 20;  // decompressed, at most
    std::string contents;
    const auto block = std::make_unique_for_overwrite<std::array<char, block_size>>();
    rest.remove_prefix(lz4_magic.size());
    do {
        const auto size = load<std::uint32_t>(rest, 0);
        const auto packed = part_of(rest, sizeof(std::uint32_t), size.value_or(0));
        if (!packed || packed->size() > std::size_t{LZ4_COMPRESSBOUND(block_size)}) {
            return damaged("lz4");
        }
        const int produced = LZ4_decompress_safe(packed->data(), block->data(),
                                                 static_cast<int>(packed->size()), block_size);
        if (produced < 0) {
            return damaged("lz4");
        }
        if (static_cast<std::size_t>(produced) > limit - contents.size()) {
            return too_large(limit);
        }
        contents.append(block->data(), static_cast<std::size_t>(produced));
        rest.remove_prefix(sizeof(std::uint32_t) + packed->size());
        // Four bytes are the size that kernel images append.
    } while (rest.size() > sizeof(std::uint32_t));
    return contents;
}

}  // namespace

Result<std::string> decompress(Bytes bytes, std::size_t limit) {
    if (bytes.starts_with(gzip_magic)) {
        return decode<GzipDecoder>(bytes, {gzip_magic, "gzip"}, limit);
    }
    if (bytes.starts_with(xz_magic)) {
        return decode<XzDecoder>(bytes, {xz_magic, "xz"}, limit);
    }
    if (bytes.starts_with(zstd_magic)) {
        return decode<ZstdDecoder>(bytes, {zstd_magic, "zstd"}, limit);
    }
    if (bytes.starts_with(lz4_magic)) {
        return decode_lz4(bytes, limit);
    }
    for (const Format& format : unread_formats) {
        if (bytes.starts_with(format.magic)) {
            return failure(fmt::format("it is compressed with {}, which is not read", format.name),
                           "decompress it first");
        }
    }
    if (bytes.size() > limit) {
        return too_large(limit);
    }
    return std::string(bytes);
}

}  // namespace netpoll_shim
