// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "update/sources.hpp"
#include "util/result.hpp"

namespace netpoll_shim {

// What a source has, as it came: nothing of it is verified.
struct Fetched {
    std::string document;
    std::string signature;
    std::string origin;      // the source, for people
    bool is_online = false;  // it could have been replaced in time
};

// Gets one file of a URL; http.hpp has the one for networks.
using UrlReader = std::function<Result<std::string>(const UrlSource& source, const std::string& url,
                                                    std::size_t limit)>;

// The document and the signature of a source. What is too large, no file or without a signature
// fails with database_invalid, what is not there with failed.
Result<Fetched> fetch(const Source& source, const UrlReader& read_url);

}  // namespace netpoll_shim
