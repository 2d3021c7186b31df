#include "app/audit_groups.hpp"

#include <charconv>
#include <optional>
#include <sstream>
#include <vector>

#include "app/audit_places.hpp"

namespace dockpki::app {
namespace {

std::vector<std::string> fields_of(const std::string& line, char separator) {
  std::vector<std::string> fields;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, separator);)
    fields.push_back(field);
  return fields;
}

std::optional<gid_t> parse_id(const std::string& text) {
  gid_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(id) : std::nullopt;
}

/// Calls `take` with the fields of each line of a file of colons.
template <class Take>
void each_line(const AuditedMachine& machine, const files::Path& file, std::size_t least, std::string& trouble, Take take) {
  const ReadText text = read_text(machine, file);
  if (!text.contents) {
    trouble = text.trouble.empty() ? file.string() + " is not there" : text.trouble;
    return;
  }
  std::istringstream lines{std::string(text.contents->text())};
  for (std::string line; std::getline(lines, line);)
    if (const std::vector<std::string> fields = fields_of(line, ':'); fields.size() >= least)
      take(fields);
}

} // namespace

bool Groups::is_private(gid_t group, const std::string& user) const {
  const auto found = members.find(group);
  return trouble.empty() && (found == members.end() || found->second.empty() || found->second == std::set<std::string>{user});
}

Groups read_groups(const AuditedMachine& machine) {
  Groups groups;
  each_line(machine, "/etc/group", 3, groups.trouble, [&](const std::vector<std::string>& fields) {
    const std::optional<gid_t> id = parse_id(fields[2]);
    if (!id)
      return;
    groups.ids.emplace(fields[0], *id);
    if (fields.size() > 3)
      for (const std::string& member : fields_of(fields[3], ','))
        groups.members[*id].insert(member);
  });
  each_line(machine, "/etc/passwd", 4, groups.trouble, [&](const std::vector<std::string>& fields) {
    if (const std::optional<gid_t> id = parse_id(fields[3]))
      groups.members[*id].insert(fields[0]);
  });
  return groups;
}

} // namespace dockpki::app
