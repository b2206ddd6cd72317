// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands/check_inventory.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "util/parallel.hpp"
#include "util/unique_fd.hpp"

namespace netpoll_shim {

namespace {

// Threads that each take the next block, judge it, and wait for their turn to write what came of
// it. So no more blocks are in memory than there are threads, and the output has the input's order.
class Run {
  public:
    Run(const InventoryOptions& options, const Database& database, const Streams& streams,
        BlockReader::Read read, std::string name)
        : options_(options),
          database_(database),
          streams_(streams),
          reader_(std::move(read), std::move(name), options.block_size, options.line_limit) {}

    Result<Fleet> run(unsigned threads) {
        {
            std::vector<std::jthread> others;
            try {
                for (unsigned i = 1; i < threads; i++) {
                    others.emplace_back([this] { work(); });
                }
            } catch (const std::system_error&) {
                // A limit on processes: fewer threads do the same.
            }
            work();
        }
        if (auto& problem = problem_ ? problem_ : read_problem_) {
            return tl::unexpected<Error>(*std::move(problem));
        }
        return std::move(fleet_);
    }

  private:
    // An exception that left a thread would end the process, and one that left a block behind would
    // have the others wait for its turn.
    void work() {
        try {
            BlockJudge judge(database_, options_.wishes, options_.line_limit, options_.cache_size);
            InventoryBlock block;
            while (take(block)) {
                hand_over(block.number, judge.judge(block));
            }
        } catch (const std::exception& error) {
            const std::lock_guard lock(output_);
            stop({error.what(), "", ExitCode::failed});
        }
    }

    bool take(InventoryBlock& block) {
        const std::lock_guard lock(input_);
        if (read_problem_ || is_stopped()) {
            return false;
        }
        auto taken = reader_.next(block);
        if (!taken) {
            // What was read before it is still judged and written.
            read_problem_ = std::move(taken).error();
            return false;
        }
        return *taken;
    }

    bool is_stopped() {
        const std::lock_guard lock(output_);
        return problem_.has_value();
    }

    void hand_over(std::uint64_t number, JudgedBlock judged) {
        std::unique_lock lock(output_);
        turn_.wait(lock, [&] { return number == next_number_ || problem_; });
        if (problem_) {
            return;
        }
        if (auto written = write_all(streams_.out, judged.json_lines, "the standard output");
            !written) {
            stop(std::move(written).error());
            return;
        }
        add(std::move(judged));
        next_number_++;
        turn_.notify_all();
    }

    void add(JudgedBlock judged) {
        for (GroupTally& tally : judged.groups) {
            fleet_.add(std::move(tally));
        }
        const std::size_t known = fleet_.first_bad_lines().size();
        fleet_.add_bad_lines(judged.bad_lines, std::move(judged.first_bad_lines));
        for (std::size_t i = known; i < fleet_.first_bad_lines().size(); i++) {
            const BadLine& bad = fleet_.first_bad_lines()[i];
            // Counted all the same where nobody listens.
            static_cast<void>(write_all(
                streams_.err, fmt::format("inventory line {}: {}\n", bad.line, bad.message),
                "the standard error"));
        }
    }

    void stop(Error error) {
        if (!problem_) {
            problem_ = std::move(error);
        }
        turn_.notify_all();
    }

    const InventoryOptions& options_;
    const Database& database_;
    const Streams& streams_;
    std::mutex input_;
    BlockReader reader_;
    std::optional<Error> read_problem_;
    std::mutex output_;  // below input_ in the order of locking
    std::condition_variable turn_;
    std::uint64_t next_number_ = 0;
    Fleet fleet_;
    std::optional<Error> problem_;
};

}  // namespace

Result<Fleet> check_inventory(const InventoryOptions& options, const Database& database,
                              const Streams& streams) {
    const bool is_file = options.file != "-";
    const UniqueFd file(is_file ? open(options.file.c_str(), O_RDONLY | O_CLOEXEC) : -1);
    if (is_file && !file.valid()) {
        return failure(fmt::format("cannot open {}: {}", options.file,
                                   std::error_code(errno, std::generic_category()).message()),
                       "--inventory takes a file of JSON lines, or - for the standard input");
    }
    const int fd = is_file ? file.get() : streams.in;
    Run run(
        options, database, streams,
        [fd](char* buffer, std::size_t size) { return read(fd, buffer, size); },
        is_file ? options.file : "the standard input");
    return run.run(options.threads > 0 ? options.threads
                                       : static_cast<unsigned>(usable_processors()));
}

}  // namespace netpoll_shim
