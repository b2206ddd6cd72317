// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/image/modalias.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cctype>
#include <regex>

namespace netpoll_shim {

namespace {

constexpr auto hint =
    "a modalias is what /sys/bus/pci/devices/ADDRESS/modalias has, like "
    "pci:v00001D0Fd0000EC20sv00001D0Fsd0000EC20bc02sc00i00";

template <typename Predicate>
bool any_alias(const std::multimap<std::string, std::string>& modinfo, const Predicate& fits) {
    const auto [first, last] = modinfo.equal_range("alias");
    return std::any_of(first, last, [&](const auto& entry) { return fits(entry.second); });
}

}  // namespace

std::vector<Modalias> ec2_modaliases() {
    std::vector<Modalias> aliases;
    // ENA: ena_pci_id_tbl.h in Linux
    for (const unsigned device : {0x0ec2U, 0x1ec2U, 0xec20U, 0xec21U}) {
        aliases.push_back(
            {fmt::format("pci:v00001D0Fd{0:08X}sv00001D0Fsd{0:08X}bc02sc00i00", device), true});
    }
    // "enhanced networking" of the older instance types: IXGBE_DEV_ID_82599_VF in ixgbevf
    aliases.push_back({"pci:v00008086d000010EDsv00008086sd00000000bc02sc00i00", true});
    aliases.push_back({"xen:vif", true});
    return aliases;
}

Result<Modalias> parse_modalias(const std::string& text) {
    static const std::regex any_bus(R"([a-z][a-z0-9_]*:[^\s*?\[\]]+)");
    static const std::regex pci(
        "pci:v[0-9A-F]{8}d[0-9A-F]{8}sv[0-9A-F]{8}sd[0-9A-F]{8}bc[0-9A-F]{2}sc[0-9A-F]{2}"
        "i[0-9A-F]{2}");
    // Longer than the kernel takes; and std::regex recurses by length.
    constexpr std::size_t longest = 1024;
    const bool is_pci = text.starts_with("pci:");
    if (text.size() > longest || !std::regex_match(text, is_pci ? pci : any_bus)) {
        return failure(fmt::format("--modalias {}: not a device's modalias", text), hint,
                       ExitCode::usage);
    }
    return Modalias{text, false};
}

std::string short_name(const std::string& modalias) {
    constexpr std::string_view pci = "pci:v0000VVVVd0000DDDD";
    if (!modalias.starts_with("pci:v0000") || modalias.size() < pci.size()) {
        return modalias;
    }
    std::string text = fmt::format("{}:{}", modalias.substr(pci.find("VVVV"), 4),
                                   modalias.substr(pci.find("DDDD"), 4));
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

bool binds(const std::multimap<std::string, std::string>& modinfo, const std::string& modalias) {
    return any_alias(modinfo, [&](const std::string& pattern) {
        return fnmatch(pattern.c_str(), modalias.c_str(), 0) == 0;
    });
}

bool has_device_alias(const std::multimap<std::string, std::string>& modinfo) {
    return any_alias(modinfo, [](const std::string& pattern) {
        return pattern.find(':') != std::string::npos && !pattern.starts_with("devname:");
    });
}

}  // namespace netpoll_shim
