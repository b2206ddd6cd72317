// SPDX-License-Identifier: GPL-2.0-only
/*
 * The copy of a device's net_device_ops: made, installed, put back.
 */
#include "shim.h"

#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

/* Written under RTNL, walked under RCU by the hook and by sysfs. */
static LIST_HEAD(shim_devices);

/* Under RTNL or RCU: what is returned lives as long as that is held. */
struct shim_device *shim_device_find(const struct net_device *dev)
{
	struct shim_device *shim;

	list_for_each_entry_rcu(shim, &shim_devices, node, lockdep_rtnl_is_held())
		if (shim->dev == dev)
			return shim;
	return NULL;
}

/*
 * Called under RTNL when the first netpoll user attaches.  The reference makes
 * rmmod say "in use" instead of taking the hook from under the user.  Cores up
 * to 4.18 forget the first user when one of two detaches, and call this again
 * for the next: one reference, whatever they do.
 */
static int shim_netpoll_setup(COMPAT_NETPOLL_SETUP_PARAMS)
{
	struct shim_device *shim = shim_device_find(dev);

	if (shim && shim->holds_module)
		return 0;
	if (!shim || !try_module_get(THIS_MODULE))
		return -ENODEV;
	shim->holds_module = true;
	return 0;
}

/*
 * Called under RTNL when the last netpoll user detaches.  A user that attached
 * before the copy was installed (on kernels that do not demand the hook) took
 * no reference.
 */
static void shim_netpoll_cleanup(struct net_device *dev)
{
	struct shim_device *shim = shim_device_find(dev);

	if (shim && shim->holds_module) {
		shim->holds_module = false;
		module_put(THIS_MODULE);
	}
}

int shim_device_add(struct net_device *dev, enum shim_mode mode)
{
	struct shim_device *shim;

	ASSERT_RTNL();
	shim = kzalloc(sizeof(*shim), GFP_KERNEL);
	if (!shim)
		return -ENOMEM;
	shim->dev = dev;
	shim->mode = mode;
	list_add_rcu(&shim->node, &shim_devices);
	return 0;
}

int shim_device_install(struct shim_device *shim)
{
	struct net_device *dev = shim->dev;
	int err;

	ASSERT_RTNL();
	err = shim_sysfs_add(dev);
	if (err)
		return err;

	shim->driver_ops = dev->netdev_ops;
	memcpy(&shim->ops, shim->driver_ops, sizeof(shim->ops));
	shim->ops.ndo_poll_controller = shim_poll_controller;
	shim->ops.ndo_netpoll_setup = shim_netpoll_setup;
	shim->ops.ndo_netpoll_cleanup = shim_netpoll_cleanup;
	shim->installed = true;

	/* The copy is whole before a transmit path, which holds no lock that
	 * we hold, can see it.
	 */
	smp_store_release(&dev->netdev_ops, &shim->ops);

	pr_info("%s (%s %s): serving, mode %s\n", netdev_name(dev),
		shim_driver_name(dev), shim_bus_address(dev),
		shim_mode_name(shim->mode));
	return 0;
}

/*
 * Returns whether somebody may still reach our copy: who replaced it may have
 * kept its address to put it back.
 */
static bool shim_device_put_back(struct shim_device *shim)
{
	struct net_device *dev = shim->dev;

	if (dev->netdev_ops == &shim->ops) {
		/* Pairs with nothing: either table is whole at any time. */
		WRITE_ONCE(dev->netdev_ops, shim->driver_ops);
		return false;
	}
	if (dev->netdev_ops->ndo_poll_controller == shim_poll_controller)
		pr_err("%s: another module has copied the ops installed here and does not put them back: reboot before it is used again\n",
		       netdev_name(dev));
	else
		pr_warn("%s: its ops were replaced meanwhile, they are left as they are\n",
			netdev_name(dev));
	return true;
}

void shim_device_remove(struct shim_device *shim)
{
	struct net_device *dev = shim->dev;
	bool still_reachable = false;

	ASSERT_RTNL();
	if (shim->installed) {
		still_reachable = shim_device_put_back(shim);
		/* Waits for readers of the attributes; they take no RTNL. */
		shim_sysfs_remove(dev);
	}
	list_del_rcu(&shim->node);

	/* The device leaves while netpoll is attached: its cleanup will be
	 * called through the driver's own ops, never through ours.
	 */
	if (shim->holds_module)
		module_put(THIS_MODULE);

	/* Against transmit paths that have read netdev_ops, hooks that run
	 * and walkers of shim_devices, on any CPU.
	 */
	compat_wait_for_ops_readers();
	if (!still_reachable)
		kfree(shim);
}

void shim_device_remove_all(void)
{
	struct shim_device *shim, *next;

	ASSERT_RTNL();
	list_for_each_entry_safe(shim, next, &shim_devices, node)
		shim_device_remove(shim);
}
