// SPDX-License-Identifier: GPL-2.0-or-later
//
// Facts in, verdict out, by the data that is built in: one case a file in tests/golden/. The facts
// are a line of an inventory. Of `reasons`, `remedies` and `alternatives` each text must occur in
// the verdict's; everything else must be equal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "evaluate/evaluate.hpp"
#include "facts/inventory/line.hpp"
#include "render/words.hpp"
#include "support/databases.hpp"

namespace netpoll_shim {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path folder = fs::path(SOURCE_DIR) / "tests/golden";

std::vector<std::string> golden_names() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

Verdict verdict_for(const std::string& facts) {
    static const Database database = test::embedded_database();
    InventoryParser parser;
    const auto host = parse_inventory_line(facts, parser);
    if (!host) {
        throw std::runtime_error(host.error().message);
    }
    return evaluate(host->kernel, host->device, {}, database);
}

std::vector<std::string> texts(const std::vector<Statement>& statements) {
    std::vector<std::string> all;
    for (const Statement& statement : statements) {
        all.push_back(statement.text);
    }
    return all;
}

// Each of the expected texts occurs in one of the actual ones.
void expect_said(const json& expected, const std::vector<std::string>& actual) {
    for (const json& text : expected) {
        EXPECT_THAT(actual, testing::Contains(testing::HasSubstr(text.get<std::string>())));
    }
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, Verdict) {
    const json golden = json::parse(std::ifstream(folder / (GetParam() + ".json")));
    const json& expected = golden.at("verdict");
    SCOPED_TRACE(golden.at("about").get<std::string>());
    const Verdict verdict = verdict_for(golden.at("facts").dump());

    const auto rests_on = verdict.rests_on();
    EXPECT_EQ(word(verdict.kind), expected.at("verdict"));
    EXPECT_EQ(verdict.mode ? json(mode_name(*verdict.mode)) : json(), expected.at("mode"));
    EXPECT_EQ(rests_on ? json(word(*rests_on)) : json(), expected.at("rests_on"));
    EXPECT_EQ(verdict.forceable, expected.at("forceable"));
    EXPECT_EQ(verdict.contradictions.size(), expected.at("contradictions"))
        << testing::PrintToString(verdict.contradictions);
    expect_said(expected.value("reasons", json::array()), texts(verdict.reasons));
    expect_said(expected.value("remedies", json::array()), verdict.remedies);
    expect_said(expected.value("alternatives", json::array()), verdict.alternatives);
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, testing::ValuesIn(golden_names()), [](const auto& info) {
    std::string name = info.param;
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
});

}  // namespace
}  // namespace netpoll_shim
