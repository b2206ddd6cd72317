// SPDX-License-Identifier: GPL-2.0-only
/*
 * How not to do it: a hook that schedules every NAPI context, as many drivers had
 * it until 2018 and ENA 1.x has it. All of them then run on the CPU that prints.
 * For comparison only, so the device must stay and it cannot be unloaded.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

static char *interface = "eth0";
module_param(interface, charp, 0444);

static struct net_device_ops ops;

static void schedule_every_napi(struct net_device *dev)
{
	struct napi_struct *napi;

	list_for_each_entry(napi, &dev->napi_list, dev_list)
		napi_schedule(napi);
}

static int __init schedule_hook_init(void)
{
	struct net_device *dev;

	rtnl_lock();
	dev = __dev_get_by_name(&init_net, interface);
	if (dev) {
		ops = *dev->netdev_ops;
		ops.ndo_poll_controller = schedule_every_napi;
		smp_store_release(&dev->netdev_ops, &ops);
	}
	rtnl_unlock();
	return dev ? 0 : -ENODEV;
}

module_init(schedule_hook_init);
MODULE_DESCRIPTION("a hook that schedules every NAPI context");
MODULE_LICENSE("GPL");
