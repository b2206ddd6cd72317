// SPDX-License-Identifier: GPL-2.0-or-later
// Everything that reads kernel objects; what the input is, its content decides.
#include <cstdlib>

#include "facts/object/btf.hpp"
#include "facts/object/compression.hpp"
#include "facts/object/kernel_image.hpp"
#include "facts/object/module_file.hpp"
#include "targets.hpp"

namespace netpoll_shim::fuzz {

namespace {

constexpr std::size_t limit = std::size_t{1} << 20U;

// What holds of every answer, whatever the file.
void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check(const OpsReading& reading) {
    require(!reading.reason.empty());
    const bool told = reading.hook != HookAnswer::cannot_tell;
    require(!told || !reading.tables.empty());
    require(told || !reading.netpoll_setup);
}

void read_module(std::string_view input) {
    const auto module = ModuleFile::parse(input, "input", limit);
    if (!module) {
        require(!module.error().message.empty());
        return;
    }
    // Of tests/unit/support/object_writer.hpp, and of Linux 6.1.
    check(module->read_ops({64, 32, 40, 48, "fuzz"}));
    check(module->read_ops({64, {}, 40, {}, "fuzz"}));
    check(module->read_ops({688, 32, 208, 216, "fuzz"}));
    ops_layout_from_modinfo(module->modinfo(), module->source());
    for (const ImportedSymbol& import : module->imports()) {
        require(import.name.size() < max_name_length);
    }
    for (const std::string_view name : module->undefined_symbols()) {
        require(!name.empty());
    }
}

void check(const Result<OpsLayout>& layout) {
    require(layout ? layout->ndo_start_xmit.value_or(layout->size) < layout->size
                   : !layout.error().message.empty());
}

}  // namespace

void object(std::string_view input) {
    if (const auto contents = decompress(input, limit)) {
        require(contents->size() <= limit);
        check(ops_layout_from_btf(*contents, "fuzz"));
    }
    read_module(input);
    if (const auto image = KernelImage::parse(input, "input", limit)) {
        image->exports("netpoll_poll_dev");
        check(image->ops_layout());
    }
}

}  // namespace netpoll_shim::fuzz
