// SPDX-License-Identifier: GPL-2.0-or-later
#include "update/http.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "util/streams.hpp"
#include "util/unique_fd.hpp"
#include "util/write_file.hpp"

namespace netpoll_shim {

namespace {

struct Pipe {
    UniqueFd out{-1};
    UniqueFd in{-1};

    bool open() {
        std::array<int, 2> ends = {-1, -1};
        if (pipe2(ends.data(), O_CLOEXEC) != 0) {
            return false;
        }
        out = UniqueFd(ends[0]);
        in = UniqueFd(ends[1]);
        return true;
    }
};

// A running curl; it ends with this.
class Curl {
  public:
    // 0, or an errno value.
    int start(std::vector<std::string> arguments) {
        Pipe errors;
        Pipe bytes;
        if (!errors.open() || !bytes.open()) {
            return errno;
        }
        std::vector<char*> argv;
        argv.reserve(arguments.size() + 1);
        for (std::string& argument : arguments) {
            argv.push_back(argument.data());
        }
        argv.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, bytes.in.get(), STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, errors.in.get(), STDERR_FILENO);
        const int error = posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        bytes_ = std::move(bytes.out);
        errors_ = std::move(errors.out);
        return error;
    }

    Curl() = default;
    Curl(const Curl&) = delete;
    Curl& operator=(const Curl&) = delete;
    Curl(Curl&&) = delete;
    Curl& operator=(Curl&&) = delete;
    ~Curl() {
        if (pid_ > 0) {
            kill(pid_, SIGKILL);
            wait();
        }
    }

    const UniqueFd& bytes() const { return bytes_; }
    const UniqueFd& errors() const { return errors_; }

    // What it exited with; -1: a signal has ended it.
    int wait() {
        int status = 0;
        while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

  private:
    pid_t pid_ = 0;
    UniqueFd bytes_{-1};
    UniqueFd errors_{-1};
};

// An empty folder, as long as this lives.
class EmptyFolder {
  public:
    EmptyFolder() : is_made_(mkdtemp(path_.data()) != nullptr) {}
    EmptyFolder(const EmptyFolder&) = delete;
    EmptyFolder& operator=(const EmptyFolder&) = delete;
    EmptyFolder(EmptyFolder&&) = delete;
    EmptyFolder& operator=(EmptyFolder&&) = delete;
    ~EmptyFolder() {
        if (is_made_) {
            rmdir(path_.c_str());
        }
    }

    bool is_made() const { return is_made_; }
    const std::string& path() const { return path_; }

  private:
    std::string path_ = "/tmp/netpoll-shim.XXXXXX";
    bool is_made_;
};

// All that comes, or more than `limit`.
std::string read_up_to(const UniqueFd& from, std::size_t limit,
                       const std::function<void(std::size_t)>& progress) {
    std::string all;
    std::array<char, 64 << 10> buffer{};
    while (all.size() <= limit) {
        const ssize_t count = read(from.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            break;
        }
        all.append(buffer.data(), static_cast<std::size_t>(count));
        progress(all.size());
    }
    return all;
}

// curl's own words for it, without its name.
std::string message_of(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    const auto begin = text.find(") ");
    text = begin == std::string::npos ? text : text.substr(begin + 2);
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

// Words of curl's for a server that was not reached.
bool says_unreached(const std::string& message) {
    constexpr std::array words = {"Connection time", "Failed to connect", "Resolving", "proxy"};
    return std::any_of(words.begin(), words.end(),
                       [&](const char* part) { return message.find(part) != std::string::npos; });
}

// By curl(1), "EXIT CODES". A server that was reached and did not send a file is no network
// failure.
ExitCode exit_code_for(int status, const std::string& message) {
    constexpr std::array refused = {
        1,   // redirected to another protocol than https
        8,   // no HTTP
        16,  // no HTTP/2
        18,  // less than it announced
        28,  // nothing more for too long, or no end
        35,  // speaks no TLS
        47,  // redirects without end
        51,  // its certificate is another host's (before curl 7.62)
        52,  // nothing
        56,  // broke off
        60,  // its certificate is not trusted
        63,  // larger than the limit
        92,  // broke off, in HTTP/2
    };
    // These are of either kind; the words of the others can have a host's name in them.
    constexpr std::array either = {28, 35, 52, 56};
    const auto is_in = [&](const auto& codes) {
        return std::find(codes.begin(), codes.end(), status) != codes.end();
    };
    return is_in(refused) && !(is_in(either) && says_unreached(message))
               ? ExitCode::database_invalid
               : ExitCode::failed;
}

std::vector<std::string> arguments_for(const UrlSource& source, const std::string& url,
                                       std::size_t limit, const HttpLimits& limits,
                                       const std::string& empty_folder) {
    const std::string stall = std::to_string(std::min(limits.stall_seconds, limits.total_seconds));
    std::vector<std::string> arguments = {"curl",
                                          "-q",  // no .curlrc; must be first
                                          "--silent",
                                          "--show-error",
                                          "--fail",
                                          "--globoff",
                                          "--proto",
                                          "=https",
                                          "--proto-redir",
                                          "=https",
                                          "--tlsv1.2",
                                          "--location",
                                          "--max-redirs",
                                          "5",
                                          "--connect-timeout",
                                          stall,
                                          "--speed-time",
                                          stall,
                                          "--speed-limit",
                                          "256",
                                          "--max-time",
                                          std::to_string(limits.total_seconds),
                                          "--max-filesize",
                                          std::to_string(limit)};
    if (source.ca_file) {
        // The folder that curl was built with would be trusted besides the file.
        arguments.insert(arguments.end(), {"--cacert", *source.ca_file, "--capath", empty_folder});
    }
    arguments.insert(arguments.end(), {"--url", url});
    return arguments;
}

Result<std::string> read_url(const UrlSource& source, const std::string& url, std::size_t limit,
                             const HttpLimits& limits) {
    const EmptyFolder empty;
    if (!empty.is_made()) {
        return errno_failure("cannot make a folder in /tmp");
    }
    Curl curl;
    if (const int error = curl.start(arguments_for(source, url, limit, limits, empty.path()));
        error != 0) {
        return failure(fmt::format("cannot run curl: {}", std::generic_category().message(error)),
                       "install curl, or give a file or folder with --from");
    }
    const bool is_shown = isatty(STDERR_FILENO) == 1;
    const auto show = [&](const std::string& text) {
        if (is_shown) {
            static_cast<void>(write_all(STDERR_FILENO, "\r\x1b[K" + text, "the terminal"));
        }
    };
    show(url);
    std::string bytes = read_up_to(curl.bytes(), limit, [&](std::size_t size) {
        show(fmt::format("{}: {} KiB", url, size >> 10U));
    });
    show("");
    if (bytes.size() > limit) {
        return failure(fmt::format("{} is larger than {} KiB", url, limit >> 10U), "",
                       ExitCode::database_invalid);
    }
    constexpr std::size_t longest_message = 4096;
    const std::string message =
        message_of(read_up_to(curl.errors(), longest_message, [](std::size_t) {}));
    const int status = curl.wait();
    if (status != 0) {
        return failure(
            fmt::format("cannot fetch {}: {}", url,
                        message.empty() ? fmt::format("curl exited with {}", status) : message),
            "", exit_code_for(status, message));
    }
    return bytes;
}

}  // namespace

UrlReader curl_reader(const HttpLimits& limits) {
    return [limits](const UrlSource& source, const std::string& url, std::size_t limit) {
        return read_url(source, url, limit, limits);
    };
}

}  // namespace netpoll_shim
