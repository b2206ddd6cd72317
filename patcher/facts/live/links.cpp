// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/links.hpp"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "facts/live/link_messages.hpp"
#include "util/unique_fd.hpp"

namespace netpoll_shim {

namespace {

// Kinds whose drivers have an ndo_netpoll_setup of their own, as shim/judge.c says: those made of
// their slaves, and those made on top of one device.
constexpr std::array<std::string_view, 3> kinds_of_slaves = {"bond", "team", "bridge"};
constexpr std::array<std::string_view, 4> kinds_on_top = {"vlan", "macvlan", "macvtap", "dsa"};

template <typename Kinds>
bool is_one_of(const std::string& kind, const Kinds& kinds) {
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

struct Request {
    nlmsghdr header{};
    ifinfomsg info{};
    nlattr mask_header{};
    std::uint32_t mask = 0;
};

bool ask_for_links(int netlink) {
    Request request;
    request.header.nlmsg_len = sizeof(request);
    request.header.nlmsg_type = RTM_GETLINK;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.mask_header.nla_len = sizeof(request.mask_header) + sizeof(request.mask);
    request.mask_header.nla_type = IFLA_EXT_MASK;
    request.mask = RTEXT_FILTER_SKIP_STATS;
    return send(netlink, &request, sizeof(request), 0) == sizeof(request);
}

LinkDump dump_links(std::vector<Link>& links) {
    const UniqueFd netlink(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!netlink.valid() || !ask_for_links(netlink.get())) {
        return LinkDump::failed;
    }
    // What the kernel makes its own buffer of at most.
    std::array<char, 32U << 10U> buffer{};
    LinkDump state = LinkDump::goes_on;
    while (state == LinkDump::goes_on) {
        // With MSG_TRUNC, the size of all that came, even if the buffer could not hold it.
        const ssize_t size = recv(netlink.get(), buffer.data(), buffer.size(), MSG_TRUNC);
        const auto received =
            part_of({buffer.data(), buffer.size()}, 0, static_cast<std::uint64_t>(size));
        state = received && size > 0 ? read_link_messages(*received, links) : LinkDump::failed;
    }
    return state;
}

}  // namespace

std::vector<Link> read_links() {
    constexpr int attempts = 3;
    for (int attempt = 0; attempt < attempts; attempt++) {
        std::vector<Link> links;
        const LinkDump state = dump_links(links);
        if (state == LinkDump::complete) {
            return links;
        }
        if (state == LinkDump::failed) {
            break;
        }
    }
    return {};
}

void add_links(const std::vector<Link>& links, std::vector<DeviceFacts>& devices) {
    for (DeviceFacts& device : devices) {
        const auto link = std::find_if(links.begin(), links.end(), [&](const Link& candidate) {
            return candidate.name == device.name;
        });
        if (link == links.end() || link->kind.empty()) {
            continue;
        }
        device.link_kind = Fact<std::string>{link->kind, "rtnetlink"};
        const bool of_slaves = is_one_of(link->kind, kinds_of_slaves);
        const bool on_top = is_one_of(link->kind, kinds_on_top) && link->lower != 0;
        for (const Link& other : links) {
            if ((of_slaves && other.master == link->index) ||
                (on_top && other.index == link->lower)) {
                device.lower_names.push_back(other.name);
            }
        }
    }
}

}  // namespace netpoll_shim
