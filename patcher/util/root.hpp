// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "util/result.hpp"
#include "util/unique_fd.hpp"

namespace netpoll_shim {

// A directory that is seen as a process sees it that was put into it by chroot(2): symbolic links
// are followed inside of it, absolute ones too, and no ".." leads out. Paths are relative to it,
// with or without a slash in front. May be used by several threads.
class Root {
  public:
    // Fails where it is no directory, or must not be searched.
    static Result<Root> open(const std::filesystem::path& directory);

    // As it was given.
    const std::string& directory() const { return directory_; }

    bool has_file(std::string_view path) const;
    bool has_directory(std::string_view path) const;

    // The path without links and "..", nothing in front: two paths of one file give the same.
    tl::expected<std::string, std::error_code> resolve(std::string_view path) const;

    // All bytes of a regular file. Errors name the path inside of the root.
    Result<std::string> read(std::string_view path, std::size_t limit) const;

    enum class Kind { file, directory, link, other };
    struct Entry {
        std::string name;
        Kind kind = Kind::other;
    };
    // What is in a directory, by name; links are not followed. Fails where it cannot be read.
    tl::expected<std::vector<Entry>, std::error_code> list(std::string_view path) const;

    // A place in a directory, to change what is there: the last name of a path, which need not be
    // there and is not followed, and the directory that has it, open for reading.
    struct Spot {
        UniqueFd directory;
        std::string name;
        std::string path;  // without links and "..", as resolve() gives it
    };
    tl::expected<Spot, std::error_code> spot(std::string_view path) const;

    // A directory, open for reading.
    tl::expected<UniqueFd, std::error_code> open_directory(std::string_view path) const;

  private:
    Root(std::string directory, UniqueFd fd)
        : directory_(std::move(directory)), fd_(std::move(fd)) {}

    struct Place;
    tl::expected<Place, std::error_code> walk(std::string_view path) const;

    std::string directory_;
    UniqueFd fd_;
};

}  // namespace netpoll_shim
