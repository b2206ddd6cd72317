// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/live/link_messages.hpp"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace netpoll_shim {

namespace {

void remove_aligned(Bytes& bytes, std::size_t size) {
    static_assert(NLMSG_ALIGNTO == NLA_ALIGNTO);
    bytes.remove_prefix(std::min<std::size_t>(bytes.size(), NLMSG_ALIGN(size)));
}

// visit(type, payload) for each attribute that lies inside as a whole.
template <typename Visit>
void for_each_attribute(Bytes attributes, Visit visit) {
    while (true) {
        const auto header = load<nlattr>(attributes, 0);
        if (!header) {
            return;
        }
        const auto attribute = part_of(attributes, 0, header->nla_len);
        if (!attribute || attribute->size() < NLA_HDRLEN) {
            return;
        }
        visit(header->nla_type & NLA_TYPE_MASK, attribute->substr(NLA_HDRLEN));
        remove_aligned(attributes, header->nla_len);
    }
}

int index_in(Bytes payload) {
    return static_cast<int>(load<std::uint32_t>(payload, 0).value_or(0));
}

std::string text_in(Bytes payload) {
    return std::string(name_at(payload, 0).value_or(""));
}

void add_link(Bytes payload, std::vector<Link>& links) {
    const auto info = load<ifinfomsg>(payload, 0);
    if (!info) {
        return;
    }
    Link link;
    link.index = info->ifi_index;
    bool lower_is_elsewhere = false;  // in another network namespace, where its index counts
    remove_aligned(payload, sizeof(ifinfomsg));
    for_each_attribute(payload, [&](int type, Bytes value) {
        switch (type) {
            case IFLA_IFNAME:
                link.name = text_in(value);
                break;
            case IFLA_MASTER:
                link.master = index_in(value);
                break;
            case IFLA_LINK:
                link.lower = index_in(value);
                break;
            case IFLA_LINK_NETNSID:
                lower_is_elsewhere = true;
                break;
            case IFLA_LINKINFO:
                for_each_attribute(value, [&](int detail, Bytes text) {
                    if (detail == IFLA_INFO_KIND) {
                        link.kind = text_in(text);
                    }
                });
                break;
            default:
                break;
        }
    });
    if (lower_is_elsewhere) {
        link.lower = 0;
    }
    links.push_back(std::move(link));
}

}  // namespace

LinkDump read_link_messages(Bytes messages, std::vector<Link>& links) {
    while (true) {
        const auto header = load<nlmsghdr>(messages, 0);
        if (!header) {
            return LinkDump::goes_on;
        }
        const auto message = part_of(messages, 0, header->nlmsg_len);
        if (!message || message->size() < NLMSG_HDRLEN || header->nlmsg_type == NLMSG_ERROR) {
            return LinkDump::failed;
        }
        if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0) {
            return LinkDump::interrupted;
        }
        const Bytes payload = message->substr(NLMSG_HDRLEN);
        if (header->nlmsg_type == NLMSG_DONE) {
            return load<int>(payload, 0).value_or(0) < 0 ? LinkDump::failed : LinkDump::complete;
        }
        if (header->nlmsg_type == RTM_NEWLINK) {
            add_link(payload, links);
        }
        remove_aligned(messages, header->nlmsg_len);
    }
}

}  // namespace netpoll_shim
