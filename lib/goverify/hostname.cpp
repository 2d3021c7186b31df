// Names as Go matches them (crypto/x509, VerifyHostname).
#include <algorithm>

#include <dockpki/goverify/verify.hpp>

#include "goverify/names.hpp"

namespace dockpki::goverify {
namespace {

std::string_view without_dot(std::string_view host) {
  return host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
}

std::vector<std::string_view> labels_of(std::string_view name) {
  std::vector<std::string_view> labels;
  for (std::size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
    labels.push_back(name.substr(0, dot));
    name.remove_prefix(dot + 1);
  }
  labels.push_back(name);
  return labels;
}

bool is_label(std::string_view label) {
  if (label.empty() || label.front() == '-')
    return false;
  return std::ranges::all_of(label, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

enum class As { pattern, host };

bool is_hostname(std::string_view name, As as, const Rules& rules) {
  if (as == As::host)
    name = without_dot(name);
  if (name.empty() || (name == "*" && rules.go >= 22))
    return false;
  const std::vector<std::string_view> labels = labels_of(name);
  const bool has_wildcard = as == As::pattern && labels.front() == "*";
  return std::all_of(labels.begin() + (has_wildcard ? 1 : 0), labels.end(), &is_label);
}

bool matches_pattern(std::string_view pattern, std::string_view host) {
  const std::string lower_pattern = lower_ascii(pattern);
  const std::string lower_host = lower_ascii(without_dot(host));
  if (lower_pattern.empty() || lower_host.empty())
    return false;
  const auto wanted = labels_of(lower_pattern);
  const auto labels = labels_of(lower_host);
  if (wanted.size() != labels.size())
    return false;
  const std::size_t first = wanted.front() == "*" ? 1 : 0;
  return std::equal(wanted.begin() + static_cast<std::ptrdiff_t>(first), wanted.end(),
                    labels.begin() + static_cast<std::ptrdiff_t>(first));
}

bool matches_exactly(std::string_view name, std::string_view host) {
  return !name.empty() && name != "." && !host.empty() && host != "." && equal_fold(name, host);
}

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += (&name == &names.front() ? "" : ", ") + name;
  return text;
}

std::vector<std::string> names_of(const Certificate& leaf, bool is_ip) {
  if (!is_ip)
    return leaf.dns;
  std::vector<std::string> names;
  std::ranges::transform(leaf.ip, std::back_inserter(names), [](const auto& address) { return ip_text(address); });
  return names;
}

std::string hostname_text(const Certificate& leaf, const std::string& host, const Rules& rules) {
  if (!leaf.has_subject_alternative_name && matches_pattern(leaf.common_name, host))
    return "x509: certificate relies on legacy Common Name field, use SANs instead";
  const bool is_ip = parse_ip(host).has_value();
  if (is_ip && leaf.ip.empty())
    return "x509: cannot validate certificate for " + host + " because it doesn't contain any IP SANs";
  const std::vector<std::string> names = names_of(leaf, is_ip);
  constexpr std::size_t most_told = 100; // newer Go tells how many there are where there are too many to tell
  if (rules.go >= 25 && names.size() >= most_told)
    return "x509: certificate is valid for " + std::to_string(names.size()) + (is_ip ? " IP SANs" : " names") +
           ", but none matched " + host;
  if (const std::string valid = join(names); !valid.empty())
    return "x509: certificate is valid for " + valid + ", not " + host;
  return "x509: certificate is not valid for any names, but wanted to match " + host;
}

/// 127.0.0.1 and ::ffff:127.0.0.1 are one address.
Bytes shortest(const std::vector<std::uint8_t>& address) {
  constexpr std::array<std::uint8_t, 12> prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const Bytes octets(address);
  return octets.size() == 16 && std::ranges::equal(octets.first(12), prefix) ? octets.subspan(12) : octets;
}

} // namespace

Fault verify_hostname(const CertificatePtr& leaf, const std::string& host, const Rules& rules) {
  const bool has_brackets = host.size() >= 3 && host.front() == '[' && host.back() == ']';
  const std::string candidate = has_brackets ? host.substr(1, host.size() - 2) : host;
  if (const auto address = parse_ip(candidate)) {
    const bool is_there =
        std::ranges::any_of(leaf->ip, [&](const auto& one) { return std::ranges::equal(shortest(one), shortest(*address)); });
    return is_there ? Fault{} : Fault{Reason::host_name, hostname_text(*leaf, candidate, rules), leaf};
  }
  const bool is_name = is_hostname(host, As::host, rules);
  const bool is_there = std::ranges::any_of(leaf->dns, [&](const std::string& pattern) {
    return is_name && is_hostname(pattern, As::pattern, rules) ? matches_pattern(pattern, host) : matches_exactly(pattern, host);
  });
  return is_there ? Fault{} : Fault{Reason::host_name, hostname_text(*leaf, host, rules), leaf};
}

} // namespace dockpki::goverify
