// SPDX-License-Identifier: GPL-2.0-or-later
// An update that is killed before each of its system calls in turn: afterwards the old database is
// in force or the new one, whole, and the next update works.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <stdexcept>

#include "commands/db_rollback.hpp"
#include "host.hpp"

namespace updates {
namespace {

namespace fs = std::filesystem;
using netpoll_shim::UpdateOutcome;

[[noreturn]] void become(const Arguments& argv) {
    const int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    std::vector<char*> arguments;
    for (const std::string& argument : argv) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    raise(SIGSTOP);
    execv(arguments[0], arguments.data());
    _exit(127);
}

// Runs a program up to the entry of that system call, from 1 and not counting the one that started
// it, and kills it there. False: it ended before.
bool kill_at(const Arguments& argv, unsigned number) {
    const pid_t pid = fork();
    if (pid < 0) {
        throw std::runtime_error("fork failed");
    }
    if (pid == 0) {
        become(argv);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    constexpr long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC;
    if (ptrace(PTRACE_SETOPTIONS, pid, nullptr, options) != 0) {
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
        throw std::runtime_error("ptrace is not possible");
    }
    bool has_started = false;
    unsigned stops = 0;
    while (true) {
        ptrace(PTRACE_SYSCALL, pid, nullptr, nullptr);
        waitpid(pid, &status, 0);
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            return false;
        }
        if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
            has_started = true;
            continue;
        }
        // The first stop is the end of execve(); each call has two.
        if (has_started && WSTOPSIG(status) == (SIGTRAP | 0x80) && ++stops == 2 * number) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            return true;
        }
    }
}

class Killed : public testing::Test {
  protected:
    // Serial 2 was in force, 3 is, 4 is offered.
    Killed() {
        for (const std::uint64_t serial : {2U, 3U}) {
            host_.world.offer(serial);
            EXPECT_TRUE(host_.world.update());
        }
        host_.world.offer(4);
        fs::rename(host_.world.path("root/var"), host_.world.path("begin"));
    }

    void begin() const {
        fs::remove_all(host_.world.path("root/var"));
        fs::copy(host_.world.path("begin"), host_.world.path("root/var"),
                 fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    }

    std::size_t count_releases() const {
        const fs::path folder = host_.world.path("root/var/lib/netpoll-shim/db/releases");
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
    }

    // Kills the command at each of its system calls in turn and has what is left looked at. Returns
    // how many there are.
    unsigned kill_at_each_call(const Arguments& argv, const std::function<void()>& check) const {
        unsigned calls = 0;
        while (!HasFatalFailure()) {
            begin();
            if (!kill_at(argv, calls + 1)) {
                break;
            }
            calls++;
            SCOPED_TRACE(calls);
            check();
        }
        return calls;
    }

    netpoll_shim::Result<netpoll_shim::DbRollbackReport> roll_back() const {
        return netpoll_shim::db_rollback(host_.world.world().shipped, host_.world.root());
    }

    std::size_t count_leftovers() const {
        std::size_t count = 0;
        for (const auto& entry :
             fs::recursive_directory_iterator(host_.world.path("root/var/lib/netpoll-shim"))) {
            count += entry.path().filename().string().front() == '.' ? 1U : 0U;
        }
        return count;
    }

    Host host_;
};

TEST_F(Killed, UpdatesLeaveTheOldDatabaseOrTheNewOne) {
    const Arguments argv = host_.db({"update", "--from", host_.world.path("mirror")});
    unsigned with_the_old = 0;
    const unsigned calls = kill_at_each_call(argv, [&] {
        const std::uint64_t serial = host_.serial();
        ASSERT_TRUE(serial == 3 || serial == 4) << serial;
        // What was before is still there to go back to.
        const auto back = roll_back();
        ASSERT_TRUE(back) << back.error().message;
        ASSERT_EQ(host_.serial(), serial - 1);
        ASSERT_TRUE(roll_back());
        ASSERT_EQ(host_.serial(), serial);
        with_the_old += serial == 3 ? 1U : 0U;
        const auto next = host_.world.update();
        ASSERT_TRUE(next) << next.error().message;
        ASSERT_EQ(next->outcome,
                  serial == 3 ? UpdateOutcome::updated : UpdateOutcome::already_newest);
        ASSERT_EQ(host_.serial(), 4U);
        ASSERT_EQ(count_releases(), 2U);
        ASSERT_EQ(count_leftovers(), 0U);
    });
    EXPECT_EQ(host_.serial(), 4U);  // the one that ran to its end
    // What was tried is said: a run that counted too little would pass, too.
    RecordProperty("system_calls", static_cast<int>(calls));
    std::printf("killed at %u system calls, %u of them before the change\n", calls, with_the_old);
    EXPECT_GT(calls, 100U);
    EXPECT_GT(with_the_old, 50U);
    EXPECT_LT(with_the_old, calls);
}

TEST_F(Killed, RollbacksDoTheSame) {
    const Arguments argv = host_.db({"rollback"});
    const unsigned calls = kill_at_each_call(argv, [&] {
        const std::uint64_t serial = host_.serial();
        ASSERT_TRUE(serial == 2 || serial == 3) << serial;
        // Once more, and it is undone.
        ASSERT_TRUE(roll_back());
        ASSERT_EQ(host_.serial(), serial == 2 ? 3U : 2U);
        const auto next = host_.world.update();
        ASSERT_TRUE(next) << next.error().message;
        ASSERT_EQ(host_.serial(), 4U);
        ASSERT_EQ(count_leftovers(), 0U);
    });
    EXPECT_EQ(host_.serial(), 2U);
    std::printf("killed at %u system calls\n", calls);
    EXPECT_GT(calls, 100U);
}

}  // namespace
}  // namespace updates
