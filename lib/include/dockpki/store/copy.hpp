// Why: a home is copied whole and comes back whole. Which of its files make a copy, and when a copy is one, is known here.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <dockpki/files/tree.hpp>
#include <dockpki/store/home.hpp>

namespace dockpki::store {

struct HomeFile {
  std::string name; ///< its path below the home
  mode_t mode = 0;
  Secret contents;
};

struct HomeCopy {
  std::vector<HomeFile> files;
  std::vector<std::string> left_out; ///< "servers/a: a symbolic link"
};

/// copyable_files gives the names of the files that copy_home would take, and what it would leave out.
files::Tree copyable_files(const Home& home);

/// copy_home reads a home: every file as it stands, the inventory as it is at one moment, without lock and write-ahead log.
/// `session` holds the home's lock meanwhile. Throws Errc::refused (more than 1 GiB), Errc::permission, Errc::io.
HomeCopy copy_home(const Home& home, const WriteSession& session);

/// What a copy tells of itself.
struct CopiedHome {
  std::string former; ///< where the home lay
  TimePoint taken;
  std::unique_ptr<Inventory> inventory; ///< as it was then, in memory
};

/// read_copy reads the log of a copy, whose last entry is that it was made, from the first seal to the last. `name` is the file
/// that it came from. Throws Errc::invalid_input (no copy of a home), Errc::refused (a newer dockpki's).
CopiedHome read_copy(std::span<const files::SetFile> files, const std::string& name);

/// refuse_standing throws Errc::already_exists where the home exists and is not an empty folder, Errc::permission where it is
/// somebody else's.
void refuse_standing(const Home& home);

/// put_in_place writes a copy beside its place, opens it there as every command would, records `body` in it, and gives it its
/// place by one rename. Throws as refuse_standing does, Errc::damaged, Errc::refused (a network file system), Errc::io; then
/// nothing is there.
void put_in_place(const Home& home, std::span<const files::SetFile> files, HomeRestored body, const std::string& actor,
                  TimePoint now);

} // namespace dockpki::store
