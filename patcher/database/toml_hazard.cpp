// SPDX-License-Identifier: GPL-2.0-or-later
#include "database/toml_hazard.hpp"

#include <algorithm>

namespace netpoll_shim {

namespace {

// A database has two levels; what is wrong, but harmless, is left to the decoder's own words.
constexpr unsigned max_brackets = 16;
constexpr unsigned max_dots = 16;

// Where the string or comment that starts at `start` ends; `start` itself if there is neither. An
// end of line ends all but the long strings: toml++ stops at a short one that goes on.
std::size_t skip_opaque(std::string_view text, std::size_t start) {
    const char first = text[start];
    const auto line_end = std::min(text.find('\n', start), text.size());
    if (first == '#') {
        return line_end;
    }
    if (first != '"' && first != '\'') {
        return start;
    }
    const bool is_long = text.substr(start, 3) == std::string_view(first == '"' ? R"(""")" : "'''");
    std::size_t at = start + (is_long ? 3 : 1);
    const std::size_t end = is_long ? text.size() : line_end;
    while (at < end) {
        const bool is_end =
            text[at] == first && (!is_long || text.substr(at, 3) == text.substr(start, 3));
        if (text[at] == '\\' && first == '"') {
            at += 2;
        } else if (!is_end) {
            at++;
        } else if (!is_long) {
            return at + 1;
        } else {
            // Two more quotes belong to the string.
            at += 3;
            for (int more = 0; more < 2 && at < end && text[at] == first; more++) {
                at++;
            }
            return at;
        }
    }
    return end;
}

bool is_ascii(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char character) {
        return (static_cast<unsigned char>(character) & 0x80U) != 0;
    });
}

// Whether a value begun without quotes is still going on. toml++ looks through one to its end, over
// brackets and quotes, to find out of what type it is.
class BareValue {
  public:
    bool goes_on() const { return goes_on_; }

    void take(char character) {
        if (character == '\n') {
            key_is_over_ = false;
        }
        const bool ends_key = character == '=' && !key_is_over_;
        key_is_over_ = key_is_over_ || ends_key;
        if (ends_key || std::string_view(" \t\r\n,]}").find(character) != std::string_view::npos) {
            goes_on_ = false;
        } else if (character != '[' && character != '{') {
            goes_on_ = true;
        }
    }

  private:
    bool goes_on_ = false;
    bool key_is_over_ = false;  // on this line
};

}  // namespace

std::optional<TomlHazard> find_toml_hazard(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.substr(0, byte_order_mark.size()) == byte_order_mark) {
        text.remove_prefix(byte_order_mark.size());
    }
    unsigned line = 1;
    unsigned brackets = 0;
    unsigned dots = 0;
    BareValue bare;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = skip_opaque(text, at);
        if (end != at) {
            if (bare.goes_on() && text[at] != '#' && !is_ascii(text.substr(at, end - at))) {
                return TomlHazard{line, "a string that is not ASCII, within something else"};
            }
            line += static_cast<unsigned>(std::count(text.begin() + static_cast<long>(at),
                                                     text.begin() + static_cast<long>(end), '\n'));
            at = end;
            continue;
        }
        const char character = text[at++];
        bare.take(character);
        if (!is_ascii({&character, 1})) {
            return TomlHazard{line, "neither a string nor a comment, and not ASCII"};
        }
        if (character == '.') {
            dots++;
        } else if (std::string_view("\n=,[]{}").find(character) != std::string_view::npos) {
            dots = 0;
        }
        if (character == '[' || character == '{') {
            brackets++;
        } else if ((character == ']' || character == '}') && brackets > 0) {
            brackets--;
        }
        if (brackets > max_brackets || dots > max_dots) {
            return TomlHazard{line, "nested too deep"};
        }
        line += character == '\n' ? 1 : 0;
    }
    return std::nullopt;
}

}  // namespace netpoll_shim
