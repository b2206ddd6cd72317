/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NETPOLL_SHIM_H
#define NETPOLL_SHIM_H

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/workqueue.h>

#include "compat/compat.h"

enum shim_mode {
	SHIM_MODE_NONE,		/* the policy does not name the driver */
	SHIM_MODE_ATTACH,	/* netpoll attaches, nothing is reclaimed */
	SHIM_MODE_DRAIN,	/* every NAPI is polled at budget 0 */
	SHIM_MODE_GUARD,	/* the same for drivers that take RX work there */
	SHIM_MODES
};

enum shim_action {
	SHIM_LEAVE,		/* not ours to touch, nothing to say */
	SHIM_WAIT,		/* decided when the device comes up */
	SHIM_REFUSE,		/* named by the policy, but must not be served */
	SHIM_SERVE,
};

struct shim_judgement {
	enum shim_action action;
	enum shim_mode mode;
	const char *reason;
};

enum shim_counter {
	SHIM_HOOK_CALLS,
	SHIM_NAPI_POLLS,
	SHIM_SKIPPED_ATTACHING,
	SHIM_SKIPPED_BUSY,
	SHIM_SKIPPED_UNSAFE,
	SHIM_SKIPPED_XMIT,
	SHIM_SKIPPED_DISABLED,
	SHIM_RX_DEFERRED,
	SHIM_COUNTERS
};

typedef int (*shim_napi_poll_t)(struct napi_struct *napi, int budget);

/* One device has few poll functions: two is the most seen (RX and TX, or XDP). */
#define SHIM_WRAPPERS 4

/* One device that is served, or will be when it comes up. */
struct shim_device {
	struct list_head node;
	struct list_head leaving;
	struct net_device *dev;
	const struct net_device_ops *driver_ops;
	enum shim_mode mode;
	bool installed;
	bool stopping;		/* the hook does nothing any more */
	bool still_reachable;	/* its copy cannot be freed */
	bool holds_module;

	struct list_head napi_list;

	/* attach.c */
	bool settled;
	unsigned int attachments;
	struct delayed_work settle;
	struct irq_work settle_kick;

	/* Written by the hook, under npinfo->dev_lock. */
	bool keep_off;		/* nothing is polled before the next call */
	bool enabled;		/* some NAPI was not disabled */
	shim_napi_poll_t driver_polls[SHIM_WRAPPERS];

	/* rx.c */
	int deferring_cpu;
	rx_handler_func_t *rx_handler;

	atomic64_t counters[SHIM_COUNTERS];
	struct net_device_ops ops;
	struct rcu_head rcu;
};

static inline void shim_count(struct shim_device *shim, enum shim_counter counter)
{
	atomic64_inc(&shim->counters[counter]);
}

/* policy.c */
extern const struct kernel_param_ops shim_policy_param_ops;
extern char *shim_policy_text;
enum shim_mode shim_policy_mode(const struct net_device *dev);
const char *shim_mode_name(enum shim_mode mode);

/* driver.c */
const char *shim_driver_name(const struct net_device *dev);
const char *shim_driver_version(const struct net_device *dev);
bool shim_driver_is_out_of_tree(const struct net_device *dev);
const char *shim_bus_address(const struct net_device *dev);

/* judge.c */
struct shim_judgement shim_judge(const struct net_device *dev);
void shim_report(const struct net_device *dev);

/* device.c; all but the first two under RTNL */
struct shim_device *shim_device_find(const struct net_device *dev);
void shim_device_for_each(void (*act)(struct shim_device *shim));
int shim_device_add(struct net_device *dev, enum shim_mode mode);
int shim_device_install(struct shim_device *shim);
void shim_device_remove(struct shim_device *shim);
void shim_device_remove_all(void);

/* attach.c; under RTNL */
void shim_attach_ops(struct net_device_ops *ops);
void shim_attach_init(struct shim_device *shim);
void shim_attach_exit(struct shim_device *shim);

void shim_attach_installed(struct shim_device *shim);
void shim_settle_soon(struct shim_device *shim);

/* hook.c */
void shim_poll_controller(struct net_device *dev);

/* napi_list.c; the last two under RTNL */
typedef void (*shim_napi_visit_t)(struct shim_device *shim,
				  struct napi_struct *napi);
bool shim_napis_visit(struct shim_device *shim, shim_napi_visit_t visit);
bool shim_napis_are_exposed(const struct shim_device *shim);
void shim_napis_take(struct shim_device *shim);
void shim_napis_give_back(struct shim_device *shim);

/* poll.c */
void shim_poll_init(void);
void shim_poll_exit(void);
bool shim_wrap(struct shim_device *shim, struct napi_struct *napi);
void shim_unwrap_all(struct shim_device *shim);

/* panic.c */
extern bool shim_other_cpus_are_stopped;
void shim_panic_init(void);
void shim_panic_exit(void);

/* rx.c */
void shim_rx_defer_begin(struct shim_device *shim);
void shim_rx_defer_end(struct shim_device *shim);

/* sysfs.c */
int shim_sysfs_add(struct net_device *dev);
void shim_sysfs_remove(struct net_device *dev);

#endif
