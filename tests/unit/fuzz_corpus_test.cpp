// SPDX-License-Identifier: GPL-2.0-or-later
// The fuzz targets over their corpora, without a fuzzer. The sanitizers of `make lint` look on.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "targets.hpp"

namespace netpoll_shim {
namespace {

std::vector<std::filesystem::path> corpus_of(const fuzz::Target& target) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(
             std::filesystem::path(SOURCE_DIR) / "tests/fuzz/corpus" / target.name)) {
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

class FuzzCorpus : public testing::TestWithParam<fuzz::Target> {};

TEST_P(FuzzCorpus, RunsWholeAndCutOff) {
    const auto files = corpus_of(GetParam());
    ASSERT_FALSE(files.empty());
    for (const auto& path : files) {
        SCOPED_TRACE(path);
        std::ifstream file(path, std::ios::binary);
        const std::string bytes(std::istreambuf_iterator<char>(file), {});
        ASSERT_FALSE(bytes.empty());
        GetParam().run(bytes);
        const std::size_t step = bytes.size() / 64 + 1;
        for (std::size_t size = 0; size < bytes.size(); size += step) {
            // A copy of this size exactly: a read behind its end is seen.
            GetParam().run(std::string(bytes, 0, size));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Each, FuzzCorpus, testing::ValuesIn(fuzz::targets),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace netpoll_shim
