// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dying machine's last words: turns interrupts off, prints lines and panics.
 * Nothing but netpoll itself can reclaim transmit descriptors meanwhile. A burst
 * that does not panic tells what it cost.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <net/net_namespace.h>

static unsigned int lines = 3000;
module_param(lines, uint, 0444);

static bool then_panic = true;
module_param(then_panic, bool, 0444);
MODULE_PARM_DESC(then_panic, "0: turn interrupts on again and go on");

static unsigned int silence_ms;
module_param(silence_ms, uint, 0444);
MODULE_PARM_DESC(silence_ms, "interrupts off before the first line: the RX ring fills up");

static char *interface = "";
module_param(interface, charp, 0444);
MODULE_PARM_DESC(interface, "count what it receives meanwhile");

static u64 packets_received(struct net_device *dev)
{
	struct rtnl_link_stats64 stats;

	return dev ? dev_get_stats(dev, &stats)->rx_packets : 0;
}

static void print_burst(void)
{
	unsigned int i;

	for (i = 0; i < lines; i++)
		printk(KERN_CRIT "burst line %u of %u\n", i + 1, lines);
	if (then_panic)
		panic("end of burst");
}

static int __init crash_burst_init(void)
{
	struct net_device *dev = dev_get_by_name(&init_net, interface);
	unsigned long flags;
	u64 received;
	s64 nanoseconds;
	ktime_t start;

	local_irq_save(flags);
	/* As oops_begin() and panic() say it. */
	if (then_panic)
		oops_in_progress = 1;
	mdelay(silence_ms);
	received = packets_received(dev);
	start = ktime_get();
	print_burst();
	nanoseconds = ktime_to_ns(ktime_sub(ktime_get(), start));
	received = packets_received(dev) - received;
	local_irq_restore(flags);

	if (dev)
		dev_put(dev);
	pr_info("burst: %u lines, %lld ns, %llu packets received\n", lines,
		nanoseconds, received);
	return 0;
}

static void __exit crash_burst_exit(void)
{
}

module_init(crash_burst_init);
module_exit(crash_burst_exit);
MODULE_DESCRIPTION("prints a burst of lines with interrupts off, then panics");
MODULE_LICENSE("GPL");
