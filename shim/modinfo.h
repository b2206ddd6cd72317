/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NETPOLL_SHIM_MODINFO_H
#define NETPOLL_SHIM_MODINFO_H

#include <linux/compiler.h>
#include <linux/stringify.h>

/* The place of the leading digit of a number below 10000. */
#define SHIM_LEADING_PLACE(number) \
	((number) >= 1000 ? 1000 : (number) >= 100 ? 100 : 10)

/* The character at 10^-@shift of the leading place, 0 behind the last digit. */
#define SHIM_DIGIT(number, shift)					\
	(SHIM_LEADING_PLACE(number) < (shift) ? 0 :			\
	 '0' + (number) * (shift) / SHIM_LEADING_PLACE(number) % 10)

/*
 * MODULE_INFO() takes string literals only; a number that the compiler alone
 * knows is spelled out here, digit by digit.
 */
#define SHIM_MODINFO_NUMBER(tag, number)				\
static const struct {							\
	char key[sizeof(__stringify(tag) "=") - 1];			\
	char digits[5];							\
} shim_modinfo_##tag __used __section(".modinfo") __aligned(1) = {	\
	__stringify(tag) "=", {						\
		SHIM_DIGIT(number, 1), SHIM_DIGIT(number, 10),		\
		SHIM_DIGIT(number, 100), SHIM_DIGIT(number, 1000), 0	\
	}								\
}

#endif
