#include <dockpki/x509/names.hpp>

#include <algorithm>

#include <dockpki/base/error.hpp>

namespace dockpki::x509 {
namespace {

[[noreturn]] void refuse(std::string_view text, const std::string& cause, const std::string& hint = {}) {
  throw Error(Errc::usage, "failed to read e-mail address '" + printable(text) + "': " + cause, hint);
}

bool is_atom_character(char c) {
  constexpr std::string_view others = "!#$%&'*+-/=?^_`{|}~"; // RFC 5322 3.2.3
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
}

/// atoms with single dots between them, at most 64 octets (RFC 5321 4.5.3.1.1)
bool is_local_part(std::string_view text) {
  if (text.empty() || text.size() > 64 || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos)
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '.' || is_atom_character(c); });
}

} // namespace

EmailAddress EmailAddress::parse(std::string_view text) {
  constexpr std::size_t longest = 254; // RFC 5321 4.5.3.1.3
  if (text.empty())
    refuse(text, "it is empty");
  if (text.find(',') != std::string_view::npos)
    refuse(text, "it has a comma in it", "give each address its own --email");
  if (const auto open = text.find('<'); open != std::string_view::npos) {
    const auto bare = try_parse(text.substr(open + 1, text.find('>') - open - 1));
    refuse(text, "it has a display name", bare ? "give the bare address: --email " + bare->text() : "");
  }
  const auto at = text.find('@');
  if (at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos)
    refuse(text, "it must have one '@' in it");
  const std::string_view local = text.substr(0, at);
  if (!is_local_part(local))
    refuse(text, "'" + printable(local) + "' before the '@' is not letters, digits and dots");
  const auto host = DnsName::try_parse(text.substr(at + 1));
  if (!host || host->is_wildcard())
    refuse(text, "'" + printable(text.substr(at + 1)) + "' behind the '@' is not a host name");
  std::string whole = std::string(local) + '@' + host->text();
  if (whole.size() > longest)
    refuse(text, "it is longer than 254 characters");
  return EmailAddress(std::move(whole));
}

std::optional<EmailAddress> EmailAddress::try_parse(std::string_view text) {
  try {
    return parse(text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

} // namespace dockpki::x509
