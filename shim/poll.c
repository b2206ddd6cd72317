// SPDX-License-Identifier: GPL-2.0-only
/*
 * The wrapper of napi->poll.  At a budget above 0 it calls the driver straight
 * through.  Budget 0 is netpoll, from our hook or from the core behind it: then
 * the driver may reclaim TX and nothing else.
 *
 * The driver's own function is found by the wrapper that was called: one per
 * distinct function of a device, so that no record of a NAPI has to outlive it
 * when its driver deletes it or adds it again.
 */
#include "shim.h"

#include <linux/bottom_half.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>

static DEFINE_PER_CPU(struct irq_work, shim_softirq_kick);

static void shim_kicked(struct irq_work *work)
{
	/* The interrupt itself is what is wanted: softirqs run at its end. */
}

void shim_poll_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		init_irq_work(per_cpu_ptr(&shim_softirq_kick, cpu), shim_kicked);
}

/* No wrapper runs any more. */
void shim_poll_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		irq_work_sync(per_cpu_ptr(&shim_softirq_kick, cpu));
}

/*
 * Softirqs inside a poll would spin on the owner lock that netpoll holds.  In
 * interrupt context they do not run anyway.
 */
static bool shim_hold_softirqs(void)
{
	if (in_interrupt())
		return false;
	local_bh_disable();
	return true;
}

static void shim_release_softirqs(void)
{
	/* The variant for disabled interrupts: runs no softirqs. */
	_local_bh_enable();
	/* What was raised meanwhile woke nobody up: an idle CPU would go to
	 * sleep on it.
	 */
	if (local_softirq_pending())
		irq_work_queue(this_cpu_ptr(&shim_softirq_kick));
}

/*
 * Added and not yet enabled, disabled, or taken off its CPU's list for a poll.
 * NPSVC says so of the first two, but of the first only since v5.9 and in late
 * 4.9.y and 4.14.y.
 */
static bool shim_is_off_list(const struct napi_struct *napi)
{
	return compat_napi_is_off_list(napi) && !compat_napi_stays_off_list(napi);
}

/* Interrupts are off, this CPU owns @napi, NPSVC is set: by hook.c or the core. */
static void shim_poll_tx(struct shim_device *shim, struct napi_struct *napi,
			 shim_napi_poll_t driver_poll)
{
	bool hold;

	if (READ_ONCE(shim->stopping) || shim->keep_off)
		return;
	if (shim_is_off_list(napi)) {
		shim_count(shim, SHIM_SKIPPED_DISABLED);
		return;
	}

	hold = shim_hold_softirqs();
	if (shim->mode == SHIM_MODE_GUARD) {
		/* Class C drivers empty their RX ring at budget 0, and 1 is the
		 * least that they take; TX they reclaim whatever the budget.
		 */
		shim_rx_defer_begin(shim);
		driver_poll(napi, 1);
		shim_rx_defer_end(shim);
	} else {
		driver_poll(napi, 0);
	}
	if (hold)
		shim_release_softirqs();
	shim_count(shim, SHIM_NAPI_POLLS);
}

static int shim_poll(struct napi_struct *napi, int budget, unsigned int wrapper)
{
	struct shim_device *shim;
	shim_napi_poll_t driver_poll;
	int work = 0;

	/* Against shim_device_remove(), which keeps the device in the list until
	 * no wrapper runs.
	 */
	rcu_read_lock();
	shim = shim_device_find(napi->dev);
	/* pairs with the cmpxchg() in shim_wrap() */
	smp_rmb();
	driver_poll = READ_ONCE(shim->driver_polls[wrapper]);
	if (compat_netpoll_polls(napi, budget))
		shim_poll_tx(shim, napi, driver_poll);
	else
		work = driver_poll(napi, budget);
	rcu_read_unlock();
	return work;
}

#define SHIM_WRAPPER(n)							\
static int shim_poll_##n(struct napi_struct *napi, int budget)		\
{									\
	return shim_poll(napi, budget, n);				\
}

SHIM_WRAPPER(0)
SHIM_WRAPPER(1)
SHIM_WRAPPER(2)
SHIM_WRAPPER(3)

static const shim_napi_poll_t shim_wrappers[SHIM_WRAPPERS] = {
	shim_poll_0, shim_poll_1, shim_poll_2, shim_poll_3,
};

/*
 * Called by the hook.  Returns whether polls of @napi go through a wrapper.
 */
bool shim_wrap(struct shim_device *shim, struct napi_struct *napi)
{
	shim_napi_poll_t poll = READ_ONCE(napi->poll);
	unsigned int i;

	/* Up to 4.4 a NAPI is in the list before it has a device. */
	if (READ_ONCE(napi->dev) != shim->dev)
		return false;
	for (i = 0; i < SHIM_WRAPPERS; i++)
		if (poll == shim_wrappers[i])
			return true;

	for (i = 0; i < SHIM_WRAPPERS; i++) {
		if (!shim->driver_polls[i])
			WRITE_ONCE(shim->driver_polls[i], poll);
		if (shim->driver_polls[i] != poll)
			continue;
		/* Against netif_napi_add() on another CPU.  A full barrier: who
		 * calls the wrapper finds the driver's function.
		 */
		return cmpxchg(&napi->poll, poll, shim_wrappers[i]) == poll;
	}
	return false;
}

static void shim_unwrap(struct shim_device *shim, struct napi_struct *napi)
{
	unsigned int i;

	for (i = 0; i < SHIM_WRAPPERS; i++)
		cmpxchg(&napi->poll, shim_wrappers[i], shim->driver_polls[i]);
}

/* Under RTNL, when no hook runs any more. */
void shim_unwrap_all(struct shim_device *shim)
{
	bool saw_all;

	/* against netif_napi_del() by drivers that take no RTNL */
	do {
		rcu_read_lock();
		saw_all = shim_napis_visit(shim, shim_unwrap);
		rcu_read_unlock();
	} while (!saw_all);
}
