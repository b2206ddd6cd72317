/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NETPOLL_SHIM_COMPAT_BASICS_H
#define NETPOLL_SHIM_COMPAT_BASICS_H

/* What later kernels have always had, and what this module cannot do without. */

#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/hardirq.h>
#ifdef COMPAT_SCHED_CLOCK_HEADER
#include <linux/sched/clock.h>	/* local_clock(), since v4.11 */
#else
#include <linux/sched.h>
#endif

#ifndef CONFIG_NET_POLL_CONTROLLER
#error "This kernel has no netpoll (CONFIG_NETPOLL): there is nothing to serve."
#endif
#if defined(CONFIG_PREEMPT_RT) || defined(CONFIG_PREEMPT_RT_FULL)
#error "PREEMPT_RT is not supported: softirqs cannot be held off there the way netpoll needs it."
#endif

#ifndef in_hardirq
/* since v5.11 */
#define in_hardirq() in_irq()
#endif

#ifndef READ_ONCE
/* since v3.19 */
#define READ_ONCE(x) ACCESS_ONCE(x)
#endif
#ifndef WRITE_ONCE
#define WRITE_ONCE(x, value) (ACCESS_ONCE(x) = (value))
#endif

#ifndef smp_store_release
/* since v3.14 */
#define smp_store_release(p, value)					\
do {									\
	smp_mb(); /* what was written before is seen before */		\
	WRITE_ONCE(*(p), value);					\
} while (0)
#endif

#ifndef DEVICE_ATTR_RO
/* since v3.11 */
#define DEVICE_ATTR_RO(name) \
	struct device_attribute dev_attr_##name = __ATTR_RO(name)
#endif

#endif
