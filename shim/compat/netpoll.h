/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NETPOLL_SHIM_COMPAT_NETPOLL_H
#define NETPOLL_SHIM_COMPAT_NETPOLL_H

#include <linux/netdevice.h>
#include <linux/netpoll.h>
#include <linux/semaphore.h>

/* What ndo_netpoll_setup takes: in v3.10 and RHEL 7 most, in v7.2 least. */
#if defined(COMPAT_NETPOLL_SETUP_GFP)
#define COMPAT_NETPOLL_SETUP_PARAMS \
	struct net_device *dev, struct netpoll_info *npinfo, gfp_t gfp
#elif defined(COMPAT_NETPOLL_SETUP_INFO)
#define COMPAT_NETPOLL_SETUP_PARAMS \
	struct net_device *dev, struct netpoll_info *npinfo
#else
#define COMPAT_NETPOLL_SETUP_PARAMS struct net_device *dev
#endif

/*
 * Since v4.19, and where distributions took that over, netpoll polls every NAPI
 * of a device by itself, not only those that are scheduled; netpoll_poll_dev()
 * became public with that.
 */
#ifdef COMPAT_NETPOLL_POLL_DEV
#define COMPAT_CORE_POLLS_EVERY_NAPI 1
#else
#define COMPAT_CORE_POLLS_EVERY_NAPI 0
#endif

/*
 * Has the device polled as netpoll would, @hook being its ndo_poll_controller.
 * Where the core's function is private the hook does all that counts.
 */
static inline void compat_netpoll_poll(struct net_device *dev,
				       struct netpoll_info *npinfo,
				       void (*hook)(struct net_device *dev))
{
#ifdef COMPAT_NETPOLL_POLL_DEV
	netpoll_poll_dev(dev);
#else
	/* a stopped CPU may hold it */
	if (down_trylock(&npinfo->dev_lock))
		return;
	hook(dev);
	up(&npinfo->dev_lock);
#endif
}

#endif
