// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "facts/image/image.hpp"
#include "support/fake_host.hpp"

namespace netpoll_shim::test {

// A module with what an image is asked for.
struct FakeModule {
    ModinfoPairs modinfo;
    std::vector<std::pair<std::string, std::uint32_t>> versions;  // symbols with their CRCs
    std::vector<std::string> undefined;                           // symbols without
    std::optional<bool> hook;  // of a net_device_ops of small_layout(); nothing: it has none
    bool is_signed = false;

    std::string bytes() const;
};

// A driver of ENA's devices that came with the kernel.
FakeModule fake_driver(bool hook);
// A netpoll_shim for the kernel; it needs netif_napi_add with CRC 0x11 and printk with 0x22.
FakeModule fake_shim(const std::string& vermagic = legacy_vermagic);

// The contents as the extension of the path says: .gz, .xz, .zst or as they are.
std::string compressed_for(const std::string& path, const std::string& contents);

constexpr auto whole_system_map =
    "ffffffff81000000 T _text\n"
    "ffffffff81000010 T __netpoll_setup\n"
    "ffffffff81000020 {} netpoll_poll_dev\n"
    "ffffffff82000000 B _end\n";
std::string demanding_system_map();
std::string undemanding_system_map();

// An image with one kernel, of legacy_release, that tells nothing of itself.
class FakeImage {
  public:
    FakeImage();

    // Below the root; creates folders as needed.
    void write(const std::string& path, const std::string& contents) const;
    void link(const std::string& path, const std::string& target) const;
    void remove(const std::string& path) const;
    std::filesystem::path path(const std::string& path) const;
    const std::filesystem::path& root() const { return root_.path(); }

    // Below lib/modules/RELEASE.
    void add_module(const std::string& below, const FakeModule& module) const;
    // vmlinuz with these exported names, and with BTF of small_layout().
    void add_vmlinuz(const std::vector<std::string>& exported, bool with_btf = true) const;
    void add_symvers(const std::string& path,
                     const std::vector<std::pair<std::string, std::uint32_t>>& symbols) const;

    Result<ImageFacts> gather(const ImageQuery& query) const;
    // Its one kernel, asked for the devices of EC2.
    ImageKernel kernel() const;
    ImageKernel kernel(const ImageQuery& query) const;

  private:
    TempDirectory root_;
};

ImageQuery ec2_query();

}  // namespace netpoll_shim::test
