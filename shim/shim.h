/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NETPOLL_SHIM_H
#define NETPOLL_SHIM_H

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/netdevice.h>

#include "compat/compat.h"

enum shim_mode {
	SHIM_MODE_NONE,		/* the policy does not name the driver */
	SHIM_MODE_ATTACH,	/* netpoll attaches, nothing is reclaimed */
	SHIM_MODE_DRAIN,	/* every NAPI is polled at budget 0 */
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
	SHIM_SKIPPED_BUSY,
	SHIM_SKIPPED_XMIT,
	SHIM_SKIPPED_DISABLED,
	SHIM_COUNTERS
};

/* One device that is served, or will be when it comes up. */
struct shim_device {
	struct list_head node;
	struct net_device *dev;
	const struct net_device_ops *driver_ops;
	enum shim_mode mode;
	bool installed;
	bool holds_module;
	atomic64_t counters[SHIM_COUNTERS];
	struct net_device_ops ops;
};

/* policy.c */
extern const struct kernel_param_ops shim_policy_param_ops;
extern char *shim_policy_text;
enum shim_mode shim_policy_mode(const char *driver);
const char *shim_mode_name(enum shim_mode mode);

/* judge.c */
const char *shim_driver_name(const struct net_device *dev);
const char *shim_bus_address(const struct net_device *dev);
struct shim_judgement shim_judge(const struct net_device *dev);
void shim_report(const struct net_device *dev);

/* device.c; all but shim_device_find() under RTNL */
struct shim_device *shim_device_find(const struct net_device *dev);
int shim_device_add(struct net_device *dev, enum shim_mode mode);
int shim_device_install(struct shim_device *shim);
void shim_device_remove(struct shim_device *shim);
void shim_device_remove_all(void);

/* hook.c */
void shim_hook_init(void);
void shim_hook_exit(void);
void shim_poll_controller(struct net_device *dev);

/* sysfs.c */
int shim_sysfs_add(struct net_device *dev);
void shim_sysfs_remove(struct net_device *dev);

#endif
