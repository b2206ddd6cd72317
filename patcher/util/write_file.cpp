// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/write_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "util/streams.hpp"

namespace netpoll_shim {

namespace {

// Begins with a dot and ends with the process: no two writers share one.
std::string temporary_name(const std::string& file) {
    return fmt::format(".{}.{}", file, getpid());
}

}  // namespace

tl::unexpected<Error> errno_failure(const std::string& what) {
    const int error = errno;
    return failure(fmt::format("{}: {}", what, std::generic_category().message(error)),
                   error == ENOSPC ? "the file system is full" : "",
                   error == EACCES || error == EPERM ? ExitCode::privilege : ExitCode::failed);
}

Result<void> create_file_at(const UniqueFd& folder, const std::string& file, std::string_view bytes,
                            const std::string& name, unsigned mode) {
    const UniqueFd out(openat(folder.get(), file.c_str(),
                              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!out.valid()) {
        return errno_failure("cannot write " + name);
    }
    Result<void> written = write_all(out.get(), bytes, name);
    // Whatever the umask is: who may read a database is not secret.
    if (written && fchmod(out.get(), mode) != 0) {
        written = errno_failure("cannot write " + name);
    }
    if (written && fsync(out.get()) != 0) {
        written = errno_failure("cannot write " + name);
    }
    if (!written) {
        unlinkat(folder.get(), file.c_str(), 0);
    }
    return written;
}

Result<void> replace_file_at(const UniqueFd& folder, const std::string& file,
                             std::string_view bytes, const std::string& name, unsigned mode) {
    const std::string temporary = temporary_name(file);
    // What a killed process of that number has left.
    unlinkat(folder.get(), temporary.c_str(), 0);
    if (auto created = create_file_at(folder, temporary, bytes, name, mode); !created) {
        return created;
    }
    if (renameat(folder.get(), temporary.c_str(), folder.get(), file.c_str()) != 0) {
        auto failed = errno_failure("cannot write " + name);
        unlinkat(folder.get(), temporary.c_str(), 0);
        return failed;
    }
    return sync_folder(folder, name);
}

Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes) {
    const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const UniqueFd folder(open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.valid()) {
        return errno_failure("cannot write " + path.string());
    }
    return replace_file_at(folder, path.filename().string(), bytes, path.string());
}

Result<void> sync_folder(const UniqueFd& folder, const std::string& name) {
    if (fsync(folder.get()) != 0) {
        return errno_failure("cannot write " + name);
    }
    return {};
}

}  // namespace netpoll_shim
