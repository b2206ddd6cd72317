# SPDX-License-Identifier: GPL-2.0-or-later
#
# cmake -DROOT=SOURCE_FOLDER -DOUTPUT=FILE.cpp -P embed.cmake
# Writes drivers-db/**/*.toml into a C++ file, as raw strings and in the order of their names, and
# drivers-db/SERIAL and the public keys in drivers-db/keys.

file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/drivers-db/*.toml)
list(SORT files)
if(NOT files)
    message(FATAL_ERROR "no TOML files in ${ROOT}/drivers-db")
endif()

set(entries "")
foreach(path IN LISTS files)
    file(READ "${ROOT}/${path}" text)
    string(APPEND entries "        {\"${path}\", R\"toml(${text})toml\"},\n")
endforeach()

file(STRINGS ${ROOT}/drivers-db/SERIAL serial LIMIT_COUNT 1)
if(NOT serial MATCHES "^[1-9][0-9]*$")
    message(FATAL_ERROR "drivers-db/SERIAL is no number above 0: ${serial}")
endif()

file(GLOB keys RELATIVE ${ROOT}/drivers-db/keys ${ROOT}/drivers-db/keys/*.pub)
list(SORT keys)
set(key_entries "")
foreach(name IN LISTS keys)
    file(READ "${ROOT}/drivers-db/keys/${name}" text)
    string(APPEND key_entries "        {\"${name}\", R\"pub(${text})pub\"},\n")
endforeach()

file(WRITE "${OUTPUT}" "// SPDX-License-Identifier: GPL-2.0-or-later
// Generated from drivers-db/ by embed.cmake: change the data there.
#include \"database/embedded.hpp\"

namespace netpoll_shim {

std::vector<DatabaseFile> embedded_database_files() {
    return {
${entries}    };
}

std::uint64_t embedded_database_serial() {
    return ${serial};
}

std::vector<EmbeddedKey> embedded_keys() {
    return {
${key_entries}    };
}

}  // namespace netpoll_shim
")
