// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dying machine's last words: turns interrupts off, prints lines and panics.
 * Nothing but netpoll itself can reclaim transmit descriptors meanwhile.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/module.h>

static unsigned int lines = 3000;
module_param(lines, uint, 0444);

static bool then_panic = true;
module_param(then_panic, bool, 0444);
MODULE_PARM_DESC(then_panic, "0: turn interrupts on again and go on");

static int __init crash_burst_init(void)
{
	unsigned long flags;
	unsigned int i;

	local_irq_save(flags);
	for (i = 0; i < lines; i++)
		printk(KERN_CRIT "burst line %u of %u\n", i + 1, lines);
	if (then_panic)
		panic("end of burst");
	local_irq_restore(flags);
	return 0;
}

static void __exit crash_burst_exit(void)
{
}

module_init(crash_burst_init);
module_exit(crash_burst_exit);
MODULE_DESCRIPTION("prints a burst of lines with interrupts off, then panics");
MODULE_LICENSE("GPL");
