#include "report/audit_parts.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <dockpki/x509/names.hpp>

namespace dockpki::report {
namespace {

/// Of finding_kinds(), one a table.
constexpr std::array<std::string_view, 8> areas = {"certificates", "key files", "chains",           "daemon",
                                                   "client",       "endpoint",  "daemon and files", "users and host"};

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

} // namespace

std::string_view area_of(std::string_view id) {
  const auto tables = app::finding_kinds();
  for (std::size_t i = 0; i < std::min(tables.size(), areas.size()); ++i)
    if (std::ranges::find(tables[i], id, &app::FindingKind::id) != tables[i].end())
      return areas.at(i);
  return "other";
}

std::string_view title_of(std::string_view id) {
  const app::FindingKind* kind = app::find_kind(id);
  return kind == nullptr ? id : kind->title;
}

std::string cis_item(std::string_view id) {
  constexpr std::string_view benchmark = "CIS Docker ";
  const app::FindingKind* kind = app::find_kind(id);
  const std::size_t at = kind == nullptr ? std::string_view::npos : kind->reference.find(benchmark);
  if (at == std::string_view::npos)
    return {};
  const std::string_view edition = kind->reference.substr(at + benchmark.size()); // "1.6.0 3.14 (1.2.0: 3.14)"
  const std::size_t blank = edition.find(' ');
  if (blank == std::string_view::npos)
    return {};
  const std::string_view number = edition.substr(blank + 1);
  return std::string(number.substr(0, number.find_first_not_of("0123456789.")));
}

std::string_view evidence_of(const app::Finding& finding) {
  const std::string_view title = title_of(finding.id);
  const std::string_view text = finding.text;
  constexpr std::string_view between = ": ";
  if (text.starts_with(title) && text.substr(title.size()).starts_with(between))
    return text.substr(title.size() + between.size());
  return text;
}

std::string file_in_root(const app::Audit& audit, const std::string& file) {
  const std::string root = audit.root.string();
  return root != "/" && file.starts_with(root + '/') ? file.substr(root.size()) : file;
}

std::string harmless(std::string_view text) {
  std::string shown = x509::printable(text, std::numeric_limits<std::size_t>::max());
  replace_all(shown, "\xef\xbf\xbe", "\\xef\\xbf\\xbe"); // U+FFFE and U+FFFF are no characters
  replace_all(shown, "\xef\xbf\xbf", "\\xef\\xbf\\xbf");
  return shown;
}

std::string heading(std::string_view words) {
  std::string text(words);
  const std::string_view first = words.substr(0, words.find(' '));
  constexpr std::array<std::string_view, 4> names = {"docker", "containerd", "sshd", "tls"};
  const bool is_name = first.find_first_of("./:_") != first.npos ||
                       std::ranges::any_of(names, [&](std::string_view name) { return first.starts_with(name); });
  if (!text.empty() && !is_name && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

} // namespace dockpki::report
