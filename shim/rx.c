// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a class C driver receives while netpoll polls it goes to this CPU's
 * backlog instead of into the protocols: they take locks that whoever printed
 * may hold.  The one place on a packet's way that belongs to the device is its
 * rx_handler.  It is ours for the length of a poll only: bridge, bonding and
 * macvlan want it, too.
 */
#include "shim.h"

#include <linux/rcupdate.h>
#include <linux/skbuff.h>

/* Called under RCU, on any CPU that receives for the device meanwhile. */
static rx_handler_result_t shim_rx_handler(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct shim_device *shim = shim_device_find(skb->dev);
	rx_handler_func_t *rx_handler;

	if (READ_ONCE(shim->deferring_cpu) == smp_processor_id()) {
		shim_count(shim, SHIM_RX_DEFERRED);
		skb = skb_share_check(skb, GFP_ATOMIC);
		if (skb)
			netif_rx(skb);
		return RX_HANDLER_CONSUMED;
	}

	/* pairs with the cmpxchg() in shim_rx_defer_begin() */
	smp_rmb();
	rx_handler = READ_ONCE(shim->rx_handler);
	return rx_handler ? rx_handler(pskb) : RX_HANDLER_PASS;
}

/*
 * netdev_rx_handler_register() and _unregister() change the place under RTNL
 * while we change it under npinfo->dev_lock: cmpxchg() on our side.  Who wants to
 * register during a poll is told EBUSY.  Who unregisters has the last word: he
 * waits for RCU readers, and a handler that was called through ours is one.
 */
static rx_handler_func_t **shim_rx_place(struct shim_device *shim)
{
	return (rx_handler_func_t __force **)&shim->dev->rx_handler;
}

void shim_rx_defer_begin(struct shim_device *shim)
{
	rx_handler_func_t **place = shim_rx_place(shim);
	rx_handler_func_t *rx_handler;

	WRITE_ONCE(shim->deferring_cpu, smp_processor_id());
	do {
		rx_handler = READ_ONCE(*place);
		WRITE_ONCE(shim->rx_handler, rx_handler);
	} while (cmpxchg(place, rx_handler, shim_rx_handler) != rx_handler);
}

void shim_rx_defer_end(struct shim_device *shim)
{
	cmpxchg(shim_rx_place(shim), shim_rx_handler, shim->rx_handler);
	WRITE_ONCE(shim->deferring_cpu, -1);
}
