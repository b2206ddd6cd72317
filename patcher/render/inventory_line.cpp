// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/inventory_line.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "render/words.hpp"

namespace netpoll_shim {

namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void append_string(std::string& lines, std::string_view text) {
    const auto needs_escape = [](char c) {
        return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    };
    if (std::any_of(text.begin(), text.end(), needs_escape)) {
        lines += dump(Json(text));
        return;
    }
    lines += '"';
    lines += text;
    lines += '"';
}

}  // namespace

std::string render_inventory_tail(std::string_view kernel_release, const Verdict& verdict) {
    Json reasons = Json::array();
    for (const Statement& reason : verdict.reasons) {
        reasons.push_back(reason.text);
    }
    const auto rests_on = verdict.rests_on();
    const Json json = {{"kernel_release", kernel_release},
                       {"driver", verdict.driver},
                       {"driver_version", verdict.driver_version},
                       {"verdict", word(verdict.kind)},
                       {"mode", verdict.mode ? Json(mode_name(*verdict.mode)) : Json()},
                       {"state", word(verdict.service)},
                       {"rests_on", rests_on ? Json(word(*rests_on)) : Json()},
                       {"can_hang", verdict.can_hang},
                       {"reasons", std::move(reasons)},
                       {"contradictions", verdict.contradictions},
                       {"remedies", verdict.remedies},
                       {"alternatives", verdict.alternatives}};
    return dump(json).substr(1) + '\n';
}

void append_inventory_line(std::string& lines, const std::optional<std::string_view>& host,
                           std::string_view interface, std::string_view tail) {
    lines += R"({"host":)";
    if (host) {
        append_string(lines, *host);
    } else {
        lines += "null";
    }
    lines += R"(,"interface":)";
    if (interface.empty()) {
        lines += "null";
    } else {
        append_string(lines, interface);
    }
    lines += ',';
    lines += tail;
}

void append_inventory_error(std::string& lines, std::uint64_t line, const std::string& message) {
    lines += dump({{"line", line}, {"error", message}}) + '\n';
}

}  // namespace netpoll_shim
