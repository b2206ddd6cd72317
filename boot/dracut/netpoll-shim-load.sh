#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by dracut once udev has bound the network drivers: in initqueue/settled, then in
# pre-mount. A second run finds everything done. Nothing here stops the boot.

netpoll_shim_log=/dev/null
[ ! -w /dev/kmsg ] || netpoll_shim_log=/dev/kmsg
/usr/sbin/netpoll-shim load >/dev/null 2>"$netpoll_shim_log" || :
unset netpoll_shim_log

# A job of the queue runs until it has removed itself.
[ -z "${job:-}" ] || rm -f -- "$job"
