// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/links.hpp"

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string_view>

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

struct SocketDeleter {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};

int read_kind(const nlattr* attribute, void* kind) {
    if (mnl_attr_get_type(attribute) == IFLA_INFO_KIND &&
        mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0) {
        *static_cast<std::string*>(kind) = mnl_attr_get_str(attribute);
    }
    return MNL_CB_OK;
}

struct Attributes {
    Link link;
    bool lower_is_elsewhere = false;  // in another network namespace, where its index counts
};

int read_attribute_of_link(const nlattr* attribute, void* data) {
    auto& [link, lower_is_elsewhere] = *static_cast<Attributes*>(data);
    const auto holds = [&](mnl_attr_data_type type) {
        return mnl_attr_validate(attribute, type) >= 0;
    };
    switch (mnl_attr_get_type(attribute)) {
        case IFLA_IFNAME:
            if (holds(MNL_TYPE_NUL_STRING)) {
                link.name = mnl_attr_get_str(attribute);
            }
            break;
        case IFLA_MASTER:
            if (holds(MNL_TYPE_U32)) {
                link.master = static_cast<int>(mnl_attr_get_u32(attribute));
            }
            break;
        case IFLA_LINK:
            if (holds(MNL_TYPE_U32)) {
                link.lower = static_cast<int>(mnl_attr_get_u32(attribute));
            }
            break;
        case IFLA_LINK_NETNSID:
            lower_is_elsewhere = true;
            break;
        case IFLA_LINKINFO:
            if (holds(MNL_TYPE_NESTED)) {
                mnl_attr_parse_nested(attribute, read_kind, &link.kind);
            }
            break;
        default:
            break;
    }
    return MNL_CB_OK;
}

int read_link(const nlmsghdr* message, void* links) {
    if (message->nlmsg_type == RTM_NEWLINK &&
        mnl_nlmsg_get_payload_len(message) >= sizeof(ifinfomsg)) {
        Attributes attributes;
        attributes.link.index =
            static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(message))->ifi_index;
        mnl_attr_parse(message, sizeof(ifinfomsg), read_attribute_of_link, &attributes);
        if (attributes.lower_is_elsewhere) {
            attributes.link.lower = 0;
        }
        static_cast<std::vector<Link>*>(links)->push_back(std::move(attributes.link));
    }
    return MNL_CB_OK;
}

// MNL_CB_STOP where all was read.
int dump_links(mnl_socket* socket, std::vector<Link>& links) {
    // What the kernel makes its own buffer of at most.
    alignas(nlmsghdr) std::array<char, 32U << 10U> buffer{};
    nlmsghdr* request = mnl_nlmsg_put_header(buffer.data());
    request->nlmsg_type = RTM_GETLINK;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    mnl_nlmsg_put_extra_header(request, sizeof(ifinfomsg));
    mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0) {
        return MNL_CB_ERROR;
    }
    int result = MNL_CB_OK;
    while (result == MNL_CB_OK) {
        const ssize_t size = mnl_socket_recvfrom(socket, buffer.data(), buffer.size());
        result = size < 0 ? MNL_CB_ERROR
                          : mnl_cb_run(buffer.data(), static_cast<std::size_t>(size), 0,
                                       mnl_socket_get_portid(socket), read_link, &links);
    }
    return result;
}

}  // namespace

std::vector<Link> read_links() {
    constexpr int attempts = 3;
    for (int attempt = 0; attempt < attempts; attempt++) {
        const std::unique_ptr<mnl_socket, SocketDeleter> socket(
            mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC));
        std::vector<Link> links;
        if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
            break;
        }
        if (dump_links(socket.get(), links) == MNL_CB_STOP) {
            return links;
        }
        // Devices came or went meanwhile: the dump may lack one that was there all the time.
        if (errno != EINTR) {
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
