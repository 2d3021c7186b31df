// What was backed up, and what came back.
#include <nlohmann/json.hpp>

#include <dockpki/report/json.hpp>
#include <dockpki/report/text.hpp>

#include "report/card.hpp"

namespace dockpki::report {
namespace {

using Json = nlohmann::ordered_json;

std::string counted(std::size_t count, const std::string& one) {
  return std::to_string(count) + ' ' + one + (count == 1 ? "" : "s");
}

/// "41 KiB", rounded up.
std::string size_text(std::uint64_t octets) {
  constexpr std::uint64_t kibi = 1024;
  const bool is_large = octets >= 10 * kibi * kibi;
  const std::uint64_t unit = is_large ? kibi * kibi : kibi;
  return std::to_string((octets + unit - 1) / unit) + (is_large ? " MiB" : " KiB");
}

std::string document(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace

std::string text(const app::Backup& backup) {
  const bool dry = backup.dry_run == app::DryRun::yes;
  Card card((dry ? "Would back up the PKI home " : "Backed up the PKI home ") + backup.home.string());
  card.row("file", backup.out.string());
  card.row("holds", counted(backup.files, "file") + ", " + size_text(backup.size));
  card.row("encrypted", "AES-256-GCM, PBKDF2 with HMAC-SHA256 (CMS)");
  return card.text() + notes_text(backup.notes) +
         (dry ? "" : next_text({"dockpki restore " + backup.out.string() + " --dry-run   (proves that it opens)"}));
}

std::string text(const app::Restored& restored, TimePoint now) {
  const bool dry = restored.dry_run == app::DryRun::yes;
  Card card((dry ? "Would restore the PKI home " : "Restored the PKI home ") + restored.home.string());
  card.row("from", restored.file.string());
  card.row("as it was", format_rfc3339(restored.taken) + " (" + describe_when(restored.taken, now) + ")");
  card.row("former home", restored.former == restored.home ? "" : restored.former.string());
  card.row("holds", counted(restored.files, "file"));
  card.row("authorities", join(restored.authorities));
  card.row("servers", std::to_string(restored.servers));
  card.row("clients", std::to_string(restored.clients));
  return card.text() + notes_text(restored.notes) + next_text(restored.next);
}

std::string json(const app::Backup& backup) {
  return document({{"home", backup.home.string()},
                   {"file", backup.out.string()},
                   {"files", backup.files},
                   {"size", backup.size},
                   {"notes", backup.notes},
                   {"dry_run", backup.dry_run == app::DryRun::yes}});
}

std::string json(const app::Restored& restored) {
  return document({{"home", restored.home.string()},
                   {"file", restored.file.string()},
                   {"taken", format_rfc3339(restored.taken)},
                   {"former_home", restored.former.string()},
                   {"files", restored.files},
                   {"authorities", restored.authorities},
                   {"servers", restored.servers},
                   {"clients", restored.clients},
                   {"notes", restored.notes},
                   {"next", restored.next},
                   {"dry_run", restored.dry_run == app::DryRun::yes}});
}

} // namespace dockpki::report
