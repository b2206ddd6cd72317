/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NETPOLL_SHIM_COMPAT_RCU_H
#define NETPOLL_SHIM_COMPAT_RCU_H

#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>

/* The lockdep condition of list_for_each_entry_rcu() came with v5.4. */
#ifndef COMPAT_RCULIST_COND
#undef list_for_each_entry_rcu
#define list_for_each_entry_rcu(pos, head, member, ...)			\
	for (pos = list_entry_rcu((head)->next, typeof(*pos), member);	\
	     &pos->member != (head);					\
	     pos = list_entry_rcu(pos->member.next, typeof(*pos), member))
#endif

/*
 * Returns when every CPU has left the code that it was in: transmit path
 * (RCU-bh), softirqs (preemption off), netpoll (interrupts off), RCU readers.
 * Since v5.0 one kind of grace period covers them all. Who sleeps with netdev_ops in a
 * local variable holds RTNL, as our caller does, or the device's own lock: see
 * compat_netdev_lock().
 */
static inline void compat_wait_for_readers(void)
{
#ifdef COMPAT_RCU_SCHED
	synchronize_sched();
#endif
	synchronize_net();
}

/*
 * Calls @function when no task is left where it was preempted.  A few readers of
 * netdev_ops hold neither RTNL nor RCU; none sleeps, but where the kernel can be
 * preempted, one may lose its CPU between loading the pointer and following it.
 * CONFIG_TASKS_RCU (v3.18) comes with preemption and a tracer or kprobes; without
 * preemption compat_wait_for_readers() has waited for these, too.
 */
static inline void compat_call_after_tasks(struct rcu_head *head,
					   void (*function)(struct rcu_head *head))
{
#ifdef CONFIG_TASKS_RCU
	call_rcu_tasks(head, function);
#else
	function(head);
#endif
}

/* Returns when all these calls are over.  Sleeps for long: not under RTNL. */
static inline void compat_wait_for_calls_after_tasks(void)
{
#ifdef CONFIG_TASKS_RCU
	rcu_barrier_tasks();
#endif
}

#endif
