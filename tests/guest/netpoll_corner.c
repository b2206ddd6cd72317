// SPDX-License-Identifier: GPL-2.0-only
/*
 * Brings netpoll to a device at a bad moment, on purpose: prints a few lines
 * while the first TX queue or the NAPI contexts are in a given state.
 *	case=xmit	this CPU owns the queue's transmit lock
 *	case=busy	somebody else polls the NAPI contexts
 *	case=disabled	the NAPI contexts are disabled
 *	case=fresh	one more NAPI context has been added, not yet enabled
 *	case=softirq	one more NAPI context raises a softirq when it is polled;
 *			the log says how often it stays pending
 *	case=rxwork	one more NAPI context does RX work when it is polled at
 *			budget 0, as ENA 2.0.2 does: that ends in local_bh_enable()
 * In all but the first the queue is stopped, so that netpoll has to poll.
 */
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

static char *interface = "eth0";
module_param(interface, charp, 0444);
static char *corner = "";
module_param_named(case, corner, charp, 0444);

#define CORNER_LINES 3

static void print_lines(void)
{
	unsigned long flags;
	int i;

	local_irq_save(flags);
	for (i = 0; i < CORNER_LINES; i++)
		printk(KERN_CRIT "corner %s line %d\n", corner, i + 1);
	local_irq_restore(flags);
}

static void print_with_queue_stopped(struct net_device *dev)
{
	struct netdev_queue *txq = netdev_get_tx_queue(dev, 0);

	netif_tx_stop_queue(txq);
	print_lines();
	netif_tx_start_queue(txq);
}

static void print_in_xmit(struct net_device *dev)
{
	struct netdev_queue *txq = netdev_get_tx_queue(dev, 0);

	local_bh_disable();
	__netif_tx_lock(txq, smp_processor_id());
	print_lines();
	__netif_tx_unlock(txq);
	local_bh_enable();
}

static void own_all(struct net_device *dev, bool own)
{
	struct napi_struct *napi;

	list_for_each_entry(napi, &dev->napi_list, dev_list) {
#ifdef CORNER_NAPI_POLL_LOCK
		if (own)
			spin_lock_bh(&napi->poll_lock);
		else
			spin_unlock_bh(&napi->poll_lock);
#else
		/* no CPU has this number */
		napi->poll_owner = own ? NR_CPUS : -1;
#endif
	}
}

static void enable_all(struct net_device *dev, bool enable)
{
	struct napi_struct *napi;

	list_for_each_entry(napi, &dev->napi_list, dev_list) {
		if (enable)
			napi_enable(napi);
		else
			napi_disable(napi);
	}
}

static struct napi_struct extra_napi;

static int fresh_poll(struct napi_struct *napi, int budget)
{
	WARN(1, "a NAPI that is not enabled was polled\n");
	return 0;
}

/*
 * What a driver's poll does that finds completions: with interrupts off skbs
 * are freed by a softirq, later. The queue goes on, so interrupts are off for
 * less than a tick.
 */
static int softirq_poll(struct napi_struct *napi, int budget)
{
	dev_kfree_skb_any(alloc_skb(64, GFP_ATOMIC));
	netif_tx_start_queue(netdev_get_tx_queue(napi->dev, 0));
	return 0;
}

/*
 * RX work, once: what is received makes a softirq due, and softirqs are let
 * loose while netpoll owns this NAPI. Where they run now, net_rx_action() waits
 * for the owner, which waits for it.
 */
static int rxwork_poll(struct napi_struct *napi, int budget)
{
	static bool done;

	netif_tx_start_queue(netdev_get_tx_queue(napi->dev, 0));
	if (!done) {
		done = true;
		local_bh_disable();
		napi_schedule(napi);
		local_bh_enable();
	}
	if (budget)
		napi_complete_done(napi, 0);
	return 0;
}

/*
 * Half a millisecond: an interrupt comes if one was asked for, the next timer
 * tick seldom does. ksoftirqd runs if it was woken.
 */
static bool softirqs_stay_pending(void)
{
	bool pending;
	int i;

	for (i = 0; i < 50; i++) {
		udelay(10);
		cond_resched();
	}
	preempt_disable();
	pending = local_softirq_pending();
	preempt_enable();
	return pending;
}

static void count_softirqs_left_pending(struct net_device *dev)
{
	int rounds = 20;
	int left = 0;
	int i;

	for (i = 0; i < rounds; i++) {
		print_with_queue_stopped(dev);
		left += softirqs_stay_pending();
	}
	pr_crit("corner: softirqs left pending: %d of %d\n", left, rounds);
}

static void with_extra_napi(struct net_device *dev,
			    int (*poll)(struct napi_struct *napi, int budget),
			    void (*act)(struct net_device *dev))
{
	CORNER_NAPI_ADD(dev, &extra_napi, poll);
	napi_enable(&extra_napi);
	act(dev);
	napi_disable(&extra_napi);
	netif_napi_del(&extra_napi);
}

static int __init netpoll_corner_init(void)
{
	struct net_device *dev;
	int err = 0;

	rtnl_lock();
	dev = __dev_get_by_name(&init_net, interface);
	if (!dev) {
		err = -ENODEV;
	} else if (!strcmp(corner, "xmit")) {
		print_in_xmit(dev);
	} else if (!strcmp(corner, "busy")) {
		own_all(dev, true);
		print_with_queue_stopped(dev);
		own_all(dev, false);
	} else if (!strcmp(corner, "disabled")) {
		enable_all(dev, false);
		print_with_queue_stopped(dev);
		enable_all(dev, true);
	} else if (!strcmp(corner, "fresh")) {
		CORNER_NAPI_ADD(dev, &extra_napi, fresh_poll);
		print_with_queue_stopped(dev);
		netif_napi_del(&extra_napi);
	} else if (!strcmp(corner, "softirq")) {
		with_extra_napi(dev, softirq_poll, count_softirqs_left_pending);
	} else if (!strcmp(corner, "rxwork")) {
		with_extra_napi(dev, rxwork_poll, print_with_queue_stopped);
	} else {
		err = -EINVAL;
	}
	rtnl_unlock();
	return err;
}

static void __exit netpoll_corner_exit(void)
{
}

module_init(netpoll_corner_init);
module_exit(netpoll_corner_exit);
MODULE_DESCRIPTION("calls netpoll at a bad moment");
MODULE_LICENSE("GPL");
