// SPDX-License-Identifier: GPL-2.0-or-later
#include "update/store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <set>

#include "update/folders.hpp"
#include "util/file.hpp"
#include "util/write_file.hpp"

namespace netpoll_shim {

namespace {

constexpr auto state_base = "/var/lib";
constexpr auto state_name = "netpoll-shim";
constexpr auto state_path = "/var/lib/netpoll-shim";
constexpr auto db_name = "db";
constexpr auto db_path = "/var/lib/netpoll-shim/db";
constexpr auto releases_name = "releases";
constexpr auto document_name = "drivers-db.json";
constexpr auto signature_name = "drivers-db.json.minisig";
constexpr auto highest_name = "highest-serial";
constexpr std::string_view link_prefix = "releases/";

tl::unexpected<Error> invalid(std::string message, std::string hint = {}) {
    return failure(std::move(message), std::move(hint), ExitCode::database_invalid);
}

// What a link says, nothing where there is none; text that is no release where it is no link.
std::optional<std::string> link_text(const UniqueFd& folder, const char* name) {
    std::array<char, 256> buffer{};
    const ssize_t size = readlinkat(folder.get(), name, buffer.data(), buffer.size());
    if (size < 0) {
        return errno == ENOENT ? std::nullopt : std::optional<std::string>("");
    }
    return std::string(buffer.data(), static_cast<std::size_t>(size));
}

// Whether what is there is something else than a link.
bool is_no_link(const UniqueFd& folder, const char* name) {
    char byte = '\0';
    return readlinkat(folder.get(), name, &byte, 1) < 0 && errno == EINVAL;
}

// Whether there is a link, or for certain none.
bool can_tell(const UniqueFd& folder, const char* name) {
    char byte = '\0';
    return readlinkat(folder.get(), name, &byte, 1) >= 0 || errno == ENOENT || errno == EINVAL;
}

// The name beside its place.
std::string prepared(const char* name) {
    return fmt::format(".{}", name);
}

std::optional<Release> release_in_link(std::string_view text) {
    if (!text.starts_with(link_prefix)) {
        return std::nullopt;
    }
    return Release::parse(text.substr(link_prefix.size()));
}

std::optional<Release> newer_of(const std::optional<Release>& one,
                                const std::optional<Release>& other) {
    return !one || (other && other->serial > one->serial) ? other : one;
}

// Nothing: the file is gone.
Result<std::optional<std::string>> read_file_at(const UniqueFd& folder, const char* name,
                                                const std::string& path, std::size_t limit) {
    const UniqueFd file(openat(folder.get(), name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.valid()) {
        if (errno == ENOENT) {
            return std::nullopt;
        }
        return errno == ELOOP ? invalid(fmt::format("{} is a symbolic link", path))
                              : errno_failure("cannot read " + path);
    }
    return read_open_file(file, path, limit).map([](std::string&& text) {
        return std::optional<std::string>(std::move(text));
    });
}

// Nothing: the release is gone, which happens to one that two updates have replaced.
Result<std::optional<SignedDocument>> read_release(const UniqueFd& db, const Release& release,
                                                   const std::vector<PublicKey>& keys) {
    const std::string releases_path = fmt::format("{}/{}", db_path, releases_name);
    const std::string release_path = releases_path + "/" + release.name();
    const auto releases = open_folder_at(db, releases_name, releases_path);
    if (!releases || !*releases) {
        return releases ? Result<std::optional<SignedDocument>>(std::nullopt)
                        : tl::unexpected<Error>(releases.error());
    }
    const auto folder = open_folder_at(**releases, release.name(), release_path);
    if (!folder || !*folder) {
        return folder ? Result<std::optional<SignedDocument>>(std::nullopt)
                      : tl::unexpected<Error>(folder.error());
    }
    auto document = read_file_at(**folder, document_name, release_path + "/" + document_name,
                                 max_document_size);
    auto signature = read_file_at(**folder, signature_name, release_path + "/" + signature_name,
                                  max_signature_size);
    for (const auto* file : {&document, &signature}) {
        if (!*file) {
            return tl::unexpected<Error>(file->error());
        }
        if (!**file) {
            return std::nullopt;
        }
    }
    auto opened = open_signed(**std::move(document), **signature, keys);
    if (!opened) {
        return failure_in(release_path, std::move(opened).error());
    }
    if (opened->document.head().serial != release.serial) {
        return invalid(fmt::format("{} has another serial", release_path));
    }
    return *std::move(opened);
}

tl::unexpected<Error> unopened_base(const std::error_code& error) {
    return failure(fmt::format("cannot open {}: {}", state_base, error.message()));
}

// Nothing: it was never made.
Result<std::optional<UniqueFd>> open_state(const Root& root) {
    const auto base = root.open_directory(state_base);
    if (!base) {
        return base.error() == std::errc::no_such_file_or_directory
                   ? Result<std::optional<UniqueFd>>(std::nullopt)
                   : unopened_base(base.error());
    }
    return open_folder_at(*base, state_name, state_path);
}

Result<std::optional<UniqueFd>> open_db(const Root& root) {
    auto opened = open_state(root);
    if (!opened) {
        return opened;
    }
    const std::optional<UniqueFd>& state = *opened;
    return state ? open_folder_at(*state, db_name, db_path) : std::nullopt;
}

// The base is any system's; a root that is only a few files can lack it.
Result<UniqueFd> make_state(const Root& root) {
    auto base = root.open_directory(state_base);
    if (base) {
        return make_folder_at(*base, state_name, state_path);
    }
    auto at = root.open_directory("");
    if (base.error() != std::errc::no_such_file_or_directory || !at) {
        return unopened_base(base.error());
    }
    return make_folder_at(*at, "var", "/var")
        .and_then([](const UniqueFd& var) { return make_folder_at(var, "lib", state_base); })
        .and_then([](const UniqueFd& lib) { return make_folder_at(lib, state_name, state_path); });
}

}  // namespace

std::string Release::name() const {
    return fmt::format("{}-{}", serial, hash);
}

std::optional<Release> Release::parse(std::string_view name) {
    constexpr std::size_t hash_size = 16;
    Release release;
    const char* end = name.data() + name.size();
    const auto [at, error] = std::from_chars(name.data(), end, release.serial);
    if (error != std::errc() || at == end || *at != '-') {
        return std::nullopt;
    }
    release.hash = std::string(at + 1, end);
    const bool is_hash = release.hash.size() == hash_size &&
                         release.hash.find_first_not_of("0123456789abcdef") == std::string::npos;
    // No other way to write it either: the name is a folder's.
    return is_hash && release.name() == name ? std::optional(release) : std::nullopt;
}

Release release_of(const DocumentHead& head, std::string_view bytes) {
    return {head.serial, content_hash(bytes)};
}

bool has_store(const Root& root) {
    const auto db = open_db(root);
    return !db || *db;
}

Result<std::optional<SignedDocument>> read_current(const Root& root,
                                                   const std::vector<PublicKey>& keys) {
    const auto opened = open_db(root);
    if (!opened) {
        return tl::unexpected<Error>(opened.error());
    }
    const std::optional<UniqueFd>& db = *opened;
    if (!db) {
        return std::nullopt;
    }
    // A release can only go once two updates have come; then the link names another one.
    constexpr int attempts = 10;
    for (int attempt = 0; attempt < attempts; attempt++) {
        const auto text = link_text(*db, "current");
        if (!text) {
            return std::nullopt;
        }
        const auto release = release_in_link(*text);
        if (!release) {
            return invalid(fmt::format("{}/current does not name a release", db_path),
                           "netpoll-shim db update repairs it");
        }
        auto document = read_release(*db, *release, keys);
        if (!document || *document) {
            return document;
        }
    }
    return invalid(fmt::format("{}/current names a release that is not there", db_path),
                   "netpoll-shim db update repairs it");
}

Store::Store(UniqueFd state, UniqueFd db, UniqueFd releases, UniqueFd lock)
    : state_(std::move(state)),
      db_(std::move(db)),
      releases_(std::move(releases)),
      lock_(std::move(lock)) {}

Result<Store> Store::open(const Root& root) {
    const std::string path = db_path;
    auto state = make_state(root);
    if (!state) {
        return tl::unexpected<Error>(std::move(state).error());
    }
    auto db = make_folder_at(*state, db_name, path);
    if (!db) {
        return tl::unexpected<Error>(std::move(db).error());
    }
    constexpr unsigned mode = 0600;
    UniqueFd lock(openat(db->get(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!lock.valid()) {
        return errno == ELOOP ? invalid(path + "/lock is a symbolic link", "remove it")
                              : errno_failure("cannot open " + path + "/lock");
    }
    while (flock(lock.get(), LOCK_EX) != 0) {
        if (errno != EINTR) {
            return errno_failure("cannot lock " + path);
        }
    }
    auto releases = make_folder_at(*db, releases_name, path + "/" + releases_name);
    if (!releases) {
        return tl::unexpected<Error>(std::move(releases).error());
    }
    Store store(*std::move(state), *std::move(db), *std::move(releases), std::move(lock));
    store.remove_leftovers();
    store.mend();
    store.collect_garbage();
    return store;
}

Result<std::optional<Store>> Store::peek(const Root& root) {
    auto opened = open_state(root);
    if (!opened) {
        return tl::unexpected<Error>(std::move(opened).error());
    }
    std::optional<UniqueFd>& state = *opened;
    if (!state) {
        return std::nullopt;
    }
    auto db = open_folder_at(*state, db_name, db_path);
    if (!db) {
        return tl::unexpected<Error>(std::move(db).error());
    }
    // Without a descriptor its links are absent.
    return Store(*std::move(state), std::move(*db).value_or(UniqueFd(-1)), UniqueFd(-1),
                 UniqueFd(-1));
}

bool Store::has_current() const {
    return link_text(db_, "current").has_value();
}

std::optional<Release> Store::read_link(const char* name) const {
    const auto text = link_text(db_, name);
    return text ? release_in_link(*text) : std::nullopt;
}

Result<std::optional<Release>> Store::recorded() const {
    constexpr std::size_t limit = 4096;
    const auto unreadable = [](const std::string& why) {
        return invalid(fmt::format("the record of the highest serial, {}/{}, cannot be read{}",
                                   state_path, highest_name, why),
                       "remove it once you know that no older database can come in");
    };
    const auto text = read_file_at(state_, highest_name, highest_name, limit);
    if (!text) {
        return unreadable(": " + text.error().message);
    }
    const std::optional<std::string>& record = *text;
    if (!record) {
        return std::nullopt;
    }
    const auto release = Release::parse(std::string_view(*record).substr(0, record->find('\n')));
    return release ? release : Result<std::optional<Release>>(unreadable(""));
}

Result<std::optional<Release>> Store::highest() const {
    // An update that was killed behind its rename has not recorded it.
    return recorded().map([&](const std::optional<Release>& record) {
        return newer_of(newer_of(record, current()), previous());
    });
}

// What is not possible is left for the next time: whatever changes the store does without it.
void Store::mend() const {
    for (const char* name : {"current", "previous"}) {
        // A folder would keep a link from its place. Without any the embedded database was in
        // force.
        if (is_no_link(db_, name)) {
            remove_folder_at(db_, name);
            static_cast<void>(symlinkat("unknown", db_.get(), name));
        }
    }
    const auto record = recorded();
    if (!record) {
        return;
    }
    const auto now = current();
    // Between the two renames of an update or a rollback both links name one release: the other is
    // there, and seen before; what an update has only written is not.
    if (now && now == previous()) {
        for (const std::string& name : names_in(releases_)) {
            const auto other = Release::parse(name);
            if (other && other != now && other->serial <= record->value_or(*now).serial) {
                static_cast<void>(prepare_link("previous", other).and_then([&] {
                    return commit(db_, "previous");
                }));
            }
        }
    }
    const auto highest = newer_of(newer_of(*record, now), previous());
    if (highest && highest != *record) {
        static_cast<void>(
            prepare_record(*highest).and_then([&] { return commit(state_, highest_name); }));
    }
}

Result<SignedDocument> Store::read(const Release& release,
                                   const std::vector<PublicKey>& keys) const {
    auto opened = read_release(db_, release, keys);
    if (!opened) {
        return tl::unexpected<Error>(std::move(opened).error());
    }
    std::optional<SignedDocument>& document = *opened;
    if (!document) {
        return invalid(fmt::format("{}/{} is not there", db_path, release.name()));
    }
    return *std::move(document);
}

Result<void> Store::prepare_link(const char* name, const std::optional<Release>& release) const {
    if (!release) {
        return {};
    }
    const std::string target = std::string(link_prefix) + release->name();
    if (symlinkat(target.c_str(), db_.get(), prepared(name).c_str()) != 0) {
        return errno_failure(fmt::format("cannot write {}/{}", db_path, name));
    }
    return {};
}

Result<void> Store::prepare_record(const Release& release) const {
    return create_file_at(state_, prepared(highest_name), release.name() + "\n", highest_name);
}

Result<void> Store::commit(const UniqueFd& folder, const char* name) const {
    if (renameat(folder.get(), prepared(name).c_str(), folder.get(), name) != 0) {
        return errno_failure(fmt::format("cannot write {}/{}", db_path, name));
    }
    return sync_folder(folder, db_path);
}

Result<void> Store::remove_link(const char* name) const {
    if (unlinkat(db_.get(), name, 0) != 0 && errno != ENOENT) {
        return errno_failure(fmt::format("cannot remove {}/{}", db_path, name));
    }
    return sync_folder(db_, db_path);
}

Result<void> Store::write_release(const Release& release, std::string_view document,
                                  std::string_view signature) const {
    const std::string temporary = fmt::format(".new.{}", getpid());
    const std::string path = fmt::format("{}/{}/{}", db_path, releases_name, temporary);
    const auto write = [&]() -> Result<void> {
        auto folder = make_folder_at(releases_, temporary, path);
        if (!folder) {
            return tl::unexpected<Error>(std::move(folder).error());
        }
        return create_file_at(*folder, document_name, document, path + "/" + document_name)
            .and_then([&] {
                return create_file_at(*folder, signature_name, signature,
                                      path + "/" + signature_name);
            })
            .and_then([&] { return sync_folder(*folder, path); })
            .and_then([&]() -> Result<void> {
                // What bears its name is not in force, or it would not be installed.
                remove_folder_at(releases_, release.name());
                if (renameat(releases_.get(), temporary.c_str(), releases_.get(),
                             release.name().c_str()) != 0) {
                    return errno_failure("cannot rename " + path);
                }
                return sync_folder(releases_, path);
            });
    };
    Result<void> written = write();
    if (!written) {
        remove_folder_at(releases_, temporary);
    }
    return written;
}

Result<void> Store::install(const Release& release, std::string_view document,
                            std::string_view signature) {
    const auto before = current();
    const auto previous = before != release ? before : std::nullopt;
    Result<void> done =
        write_release(release, document, signature)
            .and_then([&] { return prepare_link("previous", previous); })
            .and_then([&] { return prepare_link("current", release); })
            .and_then([&] { return prepare_record(release); })
            .and_then([&] { return previous ? commit(db_, "previous") : Result<void>(); })
            .and_then([&] { return commit(db_, "current"); })
            .and_then([&] { return commit(state_, highest_name); });
    remove_leftovers();
    collect_garbage();
    return done;
}

Result<std::optional<Release>> Store::roll_back(const std::vector<PublicKey>& keys) {
    const auto now = current();
    const auto before = previous();
    if (!now && !before) {
        return failure("there is nothing to go back to: the database was never updated");
    }
    const auto seen = highest();
    if (!seen) {
        return tl::unexpected<Error>(seen.error());
    }
    // Without another one before it is the embedded database that comes back.
    auto target = before != now ? before : std::nullopt;
    if (target) {
        if (const auto valid = read(*target, keys); !valid) {
            return tl::unexpected<Error>(valid.error());
        }
    }
    const auto put_back = [&]() -> Result<void> {
        if (!target) {
            return commit(db_, "previous").and_then([&] { return remove_link("current"); });
        }
        return commit(db_, "current").and_then([&] {
            return now ? commit(db_, "previous") : remove_link("previous");
        });
    };
    Result<void> done =
        // What was seen stays seen, also where an update was killed before it could say so.
        prepare_record(seen->value_or(Release()))
            .and_then([&] { return prepare_link("previous", now); })
            .and_then([&] { return prepare_link("current", target); })
            .and_then([&] { return commit(state_, highest_name); })
            .and_then(put_back);
    remove_leftovers();
    collect_garbage();
    return done.map([&] { return std::move(target); });
}

void Store::remove_leftovers() const {
    for (const UniqueFd* folder : {&state_, &db_}) {
        for (const std::string& name : names_in(*folder)) {
            if (name.starts_with('.')) {
                unlinkat(folder->get(), name.c_str(), 0);
            }
        }
    }
}

void Store::collect_garbage() const {
    std::set<std::string> wanted;
    for (const char* link : {"current", "previous"}) {
        // Not for certain that nothing is named: nothing is garbage.
        if (!can_tell(db_, link)) {
            return;
        }
        if (const auto release = read_link(link)) {
            wanted.insert(release->name());
        }
    }
    for (const std::string& name : names_in(releases_)) {
        if (wanted.count(name) == 0) {
            remove_folder_at(releases_, name);
        }
    }
}

}  // namespace netpoll_shim
