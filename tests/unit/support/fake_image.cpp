// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/fake_image.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/btf_writer.hpp"
#include "support/compressed.hpp"
#include "support/object_writer.hpp"

namespace netpoll_shim::test {

namespace fs = std::filesystem;

namespace {

// struct modversion_info: a CRC of 8 bytes, a name of 56.
std::string versions_section(const std::vector<std::pair<std::string, std::uint32_t>>& versions) {
    std::string contents;
    for (const auto& [name, crc] : versions) {
        append(contents, std::uint64_t{crc});
        std::string padded = name;
        padded.resize(56);
        contents += padded;
    }
    return contents;
}

// struct module_signature without signer, key and signature: PKCS#7.
std::string signature() {
    return std::string("\0\0\2\0\0\0\0\0\0\0\0\0", 12) + "~Module signature appended~\n";
}

}  // namespace

std::string FakeModule::bytes() const {
    OpsObject object;
    if (hook) {
        object.add_table("ops",
                         *hook ? std::vector<Elf64_Addr>{32, 40} : std::vector<Elf64_Addr>{32});
    }
    object.writer.add_section(".modinfo", modinfo_section(modinfo));
    if (!versions.empty()) {
        object.writer.add_section("__versions", versions_section(versions));
    }
    for (const std::string& name : undefined) {
        object.writer.add_symbol(name, SHN_UNDEF, 0, 0, STT_NOTYPE, STB_GLOBAL);
    }
    return object.writer.bytes() + (is_signed ? signature() : "");
}

FakeModule fake_driver(bool hook) {
    FakeModule module;
    module.modinfo = {{"alias", "pci:v00001D0Fd0000EC2[0-1]sv*sd*bc*sc*i*"},
                      {"intree", "Y"},
                      {"srcversion", "0123456789ABCDEF"},
                      {"vermagic", legacy_vermagic}};
    module.undefined = {"register_netdev"};
    module.hook = hook;
    return module;
}

FakeModule fake_shim(const std::string& vermagic) {
    FakeModule module;
    module.modinfo = {{"version", "0.1.0"},
                      {"net_device_ops_size", "64"},
                      {"ndo_start_xmit_offset", "32"},
                      {"ndo_poll_controller_offset", "40"},
                      {"ndo_netpoll_setup_offset", "48"},
                      {"name", "netpoll_shim"},
                      {"vermagic", vermagic}};
    module.versions = {{"netif_napi_add", 0x11}, {"printk", 0x22}};
    module.undefined = {"netif_napi_add", "printk"};
    return module;
}

std::string compressed_for(const std::string& path, const std::string& contents) {
    if (path.ends_with(".gz")) {
        return gzip(contents);
    }
    if (path.ends_with(".xz")) {
        return xz(contents);
    }
    return path.ends_with(".zst") ? zstd(contents) : contents;
}

std::string demanding_system_map() {
    return fmt::format(whole_system_map, 't');
}

std::string undemanding_system_map() {
    return fmt::format(whole_system_map, 'T');
}

FakeImage::FakeImage() {
    fs::create_directories(path(fmt::format("lib/modules/{}/kernel", legacy_release)));
}

fs::path FakeImage::path(const std::string& path) const {
    return root_.path() / path;
}

void FakeImage::write(const std::string& path, const std::string& contents) const {
    fs::create_directories(this->path(path).parent_path());
    std::ofstream(this->path(path), std::ios::binary) << contents;
}

void FakeImage::link(const std::string& path, const std::string& target) const {
    fs::create_directories(this->path(path).parent_path());
    fs::create_symlink(target, this->path(path));
}

void FakeImage::remove(const std::string& path) const {
    fs::remove_all(this->path(path));
}

void FakeImage::add_module(const std::string& below, const FakeModule& module) const {
    write(fmt::format("lib/modules/{}/{}", legacy_release, below),
          compressed_for(below, module.bytes()));
}

void FakeImage::add_vmlinuz(const std::vector<std::string>& exported, bool with_btf) const {
    std::string names;
    for (const std::string& name : exported) {
        names += name + '\0';
    }
    ObjectWriter writer;
    writer.add_section("__ksymtab_strings", names);
    if (with_btf) {
        writer.add_section(".BTF", small_btf());
    }
    write(fmt::format("boot/vmlinuz-{}", legacy_release), gzip(writer.bytes()));
}

void FakeImage::add_symvers(
    const std::string& path,
    const std::vector<std::pair<std::string, std::uint32_t>>& symbols) const {
    std::string text = "0x00000001\tregister_netdevice\tvmlinux\tEXPORT_SYMBOL\t\n";
    for (const auto& [name, crc] : symbols) {
        text += fmt::format("{:#010x}\t{}\tvmlinux\tEXPORT_SYMBOL_GPL\t\n", crc, name);
    }
    write(path, compressed_for(path, text));
}

Result<ImageFacts> FakeImage::gather(const ImageQuery& query) const {
    const auto root = Root::open(root_.path());
    return root ? gather_image(*root, query) : tl::unexpected<Error>(root.error());
}

ImageKernel FakeImage::kernel(const ImageQuery& query) const {
    auto facts = gather(query);
    EXPECT_TRUE(facts) << facts.error().message;
    if (!facts || facts->kernels.empty()) {
        ADD_FAILURE() << "no kernel";
        return {};
    }
    EXPECT_EQ(facts->kernels.size(), 1U);
    return std::move(facts->kernels.front());
}

ImageKernel FakeImage::kernel() const {
    return kernel(ec2_query());
}

ImageQuery ec2_query() {
    ImageQuery query;
    query.modaliases = ec2_modaliases();
    return query;
}

}  // namespace netpoll_shim::test
