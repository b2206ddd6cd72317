// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hook.  netpoll calls it with interrupts off and npinfo->dev_lock held,
 * so no two CPUs run it for one device, and the device is not being opened or
 * closed meanwhile.
 */
#include "shim.h"

#include <linux/bottom_half.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/percpu.h>
#include <linux/rculist.h>

static DEFINE_PER_CPU(struct irq_work, shim_softirq_kick);

static void shim_kicked(struct irq_work *work)
{
	/* The interrupt itself is what is wanted: softirqs run at its end. */
}

void shim_hook_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		init_irq_work(per_cpu_ptr(&shim_softirq_kick, cpu), shim_kicked);
}

/* No hook runs any more. */
void shim_hook_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		irq_work_sync(per_cpu_ptr(&shim_softirq_kick, cpu));
}

static void shim_count(struct shim_device *shim, enum shim_counter counter)
{
	atomic64_inc(&shim->counters[counter]);
}

/*
 * Drivers take a queue's transmit lock in their poll function to wake it up:
 * when a printk inside ndo_start_xmit brought us here, this CPU holds it.  (The
 * old core's own poll of a scheduled NAPI, right after the hook, has no such
 * test; the hook cannot prevent it.)
 */
static bool shim_in_own_xmit(const struct net_device *dev)
{
	int cpu = smp_processor_id();
	unsigned int i;

	for (i = 0; i < dev->num_tx_queues; i++)
		/* Only this CPU can have written its own number. */
		if (READ_ONCE(netdev_get_tx_queue(dev, i)->xmit_lock_owner) == cpu)
			return true;
	return false;
}

/* Never napi_schedule(): that would move the NAPI to this CPU for good. */
static void shim_drain_napi(struct shim_device *shim, struct napi_struct *napi)
{
	/* against net_rx_action(), on this CPU too, and netpoll elsewhere */
	if (!compat_napi_own(napi)) {
		shim_count(shim, SHIM_SKIPPED_BUSY);
		return;
	}
	/* NPSVC keeps napi_complete_done() from completing what we do not own,
	 * and is set already on a NAPI that is disabled or (since v5.9, and in
	 * late 4.9.y and 4.14.y) not yet enabled.
	 */
	if (test_and_set_bit(NAPI_STATE_NPSVC, &napi->state)) {
		shim_count(shim, SHIM_SKIPPED_DISABLED);
	} else {
		napi->poll(napi, 0);
		clear_bit(NAPI_STATE_NPSVC, &napi->state);
		shim_count(shim, SHIM_NAPI_POLLS);
	}
	compat_napi_disown(napi);
}

static void shim_drain(struct shim_device *shim, struct net_device *dev)
{
	struct napi_struct *napi;
	/* Softirqs inside a poll would spin on the owner lock that we hold;
	 * in interrupt context they do not run anyway.  This covers our polls,
	 * not those that an old core adds right after the hook.
	 */
	bool hold_softirqs = !in_interrupt();

	if (hold_softirqs)
		local_bh_disable();
	/* RCU is against netif_napi_del() where that is list_del_rcu() */
	list_for_each_entry_rcu(napi, &dev->napi_list, dev_list)
		shim_drain_napi(shim, napi);
	if (hold_softirqs) {
		/* The variant for disabled interrupts: runs no softirqs. */
		_local_bh_enable();
		/* What was raised meanwhile woke nobody up: an idle CPU would
		 * go to sleep on it.
		 */
		if (local_softirq_pending())
			irq_work_queue(this_cpu_ptr(&shim_softirq_kick));
	}
}

void shim_poll_controller(struct net_device *dev)
{
	struct shim_device *shim;

	/* against shim_device_remove() */
	rcu_read_lock();
	shim = shim_device_find(dev);
	if (shim) {
		shim_count(shim, SHIM_HOOK_CALLS);
		if (shim->mode == SHIM_MODE_DRAIN) {
			if (shim_in_own_xmit(dev))
				shim_count(shim, SHIM_SKIPPED_XMIT);
			else
				shim_drain(shim, dev);
		}
	}
	rcu_read_unlock();
}
