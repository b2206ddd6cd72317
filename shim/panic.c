// SPDX-License-Identifier: GPL-2.0-only
/*
 * What netpoll could not send at once it queues for a work item, and all that
 * follows behind it: also what is printed while this CPU is inside a NAPI's poll.
 * When the machine panics there will be no work item.  By then the other CPUs are
 * stopped, and the panic's own first lines are in that queue.
 */
#include "shim.h"

#include <linux/netpoll.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>

#include "compat/panic.h"

/* Rounds in a row without a line sent; the hook waits its share in each. */
#define SHIM_FLUSH_TRIES 80

/* Set for good: panic() does not return. */
bool shim_other_cpus_are_stopped;

/* No CPU, stopped or this one, is in the middle of sending on it. */
static bool shim_queue_is_unlocked(const struct net_device *dev,
				   unsigned int queue)
{
	return queue < dev->real_num_tx_queues &&
	       netdev_get_tx_queue(dev, queue)->xmit_lock_owner == -1;
}

static int shim_find_unlocked_queue(const struct net_device *dev)
{
	unsigned int i;

	for (i = 0; i < dev->real_num_tx_queues; i++)
		if (shim_queue_is_unlocked(dev, i))
			return i;
	return -1;
}

/*
 * A CPU that was stopped holds what it has locked for ever: lines for such a queue
 * go to another one.  Returns whether nothing is left that sending would wait for.
 */
static bool shim_avoid_locked_queues(const struct net_device *dev,
				     struct netpoll_info *npinfo)
{
	int queue = shim_find_unlocked_queue(dev);
	struct sk_buff *skb;

	if (queue < 0 || !spin_trylock(&npinfo->txq.lock))
		return false;
	skb_queue_walk(&npinfo->txq, skb)
		if (!shim_queue_is_unlocked(dev, skb_get_queue_mapping(skb)))
			skb_set_queue_mapping(skb, queue);
	spin_unlock(&npinfo->txq.lock);
	return true;
}

static void shim_flush(struct shim_device *shim)
{
	struct net_device *dev = shim->dev;
	struct netpoll_info *npinfo = rcu_dereference(dev->npinfo);
	unsigned int tries = SHIM_FLUSH_TRIES;
	unsigned int queued;

	if (!npinfo || !shim->installed || !shim_avoid_locked_queues(dev, npinfo))
		return;
	while (tries-- && !skb_queue_empty(&npinfo->txq)) {
		queued = skb_queue_len(&npinfo->txq);
		/* The core's own function for this: in order, until the ring is full. */
		npinfo->tx_work.work.func(&npinfo->tx_work.work);
		if (skb_queue_len(&npinfo->txq) < queued)
			tries = SHIM_FLUSH_TRIES;
		compat_netpoll_poll(dev, npinfo, shim_poll_controller);
	}
}

/* Interrupts are off. */
static int shim_panicked(struct notifier_block *nb, unsigned long event,
			 void *message)
{
	shim_other_cpus_are_stopped = true;
	shim_device_for_each(shim_flush);
	return NOTIFY_DONE;
}

static struct notifier_block shim_panic_notifier = {
	.notifier_call = shim_panicked,
	/* first: others may reboot, or hang */
	.priority = INT_MAX,
};

void shim_panic_init(void)
{
	atomic_notifier_chain_register(&panic_notifier_list, &shim_panic_notifier);
}

void shim_panic_exit(void)
{
	atomic_notifier_chain_unregister(&panic_notifier_list,
					 &shim_panic_notifier);
}
