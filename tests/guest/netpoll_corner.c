// SPDX-License-Identifier: GPL-2.0-only
/*
 * Brings netpoll to a device at a bad moment, on purpose: prints a few lines
 * while its first TX queue or its NAPI contexts are in a given state. Load it
 * before the shim, which keeps NAPI contexts to itself; then write one of the
 * cases below to /sys/module/netpoll_corner/parameters/case. Most of them add one
 * more NAPI context, whose poll function plays a driver's part.
 * In all but xmit the queue is stopped, so that netpoll has to poll.
 */
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netpoll.h>
#include <linux/rtnetlink.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

static char *interface = "eth0";
module_param(interface, charp, 0444);

#define CORNER_LINES 3

static struct napi_struct *device_napis[16];
static unsigned int device_napi_count;
static struct napi_struct extra_napi;
static struct netdev_queue *stopped_txq;

static void print_lines(void)
{
	unsigned long flags;
	int i;

	local_irq_save(flags);
	for (i = 0; i < CORNER_LINES; i++)
		printk(KERN_CRIT "corner line %d\n", i + 1);
	local_irq_restore(flags);
}

static void print_with_queue_stopped(struct net_device *dev)
{
	netif_tx_stop_queue(stopped_txq);
	print_lines();
	netif_tx_start_queue(stopped_txq);
}

static void with_extra_napi(struct net_device *dev,
			    int (*poll)(struct napi_struct *napi, int budget),
			    void (*act)(struct net_device *dev))
{
	RIG_NAPI_ADD(dev, &extra_napi, poll);
	napi_enable(&extra_napi);
	act(dev);
	napi_disable(&extra_napi);
	netif_napi_del(&extra_napi);
}

/* This CPU is inside ndo_start_xmit. */
static void case_xmit(struct net_device *dev)
{
	local_bh_disable();
	__netif_tx_lock(stopped_txq, smp_processor_id());
	print_lines();
	__netif_tx_unlock(stopped_txq);
	local_bh_enable();
}

static int locking_poll(struct napi_struct *napi, int budget)
{
	WARN(stopped_txq->xmit_lock_owner == smp_processor_id(),
	     "polled inside ndo_start_xmit\n");
	if (budget)
		napi_complete_done(napi, 0);
	return 0;
}

/* The NAPI is on this CPU's list, where an old core finds it by itself. */
static void print_in_xmit_with_extra_scheduled(struct net_device *dev)
{
	unsigned long flags;

	local_irq_save(flags);
	napi_schedule(&extra_napi);
	__netif_tx_lock(stopped_txq, smp_processor_id());
	netif_tx_stop_queue(stopped_txq);
	print_lines();
	netif_tx_start_queue(stopped_txq);
	__netif_tx_unlock(stopped_txq);
	local_irq_restore(flags);
}

/* The same, and a NAPI is scheduled. */
static void case_xmit_scheduled(struct net_device *dev)
{
	with_extra_napi(dev, locking_poll, print_in_xmit_with_extra_scheduled);
}

static void own_device_napis(bool own)
{
	unsigned int i;

	for (i = 0; i < device_napi_count; i++) {
#ifdef RIG_NAPI_POLL_LOCK
		if (own)
			spin_lock_bh(&device_napis[i]->poll_lock);
		else
			spin_unlock_bh(&device_napis[i]->poll_lock);
#else
		/* no CPU has this number */
		device_napis[i]->poll_owner = own ? NR_CPUS : -1;
#endif
	}
}

/* Somebody else polls the NAPI contexts. */
static void case_busy(struct net_device *dev)
{
	own_device_napis(true);
	print_with_queue_stopped(dev);
	own_device_napis(false);
}

/* The NAPI contexts are disabled. */
static void case_disabled(struct net_device *dev)
{
	unsigned int i;

	for (i = 0; i < device_napi_count; i++)
		napi_disable(device_napis[i]);
	print_with_queue_stopped(dev);
	for (i = 0; i < device_napi_count; i++)
		napi_enable(device_napis[i]);
}

static int fresh_poll(struct napi_struct *napi, int budget)
{
	WARN(1, "a NAPI that is not enabled was polled\n");
	return 0;
}

/* A NAPI context has been added, not yet enabled. */
static void case_fresh(struct net_device *dev)
{
	RIG_NAPI_ADD(dev, &extra_napi, fresh_poll);
	print_with_queue_stopped(dev);
	netif_napi_del(&extra_napi);
}

static unsigned int polls_at_zero;

/* What another CPU's netif_napi_del() does up to 5.8 while this one polls. */
static int deleted_poll(struct napi_struct *napi, int budget)
{
	if (budget) {
		napi_complete_done(napi, 0);
		return 0;
	}
	polls_at_zero++;
	list_del_init(&napi->dev_list);
	netif_tx_start_queue(stopped_txq);
	return 0;
}

/* A NAPI is deleted while the hook polls it. */
static void case_deleted(struct net_device *dev)
{
	with_extra_napi(dev, deleted_poll, print_with_queue_stopped);
	pr_crit("corner: polled %u times at budget 0\n", polls_at_zero);
}

/* The first poll is the hook's; an old core's own would be the second. */
static int deleted_later_poll(struct napi_struct *napi, int budget)
{
	if (budget) {
		napi_complete_done(napi, 0);
		return 0;
	}
	if (++polls_at_zero == 2)
		list_del_init(&napi->dev_list);
	if (polls_at_zero >= 2)
		netif_tx_start_queue(stopped_txq);
	return 0;
}

static void print_with_extra_scheduled(struct net_device *dev)
{
	unsigned long flags;

	/* As after a driver's reset: the link comes up. */
	netdev_state_change(dev);
	local_irq_save(flags);
	napi_schedule(&extra_napi);
	/* Twice: the device's own NAPI may start the queue with the first poll. */
	print_with_queue_stopped(dev);
	print_with_queue_stopped(dev);
	local_irq_restore(flags);
}

/* A scheduled NAPI is deleted while an old core walks behind the hook. */
static void case_deleted_scheduled(struct net_device *dev)
{
	with_extra_napi(dev, deleted_later_poll, print_with_extra_scheduled);
	pr_crit("corner: polled %u times at budget 0\n", polls_at_zero);
}

static bool may_complete;
static bool was_polled_again;

/* A long poll; at budget 0 it is netpoll that comes in between. */
static int long_poll(struct napi_struct *napi, int budget)
{
	if (!budget) {
		was_polled_again = true;
		return 0;
	}
	while (!READ_ONCE(may_complete))
		cpu_relax();
	napi_complete_done(napi, 0);
	return 0;
}

static void schedule_extra(struct work_struct *work)
{
	local_bh_disable();
	napi_schedule(&extra_napi);
	local_bh_enable();
}

static struct netpoll corner_netpoll = {
	.name = "netpoll_corner",
	.local_port = 6665,
	.remote_port = 9,
	.remote_mac = { 0x52, 0x55, 0x0a, 0x00, 0x02, 0x02 },
};

/*
 * netpoll attaches while CPU 1 polls the NAPI, and sends at once. Without RTNL:
 * netpoll_setup() takes it.
 */
static void case_attaching(struct net_device *dev)
{
	DECLARE_WORK(long_work, schedule_extra);
	unsigned long flags;
	unsigned long until;
	bool settles;

	rtnl_lock();
	RIG_NAPI_ADD(dev, &extra_napi, long_poll);
	napi_enable(&extra_napi);
	rtnl_unlock();
	may_complete = false;
	was_polled_again = false;
	schedule_work_on(1, &long_work);
	msleep(100);

	strscpy(corner_netpoll.dev_name, dev->name, IFNAMSIZ);
	corner_netpoll.local_ip.ip = htonl(0x0a00020f);
	corner_netpoll.remote_ip.ip = htonl(0x0a000202);
	if (netpoll_setup(&corner_netpoll)) {
		pr_crit("corner: netpoll did not attach\n");
	} else {
		msleep(100);
		local_irq_save(flags);
		/* which of them this takes depends on kernel and driver */
		netif_tx_stop_all_queues(dev);
		netpoll_send_udp(&corner_netpoll, "early", 5);
		netif_tx_start_all_queues(dev);
		local_irq_restore(flags);
	}
	WRITE_ONCE(may_complete, true);
	flush_work(&long_work);
	destroy_work_on_stack(&long_work);

	/* A poll whose completion got lost leaves it scheduled for ever. */
	until = jiffies + HZ;
	while (test_bit(NAPI_STATE_SCHED, &extra_napi.state) &&
	       time_before(jiffies, until))
		msleep(10);
	settles = !test_bit(NAPI_STATE_SCHED, &extra_napi.state);
	pr_crit("corner: polled again while polled: %s, completes: %s\n",
		was_polled_again ? "yes" : "no", settles ? "yes" : "no");
	if (!settles)
		return; /* napi_disable() would wait for ever, too */

	if (corner_netpoll.dev)
		netpoll_cleanup(&corner_netpoll);
	rtnl_lock();
	napi_disable(&extra_napi);
	netif_napi_del(&extra_napi);
	rtnl_unlock();
}

/* At budget 0, too: mlx4, igb, and ENA while it is down. */
static int completing_poll(struct napi_struct *napi, int budget)
{
	netif_tx_start_queue(stopped_txq);
	napi_complete_done(napi, 0);
	return 0;
}

static void print_with_extra_idle_and_scheduled(struct net_device *dev)
{
	unsigned long flags;
	bool stays;

	print_with_queue_stopped(dev);
	local_irq_save(flags);
	napi_schedule(&extra_napi);
	print_with_queue_stopped(dev);
	stays = test_bit(NAPI_STATE_SCHED, &extra_napi.state);
	local_irq_restore(flags);
	pr_crit("corner: stays scheduled: %s\n", stays ? "yes" : "no");
}

/* A poll function that reaches napi_complete_done() at budget 0. */
static void case_completing(struct net_device *dev)
{
	with_extra_napi(dev, completing_poll,
			print_with_extra_idle_and_scheduled);
}

/*
 * What a driver's poll does that finds completions: with interrupts off skbs
 * are freed by a softirq, later. The queue goes on, so interrupts are off for
 * less than a tick.
 */
static int softirq_poll(struct napi_struct *napi, int budget)
{
	dev_kfree_skb_any(alloc_skb(64, GFP_ATOMIC));
	netif_tx_start_queue(stopped_txq);
	return 0;
}

/*
 * Half a millisecond: an interrupt comes if one was asked for, the next timer
 * tick seldom does. ksoftirqd runs if it was woken. Of all softirqs only that of
 * softirq_poll() counts: a timer's or RCU's may be due at any time.
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
	pending = local_softirq_pending() & BIT(NET_TX_SOFTIRQ);
	preempt_enable();
	return pending;
}

static void count_softirqs_left_pending(struct net_device *dev)
{
	int rounds = 20;
	int left = 0;
	int i;

	/* As after a driver's reset: the link comes up. */
	netdev_state_change(dev);
	for (i = 0; i < rounds; i++) {
		print_with_queue_stopped(dev);
		left += softirqs_stay_pending();
	}
	pr_crit("corner: softirqs left pending: %d of %d\n", left, rounds);
}

/* A NAPI raises a softirq when it is polled; how often does it stay pending? */
static void case_softirq(struct net_device *dev)
{
	with_extra_napi(dev, softirq_poll, count_softirqs_left_pending);
}

/*
 * RX work, once: what is received makes a softirq due, and softirqs are let
 * loose while netpoll owns this NAPI. Where they run now, net_rx_action() waits
 * for the owner, which waits for it.
 */
static int rxwork_poll(struct napi_struct *napi, int budget)
{
	static bool done;

	netif_tx_start_queue(stopped_txq);
	if (!done) {
		done = true;
		local_bh_disable();
		napi_schedule(napi);
		local_bh_enable();
	} else if (budget) {
		napi_complete_done(napi, 0);
	}
	return 0;
}

/* A NAPI does RX work when netpoll polls it: that ends in local_bh_enable(). */
static void case_rxwork(struct net_device *dev)
{
	with_extra_napi(dev, rxwork_poll, print_with_queue_stopped);
}

/* An experimental protocol: only our own handlers take it. */
#define CORNER_PROTOCOL ETH_P_802_EX1

static bool in_receiving_poll;
static unsigned int largest_budget, received, received_in_poll;
static unsigned int seen_by_rx_handler, seen_by_rx_handler_in_poll;

static int corner_receive(struct sk_buff *skb, struct net_device *dev,
			  struct packet_type *type, struct net_device *orig_dev)
{
	received++;
	if (in_receiving_poll)
		received_in_poll++;
	kfree_skb(skb);
	return 0;
}

static struct packet_type corner_packet_type = {
	.type = htons(CORNER_PROTOCOL),
	.func = corner_receive,
};

static rx_handler_result_t corner_rx_handler(struct sk_buff **pskb)
{
	if ((*pskb)->protocol == htons(CORNER_PROTOCOL)) {
		seen_by_rx_handler++;
		if (in_receiving_poll)
			seen_by_rx_handler_in_poll++;
	}
	return RX_HANDLER_PASS;
}

/* A class C driver: there is a packet whatever the budget. */
static int receiving_poll(struct napi_struct *napi, int budget)
{
	struct sk_buff *skb = netdev_alloc_skb(napi->dev, 128);
	struct ethhdr *header;

	if (skb) {
		header = (struct ethhdr *)skb_put(skb, 64);
		memset(header, 0, 64);
		memcpy(header->h_dest, napi->dev->dev_addr, ETH_ALEN);
		header->h_proto = htons(CORNER_PROTOCOL);
		skb->protocol = eth_type_trans(skb, napi->dev);
		in_receiving_poll = true;
		netif_receive_skb(skb);
		in_receiving_poll = false;
	}
	largest_budget = max_t(unsigned int, largest_budget, budget);
	netif_tx_start_queue(stopped_txq);
	return budget ? 1 : 0;
}

static void receive_in_polls(struct net_device *dev)
{
	dev_add_pack(&corner_packet_type);
	with_extra_napi(dev, receiving_poll, print_with_queue_stopped);
	msleep(50);
	dev_remove_pack(&corner_packet_type);
	pr_crit("corner: largest budget %u, received %u, in a poll %u\n",
		largest_budget, received, received_in_poll);
}

/* A NAPI receives a packet in every poll. */
static void case_receiving(struct net_device *dev)
{
	receive_in_polls(dev);
}

/* The same with an rx_handler on the device, as a bridge has. */
static void case_receiving_bridged(struct net_device *dev)
{
	if (netdev_rx_handler_register(dev, corner_rx_handler, dev)) {
		pr_crit("corner: no place for an rx_handler\n");
		return;
	}
	receive_in_polls(dev);
	pr_crit("corner: rx_handler saw %u, in a poll %u, in place: %s\n",
		seen_by_rx_handler, seen_by_rx_handler_in_poll,
		rcu_access_pointer(dev->rx_handler) == corner_rx_handler ? "yes" : "no");
	netdev_rx_handler_unregister(dev);
}

static void print_in_hardirq(struct irq_work *work)
{
	print_with_queue_stopped(NULL);
}

/* A message from a hard interrupt of a machine that lives. */
static void case_hardirq(struct net_device *dev)
{
	struct irq_work work;

	init_irq_work(&work, print_in_hardirq);
	irq_work_queue(&work);
	irq_work_sync(&work);
}

static int panicking_poll(struct napi_struct *napi, int budget)
{
	if (budget) {
		print_lines();
		panic("inside a poll");
	}
	return 0;
}

static void schedule_extra_here(struct net_device *dev)
{
	schedule_extra(NULL);
}

/* The machine dies inside a NAPI's poll: netpoll will not send from there. */
static void case_panic_in_poll(struct net_device *dev)
{
	with_extra_napi(dev, panicking_poll, schedule_extra_here);
}

/* As if another CPU were about to send; sparse cannot follow locks in a loop. */
static void lock_queue(struct netdev_queue *txq)
{
	__netif_tx_lock(txq, NR_CPUS);
	__release(&txq->_xmit_lock);
}

static void unlock_queue(struct netdev_queue *txq)
{
	__acquire(&txq->_xmit_lock);
	__netif_tx_unlock(txq);
}

/* No poll starts them again. */
static void print_with_queues_locked(struct net_device *dev)
{
	unsigned int i;

	for (i = 0; i < dev->num_tx_queues; i++)
		lock_queue(netdev_get_tx_queue(dev, i));
	print_lines();
	for (i = 0; i < dev->num_tx_queues; i++)
		unlock_queue(netdev_get_tx_queue(dev, i));
}

/* The machine dies when netpoll has given up on the lines' queue. */
static void case_panic_with_lines_queued(struct net_device *dev)
{
	unsigned long flags;

	local_irq_save(flags);
	print_with_queues_locked(dev);
	panic("with lines queued");
}

/*
 * The machine dies while another CPU, which is stopped then, is about to send on
 * one of two queues. Which of them the lines go to depends on kernel and driver.
 */
static void panic_with_queue_locked(struct net_device *dev, unsigned int queue)
{
	unsigned long flags;

	local_irq_save(flags);
	print_with_queues_locked(dev);
	lock_queue(netdev_get_tx_queue(dev, queue));
	panic("with a queue locked");
}

static void case_panic_with_first_queue_locked(struct net_device *dev)
{
	panic_with_queue_locked(dev, 0);
}

static void case_panic_with_last_queue_locked(struct net_device *dev)
{
	panic_with_queue_locked(dev, dev->real_num_tx_queues - 1);
}

static const struct {
	const char *name;
	void (*act)(struct net_device *dev);
	bool takes_rtnl;
} corners[] = {
	{ "xmit", case_xmit },
	{ "xmit_scheduled", case_xmit_scheduled },
	{ "busy", case_busy },
	{ "disabled", case_disabled },
	{ "fresh", case_fresh },
	{ "deleted", case_deleted },
	{ "deleted_scheduled", case_deleted_scheduled },
	{ "attaching", case_attaching, true },
	{ "completing", case_completing },
	{ "softirq", case_softirq },
	{ "rxwork", case_rxwork },
	{ "hardirq", case_hardirq },
	{ "panic_in_poll", case_panic_in_poll },
	{ "panic_with_lines_queued", case_panic_with_lines_queued },
	{ "panic_with_first_queue_locked", case_panic_with_first_queue_locked },
	{ "panic_with_last_queue_locked", case_panic_with_last_queue_locked },
	{ "receiving", case_receiving },
	{ "receiving_bridged", case_receiving_bridged },
};

static int corner_set(const char *value, const struct kernel_param *kp)
{
	struct net_device *dev;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(corners); i++) {
		if (!sysfs_streq(value, corners[i].name))
			continue;
		rtnl_lock();
		dev = __dev_get_by_name(&init_net, interface);
		if (!dev) {
			rtnl_unlock();
			return -ENODEV;
		}
		stopped_txq = netdev_get_tx_queue(dev, 0);
		if (corners[i].takes_rtnl)
			rtnl_unlock();
		corners[i].act(dev);
		if (!corners[i].takes_rtnl)
			rtnl_unlock();
		return 0;
	}
	return -EINVAL;
}

static const struct kernel_param_ops corner_ops = {
	.set = corner_set,
};
module_param_cb(case, &corner_ops, NULL, 0200);

static int __init netpoll_corner_init(void)
{
	struct net_device *dev;
	struct napi_struct *napi;

	rtnl_lock();
	dev = __dev_get_by_name(&init_net, interface);
	if (dev)
		list_for_each_entry(napi, &dev->napi_list, dev_list)
			if (device_napi_count < ARRAY_SIZE(device_napis))
				device_napis[device_napi_count++] = napi;
	rtnl_unlock();
	return dev ? 0 : -ENODEV;
}

static void __exit netpoll_corner_exit(void)
{
}

module_init(netpoll_corner_init);
module_exit(netpoll_corner_exit);
MODULE_DESCRIPTION("calls netpoll at a bad moment");
MODULE_LICENSE("GPL");
