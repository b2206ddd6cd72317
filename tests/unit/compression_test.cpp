// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/object/compression.hpp"

#include <gmock/gmock.h>

#include "support/compressed.hpp"

namespace netpoll_shim {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

std::string sample() {
    std::string text;
    for (int number = 0; number < 300; ++number) {
        text += std::to_string(number * number) + " ";
    }
    return text;
}

std::string error_of(const std::string& bytes, std::size_t limit = max_unpacked_size) {
    const auto contents = decompress(bytes, limit);
    return contents ? "" : contents.error().message;
}

struct Compressor {
    const char* name;
    std::string (*compress)(const std::string& contents);
};

class Compressed : public testing::TestWithParam<Compressor> {
  protected:
    std::string compress(const std::string& contents) { return GetParam().compress(contents); }
};

TEST_P(Compressed, IsDecompressed) {
    EXPECT_EQ(decompress(compress(sample())).value(), sample());
    EXPECT_EQ(decompress(compress("")).value(), "");
    const std::string large(std::size_t{1} << 20U, 'x');
    EXPECT_EQ(decompress(compress(large)).value(), large);
}

TEST_P(Compressed, OfSeveralStreamsIsOne) {
    EXPECT_EQ(decompress(compress("one ") + compress("") + compress("two")).value(), "one two");
    EXPECT_THAT(error_of(compress("one") + compress(sample()).substr(0, 40)),
                HasSubstr("damaged or truncated"));
}

TEST_P(Compressed, MayHaveSomethingBehind) {
    EXPECT_EQ(decompress(compress(sample()) + std::string(4, '\0')).value(), sample());
}

TEST_P(Compressed, IsRefusedAtEveryTruncation) {
    const std::string packed = compress(sample());
    // Without its magic it is a plain file.
    for (std::size_t size = 6; size < packed.size(); ++size) {
        const auto message = error_of(packed.substr(0, size));
        EXPECT_THAT(message, HasSubstr("damaged or truncated")) << size;
        EXPECT_THAT(message, HasSubstr(GetParam().name)) << size;
    }
}

TEST_P(Compressed, IsRefusedWhereDamaged) {
    std::string packed = compress(sample());
    packed[packed.size() / 2] ^= 0x55;
    EXPECT_THAT(error_of(packed), HasSubstr("damaged or truncated"));
}

TEST_P(Compressed, IsRefusedAboveTheLimit) {
    constexpr std::size_t limit = std::size_t{1} << 20U;
    EXPECT_EQ(error_of(compress(std::string(limit, '\0')), limit), "");
    EXPECT_EQ(error_of(compress(std::string(limit + 1, '\0')), limit),
              "its contents are larger than 1 MiB");
    // Each stream below, together above.
    const std::string half = compress(std::string(limit / 2 + 1, '\0'));
    EXPECT_EQ(error_of(half, limit), "");
    EXPECT_EQ(error_of(half + half, limit), "its contents are larger than 1 MiB");
}

INSTANTIATE_TEST_SUITE_P(Formats, Compressed,
                         testing::Values(Compressor{"gzip", test::gzip}, Compressor{"xz", test::xz},
                                         Compressor{"zstd", test::zstd}),
                         [](const auto& instance) { return instance.param.name; });

TEST(DecompressLz4, TakesBlocksUpToTheEndOrTheSize) {
    EXPECT_EQ(decompress(test::lz4(sample())).value(), sample());
    EXPECT_EQ(decompress(test::lz4(sample()) + "size").value(), sample());
    EXPECT_THAT(error_of(test::lz4(sample()) + "sizes"), HasSubstr("lz4 data are damaged"));
}

// Without an end mark, a file cut off behind a block is a shorter one.
TEST(DecompressLz4, IsRefusedWhereCutOffInsideOfABlock) {
    const std::string packed = test::lz4(sample().substr(0, 1000));
    for (std::size_t size = 4; size < packed.size(); ++size) {
        EXPECT_THAT(error_of(packed.substr(0, size)), HasSubstr("lz4 data are damaged")) << size;
    }
}

TEST(DecompressLz4, IsRefusedWhereDamaged) {
    // One literal, and then a copy from before the beginning.
    EXPECT_THAT(error_of("\x02\x21\x4c\x18\x0a\0\0\0\x14x\xff\xff\x50"
                         "abcde"s),
                HasSubstr("lz4 data are damaged"));
    EXPECT_THAT(error_of("\x02\x21\x4c\x18\xff\xff\xff\xff...."s),
                HasSubstr("lz4 data are damaged"));
}

TEST(DecompressLz4, IsRefusedAboveTheLimit) {
    EXPECT_EQ(error_of(test::lz4(std::string(3000, '\0')), 3000), "");
    EXPECT_THAT(error_of(test::lz4(std::string(3001, '\0')), 3000), HasSubstr("larger than"));
}

TEST(Decompress, LeavesPlainFilesAsTheyAre) {
    EXPECT_EQ(decompress(""), "");
    EXPECT_EQ(decompress(sample()), sample());
    EXPECT_EQ(error_of("12345", 5), "");
    EXPECT_THAT(error_of("123456", 5), HasSubstr("larger than"));
}

TEST(Decompress, NamesTheFormatsThatItDoesNotRead) {
    EXPECT_EQ(error_of("BZh91AY"), "it is compressed with bzip2, which is not read");
    EXPECT_THAT(error_of("\x5d\0\0\0\4"s), HasSubstr("lzma"));
    EXPECT_THAT(error_of("\x89LZO\0\r\n\x1a\n"s), HasSubstr("lzo"));
}

}  // namespace
}  // namespace netpoll_shim
