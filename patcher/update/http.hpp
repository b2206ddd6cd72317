// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "update/fetch.hpp"

namespace netpoll_shim {

struct HttpLimits {
    unsigned stall_seconds = 30;  // with hardly anything coming; also for connecting
    unsigned total_seconds = 300;
};

// Reads https URLs by the command `curl`, which every distribution has, with its own libraries and
// certificates: no network code is in this process. Redirects to anything but https are not
// followed; proxy variables are curl's. Progress is shown where the standard error is a terminal.
// What a server sent that cannot be a file fails with database_invalid; that none was reached, with
// failed.
UrlReader curl_reader(const HttpLimits& limits);

}  // namespace netpoll_shim
