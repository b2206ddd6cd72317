/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NETPOLL_SHIM_COMPAT_NAPI_H
#define NETPOLL_SHIM_COMPAT_NAPI_H

#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/poison.h>

#include "basics.h"

/*
 * What keeps netpoll and net_rx_action() out of one NAPI's poll: a spinlock in
 * 4.9 and before, a compare-and-exchange of the owner later.
 */
#ifdef COMPAT_NAPI_POLL_LOCK
static inline bool compat_napi_own(struct napi_struct *napi)
{
	/* without SMP a spinlock does not stop this CPU */
	return napi->poll_owner != smp_processor_id() &&
	       spin_trylock(&napi->poll_lock);
}

static inline void compat_napi_disown(struct napi_struct *napi)
{
	spin_unlock(&napi->poll_lock);
}
#else
static inline bool compat_napi_own(struct napi_struct *napi)
{
	return cmpxchg(&napi->poll_owner, -1, smp_processor_id()) == -1;
}

static inline void compat_napi_disown(struct napi_struct *napi)
{
	/* pairs with the cmpxchg() of the next owner */
	smp_store_release(&napi->poll_owner, -1);
}
#endif

/*
 * Scheduled, but on no CPU's list.  napi_complete() before v3.19 takes a NAPI off
 * without initialising its entry.
 */
static inline bool compat_napi_is_off_list(const struct napi_struct *napi)
{
	return test_bit(NAPI_STATE_SCHED, &napi->state) &&
	       (list_empty(&napi->poll_list) ||
		napi->poll_list.next == LIST_POISON1);
}

/*
 * A NAPI that is scheduled without being on a CPU's list: its own thread polls it
 * (v5.12), or a process that polls busily (v4.10).
 */
static inline bool compat_napi_stays_off_list(const struct napi_struct *napi)
{
#ifdef COMPAT_NAPI_STATE_THREADED
	if (test_bit(NAPI_STATE_THREADED, &napi->state))
		return true;
#endif
#ifdef COMPAT_NAPI_STATE_IN_BUSY_POLL
	if (test_bit(NAPI_STATE_IN_BUSY_POLL, &napi->state))
		return true;
#endif
	return false;
}

/*
 * Sets NPSVC, which keeps napi_complete_done() from completing what we do not own.
 * false: the NAPI is disabled.  Since v4.3 napi_disable() says so by taking NPSVC,
 * and waits for it.  Before that, and in RHEL 7.3, it takes SCHED alone.
 */
static inline bool compat_napi_begin_service(struct napi_struct *napi)
{
#ifdef COMPAT_NPSVC_MARKS_DISABLED
	return !test_and_set_bit(NAPI_STATE_NPSVC, &napi->state);
#else
	if (compat_napi_is_off_list(napi))
		return false;
	set_bit(NAPI_STATE_NPSVC, &napi->state);
	return true;
#endif
}

static inline void compat_napi_end_service(struct napi_struct *napi)
{
	/* against napi_disable(): the poll is over before it goes on */
	clear_bit_unlock(NAPI_STATE_NPSVC, &napi->state);
}

/*
 * Whether it is netpoll that polls: it gives no budget.  The core of v3.10 gives
 * 16, behind the hook; but where NPSVC does not mean disabled it means netpoll, and
 * only netpoll polls with interrupts off.
 */
static inline bool compat_netpoll_polls(const struct napi_struct *napi, int budget)
{
#ifndef COMPAT_NPSVC_MARKS_DISABLED
	if (irqs_disabled() && test_bit(NAPI_STATE_NPSVC, &napi->state))
		return true;
#endif
	return budget == 0;
}

#endif
