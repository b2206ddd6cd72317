// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts on which CPU a device's NAPI contexts run with more than netpoll's
 * budget: /sys/module/napi_cpus/parameters/polls, one number for each CPU. Load
 * it before the shim, and leave it loaded.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

static char *interface = "eth0";
module_param(interface, charp, 0444);

static unsigned long polls[NR_CPUS];
static int (*driver_poll)(struct napi_struct *napi, int budget);

static int counting_poll(struct napi_struct *napi, int budget)
{
	if (budget > 1)
		polls[smp_processor_id()]++;
	return driver_poll(napi, budget);
}

static int napi_cpus_get(char *buffer, const struct kernel_param *kp)
{
	int length = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		length += scnprintf(buffer + length, PAGE_SIZE - length, "%lu ",
				    polls[cpu]);
	return length;
}

static const struct kernel_param_ops napi_cpus_ops = {
	.get = napi_cpus_get,
};
module_param_cb(polls, &napi_cpus_ops, NULL, 0444);

static int __init napi_cpus_init(void)
{
	struct net_device *dev;
	struct napi_struct *napi;
	int err = -ENODEV;

	rtnl_lock();
	dev = __dev_get_by_name(&init_net, interface);
	if (dev) {
		err = 0;
		list_for_each_entry(napi, &dev->napi_list, dev_list) {
			if (driver_poll && napi->poll != driver_poll)
				err = -EINVAL;
			driver_poll = napi->poll;
		}
		if (!err)
			list_for_each_entry(napi, &dev->napi_list, dev_list)
				WRITE_ONCE(napi->poll, counting_poll);
	}
	rtnl_unlock();
	return err;
}

/* No exit: it cannot be unloaded. */
module_init(napi_cpus_init);
MODULE_DESCRIPTION("counts NAPI polls by CPU");
MODULE_LICENSE("GPL");
