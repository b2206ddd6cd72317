// SPDX-License-Identifier: GPL-2.0-or-later
// Random steps on a kernel with all its checkers on, under load.
#include "torture.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <fstream>

#include "machine.hpp"

namespace torture {
namespace {

const rig::Rig* the_rig = nullptr;
Settings settings;

constexpr std::size_t steps_between_leak_scans = 50;

// What a run did, in a file: the last lines tell where it failed.
class Log {
  public:
    explicit Log(const std::filesystem::path& file) : file_(file), stream_(file) {}

    void write(const std::string& line) { stream_ << line << std::endl; }
    const std::filesystem::path& file() const { return file_; }

    std::string last_lines() const {
        constexpr std::size_t characters = 1000;
        std::ifstream file(file_);
        std::string text((std::istreambuf_iterator<char>(file)), {});
        return text.size() <= characters ? text : text.substr(text.size() - characters);
    }

  private:
    std::filesystem::path file_;
    std::ofstream stream_;
};

class Stopwatch {
  public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void take_steps(Machine& machine, Log& log) {
    std::size_t number = 0;
    for (const Step& step : make_plan(settings.seed, settings.steps)) {
        const Stopwatch stopwatch;
        log.write(fmt::format("{:>5} {} ({})", ++number, name_of(step.action), step.argument));
        const std::string outcome = machine.perform(step);
        machine.expect_no_report();
        log.write(fmt::format("      {}, {:.1f} s", outcome, stopwatch.seconds()));
        if (number % steps_between_leak_scans == 0) {
            log.write("      leak scan");
            machine.expect_no_leak();
        }
    }
    log.write("  end: everything is put back");
    const std::string figures = machine.expect_everything_put_back();
    log.write("  end: a message arrives");
    machine.expect_service();
    fmt::print("{} steps: {}\n", number, figures);
}

void torture(const DriverClass& driver) {
    const std::string name = driver.name + (settings.without_module ? "-without-module" : "");
    Log log(the_rig->options.build / ("torture-" + name + ".log"));
    const std::string repeat =
        fmt::format("class {}, seed {}: repeat with make torture CLASS={} SEED={} STEPS={}",
                    driver.name, settings.seed, driver.name, settings.seed, settings.steps);
    fmt::print("{}\nsteps: {}\n", repeat, log.file().string());
    std::fflush(stdout);
    log.write(repeat);

    const Stopwatch stopwatch;
    Machine machine(*the_rig, driver, settings.without_module);
    log.write(fmt::format("    0 the guest is ready, {:.1f} s", stopwatch.seconds()));
    std::string failure;
    std::string last_steps;
    try {
        take_steps(machine, log);
    } catch (const std::exception& error) {
        const std::string what = error.what();
        failure = what.substr(0, what.find("\n  serial log's end"));
        last_steps = log.last_lines();
        log.write(failure);
    }
    const auto serial = the_rig->options.build / ("torture-" + name + ".serial.log");
    std::ofstream(serial) << machine.serial_log();
    if (!failure.empty())
        FAIL() << last_steps << failure << "\n"
               << machine.next_report() << "\n"
               << repeat << "\nsteps: " << log.file().string()
               << "\nserial log: " << serial.string();
}

}  // namespace

void use(const rig::Rig& rig, const Settings& given) {
    the_rig = &rig;
    settings = given;
}

TEST(Torture, Drain) {
    torture({.name = "drain", .variant = "", .mode = "drain"});
}

TEST(Torture, Guard) {
    torture({.name = "guard", .variant = "rx-at-budget-0", .mode = "guard"});
}

TEST(Torture, GuardInPlaceOfTheDriversHook) {
    torture({.name = "own-hook", .variant = "own-hook", .mode = "guard", .own_hook = true});
}

}  // namespace torture
