// SPDX-License-Identifier: GPL-2.0-only
/*
 * netpoll_shim: netpoll for network drivers without ndo_poll_controller, on
 * kernels that refuse such drivers.
 */
#include "shim.h"

#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/notifier.h>
#include <linux/rtnetlink.h>

#include "modinfo.h"

module_param_cb(policy, &shim_policy_param_ops, &shim_policy_text, 0444);
MODULE_PARM_DESC(policy, "driver=mode[,driver=mode...], mode attach, drain or guard; default: the built-in table");

static bool dry_run;
module_param(dry_run, bool, 0444);
MODULE_PARM_DESC(dry_run, "change nothing, log for every device what would be done and why");

/* Under RTNL: the module is going, its devices are put back for good. */
static bool shim_stopping;

static void shim_serve(struct net_device *dev, struct shim_device *shim)
{
	int err = shim_device_install(shim);

	if (err) {
		pr_err("%s: not served: error %d\n", netdev_name(dev), err);
		shim_device_remove(shim);
	}
}

static void shim_log_refusal(const struct net_device *dev, const char *reason)
{
	pr_warn("%s (%s %s): refused: %s\n", netdev_name(dev),
		shim_driver_name(dev), shim_bus_address(dev), reason);
}

static void shim_device_registered(struct net_device *dev)
{
	struct shim_judgement judgement = shim_judge(dev);
	int err;

	if (judgement.action == SHIM_REFUSE)
		shim_log_refusal(dev, judgement.reason);
	if (judgement.action != SHIM_WAIT && judgement.action != SHIM_SERVE)
		return;

	err = shim_device_add(dev, judgement.mode);
	if (err) {
		pr_err("%s: not served: error %d\n", netdev_name(dev), err);
		return;
	}
	if (judgement.action == SHIM_SERVE)
		shim_serve(dev, shim_device_find(dev));
}

/* A driver may add its NAPI contexts only when the device comes up (ENA does). */
static void shim_device_up(struct net_device *dev)
{
	struct shim_device *shim = shim_device_find(dev);
	struct shim_judgement judgement;

	if (!shim)
		return;
	if (shim->installed) {
		shim_napis_take(shim);
		return;
	}

	judgement = shim_judge(dev);
	if (judgement.action == SHIM_SERVE) {
		shim_serve(dev, shim);
		return;
	}
	shim_log_refusal(dev, judgement.reason);
	shim_device_remove(shim);
}

static void shim_device_unregistered(struct net_device *dev)
{
	struct shim_device *shim = shim_device_find(dev);

	if (shim)
		shim_device_remove(shim);
}

/* Under RTNL, like every netdevice notifier. */
static int shim_netdev_event(struct notifier_block *nb, unsigned long event,
			     void *ptr)
{
	struct net_device *dev = compat_notifier_dev(ptr);

	if (dry_run) {
		if (event == NETDEV_REGISTER)
			shim_report(dev);
		return NOTIFY_DONE;
	}

	if (shim_stopping)
		return NOTIFY_DONE;

	switch (event) {
	case NETDEV_REGISTER:
		shim_device_registered(dev);
		break;
	case NETDEV_UP:
	case NETDEV_CHANGE:	/* a driver's reset ends with the link coming up */
		shim_device_up(dev);
		break;
	case NETDEV_UNREGISTER:
		shim_device_unregistered(dev);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block shim_netdev_notifier = {
	.notifier_call = shim_netdev_event,
	/* last, after netconsole and most stacked devices have let go */
	.priority = INT_MIN,
};

/* No device is served any more; the module may go after this. */
static void shim_wait_for_callbacks(void)
{
	shim_poll_exit();
	compat_wait_for_calls_after_tasks();
}

/* The core replays REGISTER and UP for the devices that are there already. */
static int __init shim_init(void)
{
	int err;

	pr_info("version %s, %s\n", SHIM_VERSION,
		dry_run ? "dry run: nothing is changed" : "serving");
	shim_poll_init();
	err = compat_register_netdevice_notifier(&shim_netdev_notifier);
	if (err) {
		pr_err("no notifier: error %d\n", err);
		shim_wait_for_callbacks();
		return err;
	}
	shim_panic_init();
	return 0;
}

static void __exit shim_exit(void)
{
	shim_panic_exit();
	/* Not left to the UNREGISTER that is replayed when a notifier goes: up
	 * to 4.17 that misses a device whose namespace is just being removed.
	 */
	rtnl_lock();
	shim_stopping = true;
	shim_device_remove_all();
	rtnl_unlock();
	compat_unregister_netdevice_notifier(&shim_netdev_notifier);
	shim_wait_for_callbacks();
}

module_init(shim_init);
module_exit(shim_exit);

SHIM_MODINFO_NUMBER(ndo_start_xmit_offset,
		    offsetof(struct net_device_ops, ndo_start_xmit));
SHIM_MODINFO_NUMBER(ndo_poll_controller_offset,
		    offsetof(struct net_device_ops, ndo_poll_controller));
SHIM_MODINFO_NUMBER(ndo_netpoll_setup_offset,
		    offsetof(struct net_device_ops, ndo_netpoll_setup));
SHIM_MODINFO_NUMBER(net_device_ops_size, sizeof(struct net_device_ops));
MODULE_DESCRIPTION("netpoll for network drivers without ndo_poll_controller");
MODULE_AUTHOR("The netpoll-shim developers");
MODULE_VERSION(SHIM_VERSION);
MODULE_LICENSE("GPL");
