// SPDX-License-Identifier: GPL-2.0-only
/*
 * A look at net devices from inside, in /sys/module/netdev_ops/parameters/:
 *	table		what each device's net_device_ops are at this moment
 *	disable_netpoll	a name written here gets IFF_DISABLE_NETPOLL, as bonding
 *			and others set it themselves
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

static int netdev_ops_table(char *buffer, const struct kernel_param *kp)
{
	const struct net_device *dev;
	const struct napi_struct *napi;
	const void *poll;
	unsigned int napis;
	int length = 0;

	rtnl_lock();
	for_each_netdev(&init_net, dev) {
		napis = 0;
		poll = NULL;
		list_for_each_entry(napi, &dev->napi_list, dev_list) {
			napis++;
			poll = napi->poll;
		}
		length += scnprintf(buffer + length, PAGE_SIZE - length,
				    "%s netdev_ops=%px start_xmit=%ps poll_controller=%ps napis=%u poll=%ps size=%zu poll_controller_offset=%zu\n",
				    netdev_name(dev), dev->netdev_ops,
				    dev->netdev_ops->ndo_start_xmit,
				    dev->netdev_ops->ndo_poll_controller,
				    napis, poll,
				    sizeof(struct net_device_ops),
				    offsetof(struct net_device_ops, ndo_poll_controller));
	}
	rtnl_unlock();
	return length;
}

static const struct kernel_param_ops netdev_ops_table_ops = {
	.get = netdev_ops_table,
};
module_param_cb(table, &netdev_ops_table_ops, NULL, 0444);

static int netdev_ops_disable_netpoll(const char *value,
				      const struct kernel_param *kp)
{
	struct net_device *dev;
	char name[IFNAMSIZ];

	if (sscanf(value, "%15s", name) != 1)
		return -EINVAL;
	rtnl_lock();
	dev = __dev_get_by_name(&init_net, name);
	if (dev)
		dev->priv_flags |= IFF_DISABLE_NETPOLL;
	rtnl_unlock();
	return dev ? 0 : -ENODEV;
}

static const struct kernel_param_ops netdev_ops_disable_netpoll_ops = {
	.set = netdev_ops_disable_netpoll,
};
module_param_cb(disable_netpoll, &netdev_ops_disable_netpoll_ops, NULL, 0200);

static int __init netdev_ops_init(void)
{
	return 0;
}

static void __exit netdev_ops_exit(void)
{
}

module_init(netdev_ops_init);
module_exit(netdev_ops_exit);
MODULE_DESCRIPTION("shows each net device's net_device_ops");
MODULE_LICENSE("GPL");
