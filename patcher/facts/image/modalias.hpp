// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.hpp"

namespace netpoll_shim {

// A device that an image may meet, by what the kernel would call it: "pci:v00001D0F...".
struct Modalias {
    std::string text;
    bool is_builtin = false;  // of the list below, not the user's
};

// The network devices of EC2: ENA, the Intel 82599 virtual function, Xen's.
std::vector<Modalias> ec2_modaliases();

// Fails with a usage error for what is no device's modalias.
Result<Modalias> parse_modalias(const std::string& text);

// "1d0f:ec20" of a PCI device, else the whole modalias.
std::string short_name(const std::string& modalias);

// Whether one of a module's aliases matches, as modprobe would match it.
bool binds(const std::multimap<std::string, std::string>& modinfo, const std::string& modalias);

// Whether any of a module's aliases is one of devices on a bus: stacked and virtual network devices
// have none.
bool has_device_alias(const std::multimap<std::string, std::string>& modinfo);

}  // namespace netpoll_shim
