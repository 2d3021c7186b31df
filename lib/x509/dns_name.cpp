#include <dockpki/x509/names.hpp>

#include <algorithm>
#include <vector>

#include <dockpki/base/error.hpp>

#include "x509/idn.hpp"
#include "x509/utf8.hpp"

namespace dockpki::x509 {
namespace {

struct Fault {
  std::string cause;
  std::string hint;
};

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

bool has_prefix_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(),
                                                    [](char left, char right) { return to_lower(left) == to_lower(right); });
}

/// The host in "scheme://user@host:port/path", or in a part of that.
std::string_view host_part(std::string_view text) {
  text = trimmed(text);
  if (const auto scheme = text.find("://"); scheme != std::string_view::npos)
    text.remove_prefix(scheme + 3);
  for (const std::string_view prefix : {"DNS:", "IP:"})
    if (has_prefix_ignoring_case(text, prefix))
      text.remove_prefix(prefix.size());
  text = text.substr(0, text.find_first_of("/?#"));
  if (const auto user = text.rfind('@'); user != std::string_view::npos)
    text.remove_prefix(user + 1);
  if (!text.empty() && text.front() == '[')
    return text.substr(0, text.find(']') == std::string_view::npos ? text.size() : text.find(']') + 1);
  if (std::count(text.begin(), text.end(), ':') == 1)
    text = text.substr(0, text.find(':'));
  while (!text.empty() && text.back() == '.')
    text.remove_suffix(1);
  return text;
}

/// What was probably meant; empty where that is no name either.
std::string suggestion(std::string_view text) {
  constexpr std::size_t longest = 512; // what is longer was no slip of the hand
  const std::string_view host = host_part(text);
  if (host == text || text.size() > longest)
    return {};
  if (const auto address = IpAddress::try_parse(host))
    return "give the bare address: --ip " + address->text();
  if (const auto name = DnsName::try_parse(host))
    return "give the bare name: --dns " + name->text();
  return {};
}

std::optional<Fault> fault_of_shape(std::string_view text) {
  if (text.empty())
    return Fault{"it is empty", "give the name that the daemon is reached by: --dns server.example"};
  if (text.find(',') != std::string_view::npos)
    return Fault{"it has a comma in it", "give each name its own --dns"};
  if (const auto address = IpAddress::try_parse(text))
    return Fault{"it is an IP address", "use --ip " + address->text()};
  if (text.find("://") != std::string_view::npos)
    return Fault{"it is a URL", suggestion(text)};
  if (std::any_of(text.begin(), text.end(), is_blank)) {
    const bool only_around = trimmed(text).find_first_of(" \t\r\n") == std::string_view::npos;
    return Fault{"it has a blank in it", only_around ? suggestion(text) : "give each name its own --dns"};
  }
  for (const std::string_view prefix : {"DNS:", "IP:"})
    if (has_prefix_ignoring_case(text, prefix))
      return Fault{"it begins with '" + std::string(text.substr(0, prefix.size())) + "'", suggestion(text)};
  if (text.find('/') != std::string_view::npos)
    return Fault{"it has a path or a prefix length", suggestion(text)};
  if (text.find('@') != std::string_view::npos)
    return Fault{"it has '@' in it", suggestion(text)};
  if (text.find(':') != std::string_view::npos)
    return Fault{"it has a port", suggestion(text)};
  if (text.back() == '.')
    return Fault{"it ends with a dot", suggestion(text)};
  return std::nullopt;
}

std::optional<Fault> fault_of_label(std::string_view label) {
  const std::string quoted = "label '" + std::string(label) + "' ";
  if (label.empty())
    return Fault{"it has an empty label", "there is a dot too many"};
  if (label.size() > 63)
    return Fault{"label '" + printable(label, 20) + "' has " + std::to_string(label.size()) + " characters, and 63 is the most",
                 {}};
  for (const char c : label) {
    if (c == '_')
      return Fault{"a host name must not have '_' in it", "write '-' in its place, and give the host that name"};
    if (c == '*')
      return Fault{"'*' can only stand alone as the first label", "a wildcard looks like this: *.docker.example"};
    if (!is_letter_or_digit(c) && c != '-')
      return Fault{"a host name must not have '" + printable({&c, 1}) + "' in it", {}};
  }
  if (label.front() == '-' || label.back() == '-')
    return Fault{quoted + "begins or ends with '-'", {}};
  if (label.size() >= 4 && label.substr(2, 2) == "--" && label.substr(0, 2) != "xn")
    return Fault{quoted + "has '--' in third and fourth place, which is kept for xn-- names (RFC 5891 4.2.3.1)", {}};
  return std::nullopt;
}

std::vector<std::string_view> split_labels(std::string_view name) {
  std::vector<std::string_view> labels;
  while (true) {
    const auto dot = name.find('.');
    labels.push_back(name.substr(0, dot));
    if (dot == std::string_view::npos)
      return labels;
    name.remove_prefix(dot + 1);
  }
}

/// `name` is ASCII, lower case and has passed fault_of_shape.
std::optional<Fault> fault_of_name(std::string_view name) {
  if (name.size() > 253)
    return Fault{"it has " + std::to_string(name.size()) + " characters, and 253 is the most", {}};
  std::vector<std::string_view> labels = split_labels(name);
  if (labels.front() == "*") {
    if (labels.size() < 3)
      return Fault{"a wildcard needs two labels or more behind it", "a wildcard looks like this: *.docker.example"};
    labels.erase(labels.begin());
  }
  for (const std::string_view label : labels)
    if (auto fault = fault_of_label(label))
      return fault;
  if (std::all_of(labels.back().begin(), labels.back().end(), is_digit))
    return Fault{"its last label is all digits, as in an IP address",
                 "an address has four parts from 0 to 255: --ip 192.168.1.10"};
  return std::nullopt;
}

[[noreturn]] void refuse(std::string_view text, const Fault& fault) {
  throw Error(Errc::usage, "failed to read DNS name '" + printable(text) + "': " + fault.cause, fault.hint);
}

} // namespace

DnsName DnsName::parse(std::string_view text) {
  if (const auto fault = fault_of_shape(text))
    refuse(text, *fault);
  std::string name;
  if (is_ascii(text)) {
    name = text;
  } else {
    if (!is_utf8(text))
      refuse(text, {"it is not UTF-8", {}});
    name = to_a_labels(text);
    if (const auto fault = fault_of_shape(name))
      refuse(text, *fault); // a full-width dot or colon, say
  }
  std::transform(name.begin(), name.end(), name.begin(), to_lower);
  if (const auto fault = fault_of_name(name))
    refuse(text, *fault);
  return DnsName(std::move(name));
}

std::optional<DnsName> DnsName::try_parse(std::string_view text) {
  try {
    return parse(text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool DnsName::is_within(const DnsName& domain) const noexcept {
  const std::string_view name = text_;
  const std::string_view above = domain.text_;
  if (name.size() == above.size())
    return name == above;
  return name.size() > above.size() && name.ends_with(above) && name[name.size() - above.size() - 1] == '.';
}

} // namespace dockpki::x509
