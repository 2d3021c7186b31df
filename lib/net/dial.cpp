#include "net/dial.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

namespace dockpki::net {
namespace {

std::string numeric(const sockaddr& address, socklen_t size) {
  std::array<char, NI_MAXHOST> text{};
  const int error = ::getnameinfo(&address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  return error == 0 ? text.data() : std::string();
}

/// A connection to `address`; invalid, with errno set, if there is none.
files::Fd connect_to(const Address& address, Clock::time_point deadline) {
  const auto* name = reinterpret_cast<const sockaddr*>(address.octets.data());
  files::Fd fd(::socket(name->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), name, static_cast<socklen_t>(address.octets.size())) == 0)
    return fd;
  if (errno != EINPROGRESS)
    return files::Fd();
  wait_for(fd.get(), POLLOUT, deadline);
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error == 0)
    return fd;
  errno = error;
  return files::Fd();
}

} // namespace

void wait_for(int fd, short events, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd one{.fd = fd, .events = events, .revents = 0};
    const int ready = left <= 0 ? 0 : ::poll(&one, 1, static_cast<int>(std::min<std::int64_t>(left, INT_MAX)));
    if (ready > 0)
      return;
    if (ready == 0)
      throw Failure{Ending::silent, "no answer in time"};
    if (errno != EINTR)
      throw Failure{Ending::closed, std::strerror(errno)};
  }
}

std::vector<Address> resolve(const Endpoint& endpoint) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(endpoint.host.c_str(), endpoint.port.c_str(), &wanted, &found);
  if (error != 0)
    throw Failure{Ending::unreachable, ::gai_strerror(error)};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  std::vector<Address> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    const auto* octets = reinterpret_cast<const std::uint8_t*>(one->ai_addr);
    addresses.push_back({.octets = {octets, octets + one->ai_addrlen}, .text = numeric(*one->ai_addr, one->ai_addrlen)});
  }
  return addresses;
}

files::Fd connect_to_one(std::vector<Address>& addresses, Clock::time_point deadline) {
  std::string reason = std::strerror(EADDRNOTAVAIL);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto share = (deadline - Clock::now()) / static_cast<int>(addresses.size() - i);
    try {
      if (files::Fd fd = connect_to(addresses[i], Clock::now() + share)) {
        std::swap(addresses.front(), addresses[i]);
        return fd;
      }
      reason = std::strerror(errno);
    } catch (const Failure& failure) {
      reason = failure.reason;
    }
  }
  throw Failure{Ending::unreachable, reason};
}

files::Fd Dialler::connect(Target& target) {
  if (target.addresses_.empty())
    target.addresses_ = resolve(target.endpoint_);
  files::Fd fd = connect_to_one(target.addresses_, Clock::now() + target.patience_);
  target.addresses_.resize(1);
  target.found_ = true;
  return fd;
}

} // namespace dockpki::net
