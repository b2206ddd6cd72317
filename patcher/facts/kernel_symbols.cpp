// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/kernel_symbols.hpp"

#include <algorithm>
#include <istream>
#include <string>
#include <string_view>

namespace netpoll_shim {

namespace {

struct Symbol {
    char type = '\0';
    std::string_view name;
};

// Takes "ADDRESS TYPE NAME" apart.
std::optional<Symbol> parse_symbol(std::string_view line) {
    const auto address_end = line.find(' ');
    if (address_end == std::string_view::npos || line.size() < address_end + 4) {
        return std::nullopt;
    }
    return Symbol{line[address_end + 1], line.substr(address_end + 3)};
}

// What the lines of a symbol table tell, block by block. Lines are taken apart only where they may
// matter: a table has a hundred thousand of them.
class NetpollSymbols {
  public:
    // Takes whole lines. False once there is nothing more to learn from the table.
    bool take(std::string_view lines) {
        // Modules follow the kernel: only what the kernel itself defines tells of its netpoll.
        const auto module = lines.find("\t[");
        const bool kernel_ends = module != std::string_view::npos;
        if (kernel_ends) {
            lines = lines.substr(0, lines.rfind('\n', module) + 1);
        }
        any_symbol_ = any_symbol_ || has_symbol(lines);
        constexpr std::string_view common = "netpoll_";
        for (auto found = lines.find(common); !decided_ && found != std::string_view::npos;
             found = lines.find(common, found + common.size())) {
            const auto start = lines.rfind('\n', found) + 1;
            take_symbol(lines.substr(start, lines.find('\n', found) - start));
        }
        return !decided_ && !kernel_ends;
    }

    // Of a table that was read to its end, or as far as there was something to learn.
    std::optional<HookDemand> conclude() const {
        if (decided_ || !any_symbol_) {
            return decided_;
        }
        return netpoll_ ? HookDemand::demanded : HookDemand::no_netpoll;
    }

  private:
    static bool has_symbol(std::string_view lines) {
        while (!lines.empty()) {
            const auto end = std::min(lines.find('\n'), lines.size());
            if (parse_symbol(lines.substr(0, end))) {
                return true;
            }
            lines.remove_prefix(std::min(end + 1, lines.size()));
        }
        return false;
    }

    void take_symbol(std::string_view line) {
        const auto symbol = parse_symbol(line);
        if (!symbol) {
            return;
        }
        if (symbol->name == "netpoll_poll_dev" && symbol->type == 'T') {
            decided_ = HookDemand::not_demanded;
        } else if (symbol->name == "netpoll_poll_dev" && symbol->type == 't') {
            decided_ = HookDemand::demanded;
        } else {
            const bool is_setup = symbol->type == 'T' && (symbol->name == "netpoll_setup" ||
                                                          symbol->name == "__netpoll_setup");
            // What the compiler split off (.part.0, .cold) is static, whatever the rest is.
            netpoll_ = netpoll_ || is_setup || symbol->name.starts_with("netpoll_poll_dev.");
        }
    }

    bool any_symbol_ = false;
    bool netpoll_ = false;
    std::optional<HookDemand> decided_;
};

}  // namespace

std::optional<HookDemand> read_hook_demand(std::istream& symbols) {
    constexpr std::size_t block_size = 64U << 10U;
    NetpollSymbols netpoll;
    std::string text;
    bool more = true;
    while (more && symbols) {
        // Not by lines: a stream reads blocks of this size without a buffer of its own.
        const std::size_t kept = text.size();
        text.resize(kept + block_size);
        symbols.read(text.data() + kept, block_size);
        text.resize(kept + static_cast<std::size_t>(symbols.gcount()));
        const auto lines_end = symbols ? text.rfind('\n') + 1 : text.size();
        more = netpoll.take(std::string_view(text).substr(0, lines_end));
        text.erase(0, lines_end);
    }
    // A table that was not read to its end proves nothing by what it lacks.
    return symbols.bad() ? std::nullopt : netpoll.conclude();
}

}  // namespace netpoll_shim
