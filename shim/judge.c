// SPDX-License-Identifier: GPL-2.0-only
/*
 * What to do with a device, and why.  Reads the device, changes nothing.
 */
#include "shim.h"

#include <linux/device.h>

#include "tables.h"

/*
 * Drivers that recognise their own devices by the address of their
 * net_device_ops: a copy would make them strangers to themselves.
 */
static bool shim_compares_ops(const struct net_device *dev, const char *driver)
{
	static const char * const comparers[] = { SHIM_OPS_COMPARERS };
	const char * const *name;

	for (name = comparers; *name; name++) {
		if (!strcmp(driver, *name))
			return true;
		/* DSA ports and WWAN: only the device type tells */
		if (dev->dev.type && dev->dev.type->name &&
		    !strcmp(dev->dev.type->name, *name))
			return true;
	}
	return false;
}

static unsigned int shim_napi_count(const struct net_device *dev)
{
	const struct list_head *position = &dev->napi_list;
	const struct list_head *next;
	unsigned int count = 0;

	/* RTNL is against most drivers, RCU against the rest; up to 5.8 an entry
	 * that they delete is linked to itself.
	 */
	rcu_read_lock();
	while ((next = READ_ONCE(position->next)) != &dev->napi_list &&
	       next != position) {
		position = next;
		count++;
	}
	rcu_read_unlock();
	return count;
}

struct shim_judgement shim_judge(const struct net_device *dev)
{
	const struct net_device_ops *ops = dev->netdev_ops;
	const char *driver = shim_driver_name(dev);
	struct shim_judgement judgement = {
		.action = SHIM_REFUSE,
		.mode = shim_policy_mode(dev),
	};

	if (judgement.mode == SHIM_MODE_NONE) {
		judgement.action = SHIM_LEAVE;
		judgement.reason = "the policy does not name its driver";
	} else if (dev->priv_flags & IFF_DISABLE_NETPOLL) {
		judgement.reason = "IFF_DISABLE_NETPOLL is set";
	} else if (ops->ndo_netpoll_setup) {
		/* bonding, team, bridge, VLAN, macvlan, DSA and they alone */
		judgement.reason = "stacked device: it hands netpoll to its lower devices";
	} else if (ops->ndo_poll_controller && judgement.mode != SHIM_MODE_GUARD) {
		judgement.reason = "its driver has ndo_poll_controller";
	} else if (shim_compares_ops(dev, driver)) {
		judgement.reason = "its driver compares netdev_ops pointers";
	} else if (judgement.mode != SHIM_MODE_ATTACH && !shim_napi_count(dev)) {
		if (netif_running(dev)) {
			judgement.reason = "no NAPI context to drain";
		} else {
			judgement.action = SHIM_WAIT;
			judgement.reason = "down: its NAPI contexts are looked at when it comes up";
		}
	} else {
		judgement.action = SHIM_SERVE;
		judgement.reason = ops->ndo_poll_controller ?
			"named by the policy, in place of its driver's hook" :
			"named by the policy, no hook";
	}
	return judgement;
}

static const char *shim_plan(struct shim_judgement judgement)
{
	switch (judgement.action) {
	case SHIM_LEAVE:
		return "leave";
	case SHIM_REFUSE:
		return "refuse";
	case SHIM_WAIT:
	case SHIM_SERVE:
		break;
	}
	return shim_mode_name(judgement.mode);
}

/* The dry run's line for one device: key=value, the reason last. */
void shim_report(const struct net_device *dev)
{
	struct shim_judgement judgement = shim_judge(dev);
	const char *driver = shim_driver_name(dev);
	const char *version = shim_driver_version(dev);

	pr_info("dry run: %s: driver=%s version=%s bus=%s hook=%s disable_netpoll=%s napi=%u would=%s why=\"%s\"\n",
		netdev_name(dev), *driver ? driver : "-", *version ? version : "-",
		shim_bus_address(dev),
		dev->netdev_ops->ndo_poll_controller ? "yes" : "no",
		dev->priv_flags & IFF_DISABLE_NETPOLL ? "yes" : "no",
		shim_napi_count(dev), shim_plan(judgement), judgement.reason);
}
