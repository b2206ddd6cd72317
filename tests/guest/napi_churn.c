// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device of its own, churn0, whose NAPI contexts are added and deleted again and
 * again on CPU 0, as by resets, while CPU 1 sends by netpoll without a pause.
 * Load it after the shim. It attaches netpoll, and is done when insmod returns.
 */
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netpoll.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>

static unsigned int rounds = 300;
module_param(rounds, uint, 0444);

static struct napi_struct napis[8];
static unsigned long sent;

static int churn_poll(struct napi_struct *napi, int budget)
{
	if (budget)
		napi_complete_done(napi, 0);
	return 0;
}

static void add_napis(struct net_device *dev)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(napis); i++) {
		RIG_NAPI_ADD(dev, &napis[i], churn_poll);
		napi_enable(&napis[i]);
	}
}

static void delete_napis(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(napis); i++) {
		napi_disable(&napis[i]);
		netif_napi_del(&napis[i]);
	}
}

static int churn_open(struct net_device *dev)
{
	add_napis(dev);
	netif_start_queue(dev);
	return 0;
}

static int churn_stop(struct net_device *dev)
{
	netif_stop_queue(dev);
	delete_napis();
	return 0;
}

static netdev_tx_t churn_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops churn_ops = {
	.ndo_open = churn_open,
	.ndo_stop = churn_stop,
	.ndo_start_xmit = churn_xmit,
};

/* The kind is what the shim calls a driver where there is no bus. */
static struct rtnl_link_ops churn_link_ops = {
	.kind = "churn",
};

static struct netpoll churn_netpoll = {
	.name = "napi_churn",
	.local_port = 6665,
	.remote_port = 9,
	.local_ip.ip = htonl(0x0a000001),
	.remote_ip.ip = htonl(0x0a000002),
	.remote_mac = { 0x52, 0x55, 0x0a, 0x00, 0x02, 0x02 },
};

static int send_without_a_pause(void *unused)
{
	unsigned long flags;

	while (!kthread_should_stop()) {
		local_irq_save(flags);
		netpoll_send_udp(&churn_netpoll, "x", 1);
		local_irq_restore(flags);
		sent++;
		cond_resched();
	}
	return 0;
}

static void churn(struct net_device *dev)
{
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		rtnl_lock();
		delete_napis();
		add_napis(dev);
		/* as after a driver's reset: the link comes up */
		netdev_state_change(dev);
		rtnl_unlock();
		usleep_range(500, 1000);
	}
}

static int churn_under_fire(struct net_device *dev)
{
	struct task_struct *sender;
	int err;

	rtnl_lock();
	err = RIG_DEV_OPEN(dev) ?: __netpoll_setup(&churn_netpoll, dev);
	rtnl_unlock();
	if (err)
		return err;
	sender = kthread_create(send_without_a_pause, NULL, "churn");
	if (!IS_ERR(sender)) {
		kthread_bind(sender, 1);
		wake_up_process(sender);
		churn(dev);
		kthread_stop(sender);
	}
	rtnl_lock();
	__netpoll_cleanup(&churn_netpoll);
	rtnl_unlock();
	pr_crit("churn: %lu sent in %u rounds\n", sent, rounds);
	return PTR_ERR_OR_ZERO(sender);
}

static int __init napi_churn_init(void)
{
	struct net_device *dev;
	int err;

	dev = alloc_netdev(0, "churn%d", NET_NAME_UNKNOWN, ether_setup);
	if (!dev)
		return -ENOMEM;
	dev->netdev_ops = &churn_ops;
	dev->rtnl_link_ops = &churn_link_ops;
	eth_hw_addr_random(dev);
	err = register_netdev(dev);
	if (!err) {
		err = churn_under_fire(dev);
		unregister_netdev(dev);
	}
	free_netdev(dev);
	return err;
}

static void __exit napi_churn_exit(void)
{
}

module_init(napi_churn_init);
module_exit(napi_churn_exit);
MODULE_DESCRIPTION("changes a device's NAPI contexts while netpoll sends");
MODULE_LICENSE("GPL");
