// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/password.hpp"

#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "util/streams.hpp"

namespace netpoll_shim {

namespace {

// A terminal that does not show what is typed, as long as this lives.
class HiddenTyping {
  public:
    HiddenTyping() {
        if (tcgetattr(STDIN_FILENO, &before_) == 0) {
            termios hidden = before_;
            // Nor does it send signals: one would end the process, and leave it as it is.
            hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
            hidden.c_lflag |= ECHONL;
            is_hidden_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
        }
    }
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;
    HiddenTyping(HiddenTyping&&) = delete;
    HiddenTyping& operator=(HiddenTyping&&) = delete;
    ~HiddenTyping() {
        if (is_hidden_) {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        }
    }

    bool is_hidden() const { return is_hidden_; }

  private:
    termios before_{};
    bool is_hidden_ = false;
};

}  // namespace

Result<std::string> read_password(const std::string& question) {
    const HiddenTyping typing;
    if (typing.is_hidden()) {
        if (auto asked = write_all(STDERR_FILENO, question, "the terminal"); !asked) {
            return tl::unexpected<Error>(std::move(asked).error());
        }
    }
    constexpr std::size_t longest = 1024;
    constexpr char interrupt = '\x03';  // Ctrl-C
    std::string line;
    char character = '\0';
    while (line.size() <= longest) {
        const ssize_t count = read(STDIN_FILENO, &character, 1);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0 || character == '\n') {
            return line;
        }
        if (typing.is_hidden() && character == interrupt) {
            return failure("no password");
        }
        line += character;
    }
    return failure("a password of more than 1024 bytes");
}

}  // namespace netpoll_shim
