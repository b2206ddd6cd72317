// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first netpoll user of a device comes, the last one goes, and what has to be
 * put in order in between.
 */
#include "shim.h"

#include <linux/module.h>
#include <linux/rtnetlink.h>

/*
 * Takes over what the driver has added, and:
 *
 * net_rx_action() takes a NAPI's owner lock only where it finds dev->npinfo.  A
 * poll that began before netpoll attached runs without it: nothing is polled
 * until all these are over (upstream 2da4def0f487).
 */
static void shim_settle(struct work_struct *work)
{
	struct shim_device *shim = container_of(to_delayed_work(work),
						struct shim_device, settle);
	unsigned int attachments;
	bool attached;

	/* npinfo is published after ndo_netpoll_setup, before RTNL is given up.
	 * Not rtnl_lock(): shim_attach_exit() waits for this under RTNL.
	 */
	if (!rtnl_trylock()) {
		schedule_delayed_work(&shim->settle, 1);
		return;
	}
	shim_napis_take(shim);
	attached = rcu_access_pointer(shim->dev->npinfo);
	attachments = READ_ONCE(shim->attachments);
	rtnl_unlock();
	compat_wait_for_readers();
	/* Not if netpoll has attached anew meanwhile.  Pairs with nothing: a hook
	 * that misses it skips once more.
	 */
	if (attached && attachments == READ_ONCE(shim->attachments))
		WRITE_ONCE(shim->settled, true);
}

static void shim_settle_kicked(struct irq_work *work)
{
	schedule_delayed_work(&container_of(work, struct shim_device,
					    settle_kick)->settle, 0);
}

/* From the hook, where no work can be queued: who printed may hold rq->lock. */
void shim_settle_soon(struct shim_device *shim)
{
	irq_work_queue(&shim->settle_kick);
}

static void shim_unsettle(struct shim_device *shim)
{
	irq_work_sync(&shim->settle_kick);
	cancel_delayed_work_sync(&shim->settle);
	WRITE_ONCE(shim->settled, false);
}

/*
 * The reference makes rmmod say "in use" instead of taking the hook from under
 * the user.  Cores up to 5.4 forget the first user when one of two detaches, and
 * call this again for the next: one reference, whatever they do.  Does not sleep:
 * bonding in 3.10 holds a lock.
 */
static int shim_netpoll_setup(COMPAT_NETPOLL_SETUP_PARAMS)
{
	struct shim_device *shim = shim_device_find(dev);

	if (!shim)
		return -ENODEV;
	if (!shim->holds_module && !try_module_get(THIS_MODULE))
		return -ENODEV;
	shim->holds_module = true;
	WRITE_ONCE(shim->attachments, shim->attachments + 1);
	WRITE_ONCE(shim->settled, false);
	schedule_delayed_work(&shim->settle, 0);
	return 0;
}

/*
 * A user that attached before the copy was installed (on kernels that do not
 * demand the hook) took no reference.
 */
static void shim_netpoll_cleanup(struct net_device *dev)
{
	struct shim_device *shim = shim_device_find(dev);

	if (!shim)
		return;
	shim_unsettle(shim);
	/* npinfo goes next, and with it the lock that keeps net_rx_action() out:
	 * hooks that run are waited for.
	 */
	compat_wait_for_readers();
	if (shim->holds_module) {
		shim->holds_module = false;
		module_put(THIS_MODULE);
	}
}

void shim_attach_ops(struct net_device_ops *ops)
{
	ops->ndo_netpoll_setup = shim_netpoll_setup;
	ops->ndo_netpoll_cleanup = shim_netpoll_cleanup;
}

/* Before the copy is installed. */
void shim_attach_init(struct shim_device *shim)
{
	INIT_DELAYED_WORK(&shim->settle, shim_settle);
	init_irq_work(&shim->settle_kick, shim_settle_kicked);
}

/* netpoll may be attached already: to a driver's own hook, or where none is demanded. */
void shim_attach_installed(struct shim_device *shim)
{
	if (rcu_access_pointer(shim->dev->npinfo))
		schedule_delayed_work(&shim->settle, 0);
}

/*
 * The copy is not installed any more, and no hook is left to kick the work again.
 * A device that leaves while netpoll is attached: its cleanup will be called
 * through the driver's own ops.
 */
void shim_attach_exit(struct shim_device *shim)
{
	shim_unsettle(shim);
	if (shim->holds_module)
		module_put(THIS_MODULE);
}
