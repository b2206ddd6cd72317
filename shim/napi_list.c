// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device's NAPIs, and walking them while the driver changes the list: a reset,
 * a ring resize or a new channel count does so without asking netpoll.
 *
 * Up to 5.8 netif_napi_del() links an entry to itself, and a walker that stands
 * there never leaves.  Ours knows that.  The walker of old cores, right behind
 * the hook, does not: there NAPIs are kept in a list of our own, which
 * netif_napi_del() takes them off just as well, and the core walks none.  On these
 * kernels netpoll, free_netdev() and liquidio are the only ones to use the
 * device's list.  What a driver adds is taken over as soon as somebody notices.
 */
#include "shim.h"

#include <linux/rtnetlink.h>

/* Returns whether the walk came to an end of the list. */
static bool shim_napis_visit_list(struct shim_device *shim,
				  const struct list_head *head,
				  shim_napi_visit_t visit)
{
	const struct list_head *position = head;
	const struct list_head *next;

	for (;;) {
		/* against list_add() and list_del() by the driver */
		next = READ_ONCE(position->next);
		/* against following an entry that is not whole yet */
		smp_rmb();
		/* Either head: an entry may move from one list to the other. */
		if (next == &shim->napi_list || next == &shim->dev->napi_list)
			return true;
		/* deleted this moment, or being added */
		if (next == position || !next)
			return false;
		visit(shim, list_entry(next, struct napi_struct, dev_list));
		position = next;
	}
}

/*
 * Under RCU: calls @visit for each NAPI, twice for one that is just being moved.
 * Returns whether it saw all: where a walk meets one that is deleted this moment it
 * ends early.
 */
bool shim_napis_visit(struct shim_device *shim, shim_napi_visit_t visit)
{
	bool saw_ours = shim_napis_visit_list(shim, &shim->napi_list, visit);

	return shim_napis_visit_list(shim, &shim->dev->napi_list, visit) &&
	       saw_ours;
}

/* Under RCU: whether the core would walk NAPIs of ours. */
bool shim_napis_are_exposed(const struct shim_device *shim)
{
	return !COMPAT_CORE_POLLS_EVERY_NAPI &&
	       shim->mode != SHIM_MODE_ATTACH &&
	       !list_empty(&shim->dev->napi_list);
}

/*
 * Not list_splice(): walkers of the core, with interrupts off and not always under
 * npinfo->dev_lock (netpoll_owner_active()), look for the end of the device's list.
 * They find it until they are gone; ours find the entries all the time.
 */
void shim_napis_take(struct shim_device *shim)
{
	struct list_head *device = &shim->dev->napi_list;
	struct list_head *first, *last, *behind;

	/* against drivers that add and delete */
	ASSERT_RTNL();
	if (!shim_napis_are_exposed(shim))
		return;
	first = device->next;
	last = device->prev;
	behind = shim->napi_list.next;

	/* Our walkers find them before the core's find none. */
	smp_store_release(&shim->napi_list.next, first);
	INIT_LIST_HEAD(device);
	compat_wait_for_readers();
	first->prev = &shim->napi_list;
	behind->prev = last;
	WRITE_ONCE(last->next, behind);
}

/* No hook runs any more; the core may walk. */
void shim_napis_give_back(struct shim_device *shim)
{
	struct list_head *device = &shim->dev->napi_list;
	struct list_head *first = shim->napi_list.next;
	struct list_head *last = shim->napi_list.prev;
	struct list_head *behind = device->next;

	/* against drivers that add and delete */
	ASSERT_RTNL();
	if (list_empty(&shim->napi_list))
		return;
	WRITE_ONCE(last->next, behind);
	behind->prev = last;
	first->prev = device;
	/* A walker that starts now finds an end. */
	smp_store_release(&device->next, first);
	INIT_LIST_HEAD(&shim->napi_list);
}
