// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/object/btf.hpp"

#include <fmt/format.h>
#include <linux/btf.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace netpoll_shim {

namespace {

constexpr std::string_view structure = "net_device_ops";

auto damaged(const std::string& source) {
    return failure(fmt::format("{}: damaged or truncated BTF", source));
}

// What follows a type of this kind, in bytes; nothing for a kind that is not known: where the next
// type begins is not known then either.
std::optional<std::uint64_t> trailer_size(std::uint32_t info) {
    const std::uint64_t count = BTF_INFO_VLEN(info);
    switch (BTF_INFO_KIND(info)) {
        case BTF_KIND_INT:
            return sizeof(std::uint32_t);
        case BTF_KIND_ARRAY:
            return sizeof(btf_array);
        case BTF_KIND_STRUCT:
        case BTF_KIND_UNION:
            return count * sizeof(btf_member);
        case BTF_KIND_ENUM:
            return count * sizeof(btf_enum);
        case BTF_KIND_ENUM64:
            return count * sizeof(btf_enum64);
        case BTF_KIND_FUNC_PROTO:
            return count * sizeof(btf_param);
        case BTF_KIND_VAR:
            return sizeof(btf_var);
        case BTF_KIND_DATASEC:
            return count * sizeof(btf_var_secinfo);
        case BTF_KIND_DECL_TAG:
            return sizeof(btf_decl_tag);
        case BTF_KIND_PTR:
        case BTF_KIND_FWD:
        case BTF_KIND_TYPEDEF:
        case BTF_KIND_VOLATILE:
        case BTF_KIND_CONST:
        case BTF_KIND_RESTRICT:
        case BTF_KIND_FUNC:
        case BTF_KIND_FLOAT:
        case BTF_KIND_TYPE_TAG:
            return 0;
        default:
            return std::nullopt;
    }
}

bool is_composite(const btf_type& type) {
    const auto kind = BTF_INFO_KIND(type.info);
    return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

// The types of a kernel, by their number.
class Types {
  public:
    static Result<Types> parse(Bytes btf, const std::string& source);

    std::size_t count() const { return places_.size(); }
    // parse() has made sure that they are there.
    btf_type type(std::size_t number) const {
        return load<btf_type>(types_, places_[number]).value_or(btf_type());
    }
    btf_member member(std::size_t number, std::size_t index) const {
        const std::uint64_t at = places_[number] + sizeof(btf_type) + index * sizeof(btf_member);
        return load<btf_member>(types_, at).value_or(btf_member());
    }
    std::string_view name(std::uint32_t offset) const {
        return name_at(names_, offset).value_or("");
    }

  private:
    Bytes types_;
    Bytes names_;
    std::vector<std::uint32_t> places_;  // of each type, in types_; the first is void
};

Result<Types> Types::parse(Bytes btf, const std::string& source) {
    const auto header = load<btf_header>(btf, 0);
    if (!header || header->magic != BTF_MAGIC) {
        return failure(fmt::format("{}: no BTF", source));
    }
    if (header->version != BTF_VERSION) {
        return failure(fmt::format("{}: BTF of the unknown version {}", source, header->version));
    }
    const auto types =
        part_of(btf, std::uint64_t{header->hdr_len} + header->type_off, header->type_len);
    const auto names =
        part_of(btf, std::uint64_t{header->hdr_len} + header->str_off, header->str_len);
    if (header->hdr_len < sizeof(btf_header) || !types || !names) {
        return damaged(source);
    }
    Types result;
    result.types_ = *types;
    result.names_ = *names;
    result.places_.push_back(0);
    for (std::uint64_t at = 0; at < types->size();) {
        const auto type = load<btf_type>(*types, at);
        if (!type) {
            return damaged(source);
        }
        const auto trailer = trailer_size(type->info);
        if (!trailer) {
            return failure(fmt::format("{}: BTF with types of the unknown kind {}", source,
                                       BTF_INFO_KIND(type->info)));
        }
        if (!part_of(*types, at + sizeof(btf_type), *trailer)) {
            return damaged(source);
        }
        result.places_.push_back(static_cast<std::uint32_t>(at));
        at += sizeof(btf_type) + *trailer;
    }
    return result;
}

// Finds the wanted members of one structure.
class MemberSearch {
  public:
    explicit MemberSearch(const Types& types) : types_(types) {}

    // `base` in bits. False where the structure is not sound.
    bool look_into(std::size_t number, std::uint64_t base) {
        const btf_type type = types_.type(number);
        const bool has_bitfields = BTF_INFO_KFLAG(type.info) != 0;
        for (std::size_t index = 0; index < BTF_INFO_VLEN(type.info); ++index) {
            // Unions in each other, without end, are no kernel's.
            if (++looked_at_ > most_members) {
                return false;
            }
            const btf_member member = types_.member(number, index);
            const std::uint64_t offset =
                base + (has_bitfields ? BTF_MEMBER_BIT_OFFSET(member.offset) : member.offset);
            const std::string_view name = types_.name(member.name_off);
            // RHEL puts changed members into anonymous unions (RH_KABI_REPLACE).
            if (name.empty() && member.type < types_.count() && member.type != 0 &&
                is_composite(types_.type(member.type))) {
                if (!look_into(member.type, offset)) {
                    return false;
                }
                continue;
            }
            take(name, offset);
        }
        return true;
    }

    OpsLayout layout;

  private:
    static constexpr std::size_t most_members = 4096;

    void take(std::string_view name, std::uint64_t offset) {
        const auto bytes = static_cast<unsigned>(offset / 8);
        if (name == "ndo_start_xmit") {
            layout.ndo_start_xmit = bytes;
        } else if (name == "ndo_poll_controller") {
            layout.ndo_poll_controller = bytes;
        } else if (name == "ndo_netpoll_setup") {
            layout.ndo_netpoll_setup = bytes;
        }
    }

    const Types& types_;
    std::size_t looked_at_ = 0;
};

bool same(const OpsLayout& left, const OpsLayout& right) {
    return left.size == right.size && left.ndo_start_xmit == right.ndo_start_xmit &&
           left.ndo_poll_controller == right.ndo_poll_controller &&
           left.ndo_netpoll_setup == right.ndo_netpoll_setup;
}

bool fits(const std::optional<unsigned>& member, unsigned size) {
    return !member || (size >= sizeof(std::uint64_t) && *member <= size - sizeof(std::uint64_t));
}

}  // namespace

Result<OpsLayout> ops_layout_from_btf(Bytes btf, const std::string& source) {
    const auto types = Types::parse(btf, source);
    if (!types) {
        return tl::unexpected(types.error());
    }
    std::optional<OpsLayout> found;
    for (std::size_t number = 1; number < types->count(); ++number) {
        const btf_type type = types->type(number);
        if (BTF_INFO_KIND(type.info) != BTF_KIND_STRUCT ||
            types->name(type.name_off) != structure) {
            continue;
        }
        MemberSearch search(*types);
        search.layout.size = type.size;
        search.layout.source = source;
        if (!search.look_into(number, 0) || !search.layout.ndo_start_xmit ||
            !fits(search.layout.ndo_start_xmit, type.size) ||
            !fits(search.layout.ndo_poll_controller, type.size) ||
            !fits(search.layout.ndo_netpoll_setup, type.size)) {
            return damaged(source);
        }
        if (found && !same(*found, search.layout)) {
            return failure(fmt::format("{}: BTF with two kinds of struct {}", source, structure));
        }
        found = search.layout;
    }
    if (!found) {
        return failure(fmt::format("{}: BTF without struct {}", source, structure));
    }
    return *found;
}

}  // namespace netpoll_shim
