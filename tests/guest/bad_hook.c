// SPDX-License-Identifier: GPL-2.0-only
/*
 * How not to do it, for comparison only: the device must stay, and this cannot be
 * unloaded.
 *
 * way=schedule	schedules every NAPI context, as many drivers' hooks did until 2018
 *		and ENA 1.x's does: all of them then run on the CPU that prints.
 * way=poll	polls every NAPI context and takes nothing else into account.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

static char *interface = "eth0";
module_param(interface, charp, 0444);

static char *way = "schedule";
module_param(way, charp, 0444);

static struct net_device_ops ops;

static void schedule_every_napi(struct net_device *dev)
{
	struct napi_struct *napi;

	list_for_each_entry(napi, &dev->napi_list, dev_list)
		napi_schedule(napi);
}

static bool own(struct napi_struct *napi)
{
#ifdef RIG_NAPI_POLL_LOCK
	return spin_trylock(&napi->poll_lock);
#else
	return cmpxchg(&napi->poll_owner, -1, smp_processor_id()) == -1;
#endif
}

static void disown(struct napi_struct *napi)
{
#ifdef RIG_NAPI_POLL_LOCK
	spin_unlock(&napi->poll_lock);
#else
	smp_store_release(&napi->poll_owner, -1);
#endif
}

static void poll_every_napi(struct net_device *dev)
{
	struct napi_struct *napi;

	list_for_each_entry(napi, &dev->napi_list, dev_list) {
		if (!own(napi))
			continue;
		set_bit(NAPI_STATE_NPSVC, &napi->state);
		napi->poll(napi, 0);
		clear_bit(NAPI_STATE_NPSVC, &napi->state);
		disown(napi);
	}
}

static int __init bad_hook_init(void)
{
	struct net_device *dev;

	rtnl_lock();
	dev = __dev_get_by_name(&init_net, interface);
	if (dev) {
		ops = *dev->netdev_ops;
		ops.ndo_poll_controller = strcmp(way, "poll") ?
			schedule_every_napi : poll_every_napi;
		smp_store_release(&dev->netdev_ops, &ops);
	}
	rtnl_unlock();
	return dev ? 0 : -ENODEV;
}

module_init(bad_hook_init);
MODULE_DESCRIPTION("a hook that polls the way it should not");
MODULE_LICENSE("GPL");
