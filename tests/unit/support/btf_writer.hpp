// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <linux/btf.h>

#include <string>
#include <vector>

#include "support/object_writer.hpp"

namespace netpoll_shim::test {

struct BtfMember {
    std::string name;
    std::uint32_t type = 1;
    std::uint32_t offset = 0;  // bytes
};

// Builds BTF, sound or not. Type 0 is void; add_* return nothing, the first added is type 1.
class BtfWriter {
  public:
    void add_type(std::uint32_t kind, std::uint32_t vlen, std::size_t trailer,
                  const std::string& name = "", bool kind_flag = false, std::uint32_t size = 0) {
        const std::uint32_t info = (kind_flag ? 1U << 31U : 0U) | kind << 24U | vlen;
        append(types_, btf_type{add_name(name), info, {size}});
        types_.append(trailer, '\0');
    }

    void add_composite(std::uint32_t kind, const std::string& name, std::uint32_t size,
                       const std::vector<BtfMember>& members, bool kind_flag = false) {
        add_type(kind, static_cast<std::uint32_t>(members.size()), 0, name, kind_flag, size);
        for (const BtfMember& member : members) {
            append(types_, btf_member{add_name(member.name), member.type,
                                      member.offset * 8 | (kind_flag ? 3U << 24U : 0U)});
        }
    }

    std::string bytes() const {
        btf_header header{};
        header.magic = BTF_MAGIC;
        header.version = BTF_VERSION;
        header.hdr_len = sizeof(header);
        header.type_len = static_cast<std::uint32_t>(types_.size());
        header.str_off = header.type_len;
        header.str_len = static_cast<std::uint32_t>(names_.size());
        std::string bytes;
        append(bytes, header);
        return bytes + types_ + names_;
    }

  private:
    std::uint32_t add_name(const std::string& name) {
        if (name.empty()) {
            return 0;
        }
        const auto offset = static_cast<std::uint32_t>(names_.size());
        names_ += name;
        names_ += '\0';
        return offset;
    }

    std::string types_;
    std::string names_ = std::string(1, '\0');
};

// struct net_device_ops of small_layout(): what a kernel has, without the rest of it.
inline std::vector<BtfMember> small_ops_members() {
    return {{"ndo_init", 1, 0},
            {"ndo_start_xmit", 1, 32},
            {"ndo_poll_controller", 1, 40},
            {"ndo_netpoll_setup", 1, 48}};
}

inline std::string small_btf() {
    BtfWriter writer;
    writer.add_type(BTF_KIND_PTR, 0, 0);
    writer.add_composite(BTF_KIND_STRUCT, "net_device_ops", 64, small_ops_members());
    return writer.bytes();
}

}  // namespace netpoll_shim::test
