# SPDX-License-Identifier: GPL-2.0-only
#
# drivers-db/ -> shim/tables.h.  Reads the lines that the module needs and
# nothing else, so that a target without Python can build the module:
#	drivers/*.toml		driver, builtin_mode and of each [[range]] its
#				origin, from, before and class
#	compares-ops.toml	driver
# Each is written KEY = "VALUE", alone on its line: whatever else assigns to
# one of them is an error, never overlooked.  Plain POSIX awk.

function fail_at(file, line, message)
{
	printf "%s:%d: %s\n", file, line, message > "/dev/stderr"
	failed = 1
	exit 1
}

function fail(message)
{
	fail_at(file, line, message)
}

# What this line assigns to, "" if to nothing.
function assigned_key(text)
{
	if ($0 !~ /^[ \t]*["']?[a-z_]+["']?[ \t]*=/)
		return ""
	text = substr($0, 1, index($0, "=") - 1)
	gsub(/[ \t"']/, "", text)
	return text
}

function quoted_value()
{
	if ($0 !~ /^[a-z_]+ = "[A-Za-z0-9_. -]+"$/)
		fail("expected KEY = \"VALUE\": " $0)
	split($0, part, "\"")
	return part[2]
}

# The module compares three numbers and nothing else; ranges that give it no
# row go by other versions too.
function check_version(key)
{
	if (range[key] != "" && range[key] !~ /^[0-9]+(\.[0-9]+)?(\.[0-9]+)?$/)
		fail_at(file, key_line[key], "expected up to three numbers and dots: " \
			range[key])
}

function c_string(text)
{
	return text == "" ? "NULL" : "\"" text "\""
}

function row(from, before, mode)
{
	return sprintf("\t{ \"%s\", %s, %s, SHIM_MODE_%s }", driver,
		       c_string(from), c_string(before), mode)
}

function add_row(text)
{
	rows = rows (rows == "" ? "" : ", \\\n") text
}

function finish_range()
{
	if (!range_line)
		return
	if (range["origin"] == "" || range["from"] == "" || range["class"] == "")
		fail_at(file, range_line, "a range needs origin, from and class")
	if (range["origin"] == "out-of-tree") {
		check_version("from")
		check_version("before")
	}
	if (range["origin"] == "out-of-tree" && class_mode[range["class"]] != "")
		version_rows[++version_count] = row(range["from"], range["before"],
						    class_mode[range["class"]])
	range_line = 0
}

function finish_file(i)
{
	if (!is_driver_file)
		return
	finish_range()
	if (driver == "" || mode == "")
		fail("the file lacks driver or builtin_mode")
	if (mode != "none") {
		for (i = 1; i <= version_count; i++)
			add_row(version_rows[i])
		add_row(row("", "", toupper(mode)))
	}
}

BEGIN {
	class_mode["A"] = "DRAIN"
	class_mode["C"] = "GUARD"
	class_mode["B"] = class_mode["unknown"] = ""
	is_origin["in-tree"] = is_origin["distribution"] = is_origin["out-of-tree"] = 1
	is_mode["attach"] = is_mode["drain"] = is_mode["guard"] = is_mode["none"] = 1
}

FNR == 1 {
	finish_file()
	driver = mode = ""
	version_count = range_line = 0
	is_driver_file = FILENAME ~ /\/drivers\/[^\/]*$/
}

{
	file = FILENAME
	line = FNR
	key = assigned_key()
}

is_driver_file && /^[ \t]*\[/ {
	if ($0 != "[[range]]")
		fail("expected [[range]]: " $0)
	finish_range()
	range_line = FNR
	range["origin"] = range["from"] = range["before"] = range["class"] = ""
}

key == "driver" {
	driver = quoted_value()
	if (!is_driver_file)
		comparers = comparers sprintf("\t\"%s\", \\\n", driver)
}

!is_driver_file {
	next
}

(key == "driver" || key == "builtin_mode") && range_line {
	fail(key " within a range")
}

(key == "origin" || key == "from" || key == "before" || key == "class") && !range_line {
	fail(key " outside of a range")
}

key == "range" {
	fail("expected [[range]]: " $0)
}

key == "builtin_mode" {
	mode = quoted_value()
	if (!(mode in is_mode))
		fail("no such mode: " mode)
}

key == "origin" {
	range[key] = quoted_value()
	if (!(range[key] in is_origin))
		fail("no such origin: " range[key])
}

key == "class" {
	range[key] = quoted_value()
	if (!(range[key] in class_mode))
		fail("no such class: " range[key])
}

key == "from" || key == "before" {
	range[key] = quoted_value()
	key_line[key] = FNR
}

END {
	if (failed)
		exit 1
	finish_file()
	if (rows == "" || comparers == "") {
		print "tables.awk: no drivers found" > "/dev/stderr"
		exit 1
	}
	print "/* SPDX-License-Identifier: GPL-2.0-only */"
	print "/* Generated from drivers-db/ by tables.awk: change the data there. */"
	print "/* driver, from, before (NULL: open), mode; see drivers-db/README.md */"
	printf "#define SHIM_BUILTIN_POLICY \\\n%s\n", rows
	printf "#define SHIM_OPS_COMPARERS \\\n%s\tNULL\n", comparers
}
