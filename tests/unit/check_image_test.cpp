// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/check_image.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli.hpp"
#include "support/fake_image.hpp"
#include "support/fake_kernel.hpp"

namespace netpoll_shim {
namespace {

using namespace std::string_literals;
using test::FakeImage;
using test::FakeModule;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string modules = "lib/modules/"s + test::legacy_release;

Output run(const FakeImage& image, const std::vector<std::string>& more = {}) {
    test::FakeKernel host;
    std::vector<std::string> arguments = {"check", "--root", image.root().string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_cli(arguments, host.context_maker());
}

// The text without the breaks of its lines.
std::string flat(const std::string& text) {
    std::string flat;
    for (const char c : text) {
        const bool is_space = c == ' ' || c == '\n';
        if (!is_space || !flat.ends_with(' ')) {
            flat += is_space ? ' ' : c;
        }
    }
    return flat;
}

nlohmann::json run_json(const FakeImage& image, std::vector<std::string> more = {}) {
    more.emplace_back("--json");
    return nlohmann::json::parse(run(image, more).out);
}

// nic_a 2.0, out of tree: class A without the hook
FakeModule nic_a() {
    FakeModule driver = test::fake_driver(false);
    driver.modinfo = {{"alias", "pci:v00001D0Fd0000EC20sv*"},
                      {"version", "2.0"},
                      {"vermagic", test::legacy_vermagic}};
    return driver;
}

// An image whose kernel demands the hook, with nic_a and a netpoll_shim that fits.
class Image : public testing::Test {
  protected:
    Image() {
        image.write("boot/System.map-"s + test::legacy_release, test::demanding_system_map());
        image.add_module("updates/nic_a.ko", nic_a());
        image.add_module("updates/netpoll_shim.ko", test::fake_shim());
        image.add_symvers(modules + "/build/Module.symvers",
                          {{"netif_napi_add", 0x11}, {"printk", 0x22}, {"netpoll_setup", 1}});
    }
    std::string remedy() const {
        return run_json(image)["kernels"][0]["drivers"][0]["remedies"].dump();
    }
    FakeImage image;
};

TEST_F(Image, IsJudgedKernelByKernel) {
    image.write("etc/os-release", "ID=debian\n");
    const Output output = run(image);
    EXPECT_EQ(output.exit_code, 3);
    EXPECT_THAT(output.err, IsEmpty());
    EXPECT_THAT(output.out, HasSubstr(", debian (etc/os-release)"));
    EXPECT_THAT(output.out, HasSubstr("kernel  6.1.192-legacy x86_64, demands the hook "
                                      "(boot/System.map-6.1.192-legacy)\n"));
    EXPECT_THAT(output.out, HasSubstr("netpoll_shim.ko version 0.1.0 fits"));
    EXPECT_THAT(output.out, HasSubstr("DRIVER  VERSION  VERDICT  MODE   BINDS\n"
                                      "nic_a   2.0      shim     drain  1d0f:ec20\n"));
    EXPECT_THAT(output.out,
                HasSubstr("no driver for: 1d0f:0ec2 1d0f:1ec2 1d0f:ec21 8086:10ed xen:vif\n"));
    EXPECT_THAT(output.out, HasSubstr("net_device_ops in the driver's object lack the hook"));
}

TEST_F(Image, IsOneJsonDocument) {
    image.link("etc/os-release", "/usr/lib/os-release");
    image.write("usr/lib/os-release", "ID=debian\n");
    const auto json = run_json(image);
    EXPECT_EQ(json["schema"], 1);
    EXPECT_EQ(json["root"], image.root().string());
    EXPECT_EQ(json["distribution"]["value"], "debian");
    EXPECT_EQ(json["exit_code"], 3);
    ASSERT_EQ(json["kernels"].size(), 1U);
    const auto& kernel = json["kernels"][0];
    EXPECT_EQ(kernel["release"], test::legacy_release);
    EXPECT_EQ(kernel["hook"]["value"], "demanded");
    EXPECT_EQ(kernel["distribution"]["value"], "debian");
    EXPECT_EQ(kernel["shim"]["file"]["fits"], true);
    EXPECT_EQ(kernel["shim"]["file"]["symbols"]["missing"].size(), 0U);
    ASSERT_EQ(kernel["drivers"].size(), 1U);
    const auto& driver = kernel["drivers"][0];
    EXPECT_EQ(driver["driver"], "nic_a");
    EXPECT_EQ(driver["verdict"], "shim");
    EXPECT_EQ(driver["mode"], "drain");
    EXPECT_EQ(driver["rests_on"], "database");
    EXPECT_EQ(driver["binds"].size(), 1U);
    EXPECT_EQ(driver["facts"]["module"]["object"]["hook"]["value"], false);
    EXPECT_EQ(driver["facts"]["module"]["built_in"], false);
    EXPECT_EQ(kernel["unbound"].size(), 5U);
}

TEST_F(Image, RemediesGoByTheShimsState) {
    EXPECT_THAT(remedy(), HasSubstr("have " + modules + "/updates/netpoll_shim.ko loaded"));
    image.add_module("updates/netpoll_shim.ko", test::fake_shim("5.0 SMP "));
    EXPECT_THAT(remedy(), HasSubstr("replace " + modules +
                                    "/updates/netpoll_shim.ko, which does not fit, by"));
    image.remove(modules + "/updates/netpoll_shim.ko");
    EXPECT_THAT(remedy(), HasSubstr("install netpoll_shim for 6.1.192-legacy in the image"));
    EXPECT_THAT(run(image).out, HasSubstr("shim    no netpoll_shim in " + modules));
}

TEST_F(Image, AsksForASignatureWhereTheKernelDoes) {
    const std::string config = "boot/config-"s + test::legacy_release;
    image.write(config, "CONFIG_MODULES=y\nCONFIG_NETPOLL=y\nCONFIG_MODULE_SIG_FORCE=y\n");
    EXPECT_THAT(remedy(), AllOf(HasSubstr("sign " + modules + "/updates/netpoll_shim.ko"),
                                HasSubstr("refuses unsigned modules")));
    const std::string text = flat(run(image).out);
    EXPECT_THAT(text, HasSubstr("modules must be signed (" + config + ")"));
    EXPECT_THAT(text, HasSubstr(", not signed: "));
    FakeModule shim = test::fake_shim();
    shim.is_signed = true;
    image.add_module("updates/netpoll_shim.ko", shim);
    EXPECT_THAT(remedy(), Not(HasSubstr("sign")));
    EXPECT_THAT(flat(run(image).out), HasSubstr(", signed: "));
    image.remove(modules + "/updates/netpoll_shim.ko");
    EXPECT_THAT(remedy(), HasSubstr("in the image, signed with a key"));
    image.write(config, "CONFIG_NETPOLL=y\n# CONFIG_MODULES is not set\n");
    EXPECT_THAT(remedy(), HasSubstr("use a kernel that loads modules"));
}

TEST_F(Image, ExitsByTheWorstOfAllKernels) {
    image.write("lib/modules/6.9/kernel/x", "");
    image.write("lib/modules/6.9/updates/nic_a.ko", nic_a().bytes());
    image.write("boot/System.map-6.9", test::undemanding_system_map());
    EXPECT_EQ(run(image).exit_code, 3);
    EXPECT_EQ(run(image, {"--all-kernels"}).exit_code, 3);
    EXPECT_EQ(run(image, {"--kernel", "6.9"}).exit_code, 0);
    EXPECT_EQ(run(image, {"--kernel", test::legacy_release}).exit_code, 3);
    image.remove("lib/modules/6.9/updates");
    // Nothing was judged
    EXPECT_EQ(run(image, {"--kernel", "6.9"}).exit_code, 4);
    EXPECT_THAT(run(image, {"--kernel", "6.9"}).out, HasSubstr("nothing to judge"));
}

TEST_F(Image, TakesMoreDevices) {
    FakeModule driver = nic_a();
    driver.modinfo[0].second = "pci:v000015ADd000007B0sv*";
    image.add_module("updates/nic_a.ko", driver);
    const std::string vmxnet3 = "pci:v000015ADd000007B0sv000015ADsd000007B0bc02sc00i00";
    EXPECT_EQ(run(image).exit_code, 4);
    EXPECT_EQ(run(image, {"--modalias", vmxnet3}).exit_code, 3);
    const auto json = run_json(image, {"--modalias", "virtio:d1v2", "--modalias", vmxnet3});
    EXPECT_EQ(json["kernels"][0]["drivers"][0]["binds"], nlohmann::json::array({vmxnet3}));
    EXPECT_THAT(json["kernels"][0]["unbound"].dump(), HasSubstr("virtio:d1v2"));
    const Output all = run(image, {"--all-drivers"});
    EXPECT_EQ(all.exit_code, 3);
    EXPECT_THAT(all.out, HasSubstr("nic_a   2.0      shim     drain  -\n"));
}

TEST_F(Image, ChecksAModuleFromElsewhere) {
    const test::TempDirectory elsewhere;
    const std::string file = (elsewhere.path() / "netpoll_shim.ko").string();
    std::ofstream(file) << test::fake_shim("5.0 SMP ").bytes();
    const auto json = run_json(image, {"--module", file});
    EXPECT_EQ(json["kernels"][0]["shim"]["file"]["path"], file);
    EXPECT_EQ(json["kernels"][0]["shim"]["file"]["fits"], false);
    EXPECT_EQ(run(image, {"--module", file + "x"}).exit_code, 1);
    EXPECT_THAT(run(image, {"--module", file + "x"}).err, HasSubstr("no such file"));
}

TEST_F(Image, AnUnreadableDriverIsUnknown) {
    image.write(modules + "/updates/nic_a.ko", "bad");
    const Output output = run(image);
    EXPECT_EQ(output.exit_code, 4);
    EXPECT_THAT(output.out, HasSubstr("nic_a   -        unknown  -     -\n"));
    EXPECT_THAT(flat(output.out), HasSubstr("updates/nic_a.ko: not an ELF file"));
}

TEST_F(Image, ShowsContradictionsAndTheWholeChain) {
    image.add_symvers(modules + "/build/Module.symvers", {{"netpoll_poll_dev", 1}});
    EXPECT_THAT(run(image).out, HasSubstr("contradiction: the kernel demands no"));
    EXPECT_THAT(run(image).out, Not(HasSubstr("does the kernel demand the hook?")));
    EXPECT_THAT(run(image, {"--explain"}).out, HasSubstr("does the kernel demand the hook?"));
}

TEST(ImageKernels, AreFoundInEitherDirectoryOnce) {
    const FakeImage image;
    image.write("usr/lib/modules/6.10/modules.builtin", "");
    image.write("usr/lib/modules/6.9/kernel/x", "");
    const auto json = run_json(image);
    ASSERT_EQ(json["kernels"].size(), 3U);
    // As version numbers
    EXPECT_EQ(json["kernels"][0]["release"], test::legacy_release);
    EXPECT_EQ(json["kernels"][1]["release"], "6.9");
    EXPECT_EQ(json["kernels"][2]["release"], "6.10");
    image.remove("lib");
    image.link("lib", "usr/lib");
    EXPECT_EQ(run_json(image)["kernels"].size(), 2U);
}

TEST(ImageKernels, ThatAreGoneLeaveDirectories) {
    const FakeImage image;
    image.write("lib/modules/5.0/updates/dkms/nic.ko", "");
    EXPECT_EQ(run_json(image)["kernels"].size(), 1U);
    EXPECT_EQ(run_json(image)["leftover"], nlohmann::json::array({"lib/modules/5.0"}));
    EXPECT_THAT(run(image).out, HasSubstr("no kernel: lib/modules/5.0\n"));
    const Output named = run(image, {"--kernel", "5.0"});
    EXPECT_EQ(named.exit_code, 1);
    EXPECT_THAT(named.err, HasSubstr("lib/modules/5.0 has no modules of a kernel"));
    EXPECT_THAT(named.err, HasSubstr("hint: there is 6.1.192-legacy\n"));
    image.remove(modules);
    const Output output = run(image);
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_THAT(output.err, HasSubstr("no kernel: lib/modules/5.0 has no modules of one"));
}

TEST(ImageErrors, AreOneLineAndAHint) {
    const FakeImage image;
    const auto expect_error = [&](const std::vector<std::string>& arguments, int exit_code,
                                  const std::string& message, const std::string& hint) {
        const Output output = run(image, arguments);
        EXPECT_EQ(output.exit_code, exit_code) << message;
        EXPECT_THAT(output.err, HasSubstr(message));
        EXPECT_THAT(output.err, HasSubstr("hint: " + hint));
        EXPECT_THAT(output.out, IsEmpty());
    };
    expect_error({"--kernel", "9"}, 1, "no kernel 9", "there is 6.1.192-legacy");
    expect_error({"--kernel", "../legacy"}, 1, "no kernel ../legacy", "there is");
    expect_error({"--modalias", "ena"}, 2, "--modalias ena: not a device's modalias", "a modalias");
    expect_error({"--kernel", "a", "--all-kernels"}, 2, "--all-kernels", "netpoll-shim --help");
    expect_error({"eth0"}, 2, "--root", "netpoll-shim --help");
    image.remove("lib");
    expect_error({}, 1, "neither lib/modules nor usr/lib/modules has one", "is it mounted?");
    test::FakeKernel host;
    for (const char* option : {"--kernel=x", "--all-kernels", "--modalias=xen:vif"}) {
        const Output output = run_cli({"check", option}, host.context_maker());
        EXPECT_EQ(output.exit_code, 2) << option;
        EXPECT_THAT(output.err, HasSubstr("--root"));
    }
    EXPECT_EQ(run_cli({"check", "--root", ""}, host.context_maker()).exit_code, 1);
}

TEST(BusDrivers, GoByTheNameThatTheDatabaseHas) {
    const FakeImage image;
    FakeModule driver = test::fake_driver(false);
    driver.modinfo[0].second = "pci:v00001AE0d00000042sv*";
    image.add_module("kernel/drivers/net/gve.ko", driver);
    CheckImageOptions options;
    options.root = image.root();
    options.modaliases = {"pci:v00001AE0d00000042sv00001AE0sd00000058bc02sc00i00"};
    const auto report = check_image(options, test::embedded_database());
    ASSERT_TRUE(report);
    ASSERT_EQ(report->kernels.at(0).verdicts.size(), 1U);
    EXPECT_EQ(report->kernels[0].verdicts[0].driver, "gvnic");
    EXPECT_EQ(report->kernels[0].kernel.drivers[0].device.module->name, "gve");
}

// The paths of a trace that the program itself opened, looked at or read the target of.
std::vector<std::string> traced_paths(const std::filesystem::path& trace) {
    std::vector<std::string> paths;
    std::ifstream lines(trace);
    for (std::string line; std::getline(lines, line);) {
        const auto quote = line.find('"');
        const auto end = line.find('"', quote + 1);
        if (quote != std::string::npos && end != std::string::npos) {
            paths.push_back(line.substr(quote + 1, end - quote - 1));
        }
    }
    return paths;
}

// What AddressSanitizer looks at before main().
bool is_the_sanitizers([[maybe_unused]] const std::string& path) {
#ifdef __SANITIZE_ADDRESS__
    return path.rfind("/proc/self/", 0) == 0;
#else
    return false;
#endif
}

// All that leaves the command for the kernel with a path in it, after it was loaded, is one
// absolute path: that of the root, for its database and for what is judged. What is relative is
// taken from a descriptor below it, one name at a time.
TEST_F(Image, IsAllThatIsLookedAt) {
    image.link("etc/os-release", "/usr/lib/os-release");
    image.write("usr/lib/os-release", "ID=debian\n");
    image.link(modules + "/weak-updates/x.ko", "/proc/self/exe");
    image.link("boot/config-"s + test::legacy_release, "../../../../../../proc/version");
    image.write("srv/own_nic.toml", "driver =\n");
    image.link("etc/netpoll-shim/db.d/drivers/own_nic.toml", "/srv/own_nic.toml");
    image.add_vmlinuz({"register_netdevice"});
    image.remove(modules + "/updates/netpoll_shim.ko");
    const test::TempDirectory directory;
    const auto trace = directory.path() / "trace";
    // LeakSanitizer does not work under strace.
    const std::string command = "ASAN_OPTIONS=detect_leaks=0 " STRACE " -f -qq -e trace=%file -o " +
                                trace.string() + " " COMMAND " check --root " +
                                image.root().string() + " >/dev/null";
    const int status = std::system(command.c_str());
    ASSERT_TRUE(WIFEXITED(status));
    // The built-in database does not know nic_a.
    EXPECT_EQ(WEXITSTATUS(status), 4);

    const auto paths = traced_paths(trace);
    const auto root = std::find(paths.begin(), paths.end(), image.root().string());
    ASSERT_NE(root, paths.end());
    EXPECT_THAT(paths, Contains("os-release"));
    EXPECT_THAT(paths, Contains("own_nic.toml"));
    std::vector<std::string> outside;
    std::copy_if(root + 1, paths.end(), std::back_inserter(outside), [&](const std::string& path) {
        return (path.find('/') != std::string::npos && path != image.root().string()) ||
               path == "..";
    });
    EXPECT_THAT(outside, IsEmpty());
    // Before that, the loader and its libraries
    std::vector<std::string> before;
    std::copy_if(paths.begin(), root, std::back_inserter(before), [](const std::string& path) {
        return path.find(".so") == std::string::npos && path != COMMAND && path != "" &&
               !is_the_sanitizers(path);
    });
    EXPECT_THAT(before, IsEmpty());
}

}  // namespace
}  // namespace netpoll_shim
