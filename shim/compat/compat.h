/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NETPOLL_SHIM_COMPAT_H
#define NETPOLL_SHIM_COMPAT_H

/*
 * Everything that differs between kernels, under one name each.  The other
 * files are written as for one kernel.
 */

#include "basics.h"
#include "napi.h"
#include "netdevice.h"
#include "netpoll.h"
#include "rcu.h"

#endif
