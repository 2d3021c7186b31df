#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <dockpki/app/predict.hpp>

namespace dockpki::app {
namespace {

using Found = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Found look_up(const std::string& name, int flags) {
  addrinfo wanted{};
  wanted.ai_flags = flags;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  return {::getaddrinfo(name.c_str(), nullptr, &wanted, &found) == 0 ? found : nullptr, &::freeaddrinfo};
}

} // namespace

std::vector<std::string> ThisMachine::resolve(const std::string& name) const {
  std::vector<std::string> addresses;
  const Found found = look_up(name, 0);
  for (const addrinfo* one = found.get(); one != nullptr; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0)
      addresses.emplace_back(text.data());
  }
  return addresses;
}

bool ThisMachine::is_local(const std::string& address) const {
  const Found found = look_up(address, AI_NUMERICHOST);
  if (!found)
    return false;
  const int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return false;
  // Any free port will do: only the address is asked about.
  const bool is_bound = ::bind(fd, found->ai_addr, found->ai_addrlen) == 0;
  ::close(fd);
  return is_bound;
}

bool ThisMachine::has_socket_activation() const {
  std::error_code error;
  return std::filesystem::is_directory("/run/systemd/system", error); // sd_booted(3)
}

} // namespace dockpki::app
