// SPDX-License-Identifier: GPL-2.0-only
/*
 * The copy of a device's net_device_ops: made, installed, put back.
 */
#include "shim.h"

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

/* Calls @act for each device, under RCU. */
void shim_device_for_each(void (*act)(struct shim_device *shim))
{
	struct shim_device *shim;

	rcu_read_lock();
	list_for_each_entry_rcu(shim, &shim_devices, node)
		act(shim);
	rcu_read_unlock();
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
	INIT_LIST_HEAD(&shim->napi_list);
	shim->deferring_cpu = -1;
	shim_attach_init(shim);
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
	compat_copy_ops(&shim->ops, shim->driver_ops);
	shim->ops.ndo_poll_controller = shim_poll_controller;
	shim_attach_ops(&shim->ops);
	shim->installed = true;

	/* The copy is whole before a transmit path, which holds no lock that
	 * we hold, can see it.
	 */
	smp_store_release(&dev->netdev_ops, &shim->ops);

	shim_napis_take(shim);
	shim_attach_installed(shim);

	pr_info("%s (%s %s): serving, mode %s\n", netdev_name(dev),
		shim_driver_name(dev), shim_bus_address(dev),
		shim_mode_name(shim->mode));
	return 0;
}

/*
 * Finds out whether somebody may still reach our copy: who replaced it may have
 * kept its address to put it back.
 */
static void shim_device_put_back(struct shim_device *shim)
{
	struct net_device *dev = shim->dev;

	if (dev->netdev_ops == &shim->ops) {
		/* Pairs with nothing: either table is whole at any time. */
		WRITE_ONCE(dev->netdev_ops, shim->driver_ops);
	} else if (dev->netdev_ops->ndo_poll_controller == shim_poll_controller) {
		shim->still_reachable = true;
		pr_err("%s: another module has copied the ops installed here and does not put them back: reboot before it is used again\n",
		       netdev_name(dev));
	} else {
		shim->still_reachable = true;
		pr_warn("%s: its ops were replaced meanwhile, they are left as they are\n",
			netdev_name(dev));
	}
}

static void shim_device_free(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct shim_device, rcu));
}

/*
 * Each step makes sure that nobody comes in anew, and the wait behind it that
 * nobody is left inside, on any CPU: transmit paths that have read netdev_ops
 * and hooks, then wrappers of napi->poll, then whoever found the device in the
 * list.
 */
static void shim_remove_leaving(struct list_head *leaving)
{
	struct shim_device *shim, *next;

	list_for_each_entry(shim, leaving, leaving) {
		WRITE_ONCE(shim->stopping, true);
		if (shim->installed) {
			compat_netdev_lock(shim->dev);
			shim_device_put_back(shim);
			compat_netdev_unlock(shim->dev);
			/* Waits for readers of the attributes; they take no RTNL. */
			shim_sysfs_remove(shim->dev);
		}
	}
	compat_wait_for_readers();

	list_for_each_entry(shim, leaving, leaving) {
		shim_attach_exit(shim);
		shim_unwrap_all(shim);
		shim_napis_give_back(shim);
	}
	compat_wait_for_readers();

	list_for_each_entry(shim, leaving, leaving)
		list_del_rcu(&shim->node);
	compat_wait_for_readers();

	list_for_each_entry_safe(shim, next, leaving, leaving)
		if (!shim->still_reachable)
			compat_call_after_tasks(&shim->rcu, shim_device_free);
}

void shim_device_remove(struct shim_device *shim)
{
	LIST_HEAD(leaving);

	ASSERT_RTNL();
	list_add(&shim->leaving, &leaving);
	shim_remove_leaving(&leaving);
}

void shim_device_remove_all(void)
{
	struct shim_device *shim;
	LIST_HEAD(leaving);

	ASSERT_RTNL();
	list_for_each_entry(shim, &shim_devices, node)
		list_add_tail(&shim->leaving, &leaving);
	shim_remove_leaving(&leaving);
}
