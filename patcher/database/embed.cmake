# SPDX-License-Identifier: GPL-2.0-or-later
#
# cmake -DROOT=SOURCE_FOLDER -DOUTPUT=FILE.cpp -P embed.cmake
# Writes drivers-db/**/*.toml into a C++ file, as raw strings and in the order of their names.

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

file(WRITE "${OUTPUT}" "// SPDX-License-Identifier: GPL-2.0-or-later
// Generated from drivers-db/ by embed.cmake: change the data there.
#include \"database/embedded.hpp\"

namespace netpoll_shim {

std::vector<DatabaseFile> embedded_database_files() {
    return {
${entries}    };
}

}  // namespace netpoll_shim
")
