#include "app/undo_record.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sstream>

#include <sys/stat.h>
#include <unistd.h>

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/files/tar.hpp>

namespace dockpki::app {
namespace {

constexpr std::size_t largest_file = 4U << 20U;
constexpr std::size_t largest_archive = 32U << 20U;
constexpr mode_t archive_mode = 0600;
constexpr std::string_view index_name = "INDEX";
constexpr std::string_view folder_of_files = "before";

std::string digest(Bytes contents) {
  return to_hex(x509::sha256(contents));
}

/// The name of a file in the archive.
std::string member_name(const files::Path& path) {
  return (files::Path(folder_of_files) / path.relative_path()).string();
}

[[noreturn]] void refuse_damaged(const files::Path& archive) {
  throw Error(Errc::damaged, "failed to read '" + archive.string() + "': dockpki did not write it so",
              "look at it with tar -tvf; it holds the files as they were");
}

} // namespace

// One line an entry: "file|folder absent" or "file was MODE OWNER GROUP", the digests of what was written, and the path.
std::string UndoRecord::index() const {
  std::ostringstream text;
  for (const Entry& entry : entries_) {
    text << (entry.is_folder ? "folder" : "file") << ' ' << (entry.existed ? "was" : "absent") << ' ' << entry.mode << ' '
         << entry.owner << ' ' << entry.group << ' ' << entry.written.size();
    for (const std::string& one : entry.written)
      text << ' ' << one;
    text << ' ' << entry.path.string() << '\n';
  }
  return text.str();
}

UndoRecord::UndoRecord(files::Path root, files::Path archive) : root_(std::move(root)), archive_(std::move(archive)) {
  std::error_code error;
  if (archive_.empty() || !std::filesystem::exists(std::filesystem::symlink_status(real(archive_), error)))
    return;
  const Secret bytes = files::read_file(real(archive_), "record", largest_archive, files::Symlinks::refused);
  const std::vector<files::SetFile> members = files::read_tar(bytes.bytes(), archive_.string());
  if (members.empty() || members.front().name != index_name)
    refuse_damaged(archive_);
  const Bytes octets = members.front().contents;
  std::istringstream lines(std::string(octets.begin(), octets.end()));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind;
    std::string state;
    std::size_t count = 0;
    Entry entry;
    words >> kind >> state >> entry.mode >> entry.owner >> entry.group >> count;
    for (std::string one; entry.written.size() < count && words >> one;)
      entry.written.push_back(one);
    std::string path;
    if (!words || words.get() != ' ' || !std::getline(words, path))
      refuse_damaged(archive_);
    entry.path = path;
    entry.is_folder = kind == "folder";
    entry.existed = state == "was";
    const auto member = std::ranges::find(members, member_name(entry.path), &files::SetFile::name);
    if (entry.existed && member == members.end())
      refuse_damaged(archive_);
    if (entry.existed)
      entry.contents = Secret::copy_of(member->contents);
    entries_.push_back(std::move(entry));
  }
}

std::vector<files::Path> UndoRecord::paths() const {
  std::vector<files::Path> all;
  for (const Entry& entry : entries_)
    all.push_back(entry.path);
  return all;
}

UndoRecord::Entry* UndoRecord::find(const files::Path& path) {
  const auto found = std::ranges::find(entries_, path, &Entry::path);
  return found == entries_.end() ? nullptr : &*found;
}

void UndoRecord::note(const files::Path& path, Bytes contents) {
  if (path.string().find('\n') != std::string::npos)
    throw Error(Errc::usage, "failed to write to a folder whose name has a line break in it");
  note_folder(path.parent_path());
  Entry* entry = find(path);
  if (entry == nullptr) {
    Entry fresh;
    fresh.path = path;
    struct stat status {};
    if (::lstat(real(path).c_str(), &status) == 0) {
      fresh.existed = true;
      fresh.contents = files::read_file(real(path), "file", largest_file, files::Symlinks::refused);
      fresh.mode = status.st_mode & 07777U;
      fresh.owner = status.st_uid;
      fresh.group = status.st_gid;
    }
    entries_.push_back(std::move(fresh));
    entry = &entries_.back();
  }
  if (std::string sum = digest(contents); std::ranges::find(entry->written, sum) == entry->written.end())
    entry->written.push_back(std::move(sum));
}

void UndoRecord::note_folder(const files::Path& path) {
  std::error_code error;
  if (path.empty() || std::filesystem::exists(real(path), error) || find(path) != nullptr)
    return;
  note_folder(path.parent_path());
  Entry entry;
  entry.path = path;
  entry.is_folder = true;
  entries_.push_back(std::move(entry));
}

void UndoRecord::save(TimePoint now) const {
  const std::string text = index();
  std::vector<files::SetFile> members = {{std::string(index_name), bytes_of(text), archive_mode}};
  for (const Entry& entry : entries_)
    if (entry.existed)
      members.push_back({member_name(entry.path), entry.contents.bytes(), entry.mode & 0777U});
  files::write_file(real(archive_), files::write_tar(members, now).bytes(), archive_mode, files::Overwrite::yes);
}

void UndoRecord::refuse_changed() const {
  for (const Entry& entry : entries_) {
    std::error_code error;
    if (entry.is_folder || !std::filesystem::exists(std::filesystem::symlink_status(real(entry.path), error)))
      continue;
    const Secret now = files::read_file(real(entry.path), "file", largest_file, files::Symlinks::refused);
    const std::string sum = digest(now.bytes());
    const bool is_as_before = entry.existed && sum == digest(entry.contents.bytes());
    if (!is_as_before && std::ranges::find(entry.written, sum) == entry.written.end())
      throw Error(Errc::refused, "failed to put '" + entry.path.string() + "' back: it was changed since, and that would be lost",
                  "what was there before lies in " + archive_.string() + ", to be unpacked with tar");
  }
}

void UndoRecord::put_back(const Entry& entry) const {
  const files::Path path = real(entry.path);
  if (entry.existed) {
    files::write_file(path, entry.contents.bytes(), entry.mode & 0777U, files::Overwrite::yes);
    // Whoever may not give it back to its owner is its owner.
    if (::geteuid() == 0 && (::lchown(path.c_str(), entry.owner, entry.group) != 0 || ::chmod(path.c_str(), entry.mode) != 0))
      throw Error(Errc::io, "failed to give '" + entry.path.string() + "' back to its owner: " + std::strerror(errno));
    return;
  }
  const int failed = entry.is_folder ? ::rmdir(path.c_str()) : ::unlink(path.c_str());
  // A folder in which something else lies by now stays.
  if (failed != 0 && errno != ENOENT && errno != ENOTEMPTY && errno != EEXIST)
    throw Error(Errc::io, "failed to remove '" + entry.path.string() + "': " + std::strerror(errno));
}

std::vector<files::Path> UndoRecord::take_back() const {
  std::vector<files::Path> done;
  std::vector<const Entry*> folders;
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (entry->is_folder) {
      folders.push_back(&*entry);
      continue;
    }
    put_back(*entry);
    done.push_back(entry->path);
  }
  for (const Entry* folder : folders) // whose files are gone now
    put_back(*folder);
  return done;
}

std::vector<files::Path> UndoRecord::put_back() {
  refuse_changed();
  std::vector<files::Path> done = take_back();
  if (::unlink(real(archive_).c_str()) != 0)
    throw Error(Errc::io, "failed to remove '" + archive_.string() + "': " + std::strerror(errno));
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry)
    if (entry->is_folder) // the archive may have lain in one of them
      put_back(*entry);
  return done;
}

} // namespace dockpki::app
