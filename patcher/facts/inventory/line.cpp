// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/inventory/line.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <array>

#include "util/mode.hpp"

namespace netpoll_shim {

namespace {

namespace dom = simdjson::dom;

struct TextField {
    std::string_view name;
    std::string_view InventoryFields::*member;
    std::size_t limit = max_inventory_text;
};

constexpr std::array text_fields = {
    TextField{"kernel_release", &InventoryFields::kernel_release, max_kernel_release},
    TextField{"driver", &InventoryFields::driver},
    TextField{"driver_version", &InventoryFields::driver_version},
    TextField{"interface", &InventoryFields::interface},
    TextField{"machine", &InventoryFields::machine},
    TextField{"distribution", &InventoryFields::distribution},
    TextField{"srcversion", &InventoryFields::srcversion},
    TextField{"served", &InventoryFields::served},
};

struct BoolField {
    std::string_view name;
    std::optional<bool> InventoryFields::*member;
};

constexpr std::array bool_fields = {
    BoolField{"in_tree", &InventoryFields::in_tree},
    BoolField{"netpoll", &InventoryFields::netpoll},
    BoolField{"netpoll_poll_dev_exported", &InventoryFields::netpoll_poll_dev_exported},
    BoolField{"live_hook", &InventoryFields::live_hook},
    BoolField{"disable_netpoll", &InventoryFields::disable_netpoll},
    BoolField{"object_hook", &InventoryFields::object_hook},
    BoolField{"up", &InventoryFields::up},
};

using Problem = std::optional<std::string>;

Problem take(const TextField& field, dom::element value, InventoryFields& fields) {
    std::string_view text;
    if (!value.is_null() && value.get(text) != simdjson::SUCCESS) {
        return fmt::format("{} must be a string", field.name);
    }
    if (text.size() > field.limit) {
        return fmt::format("{} has more than {} bytes", field.name, field.limit);
    }
    fields.*field.member = text;
    return std::nullopt;
}

Problem take(const BoolField& field, dom::element value, InventoryFields& fields) {
    bool flag = false;
    if (value.is_null()) {
        (fields.*field.member).reset();
        return std::nullopt;
    }
    if (value.get(flag) != simdjson::SUCCESS) {
        return fmt::format("{} must be true or false", field.name);
    }
    fields.*field.member = flag;
    return std::nullopt;
}

Problem take_host(dom::element value, InventoryFields& fields) {
    std::string_view text;
    if (value.is_null()) {
        fields.host.reset();
        return std::nullopt;
    }
    if (value.get(text) != simdjson::SUCCESS) {
        return "host must be a string";
    }
    fields.host = text;
    return std::nullopt;
}

Problem take(std::string_view name, dom::element value, InventoryFields& fields) {
    if (name == "host") {
        return take_host(value, fields);
    }
    for (const TextField& field : text_fields) {
        if (field.name == name) {
            return take(field, value, fields);
        }
    }
    for (const BoolField& field : bool_fields) {
        if (field.name == name) {
            return take(field, value, fields);
        }
    }
    return std::nullopt;
}

Problem find_problem(const InventoryFields& fields) {
    if (fields.kernel_release.empty()) {
        return "kernel_release is missing";
    }
    if (fields.driver.empty()) {
        return "driver is missing";
    }
    if (fields.netpoll == false && fields.netpoll_poll_dev_exported == true) {
        return "netpoll is false, but netpoll_poll_dev_exported is true";
    }
    if (const auto mode = fields.served; !mode.empty() && mode != mode_name(Mode::attach) &&
                                         mode != mode_name(Mode::drain) &&
                                         mode != mode_name(Mode::guard)) {
        return "served must be attach, drain or guard";
    }
    return std::nullopt;
}

template <typename T, typename U>
MaybeFact<T> fact(const char* field, const std::optional<U>& value) {
    if (!value) {
        return std::nullopt;
    }
    return Fact<T>{T(*value), std::string("inventory ") + field};
}

MaybeFact<std::string> fact(const char* field, std::string_view text) {
    if (text.empty()) {
        return std::nullopt;
    }
    return Fact<std::string>{std::string(text), std::string("inventory ") + field};
}

MaybeFact<HookDemand> hook_demand(const InventoryFields& fields) {
    if (fields.netpoll == false) {
        return Fact<HookDemand>{HookDemand::no_netpoll, "inventory netpoll"};
    }
    if (!fields.netpoll_poll_dev_exported) {
        return std::nullopt;
    }
    return Fact<HookDemand>{
        *fields.netpoll_poll_dev_exported ? HookDemand::not_demanded : HookDemand::demanded,
        "inventory netpoll_poll_dev_exported"};
}

DriverModule module_facts(const InventoryFields& fields) {
    DriverModule module;
    module.name = fields.driver;
    module.srcversion = fact("srcversion", fields.srcversion);
    module.in_tree = fact<bool>("in_tree", fields.in_tree);
    // What ethtool -i prints where a driver has no version of its own.
    if (fields.driver_version != fields.kernel_release) {
        module.version = fact("driver_version", fields.driver_version);
    } else if (!module.in_tree) {
        module.in_tree = Fact<bool>{true, "inventory driver_version, which is the kernel's"};
    }
    if (fields.object_hook) {
        module.object.emplace();
        module.object->hook = fact<bool>("object_hook", fields.object_hook);
    }
    return module;
}

std::optional<LiveOps> live_ops(const InventoryFields& fields) {
    if (!fields.live_hook && !fields.disable_netpoll) {
        return std::nullopt;
    }
    LiveOps ops;
    ops.hook = fields.live_hook;
    ops.disable_netpoll = fields.disable_netpoll.value_or(false);
    ops.source = fields.live_hook ? "inventory live_hook" : "inventory disable_netpoll";
    return ops;
}

}  // namespace

struct InventoryParser::State {
    dom::parser parser;
};

InventoryParser::InventoryParser() : state_(std::make_unique<State>()) {}

InventoryParser::~InventoryParser() = default;

Result<InventoryFields> InventoryParser::parse(std::string_view line) {
    dom::element document;
    if (const auto error = state_->parser.parse(line.data(), line.size()).get(document)) {
        return failure(fmt::format("not valid JSON: {}", simdjson::error_message(error)));
    }
    dom::object object;
    if (document.get(object) != simdjson::SUCCESS) {
        return failure("not a JSON object");
    }
    InventoryFields fields;
    for (const dom::key_value_pair& field : object) {
        if (auto problem = take(field.key, field.value, fields)) {
            return failure(*std::move(problem));
        }
    }
    if (auto problem = find_problem(fields)) {
        return failure(*std::move(problem));
    }
    return fields;
}

InventoryHost facts_of(const InventoryFields& fields) {
    InventoryHost host;
    host.host = fields.host;
    host.kernel.setting = Setting::inventory;
    host.kernel.release = fields.kernel_release;
    host.kernel.machine = fields.machine;
    host.kernel.distribution = fact("distribution", fields.distribution);
    host.kernel.hook_demand = hook_demand(fields);
    host.device.name = fields.interface;
    host.device.up = fields.up.value_or(false);
    host.device.driver = fact("driver", fields.driver);
    host.device.live_ops = live_ops(fields);
    host.device.module = module_facts(fields);
    if (auto served = fact("served", fields.served)) {
        host.device.served = ServedFacts{*std::move(served), std::nullopt, {}};
    }
    return host;
}

Result<InventoryHost> parse_inventory_line(std::string_view line, InventoryParser& parser) {
    return parser.parse(line).map(facts_of);
}

}  // namespace netpoll_shim
