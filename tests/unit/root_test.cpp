// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/root.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "support/fake_host.hpp"

namespace netpoll_shim {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t limit = 1024;

class RootTest : public testing::Test {
  protected:
    void write(const std::string& path, const std::string& text) const {
        fs::create_directories((directory_.path() / path).parent_path());
        std::ofstream(directory_.path() / path) << text;
    }
    void link(const std::string& path, const std::string& target) const {
        fs::create_directories((directory_.path() / path).parent_path());
        fs::create_symlink(target, directory_.path() / path);
    }
    // Its contents, or "!" and why there are none.
    std::string read(const std::string& path) const {
        const auto text = root_.read(path, limit);
        return text ? *text : "!" + text.error().message;
    }
    std::string resolve(const std::string& path) const {
        const auto resolved = root_.resolve(path);
        return resolved ? *resolved : "!" + resolved.error().message();
    }
    const fs::path& path() const { return directory_.path(); }
    const Root& root() const { return root_; }

  private:
    test::TempDirectory directory_;
    Root root_ = Root::open(directory_.path()).value();
};

TEST_F(RootTest, ReadsFilesByAnySpellingOfTheirPath) {
    write("a/b/c", "text");
    for (const char* path : {"a/b/c", "/a/b/c", "a//b/./c", "./a/b/../b/c", "a/b/../../a/b/c"}) {
        EXPECT_EQ(read(path), "text") << path;
        EXPECT_EQ(resolve(path), "a/b/c");
        EXPECT_TRUE(root().has_file(path));
        EXPECT_FALSE(root().has_directory(path));
    }
    EXPECT_TRUE(root().has_directory("a/b/"));
    EXPECT_FALSE(root().has_file("a/b"));
    EXPECT_TRUE(root().has_directory(""));
    EXPECT_EQ(resolve("/"), "");
}

TEST_F(RootTest, NoDotDotLeadsOut) {
    write("etc/passwd", "inside");
    write("a/b/file", "");
    EXPECT_EQ(read("../../../../../../../../etc/passwd"), "inside");
    EXPECT_EQ(read("a/b/../../../../../../../../etc/passwd"), "inside");
    link("a/up", "../../../../../../../../etc/passwd");
    EXPECT_EQ(read("a/up"), "inside");
    EXPECT_EQ(resolve(".."), "");
}

TEST_F(RootTest, FollowsLinksInside) {
    write("usr/lib/os-release", "id");
    link("etc/os-release", "../usr/lib/os-release");
    link("etc/absolute", "/usr/lib/os-release");
    link("lib", "usr/lib");
    link("opt/lib", "/lib");
    for (const char* path :
         {"etc/os-release", "etc/absolute", "lib/os-release", "opt/lib/os-release"}) {
        EXPECT_EQ(read(path), "id") << path;
        EXPECT_EQ(resolve(path), "usr/lib/os-release");
    }
    // ".." of where the link leads to, as chroot(2) has it
    EXPECT_EQ(resolve("opt/lib/../lib/os-release"), "usr/lib/os-release");
    EXPECT_EQ(resolve("opt/lib/.."), "usr");
}

TEST_F(RootTest, LinksToTheOutsideLeadNowhere) {
    const test::TempDirectory outside;
    std::ofstream(outside.path() / "secret") << "outside";
    link("secret", (outside.path() / "secret").string());
    link("folder", outside.path().string());
    EXPECT_THAT(read("secret"), HasSubstr("No such file"));
    EXPECT_THAT(read("folder/secret"), HasSubstr("No such file"));
    EXPECT_FALSE(root().has_file("secret"));
    EXPECT_FALSE(root().has_directory("folder"));
    // The same path, seen from the inside
    write(outside.path().relative_path() / "secret", "inside");
    EXPECT_EQ(read("secret"), "inside");
    EXPECT_EQ(read("folder/secret"), "inside");
}

TEST_F(RootTest, GivesUpOnLoops) {
    link("self", "self");
    link("a", "b");
    link("b", "/a");
    link("deeper", "deeper/x");
    for (const char* path : {"self", "a", "b/c", "deeper"}) {
        EXPECT_THAT(read(path), HasSubstr("Too many levels of symbolic links")) << path;
    }
    write("link0", "end");
    for (int i = 1; i <= 41; i++) {
        link("link" + std::to_string(i), "link" + std::to_string(i - 1));
    }
    EXPECT_EQ(read("link40"), "end");
    EXPECT_THAT(read("link41"), HasSubstr("Too many levels"));
}

TEST_F(RootTest, SaysWhyAFileIsNotRead) {
    link("dangling", "nothing");
    write("file", std::string(limit + 1, 'x'));
    ASSERT_EQ(mkfifo((path() / "fifo").c_str(), 0600), 0);
    EXPECT_EQ(read("missing"), "!cannot read missing: No such file or directory");
    EXPECT_EQ(read("dangling"), "!cannot read dangling: No such file or directory");
    EXPECT_EQ(read("file/below"), "!cannot read file/below: Not a directory");
    EXPECT_EQ(read("file/.."), "!cannot read file/..: Not a directory");
    EXPECT_EQ(read("fifo"), "!cannot read fifo: not a regular file");
    EXPECT_EQ(read("/"), "!cannot read /: Is a directory");
    EXPECT_THAT(read("file"), HasSubstr("larger than"));
}

TEST_F(RootTest, ReportsWhatMustNotBeRead) {
    write("closed/file", "x");
    write("file", "x");
    chmod((path() / "closed").c_str(), 0);
    chmod((path() / "file").c_str(), 0);
    chmod(path().c_str(), 0755);
    const uid_t user = geteuid();
    if (user == 0) {
        ASSERT_EQ(seteuid(65534), 0);
    }
    EXPECT_THAT(read("file"), HasSubstr("Permission denied"));
    EXPECT_THAT(read("closed/file"), HasSubstr("Permission denied"));
    const auto entries = root().list("closed");
    EXPECT_FALSE(entries);
    EXPECT_EQ(entries.error(), std::errc::permission_denied);
    ASSERT_EQ(seteuid(user), 0);
    chmod((path() / "closed").c_str(), 0755);
}

TEST_F(RootTest, ListsDirectoriesByName) {
    write("d/b.ko", "");
    write("d/a/file", "");
    link("d/c", "/nowhere");
    ASSERT_EQ(mkfifo((path() / "d/pipe").c_str(), 0600), 0);
    link("to", "/d");
    const auto entries = root().list("to");
    ASSERT_TRUE(entries);
    std::vector<std::string> names;
    std::vector<Root::Kind> kinds;
    for (const Root::Entry& entry : *entries) {
        names.push_back(entry.name);
        kinds.push_back(entry.kind);
    }
    EXPECT_THAT(names, ElementsAre("a", "b.ko", "c", "pipe"));
    EXPECT_THAT(kinds, ElementsAre(Root::Kind::directory, Root::Kind::file, Root::Kind::link,
                                   Root::Kind::other));
    EXPECT_EQ(root().list("nothing").error(), std::errc::no_such_file_or_directory);
    EXPECT_EQ(root().list("d/b.ko").error(), std::errc::not_a_directory);
}

TEST(Root, IsADirectory) {
    const test::TempDirectory directory;
    std::ofstream(directory.path() / "file") << "x";
    const auto file = Root::open(directory.path() / "file");
    ASSERT_FALSE(file);
    EXPECT_THAT(file.error().message, HasSubstr("file: Not a directory"));
    EXPECT_THAT(file.error().hint, HasSubstr("takes a directory"));
    const auto missing = Root::open(directory.path() / "missing");
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("missing: No such file or directory"));
    EXPECT_EQ(missing.error().hint, "is it mounted?");
    // The root itself may be a link: it is the caller who names it.
    fs::create_directory_symlink(directory.path(), directory.path() / "link");
    EXPECT_TRUE(Root::open(directory.path() / "link"));
}

}  // namespace
}  // namespace netpoll_shim
