# SPDX-License-Identifier: GPL-2.0-or-later
#
# cmake -DROOT=SOURCE_FOLDER -DOUTPUT=FILE.cpp -P embed.cmake
# Writes the files that boot/files lists into a C++ file, as raw strings.

file(STRINGS "${ROOT}/boot/files" lines REGEX "^[^#]")
if(NOT lines)
    message(FATAL_ERROR "no files in ${ROOT}/boot/files")
endif()

set(entries "")
foreach(line IN LISTS lines)
    if(NOT line MATCHES "^([^ ]+) +(0[0-7]+) +([^ ]+)$")
        message(FATAL_ERROR "boot/files: not SOURCE MODE DESTINATION: ${line}")
    endif()
    set(mode ${CMAKE_MATCH_2})
    set(destination ${CMAKE_MATCH_3})
    file(READ "${ROOT}/boot/${CMAKE_MATCH_1}" text)
    string(APPEND entries "        {\"${destination}\", ${mode}, R\"boot_file(${text})boot_file\"},\n")
endforeach()

file(WRITE "${OUTPUT}" "// SPDX-License-Identifier: GPL-2.0-or-later
// Generated from boot/ by embed.cmake: change the files there.
#include \"bake/boot_files.hpp\"

namespace netpoll_shim {

std::vector<BootFile> boot_files() {
    return {
${entries}    };
}

}  // namespace netpoll_shim
")
