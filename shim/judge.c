// SPDX-License-Identifier: GPL-2.0-only
/*
 * What to do with a device, and why.  Reads the device, changes nothing.
 */
#include "shim.h"

#include <linux/device.h>
#include <net/rtnetlink.h>

#include "tables.h"

/*
 * The bus driver's name, which the policy goes by; for a device without
 * hardware its link kind (veth, bridge ...), or "".
 */
const char *shim_driver_name(const struct net_device *dev)
{
	const struct device *parent = dev->dev.parent;

	if (parent && parent->driver)
		return parent->driver->name;
	if (dev->rtnl_link_ops)
		return dev->rtnl_link_ops->kind;
	return "";
}

const char *shim_bus_address(const struct net_device *dev)
{
	return dev->dev.parent ? dev_name(dev->dev.parent) : "-";
}

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
	const struct napi_struct *napi;
	unsigned int count = 0;

	/* Drivers add and delete under RTNL, which we hold; RCU for the rest. */
	rcu_read_lock();
	list_for_each_entry_rcu(napi, &dev->napi_list, dev_list)
		count++;
	rcu_read_unlock();
	return count;
}

struct shim_judgement shim_judge(const struct net_device *dev)
{
	const struct net_device_ops *ops = dev->netdev_ops;
	const char *driver = shim_driver_name(dev);
	struct shim_judgement judgement = {
		.action = SHIM_REFUSE,
		.mode = shim_policy_mode(driver),
	};

	if (judgement.mode == SHIM_MODE_NONE) {
		judgement.action = SHIM_LEAVE;
		judgement.reason = "the policy does not name its driver";
	} else if (dev->priv_flags & IFF_DISABLE_NETPOLL) {
		judgement.reason = "IFF_DISABLE_NETPOLL is set";
	} else if (ops->ndo_netpoll_setup) {
		/* bonding, team, bridge, VLAN, macvlan, DSA and they alone */
		judgement.reason = "stacked device: it hands netpoll to its lower devices";
	} else if (ops->ndo_poll_controller) {
		judgement.reason = "its driver has ndo_poll_controller";
	} else if (shim_compares_ops(dev, driver)) {
		judgement.reason = "its driver compares netdev_ops pointers";
	} else if (judgement.mode == SHIM_MODE_DRAIN && !shim_napi_count(dev)) {
		if (netif_running(dev)) {
			judgement.reason = "no NAPI context to drain";
		} else {
			judgement.action = SHIM_WAIT;
			judgement.reason = "down: its NAPI contexts are looked at when it comes up";
		}
	} else {
		judgement.action = SHIM_SERVE;
		judgement.reason = "named by the policy, no hook";
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

	pr_info("dry run: %s: driver=%s bus=%s hook=%s disable_netpoll=%s napi=%u would=%s why=\"%s\"\n",
		netdev_name(dev), *driver ? driver : "-", shim_bus_address(dev),
		dev->netdev_ops->ndo_poll_controller ? "yes" : "no",
		dev->priv_flags & IFF_DISABLE_NETPOLL ? "yes" : "no",
		shim_napi_count(dev), shim_plan(judgement), judgement.reason);
}
