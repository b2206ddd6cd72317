// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/kernel_symbols.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>
#include <string>

#include "support/fake_host.hpp"

namespace netpoll_shim {
namespace {

struct Symbols {
    const char* name;
    const char* kallsyms;
    std::optional<HookDemand> expected;
};

class KallsymsTable : public testing::TestWithParam<Symbols> {};

TEST_P(KallsymsTable, TellWhetherTheHookIsDemanded) {
    std::istringstream stream(GetParam().kallsyms);
    EXPECT_EQ(read_hook_demand(stream), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, KallsymsTable,
    testing::Values(
        Symbols{"Exported",
                "ffffffff81000000 T _text\n0000000000000000 T netpoll_poll_dev\n"
                "0000000000000000 T __netpoll_setup\n",
                HookDemand::not_demanded},
        Symbols{"Static", test::demanding_kallsyms, HookDemand::demanded},
        Symbols{"Inlined", "0000000000000000 T netpoll_setup\n", HookDemand::demanded},
        Symbols{"PartlyInlined",
                "0000000000000000 T netpoll_setup\n"
                "0000000000000000 t netpoll_poll_dev.part.0\n",
                HookDemand::demanded},
        Symbols{"NoNetpoll", "0000000000000000 T _text\n0000000000000000 T printk\n",
                HookDemand::no_netpoll},
        Symbols{"SimilarNames",
                "0000000000000000 T __netpoll_setup_x\n0000000000000000 T xnetpoll_setup\n",
                HookDemand::no_netpoll},
        Symbols{"ModulesDoNotCount",
                "0000000000000000 T _text\n0000000000000000 T netpoll_poll_dev\t[odd]\n"
                "0000000000000000 T netpoll_setup\t[odd]\n",
                HookDemand::no_netpoll},
        // Some of a global function may be split off: that is static in any case.
        Symbols{"ExportedAndSplit",
                "0000000000000000 t netpoll_poll_dev.part.0\n"
                "0000000000000000 T netpoll_poll_dev\n"
                "0000000000000000 T netpoll_setup\n",
                HookDemand::not_demanded},
        Symbols{"AllOfItRenamed", "0000000000000000 t netpoll_poll_dev.isra.0\n",
                HookDemand::demanded},
        Symbols{"WithoutALineEnd", "0000000000000000 T netpoll_setup", HookDemand::demanded},
        Symbols{"ModulesAlone", "0000000000000000 T netpoll_setup\t[odd]\n", std::nullopt},
        Symbols{"Empty", "", std::nullopt}, Symbols{"Garbage", "x\n\n  \n0 T\n", std::nullopt}),
    [](const auto& info) { return info.param.name; });

// A table of many blocks, with `lines` in the middle.
std::string long_table(const std::string& lines) {
    std::string table;
    const auto fill = [&] {
        for (int i = 0; i < 20000; i++) {
            table += "0000000000000000 t symbol_" + std::to_string(i) + "\n";
        }
    };
    fill();
    table += lines;
    fill();
    return table;
}

TEST(Kallsyms, AreReadNoFurtherThanNeeded) {
    for (const auto& [lines, expected] :
         {std::pair("0000000000000000 t netpoll_poll_dev\n", HookDemand::demanded),
          std::pair("0000000000000000 T netpoll_poll_dev\n", HookDemand::not_demanded),
          std::pair("0000000000000000 t init\t[ena]\n", HookDemand::no_netpoll)}) {
        const std::string table = long_table(lines);
        std::istringstream stream(table);
        EXPECT_EQ(read_hook_demand(stream), expected) << lines;
        EXPECT_LT(stream.tellg(), table.size() * 2 / 3) << lines;
    }
}

// Wherever the blocks end, that they are read in.
TEST(Kallsyms, AreReadAcrossBlocks) {
    const std::string line = "0000000000000000 T netpoll_poll_dev\n";
    for (std::size_t shift = 0; shift <= line.size(); shift++) {
        std::string table = "0000000000000000 t ";
        table += std::string((64U << 10U) - table.size() - 1 - shift, 'x') + "\n" + line;
        std::istringstream stream(table);
        EXPECT_EQ(read_hook_demand(stream), HookDemand::not_demanded) << shift;
    }
}

TEST(Kallsyms, ThatBreakOffProveNothing) {
    // The buffer ends in an error behind the symbol that it has read.
    struct BreakingOff : std::stringbuf {
        using std::stringbuf::stringbuf;
        int_type underflow() override {
            const int_type next = std::stringbuf::underflow();
            return next != traits_type::eof() ? next : throw std::runtime_error("broken");
        }
    };
    // Of the block that breaks off nothing is taken: what must not count lies in the one before.
    BreakingOff buffer(long_table("0000000000000000 T netpoll_setup\n"));
    std::istream stream(&buffer);
    EXPECT_EQ(read_hook_demand(stream), std::nullopt);
}

}  // namespace
}  // namespace netpoll_shim
