#include "app/host_match.hpp"

#include <algorithm>
#include <string_view>

namespace dockpki::app {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

bool fits(std::string_view pattern, std::string_view host) {
  if (!pattern.starts_with("*."))
    return equal(pattern, host);
  const std::size_t dot = host.find('.');
  return dot != std::string_view::npos && dot > 0 && equal(pattern.substr(1), host.substr(dot));
}

} // namespace

bool fits_host(const x509::GeneralNames& names, const std::string& host) {
  if (const auto address = x509::IpAddress::try_parse(host))
    return std::ranges::find(names.ip, *address) != names.ip.end();
  std::string_view dialled = host;
  if (dialled.ends_with('.'))
    dialled.remove_suffix(1);
  return !dialled.empty() && std::ranges::any_of(names.dns, [&](const std::string& name) { return fits(name, dialled); });
}

} // namespace dockpki::app
