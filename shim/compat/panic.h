/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NETPOLL_SHIM_COMPAT_PANIC_H
#define NETPOLL_SHIM_COMPAT_PANIC_H

/* panic_notifier_list has a header of its own since v5.14. */
#ifdef COMPAT_PANIC_NOTIFIER_HEADER
#include <linux/panic_notifier.h>
#else
#include <linux/kernel.h>
#endif

#endif
