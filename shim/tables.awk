# SPDX-License-Identifier: GPL-2.0-only
#
# drivers-db/ -> shim/tables.h.  Reads the two kinds of lines the module needs
# and nothing else, so that a target without Python can build the module:
#	drivers/*.toml		driver = "NAME" and builtin_mode = "MODE"
#	compares-ops.toml	driver = "NAME"
# Plain POSIX awk.

function fail(message)
{
	printf "%s:%d: %s\n", FILENAME, FNR, message > "/dev/stderr"
	failed = 1
	exit 1
}

function quoted_value()
{
	if ($0 !~ /^[a-z_]+ = "[a-z0-9_.-]+"$/)
		fail("expected KEY = \"VALUE\": " $0)
	split($0, part, "\"")
	return part[2]
}

FNR == 1 {
	driver = ""
	is_driver_file = FILENAME ~ /\/drivers\/[^\/]*$/
}

/^driver = / {
	driver = quoted_value()
	if (!is_driver_file)
		comparers = comparers sprintf("\t\"%s\", \\\n", driver)
}

/^builtin_mode = / {
	mode = quoted_value()
	if (driver == "")
		fail("builtin_mode before driver")
	if (mode != "attach" && mode != "drain" && mode != "none")
		fail("no such mode: " mode)
	if (mode != "none")
		policy = policy (policy == "" ? "" : ",") driver "=" mode
}

END {
	if (failed)
		exit 1
	if (policy == "" || comparers == "") {
		print "tables.awk: no drivers found" > "/dev/stderr"
		exit 1
	}
	print "/* SPDX-License-Identifier: GPL-2.0-only */"
	print "/* Generated from drivers-db/ by tables.awk: change the data there. */"
	printf "#define SHIM_BUILTIN_POLICY \"%s\"\n", policy
	printf "#define SHIM_OPS_COMPARERS \\\n%s\tNULL\n", comparers
}
