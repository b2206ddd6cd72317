// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signature/keys.hpp"
#include "update/signed_document.hpp"
#include "util/root.hpp"
#include "util/unique_fd.hpp"

namespace netpoll_shim {

// Where documents are kept once they were verified, in /var/lib/netpoll-shim of a root; no symbolic
// link is followed from there on:
//
//   highest-serial                     serial and hash of the newest that ever was here
//   db/current -> releases/7-0123...   what is in force; without it, the embedded database is
//   db/previous -> releases/6-4567...  what was before
//   db/releases/7-0123.../drivers-db.json, drivers-db.json.minisig
//
// A release is whole on the disk before `current` names it, in one rename. Readers need no lock:
// they hold on to the folder that `current` named.

// A document that was here, by its serial and the beginning of its hash.
struct Release {
    std::uint64_t serial = 0;
    std::string hash;

    bool operator==(const Release& other) const = default;
    std::string name() const;
    // Of SERIAL-HASH; nothing for another name.
    static std::optional<Release> parse(std::string_view name);
};

Release release_of(const DocumentHead& head, std::string_view bytes);

// The document that is in force, its signature checked anew; nothing where there is none. Fails
// with database_invalid on a store that is not as it should be, and never on one that is just being
// updated.
Result<std::optional<SignedDocument>> read_current(const Root& root,
                                                   const std::vector<PublicKey>& keys);

// Whether there is a store, sound or not.
bool has_store(const Root& root);

// The store while it is changed. One process at a time has it, the others wait.
class Store {
  public:
    // Makes the folders, waits for the lock, and mends and removes what killed updates have left.
    // Fails with database_invalid where a symbolic link is in the place of a folder, with privilege
    // where they must not be written.
    static Result<Store> open(const Root& root);

    // To look at alone: nothing is made, waited for or mended. Nothing where there is none.
    static Result<std::optional<Store>> peek(const Root& root);

    // What the links name; nothing where they are absent or broken.
    std::optional<Release> current() const { return read_link("current"); }
    std::optional<Release> previous() const { return read_link("previous"); }
    // Whether something is in the place of that link.
    bool has_current() const;

    // The newest that ever was here. Fails where the record of it cannot be read.
    Result<std::optional<Release>> highest() const;

    // A release that is here.
    Result<SignedDocument> read(const Release& release, const std::vector<PublicKey>& keys) const;

    // Puts a document that was verified in force.
    Result<void> install(const Release& release, std::string_view document,
                         std::string_view signature);

    // Puts back what was before: the previous release or, without one, the embedded database
    // (nothing). Afterwards the other one is the previous. Fails where there is nothing to put
    // back, and where the previous release is not valid any more.
    Result<std::optional<Release>> roll_back(const std::vector<PublicKey>& keys);

  private:
    Store(UniqueFd state, UniqueFd db, UniqueFd releases, UniqueFd lock);

    std::optional<Release> read_link(const char* name) const;
    // What takes room is made beside its place first; putting it there takes none.
    Result<void> prepare_link(const char* name, const std::optional<Release>& release) const;
    Result<void> prepare_record(const Release& release) const;
    Result<void> commit(const UniqueFd& folder, const char* name) const;
    Result<void> remove_link(const char* name) const;
    Result<void> write_release(const Release& release, std::string_view document,
                               std::string_view signature) const;
    Result<std::optional<Release>> recorded() const;
    void remove_leftovers() const;
    void mend() const;
    void collect_garbage() const;

    UniqueFd state_;
    UniqueFd db_;
    UniqueFd releases_;
    UniqueFd lock_;
};

}  // namespace netpoll_shim
