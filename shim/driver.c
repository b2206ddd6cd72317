// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who drives a device, as far as the policy and the log want to know.
 */
#include "shim.h"

#include <linux/device.h>
#include <linux/module.h>
#include <net/rtnetlink.h>

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

/* NULL for a driver that is built in. */
static const struct module *shim_driver_module(const struct net_device *dev)
{
	const struct device *parent = dev->dev.parent;

	return parent && parent->driver ? parent->driver->owner : NULL;
}

/* The driver module's own version, or "": many have none. */
const char *shim_driver_version(const struct net_device *dev)
{
	const struct module *module = shim_driver_module(dev);

	return module && module->version ? module->version : "";
}

/* Vendors' modules and those of the kernel count their versions apart. */
bool shim_driver_is_out_of_tree(const struct net_device *dev)
{
	const struct module *module = shim_driver_module(dev);

	/* not test_bit(): the member is not a long everywhere */
	return module && module->taints & (1UL << TAINT_OOT_MODULE);
}
