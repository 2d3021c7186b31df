#include <dockpki/net/local_names.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <dockpki/base/error.hpp>

namespace dockpki::net {
namespace {

std::string kernel_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0)
    return {};
  return name.data();
}

/// The canonical name that the resolver (as a rule /etc/hosts) has for `host`; empty if there is none.
std::string canonical_name(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_flags = AI_CANONNAME;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &wanted, &found) != 0)
    return {};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  return found->ai_canonname != nullptr ? found->ai_canonname : std::string();
}

void add_dns(LocalNames& local, const std::string& text) {
  if (text.empty())
    return;
  if (const auto name = x509::DnsName::try_parse(text))
    local.names.add(*name);
  else
    local.notes.push_back("this machine's name '" + x509::printable(text) + "' was left out: it is not a valid DNS name");
}

std::span<const std::uint8_t> address_octets(const sockaddr& address) {
  if (address.sa_family == AF_INET)
    return {reinterpret_cast<const std::uint8_t*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr), 4};
  if (address.sa_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    if (!IN6_IS_ADDR_LINKLOCAL(&v6))
      return {v6.s6_addr, 16};
  }
  return {};
}

void add_interface_addresses(x509::SubjectAlternativeName& names) {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0)
    throw Error(Errc::io, std::string("failed to list this machine's addresses: ") + std::strerror(errno));
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || (entry->ifa_flags & IFF_UP) == 0)
      continue;
    if (const auto address = x509::IpAddress::from_octets(address_octets(*entry->ifa_addr)))
      names.add(*address);
  }
}

} // namespace

std::string host_name() {
  const std::string name = kernel_name();
  const std::string label = name.substr(0, name.find('.'));
  return label.empty() ? "localhost" : label;
}

LocalNames local_names() {
  LocalNames local;
  const std::string own = kernel_name();
  add_dns(local, own);
  add_dns(local, canonical_name(own));
  add_dns(local, "localhost");
  add_interface_addresses(local.names);
  local.names.add(x509::IpAddress::parse("127.0.0.1"));
  local.names.add(x509::IpAddress::parse("::1"));
  return local;
}

} // namespace dockpki::net
