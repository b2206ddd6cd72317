// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/inventory/blocks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <deque>

namespace netpoll_shim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Gives the chunks one after another, as a pipe would.
BlockReader reader_of(std::deque<std::string> chunks, std::size_t block_size = 1000,
                      std::size_t line_limit = 100) {
    return {[chunks](char* buffer, std::size_t size) mutable -> ssize_t {
                if (chunks.empty()) {
                    return 0;
                }
                const std::size_t count = chunks.front().copy(buffer, size);
                chunks.front().erase(0, count);
                if (chunks.front().empty()) {
                    chunks.pop_front();
                }
                return static_cast<ssize_t>(count);
            },
            "the test", block_size, line_limit};
}

// "NUMBER@FIRST_LINE:TEXT" of each block; "!" stands for a line that was not kept.
std::vector<std::string> blocks_of(BlockReader reader) {
    std::vector<std::string> blocks;
    InventoryBlock block;
    while (true) {
        const auto more = reader.next(block);
        EXPECT_TRUE(more) << more.error().message;
        if (!more || !*more) {
            return blocks;
        }
        blocks.push_back(std::to_string(block.number) + "@" + std::to_string(block.first_line) +
                         ":" + (block.over_long ? "!" : block.text));
    }
}

TEST(InventoryBlocks, AreWholeLines) {
    EXPECT_THAT(blocks_of(reader_of({"a\nb\nc", "d\ne", "\n"})),
                ElementsAre("0@1:a\nb\n", "1@3:cd\n", "2@4:e\n"));
}

TEST(InventoryBlocks, TheLastLineNeedsNoNewline) {
    EXPECT_THAT(blocks_of(reader_of({"a\nb"})), ElementsAre("0@1:a\n", "1@2:b"));
    EXPECT_THAT(blocks_of(reader_of({"a"})), ElementsAre("0@1:a"));
}

TEST(InventoryBlocks, NothingGivesNone) {
    EXPECT_THAT(blocks_of(reader_of({})), IsEmpty());
}

TEST(InventoryBlocks, ReadsOfAnySizeGiveTheSameLines) {
    std::string text;
    for (int i = 0; i < 50; i++) {
        text += std::string(static_cast<std::size_t>(i), 'x') + "\n";
    }
    for (std::size_t size = 1; size < 200; size++) {
        std::string joined;
        std::uint64_t lines = 0;
        BlockReader reader = reader_of({text}, size);
        InventoryBlock block;
        for (std::uint64_t number = 0; *reader.next(block); number++) {
            ASSERT_EQ(block.number, number);
            ASSERT_EQ(block.first_line, lines + 1);
            ASSERT_FALSE(block.over_long);
            lines +=
                static_cast<std::uint64_t>(std::count(block.text.begin(), block.text.end(), '\n'));
            joined += block.text;
        }
        ASSERT_EQ(joined, text) << size;
    }
}

TEST(InventoryBlocks, ALineAboveTheLimitIsSkippedAndTheRestIsRead) {
    const std::string longest(250, 'x');
    EXPECT_THAT(blocks_of(reader_of({"a\n" + longest + "\nb\nc\n"}, 10)),
                ElementsAre("0@1:a\n", "1@2:!", "2@3:b\nc\n"));
    EXPECT_THAT(blocks_of(reader_of({longest + "\n" + longest}, 10)),
                ElementsAre("0@1:!", "1@2:!"));
    // What stood after it in the same read.
    EXPECT_THAT(blocks_of(reader_of({std::string(120, 'x'), "y\nb\nc"}, 200)),
                ElementsAre("0@1:!", "1@2:b\n", "2@3:c"));
}

TEST(InventoryBlocks, ALineAboveTheLimitTakesNoMemory) {
    int reads = 100000;
    BlockReader reader(
        [reads](char* buffer, std::size_t size) mutable -> ssize_t {
            if (reads-- == 0) {
                return 0;
            }
            std::fill_n(buffer, size, 'x');
            return static_cast<ssize_t>(size);
        },
        "the test", 1000, 5000);
    InventoryBlock block;
    ASSERT_TRUE(*reader.next(block));
    EXPECT_TRUE(block.over_long);
    EXPECT_LT(block.text.capacity(), 20000U);
    EXPECT_FALSE(*reader.next(block));
}

TEST(InventoryBlocks, WhatWasReadIsHandedOutAtOnce) {
    int reads = 0;
    BlockReader reader(
        [&reads](char* buffer, std::size_t /*size*/) -> ssize_t {
            reads++;
            *buffer = '\n';
            return 1;
        },
        "the test", 1000, 5000);
    InventoryBlock block;
    ASSERT_TRUE(*reader.next(block));
    EXPECT_EQ(reads, 1);
}

TEST(InventoryBlocks, AnErrorNamesTheInput) {
    int reads = 0;
    BlockReader reader(
        [&reads](char* buffer, std::size_t /*size*/) -> ssize_t {
            errno = reads == 0 ? EINTR : EIO;
            *buffer = '\n';
            return reads++ == 1 ? 1 : -1;
        },
        "hosts.jsonl", 1000, 5000);
    InventoryBlock block;
    // An interrupted read is none.
    ASSERT_TRUE(*reader.next(block));
    const auto more = reader.next(block);
    ASSERT_FALSE(more);
    EXPECT_THAT(more.error().message, HasSubstr("cannot read hosts.jsonl: Input/output error"));
    EXPECT_EQ(more.error().exit_code, ExitCode::failed);
}

}  // namespace
}  // namespace netpoll_shim
