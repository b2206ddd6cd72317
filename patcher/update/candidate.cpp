// SPDX-License-Identifier: GPL-2.0-or-later
#include "update/candidate.hpp"

#include <fmt/format.h>

namespace netpoll_shim {

namespace {

tl::unexpected<Error> refused(std::string message, std::string hint) {
    return failure(std::move(message), std::move(hint), ExitCode::database_invalid);
}

tl::unexpected<Error> other_content(const Candidate& candidate, const std::string& known) {
    return refused(
        fmt::format("{}: serial {} has other content than {}", candidate.origin,
                    candidate.release.serial, known),
        "a serial is given once: one of the two is not genuine, or was built by mistake");
}

tl::unexpected<Error> older(const Candidate& candidate, std::uint64_t than, const char* which) {
    return refused(
        fmt::format("{}: serial {} is older than {}, {}", candidate.origin,
                    candidate.release.serial, than, which),
        "an old database may lack a hazard that is known today; netpoll-shim db rollback "
        "puts back the one before. After a key was stolen: docs/database-updates.md, Rotation");
}

}  // namespace

Result<Candidate> examine(const Source& source, const UrlReader& read_url,
                          const std::vector<PublicKey>& keys) {
    auto fetched = fetch(source, read_url);
    if (!fetched) {
        return tl::unexpected<Error>(std::move(fetched).error());
    }
    auto opened = open_signed(std::move(fetched->document), fetched->signature, keys);
    if (!opened) {
        return failure_in(fetched->origin, std::move(opened).error());
    }
    const DocumentHead head = opened->document.head();
    auto database = decode_database(opened->document.files(updated_origin(head.serial)));
    if (!database) {
        return failure_in(fetched->origin, std::move(database).error());
    }
    Candidate candidate{*std::move(opened),
                        *std::move(database),
                        std::move(fetched->signature),
                        std::move(fetched->origin),
                        {},
                        {}};
    candidate.release = release_of(head, candidate.opened.document.bytes());
    if (today() >= head.expires) {
        const std::string expired =
            fmt::format("serial {} expired on {}", head.serial, head.expires);
        if (fetched->is_online) {
            return refused(fmt::format("{}: {}", candidate.origin, expired),
                           "the server has stopped to be updated, or somebody holds updates back");
        }
        candidate.warnings.push_back(expired);
    }
    return candidate;
}

Result<Freshness> judge_freshness(const Candidate& candidate, const ShippedDatabase& shipped,
                                  const std::optional<Release>& highest) {
    const Release& release = candidate.release;
    if (highest && release.serial < highest->serial) {
        return older(candidate, highest->serial, "the highest that was here");
    }
    if (release.serial < shipped.serial) {
        return older(candidate, shipped.serial, "the command's own");
    }
    if (highest && release.serial == highest->serial) {
        if (release != *highest) {
            return other_content(candidate, "the one that was here");
        }
        return Freshness::same;
    }
    if (release.serial == shipped.serial) {
        const auto own = build_document(shipped.files, candidate.opened.document.head());
        if (!own || *own != candidate.opened.document.bytes()) {
            return other_content(candidate, "the command's own");
        }
        return Freshness::same;
    }
    return Freshness::newer;
}

}  // namespace netpoll_shim
