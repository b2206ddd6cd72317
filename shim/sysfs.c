// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/class/net/<if>/netpoll_shim/: a stable interface, described in
 * docs/module.md.
 */
#include "shim.h"

#include <linux/device.h>
#include <linux/sysfs.h>

/* Takes no RTNL: removing the folder waits for readers with RTNL held. */
static ssize_t mode_show(struct device *d, struct device_attribute *attr,
			 char *buffer)
{
	enum shim_mode mode = SHIM_MODE_NONE;
	struct shim_device *shim;

	rcu_read_lock();
	shim = shim_device_find(to_net_dev(d));
	if (shim)
		mode = shim->mode;
	rcu_read_unlock();
	return sprintf(buffer, "%s\n", shim_mode_name(mode));
}

static DEVICE_ATTR_RO(mode);

static ssize_t ready_show(struct device *d, struct device_attribute *attr,
			  char *buffer)
{
	struct shim_device *shim;
	bool ready = false;

	rcu_read_lock();
	shim = shim_device_find(to_net_dev(d));
	if (shim)
		ready = READ_ONCE(shim->settled);
	rcu_read_unlock();
	return sprintf(buffer, "%d\n", ready);
}

static DEVICE_ATTR_RO(ready);

static ssize_t shim_counter_show(struct device *d, enum shim_counter counter,
				 char *buffer)
{
	struct shim_device *shim;
	long long value = 0;

	rcu_read_lock();
	shim = shim_device_find(to_net_dev(d));
	if (shim)
		value = atomic64_read(&shim->counters[counter]);
	rcu_read_unlock();
	return sprintf(buffer, "%lld\n", value);
}

#define SHIM_COUNTER_ATTR(name, counter)				\
static ssize_t name##_show(struct device *d,				\
			   struct device_attribute *attr, char *buffer)	\
{									\
	return shim_counter_show(d, counter, buffer);			\
}									\
static DEVICE_ATTR_RO(name)

SHIM_COUNTER_ATTR(hook_calls, SHIM_HOOK_CALLS);
SHIM_COUNTER_ATTR(napi_polls, SHIM_NAPI_POLLS);
SHIM_COUNTER_ATTR(skipped_attaching, SHIM_SKIPPED_ATTACHING);
SHIM_COUNTER_ATTR(skipped_busy, SHIM_SKIPPED_BUSY);
SHIM_COUNTER_ATTR(skipped_unsafe, SHIM_SKIPPED_UNSAFE);
SHIM_COUNTER_ATTR(skipped_xmit, SHIM_SKIPPED_XMIT);
SHIM_COUNTER_ATTR(skipped_disabled, SHIM_SKIPPED_DISABLED);
SHIM_COUNTER_ATTR(rx_deferred, SHIM_RX_DEFERRED);

static struct attribute *shim_attributes[] = {
	&dev_attr_mode.attr,
	&dev_attr_ready.attr,
	&dev_attr_hook_calls.attr,
	&dev_attr_napi_polls.attr,
	&dev_attr_skipped_attaching.attr,
	&dev_attr_skipped_busy.attr,
	&dev_attr_skipped_unsafe.attr,
	&dev_attr_skipped_xmit.attr,
	&dev_attr_skipped_disabled.attr,
	&dev_attr_rx_deferred.attr,
	NULL
};

static const struct attribute_group shim_attribute_group = {
	.name = KBUILD_MODNAME,
	.attrs = shim_attributes,
};

int shim_sysfs_add(struct net_device *dev)
{
	return sysfs_create_group(&dev->dev.kobj, &shim_attribute_group);
}

void shim_sysfs_remove(struct net_device *dev)
{
	sysfs_remove_group(&dev->dev.kobj, &shim_attribute_group);
}
