// SPDX-License-Identifier: GPL-2.0-only
/*
 * A netpoll user that lets go of an unregistered device later than everybody
 * else, as bonding does up to 4.18, by a work item. Load it after the shim.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netpoll.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

static char *interface = "eth0";
module_param(interface, charp, 0444);

static struct netpoll late_netpoll = {
	.name = "late_netpoll",
};
static struct net_device *late_dev;

static void late_let_go(void)
{
	if (!late_dev)
		return;
	__netpoll_cleanup(&late_netpoll);
	dev_put(late_dev);
	late_dev = NULL;
}

static int late_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	if (event == NETDEV_UNREGISTER &&
	    netdev_notifier_info_to_dev(ptr) == late_dev)
		late_let_go();
	return NOTIFY_DONE;
}

static struct notifier_block late_notifier = {
	.notifier_call = late_event,
	.priority = INT_MIN,
};

static int __init late_netpoll_init(void)
{
	int err = -ENODEV;

	rtnl_lock();
	late_dev = __dev_get_by_name(&init_net, interface);
	if (late_dev) {
		err = __netpoll_setup(&late_netpoll, late_dev);
		if (err)
			late_dev = NULL;
		else
			dev_hold(late_dev);
	}
	rtnl_unlock();
	return err ?: register_netdevice_notifier(&late_notifier);
}

static void __exit late_netpoll_exit(void)
{
	unregister_netdevice_notifier(&late_notifier);
	rtnl_lock();
	late_let_go();
	rtnl_unlock();
}

module_init(late_netpoll_init);
module_exit(late_netpoll_exit);
MODULE_DESCRIPTION("lets go of an unregistered device last");
MODULE_LICENSE("GPL");
