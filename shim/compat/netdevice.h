/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NETPOLL_SHIM_COMPAT_NETDEVICE_H
#define NETPOLL_SHIM_COMPAT_NETDEVICE_H

#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/stddef.h>
#include <linux/string.h>

/*
 * What a notifier is called with: the device up to v3.10, a structure that holds
 * it since.  RHEL 7 has both, and of each function a second one, for the structure.
 */
static inline int compat_register_netdevice_notifier(struct notifier_block *nb)
{
#ifdef COMPAT_NETDEVICE_NOTIFIER_RH
	return register_netdevice_notifier_rh(nb);
#else
	return register_netdevice_notifier(nb);
#endif
}

static inline void compat_unregister_netdevice_notifier(struct notifier_block *nb)
{
#ifdef COMPAT_NETDEVICE_NOTIFIER_RH
	unregister_netdevice_notifier_rh(nb);
#else
	unregister_netdevice_notifier(nb);
#endif
}

static inline struct net_device *compat_notifier_dev(void *ptr)
{
#ifdef COMPAT_NETDEV_NOTIFIER_INFO
	return netdev_notifier_info_to_dev(ptr);
#else
	return ptr;
#endif
}

/*
 * RHEL lets net_device_ops grow behind a size that the driver's own build has
 * written there, or has not: an object that was built for an earlier minor release
 * may end right behind it.  RHEL 7 counts from the start, RHEL 8 what comes behind.
 */
#if defined(COMPAT_NDO_SIZE)
#define COMPAT_OPS_SIZE ndo_size
#define COMPAT_OPS_SIZE_FROM 0
#elif defined(COMPAT_NDO_TAIL_SIZE)
#define COMPAT_OPS_SIZE net_device_ops_extended_size_rh
#define COMPAT_OPS_SIZE_FROM COMPAT_OPS_HEAD
#endif

#ifdef COMPAT_OPS_SIZE
/* What every object has. */
#define COMPAT_OPS_HEAD \
	(offsetof(struct net_device_ops, COMPAT_OPS_SIZE) + sizeof(size_t))

static inline void compat_copy_ops(struct net_device_ops *copy,
				   const struct net_device_ops *ops)
{
	size_t room = sizeof(*copy) - COMPAT_OPS_SIZE_FROM;
	size_t size = min(ops->COMPAT_OPS_SIZE, room);

	memset(copy, 0, sizeof(*copy));
	memcpy(copy, ops, max(COMPAT_OPS_SIZE_FROM + size, COMPAT_OPS_HEAD));
	copy->COMPAT_OPS_SIZE = size;
}
#else
static inline void compat_copy_ops(struct net_device_ops *copy,
				   const struct net_device_ops *ops)
{
	memcpy(copy, ops, sizeof(*copy));
}
#endif

/*
 * The device's own lock: in v7.2, not yet in v6.12.  What configures a device may
 * hold it instead of RTNL.  Taken within RTNL; not in notifiers of REGISTER, UP and
 * CHANGE, which for some devices are called with it held.
 */
static inline void compat_netdev_lock(struct net_device *dev)
{
#ifdef COMPAT_NETDEV_LOCK
	netdev_lock(dev);
#endif
}

static inline void compat_netdev_unlock(struct net_device *dev)
{
#ifdef COMPAT_NETDEV_LOCK
	netdev_unlock(dev);
#endif
}

/* Whether VLAN devices may be on top. */
static inline bool compat_has_vlans(const struct net_device *dev)
{
#if IS_ENABLED(CONFIG_VLAN_8021Q)
	/* not rcu_access_pointer(): the type is incomplete, which up to v5.4 it minds */
	return READ_ONCE(dev->vlan_info);
#else
	return false;
#endif
}

/*
 * Since v5.12 drivers take skbs from a cache whose refill ends with interrupts on
 * (kmem_cache_alloc_bulk()): there a driver that takes no RX work at budget 0 must
 * not be polled with more, and class C drivers are older.
 */
#ifdef COMPAT_NAPI_BUILD_SKB
#define COMPAT_RX_ENABLES_INTERRUPTS 1
#else
#define COMPAT_RX_ENABLES_INTERRUPTS 0
#endif

#endif
