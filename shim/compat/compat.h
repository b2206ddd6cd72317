/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NETPOLL_SHIM_COMPAT_H
#define NETPOLL_SHIM_COMPAT_H

/*
 * Everything that differs between kernels, under one name each.  The other
 * files are written as for one kernel.
 */

#include <linux/compiler.h>
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>

#ifndef CONFIG_NET_POLL_CONTROLLER
#error "This kernel has no netpoll (CONFIG_NETPOLL): there is nothing to serve."
#endif
#if defined(CONFIG_PREEMPT_RT) || defined(CONFIG_PREEMPT_RT_FULL)
#error "PREEMPT_RT is not supported: softirqs cannot be held off there the way netpoll needs it."
#endif

/* ndo_netpoll_setup: (dev) or (dev, npinfo); before v3.17 and in RHEL 7 more. */
#if defined(COMPAT_NETPOLL_SETUP_GFP)
#error "Kernels before 3.17 and RHEL 7 are not supported yet."
#elif defined(COMPAT_NETPOLL_SETUP_INFO)
#define COMPAT_NETPOLL_SETUP_PARAMS \
	struct net_device *dev, struct netpoll_info *npinfo
#else
#define COMPAT_NETPOLL_SETUP_PARAMS struct net_device *dev
#endif

/* The lockdep condition of list_for_each_entry_rcu() came with v5.4. */
#ifndef COMPAT_RCULIST_COND
#undef list_for_each_entry_rcu
#define list_for_each_entry_rcu(pos, head, member, ...)			\
	for (pos = list_entry_rcu((head)->next, typeof(*pos), member);	\
	     &pos->member != (head);					\
	     pos = list_entry_rcu(pos->member.next, typeof(*pos), member))
#endif

/*
 * Returns when every CPU has left the code that read netdev_ops before: the
 * transmit path (RCU-bh), netpoll (interrupts off), RCU readers. Since v5.0
 * one kind of grace period covers them all. Who sleeps with netdev_ops in a
 * local variable holds RTNL, as our caller does.
 */
static inline void compat_wait_for_ops_readers(void)
{
#ifdef COMPAT_RCU_SCHED
	synchronize_sched();
#endif
	synchronize_net();
}

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

#endif
