// SPDX-License-Identifier: GPL-2.0-or-later
// image_bench --command FILE --root DIR [--rounds N]: what `check --root` costs on an image of
// yours, beside reading the same files. Machines differ and are shared: CPU time and ratios within
// one run say more than seconds do.
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Usage {
    double seconds = 0;      // from its start to its end
    double cpu_seconds = 0;  // of all its threads
};

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

[[noreturn]] void become(const std::vector<std::string>& argv) {
    const int null = open("/dev/null", O_RDWR);
    dup2(null, STDOUT_FILENO);
    std::vector<char*> arguments;
    for (const std::string& argument : argv)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

Usage run(const std::vector<std::string>& argv, const std::set<int>& expected) {
    const auto start = std::chrono::steady_clock::now();
    const pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0)
        become(argv);
    int status = 0;
    rusage used = {};
    if (wait4(child, &status, 0, &used) != child)
        fail("wait4");
    if (!WIFEXITED(status) || expected.count(WEXITSTATUS(status)) == 0)
        throw std::runtime_error(argv[0] + " failed");
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
            seconds(used.ru_utime) + seconds(used.ru_stime)};
}

// What the command has to read: drivers of network devices, and kernels.
struct Files {
    std::vector<std::string> paths;
    std::size_t modules = 0;
    std::set<std::string> releases;
    std::uintmax_t bytes = 0;
};

Files files_of(const fs::path& root) {
    Files files;
    const auto add = [&](const fs::path& path) {
        files.paths.push_back(path);
        files.bytes += fs::file_size(path);
    };
    for (const auto& release : fs::directory_iterator(root / "lib/modules")) {
        files.releases.insert(release.path().filename());
        for (const auto& entry : fs::recursive_directory_iterator(release)) {
            const std::string path = entry.path().string();
            const bool is_driver = path.find("/drivers/net/") != std::string::npos &&
                                   path.find(".ko") != std::string::npos;
            if (entry.is_regular_file() && is_driver) {
                add(path);
                files.modules++;
            }
        }
        const fs::path vmlinuz = root / ("boot/vmlinuz-" + release.path().filename().string());
        if (fs::exists(vmlinuz))
            add(vmlinuz);
    }
    return files;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

void print_row(const std::string& name, const std::vector<Usage>& usages, double cat_cpu,
               double cat_wall) {
    std::vector<double> wall;
    std::vector<double> cpu;
    for (const Usage& usage : usages) {
        wall.push_back(usage.seconds);
        cpu.push_back(usage.cpu_seconds);
    }
    fmt::print("  {:<34} {:>7.3f} s wall {:>7.3f} s CPU {:>7.1f} x cat's wall {:>7.1f} x its CPU\n",
               name, median(wall), median(cpu), median(wall) / cat_wall, median(cpu) / cat_cpu);
}

std::vector<double> column(const std::vector<Usage>& usages, double Usage::*member) {
    std::vector<double> values;
    for (const Usage& usage : usages)
        values.push_back(usage.*member);
    return values;
}

void measure(const std::string& command, const fs::path& root, int rounds) {
    const Files files = files_of(root);
    fmt::print("check --root: {} kernels, {} network modules, {:.0f} MB to read, medians of {}\n",
               files.releases.size(), files.modules, static_cast<double>(files.bytes) / 1e6,
               rounds);
    std::vector<std::string> cat = {"cat"};
    cat.insert(cat.end(), files.paths.begin(), files.paths.end());
    const std::vector<std::string> check = {command, "check", "--root", root.string()};
    std::vector<std::string> all = check;
    all.emplace_back("--all-drivers");
    const std::set<int> verdicts = {0, 3, 4};

    run(cat, {0});  // so that no round reads from the disk
    std::vector<Usage> of_cat;
    std::vector<Usage> of_check;
    std::vector<Usage> of_all;
    for (int round = 0; round < rounds; round++) {
        of_cat.push_back(run(cat, {0}));
        of_check.push_back(run(check, verdicts));
        of_all.push_back(run(all, verdicts));
    }
    const double cat_wall = median(column(of_cat, &Usage::seconds));
    const double cat_cpu = median(column(of_cat, &Usage::cpu_seconds));
    print_row("cat of the same files", of_cat, cat_cpu, cat_wall);
    print_row("check --root", of_check, cat_cpu, cat_wall);
    print_row("check --root --all-drivers", of_all, cat_cpu, cat_wall);
    constexpr double required = 2;  // s, of an image with three kernels and 300 drivers
    const double slowest = median(column(of_all, &Usage::seconds));
    fmt::print("  required: {} s for three kernels and 300 drivers: {}\n", required,
               slowest <= required ? "met" : "MISSED");
}

}  // namespace

int main(int argc, char** argv) {
    std::string command;
    std::string root;
    int rounds = 5;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--command") == 0)
            command = argv[i + 1];
        if (std::strcmp(argv[i], "--root") == 0)
            root = argv[i + 1];
        if (std::strcmp(argv[i], "--rounds") == 0)
            rounds = std::atoi(argv[i + 1]);
    }
    if (command.empty() || root.empty() || rounds < 1) {
        fmt::print(stderr, "usage: image_bench --command FILE --root DIR [--rounds N]\n");
        return 2;
    }
    try {
        measure(command, root, rounds);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "image_bench: {}\n", error.what());
        return 1;
    }
}
