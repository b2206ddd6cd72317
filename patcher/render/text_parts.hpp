// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <vector>

#include "evaluate/verdict.hpp"
#include "facts/facts.hpp"

namespace netpoll_shim {

// Parts that the reports on hosts and on images have.

std::string or_dash(const std::string& text);
// Whether the kernel demands the hook.
std::string kernel_line(const KernelFacts& kernel);
// What keeps modules from being loaded; "" where nothing does.
std::string loading_line(const KernelFacts& kernel);
// The module in the kernel.
std::string loaded_words(const LoadedShim& loaded);
// What was not looked at for want of root; "" where nothing was.
std::string needs_root_line(const std::vector<std::string>& needs_root);
// What of the database is not in force, and why; "" where all is.
std::string database_lines(const std::vector<std::string>& warnings);
// Why the verdict is what it is, and what to do.
std::string explanation(const std::string& heading, const Verdict& verdict, bool explain);

}  // namespace netpoll_shim
