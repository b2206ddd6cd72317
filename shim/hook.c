// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hook.  netpoll calls it with interrupts off and npinfo->dev_lock held, so
 * no two CPUs run it for one device, and the device is not being opened or
 * closed meanwhile.  Right behind it the core polls NAPIs by itself: up to 4.18
 * those that are scheduled, later all.  Hence the hook first sees to it that
 * every poll goes through poll.c.
 */
#include "shim.h"

#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/rcupdate.h>

/*
 * netpoll calls the hook every 50 us for one jiffy; what it cannot send by then
 * is queued for later, and all that follows behind it.  A jiffy is short where a
 * virtual CPU or the device is not running just now, so each call waits its share
 * of this time for a queue to go on.  Long waits are for a CPU that is alone: the
 * one that panics gives the others a second to stop.
 */
#define SHIM_LINE_PATIENCE_NS	(100 * NSEC_PER_MSEC)
#define SHIM_PANIC_PATIENCE_NS	(2 * (u64)NSEC_PER_SEC)
#define SHIM_CORE_POLL_INTERVAL_US	50
#define SHIM_POLL_INTERVAL_US	20

/*
 * Drivers take a queue's transmit lock in their poll function to wake it up:
 * when a printk inside ndo_start_xmit brought us here, this CPU holds it.
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

/* netpoll could not send on this queue now: it is full, or locked elsewhere. */
static bool shim_tx_blocked(const struct netdev_queue *txq)
{
	if (netif_xmit_stopped(txq))
		return true;
	/* A look only: netpoll takes the lock, or fails and comes back.  What a
	 * stopped CPU has locked stays so.
	 */
	return !shim_other_cpus_are_stopped &&
	       READ_ONCE(txq->xmit_lock_owner) != -1;
}

/* Never napi_schedule(): that would move it to this CPU for good. */
static void shim_drain_napi(struct shim_device *shim, struct napi_struct *napi)
{
	if (!shim_wrap(shim, napi))
		return;
	/* against net_rx_action(), on this CPU too, and netpoll elsewhere */
	if (!compat_napi_own(napi)) {
		shim_count(shim, SHIM_SKIPPED_BUSY);
		shim->enabled = true;
		return;
	}
	if (!compat_napi_begin_service(napi)) {
		shim_count(shim, SHIM_SKIPPED_DISABLED);
	} else {
		shim->enabled = true;
		napi->poll(napi, 0);
		compat_napi_end_service(napi);
	}
	compat_napi_disown(napi);
}

/* Returns whether some NAPI may reclaim something, now or soon. */
static bool shim_drain_every_napi(struct shim_device *shim)
{
	shim->enabled = false;
	shim_napis_visit(shim, shim_drain_napi);
	return shim->enabled;
}

/* How long one call waits, in ns. */
static u64 shim_patience(void)
{
	unsigned int calls_per_line = jiffies_to_usecs(1) /
				      SHIM_CORE_POLL_INTERVAL_US;

	return div_u64(shim_other_cpus_are_stopped ? SHIM_PANIC_PATIENCE_NS :
						     SHIM_LINE_PATIENCE_NS,
		       max(calls_per_line, 1U));
}

/*
 * Until each queue has gone on, patience is over, or all NAPIs are disabled: a
 * reset takes longer than any patience.  Each queue, as only netpoll knows which
 * one it wants.
 */
static void shim_drain(struct shim_device *shim)
{
	struct net_device *dev = shim->dev;
	u64 patience = shim_patience();
	u64 end = local_clock() + patience;
	/* Where the TSC is not stable the clock stops a tick after the last tick,
	 * and while interrupts are off there is none: the delays count, too.
	 */
	u64 rounds = div_u64(patience, SHIM_POLL_INTERVAL_US * NSEC_PER_USEC);
	bool enabled = shim_drain_every_napi(shim);
	unsigned int i;

	for (i = 0; i < dev->real_num_tx_queues; i++)
		while (enabled && rounds && local_clock() < end &&
		       shim_tx_blocked(netdev_get_tx_queue(dev, i))) {
			rounds--;
			udelay(SHIM_POLL_INTERVAL_US);
			enabled = shim_drain_every_napi(shim);
		}
}

/*
 * A hard interrupt may have come in the middle of what drivers' polls do or free:
 * per-CPU caches, packet sockets' locks, destructors.  And what comes for a VLAN on
 * top goes up before rx.c can put it aside.  While the machine lives netpoll's work
 * item sends later what is not sent now; when it does not, panic.c calls.
 */
static bool shim_is_bad_moment(const struct shim_device *shim)
{
	if (shim_other_cpus_are_stopped)
		return false;
	return in_hardirq() || in_nmi() ||
	       (shim->mode == SHIM_MODE_GUARD && compat_has_vlans(shim->dev));
}

/* Whether nothing may be polled until the next call, here or by the core. */
static bool shim_keeps_off(struct shim_device *shim)
{
	if (!READ_ONCE(shim->settled))
		shim_count(shim, SHIM_SKIPPED_ATTACHING);
	else if (shim_in_own_xmit(shim->dev))
		shim_count(shim, SHIM_SKIPPED_XMIT);
	else if (shim_is_bad_moment(shim))
		shim_count(shim, SHIM_SKIPPED_UNSAFE);
	else
		return false;
	return true;
}

static void shim_only_wrap(struct shim_device *shim, struct napi_struct *napi)
{
	shim_wrap(shim, napi);
}

static void shim_serve_netpoll(struct shim_device *shim)
{
	shim->keep_off = shim_keeps_off(shim);
	if (shim_napis_are_exposed(shim))
		shim_settle_soon(shim);
	if (shim->keep_off || COMPAT_CORE_POLLS_EVERY_NAPI)
		shim_napis_visit(shim, shim_only_wrap);
	else
		shim_drain(shim);
}

void shim_poll_controller(struct net_device *dev)
{
	struct shim_device *shim;

	/* against shim_device_remove() */
	rcu_read_lock();
	shim = shim_device_find(dev);
	if (shim && !READ_ONCE(shim->stopping)) {
		shim_count(shim, SHIM_HOOK_CALLS);
		if (shim->mode != SHIM_MODE_ATTACH)
			shim_serve_netpoll(shim);
	}
	rcu_read_unlock();
}
