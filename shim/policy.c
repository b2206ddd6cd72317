// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which driver is served in which mode: driver=mode[,driver=mode...] as a module
 * parameter, walked in place as it is read only when a device appears; without
 * it the built-in table, which goes by the driver module's own version.
 */
#include "shim.h"

#include <linux/moduleparam.h>
#include <linux/string.h>

#include "tables.h"

#define SHIM_POLICY_SIZE 1024

static const char shim_builtin[] = "builtin";
static char shim_policy[SHIM_POLICY_SIZE] = "builtin";
char *shim_policy_text = shim_policy;

static const char * const shim_mode_names[SHIM_MODES] = {
	[SHIM_MODE_NONE] = "none",
	[SHIM_MODE_ATTACH] = "attach",
	[SHIM_MODE_DRAIN] = "drain",
	[SHIM_MODE_GUARD] = "guard",
};

const char *shim_mode_name(enum shim_mode mode)
{
	return shim_mode_names[mode];
}

/* A piece of the policy text: not terminated by a zero. */
struct shim_span {
	const char *start;
	int length;
};

struct shim_policy_entry {
	struct shim_span whole;
	struct shim_span driver;
	struct shim_span mode;
};

/* Takes the entry that starts at @text apart; returns where the next starts. */
static const char *shim_policy_next(const char *text,
				    struct shim_policy_entry *entry)
{
	const char *end = text + strcspn(text, ",");
	const char *equals = memchr(text, '=', end - text) ?: end;
	const char *mode = equals < end ? equals + 1 : end;

	entry->whole = (struct shim_span){ text, end - text };
	entry->driver = (struct shim_span){ text, equals - text };
	entry->mode = (struct shim_span){ mode, end - mode };
	return *end ? end + 1 : NULL;
}

static bool shim_span_is(struct shim_span span, const char *text)
{
	return strlen(text) == span.length &&
	       !memcmp(span.start, text, span.length);
}

static enum shim_mode shim_mode_parse(struct shim_span span)
{
	enum shim_mode mode;

	for (mode = SHIM_MODE_NONE + 1; mode < SHIM_MODES; mode++)
		if (shim_span_is(span, shim_mode_names[mode]))
			return mode;
	return SHIM_MODE_NONE;
}

/* The mode for @driver in @policy up to @end (NULL: to its own end). */
static enum shim_mode shim_policy_lookup(const char *policy, const char *end,
					 struct shim_span driver)
{
	struct shim_policy_entry entry;

	while (policy && (!end || policy < end)) {
		policy = shim_policy_next(policy, &entry);
		if (entry.driver.length == driver.length &&
		    !memcmp(entry.driver.start, driver.start, driver.length))
			return shim_mode_parse(entry.mode);
	}
	return SHIM_MODE_NONE;
}

/* From drivers-db/; a version range holds for drivers that are not the kernel's own. */
struct shim_builtin_entry {
	const char *driver;
	const char *from;	/* NULL: whatever the version */
	const char *before;	/* NULL: open */
	enum shim_mode mode;
};

struct shim_version {
	unsigned int number[3];
};

/* What follows the numbers (2.8.9g) does not count. */
static bool shim_version_parse(const char *text, struct shim_version *version)
{
	memset(version, 0, sizeof(*version));
	return sscanf(text, "%u.%u.%u", &version->number[0],
		      &version->number[1], &version->number[2]) >= 2;
}

static bool shim_version_is_before(const struct shim_version *version,
				   const char *text)
{
	struct shim_version limit;
	unsigned int i;

	shim_version_parse(text, &limit);
	for (i = 0; i < ARRAY_SIZE(limit.number); i++)
		if (version->number[i] != limit.number[i])
			return version->number[i] < limit.number[i];
	return false;
}

static bool shim_builtin_entry_fits(const struct shim_builtin_entry *entry,
				    const struct net_device *dev)
{
	struct shim_version version;

	if (strcmp(entry->driver, shim_driver_name(dev)))
		return false;
	if (!entry->from)
		return true;
	return shim_driver_is_out_of_tree(dev) &&
	       shim_version_parse(shim_driver_version(dev), &version) &&
	       !shim_version_is_before(&version, entry->from) &&
	       (!entry->before || shim_version_is_before(&version, entry->before));
}

static enum shim_mode shim_builtin_mode(const struct net_device *dev)
{
	static const struct shim_builtin_entry entries[] = { SHIM_BUILTIN_POLICY };
	enum shim_mode mode = SHIM_MODE_NONE;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(entries); i++) {
		if (!shim_builtin_entry_fits(&entries[i], dev))
			continue;
		mode = entries[i].mode;
		/* What is not known to need guard must not get it everywhere. */
		if (!entries[i].from && mode == SHIM_MODE_GUARD &&
		    COMPAT_RX_ENABLES_INTERRUPTS)
			mode = SHIM_MODE_DRAIN;
		break;
	}
	return mode;
}

enum shim_mode shim_policy_mode(const struct net_device *dev)
{
	const char *driver = shim_driver_name(dev);
	struct shim_span span = { driver, strlen(driver) };

	if (!strcmp(shim_policy, shim_builtin))
		return shim_builtin_mode(dev);
	return shim_policy_lookup(shim_policy, NULL, span);
}

static const char *shim_policy_entry_fault(const char *policy,
					   const struct shim_policy_entry *entry)
{
	if (!entry->driver.length)
		return "no driver name";
	if (entry->whole.length == entry->driver.length)
		return "no mode: expected driver=mode";
	if (shim_mode_parse(entry->mode) == SHIM_MODE_NONE)
		return "no such mode: expected attach, drain or guard";
	if (shim_policy_lookup(policy, entry->whole.start, entry->driver))
		return "driver named twice";
	return NULL;
}

static int shim_policy_set(const char *value, const struct kernel_param *kp)
{
	struct shim_policy_entry entry;
	const char *next = value;
	const char *fault;

	if (!value || strlen(value) >= SHIM_POLICY_SIZE) {
		pr_err("policy: %s\n", value ? "longer than 1023 characters" : "no value");
		return -EINVAL;
	}
	while (next) {
		next = shim_policy_next(next, &entry);
		fault = shim_policy_entry_fault(value, &entry);
		if (fault) {
			pr_err("policy: bad entry '%.*s' in '%s': %s\n",
			       entry.whole.length, entry.whole.start, value, fault);
			return -EINVAL;
		}
	}
	strcpy(shim_policy, value);
	return 0;
}

const struct kernel_param_ops shim_policy_param_ops = {
	.set = shim_policy_set,
	.get = param_get_charp,
};
