// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include "facts/object/bytes.hpp"
#include "facts/object/ops_layout.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// struct net_device_ops as a kernel's own type information has it: /sys/kernel/btf/vmlinux, or the
// section .BTF of vmlinux. `source` names it. Fails where it is damaged, of an unknown kind, or
// does not know the structure.
Result<OpsLayout> ops_layout_from_btf(Bytes btf, const std::string& source);

}  // namespace netpoll_shim
