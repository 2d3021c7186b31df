#include <dockpki/store/copy.hpp>

#include <algorithm>

#include <dockpki/base/error.hpp>

#include "files/fd.hpp"
#include "store/log_line.hpp"
#include "store/sqlite_inventory.hpp"

namespace dockpki::store {
namespace {

[[noreturn]] void refuse_copy(const std::string& name, const std::string& cause) {
  throw Error(Errc::invalid_input, "failed to read backup '" + name + "': " + cause,
              "it was not written by 'dockpki backup': take another one");
}

std::string_view log_of(std::span<const files::SetFile> files, const std::string& name) {
  for (const char* part : {"inventory.db", "log.jsonl"})
    if (std::ranges::find(files, part, &files::SetFile::name) == files.end())
      refuse_copy(name, std::string("it has no ") + part);
  const Bytes log = std::ranges::find(files, "log.jsonl", &files::SetFile::name)->contents;
  return {reinterpret_cast<const char*>(log.data()), log.size()};
}

/// Calls `visit` with each entry of `log`, whose seals must hold.
template <class Visit>
void read_entries(std::string_view log, const std::string& name, Visit visit) {
  LogHead head;
  while (!log.empty()) {
    const std::size_t end = log.find('\n');
    if (end == std::string_view::npos)
      refuse_copy(name, "its log is cut off");
    try {
      const LogLine line = read_line(log.substr(0, end));
      if (line.head.sequence != head.sequence + 1 || line.previous != head.seal)
        refuse_copy(name, "an entry of its log does not follow the one before");
      head = line.head;
      visit(line);
    } catch (const LineFault& fault) {
      if (fault.why() == LineFault::Why::newer)
        throw Error(Errc::refused, "failed to read backup '" + name + "': it is from a newer dockpki: " + fault.what(),
                    "upgrade dockpki");
      refuse_copy(name, std::string("in its log: ") + fault.what());
    }
    log.remove_prefix(end + 1);
  }
}

} // namespace

CopiedHome read_copy(std::span<const files::SetFile> files, const std::string& name) {
  CopiedHome copied;
  std::unique_ptr<SqliteInventory> inventory = make_inventory_in_memory(name);
  Event last;
  inventory->together([&] {
    read_entries(log_of(files, name), name, [&](const LogLine& line) {
      inventory->apply(line.event, line.head);
      last = line.event;
    });
  });
  const auto* made = std::get_if<BackupMade>(&last.body);
  if (made == nullptr)
    refuse_copy(name, "the last entry of its log is not that it was made");
  copied.former = made->home;
  copied.taken = last.at;
  copied.inventory = std::move(inventory);
  return copied;
}

void refuse_standing(const Home& home) {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(home.root(), error)))
    return;
  home.check();
  if (!std::filesystem::is_empty(home.root()))
    throw Error(Errc::already_exists, "failed to restore into " + files::quoted(home.root()) + ": it is not empty",
                "choose a folder that does not exist with --home DIR, or rename this one first");
}

void put_in_place(const Home& home, std::span<const files::SetFile> files, HomeRestored body, const std::string& actor,
                  TimePoint now) {
  refuse_standing(home);
  files::StagedTree staged(home.root());
  const Home beside(staged.path());
  beside.check(); // before any key is written
  staged.write(files);
  {
    WriteSession session(beside, "restore", actor, now, Create::no);
    session.inventory().check();
    session.record(std::move(body));
    if (session.trouble())
      throw Error(*session.trouble());
  }
  staged.commit();
}

} // namespace dockpki::store
