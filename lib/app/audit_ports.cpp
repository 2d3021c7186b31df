// What listens is told by the kernel, whatever was configured.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <sstream>

#include <arpa/inet.h>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/address.hpp>

#include "app/audit_host.hpp"

namespace dockpki::app {
namespace {

constexpr std::uint16_t plain_port = 2375;
constexpr std::size_t largest_table = 16U << 20U;

struct Socket {
  std::string address;
  std::uint16_t port = 0;
  std::string inode;
  [[nodiscard]] std::string text() const {
    return (address.find(':') == std::string::npos ? address : '[' + address + ']') + ':' + std::to_string(port);
  }
};

/// An address as proc(5) writes it: words of 32 bits, each in the order of this machine.
std::optional<std::string> parse_address(std::string_view digits) {
  constexpr std::size_t word_digits = 8;
  std::array<std::uint32_t, 4> words{};
  const std::size_t count = digits.size() / word_digits;
  if ((count != 1 && count != words.size()) || digits.size() % word_digits != 0)
    return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) {
    const char* begin = digits.data() + i * word_digits;
    if (std::from_chars(begin, begin + word_digits, words.at(i), 16).ec != std::errc())
      return std::nullopt;
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(count == 1 ? AF_INET : AF_INET6, words.data(), text.data(), text.size()) == nullptr
             ? std::nullopt
             : std::optional<std::string>(text.data());
}

/// "  0: 0100007F:0947 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0  0 12345 ..."; 0A is LISTEN.
std::optional<Socket> parse_socket(const std::string& line) {
  std::istringstream in(line);
  std::array<std::string, 10> fields;
  for (std::string& field : fields)
    if (!(in >> field))
      return std::nullopt;
  const std::size_t colon = fields[1].find(':');
  if (fields[3] != "0A" || colon == std::string::npos)
    return std::nullopt;
  const std::optional<std::string> address = parse_address(std::string_view(fields[1]).substr(0, colon));
  std::uint16_t port = 0;
  const char* begin = fields[1].data() + colon + 1;
  if (!address || std::from_chars(begin, fields[1].data() + fields[1].size(), port, 16).ec != std::errc())
    return std::nullopt;
  return Socket{.address = *address, .port = port, .inode = fields[9]};
}

/// What listens in the network of a process. Throws as read_file does; a kernel without IPv6 has one table only.
std::vector<Socket> listening(const files::Path& process) {
  std::vector<Socket> sockets;
  for (const char* table : {"net/tcp", "net/tcp6"}) {
    std::error_code error;
    if (table == std::string_view("net/tcp6") && !std::filesystem::exists(process / table, error))
      continue;
    const Secret text = files::read_file(process / table, "sockets", largest_table);
    std::istringstream lines{std::string(text.text())};
    for (std::string line; std::getline(lines, line);)
      if (std::optional<Socket> socket = parse_socket(line))
        sockets.push_back(std::move(*socket));
  }
  return sockets;
}

/// The sockets that a process holds, by inode. Throws Errc::permission.
std::set<std::string> sockets_of(const files::Path& process) {
  constexpr std::string_view prefix = "socket:[";
  std::set<std::string> inodes;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(process / "fd", error); !error && entry != end(entry);
       entry.increment(error)) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(entry->path(), gone).string();
    if (target.starts_with(prefix) && target.ends_with(']'))
      inodes.insert(target.substr(prefix.size(), target.size() - prefix.size() - 1));
  }
  if (error)
    throw Error(Errc::permission, "failed to look at '" + (process / "fd").string() + "': " + error.message());
  return inodes;
}

/// A network of addresses that are not routed on the Internet, or are not a host's (RFC 6890).
struct Network {
  const char* address;
  unsigned bits;
};
constexpr std::array private_networks = {Network{"10.0.0.0", 8},    Network{"172.16.0.0", 12},  Network{"192.168.0.0", 16},
                                         Network{"100.64.0.0", 10}, Network{"169.254.0.0", 16}, Network{"127.0.0.0", 8},
                                         Network{"fc00::", 7},      Network{"fe80::", 10},      Network{"::1", 128}};

bool is_in(const std::string& address, const Network& network) {
  std::array<std::uint8_t, 16> one{};
  std::array<std::uint8_t, 16> other{};
  const int family = std::string_view(network.address).find(':') == std::string_view::npos ? AF_INET : AF_INET6;
  if (::inet_pton(family, address.c_str(), one.data()) != 1 || ::inet_pton(family, network.address, other.data()) != 1)
    return false;
  constexpr unsigned octet = 8;
  for (unsigned bit = 0; bit < network.bits; ++bit)
    if (const unsigned shift = octet - 1 - bit % octet;
        (static_cast<unsigned>(one.at(bit / octet) ^ other.at(bit / octet)) >> shift & 1U) != 0)
      return false;
  return true;
}

bool is_public(const std::string& address) {
  constexpr std::string_view mapped = "::ffff:";
  const std::string plain = address.starts_with(mapped) ? address.substr(mapped.size()) : address;
  return std::ranges::none_of(private_networks, [&](const Network& network) { return is_in(plain, network); });
}

class PortAudit {
public:
  PortAudit(const AuditedMachine& machine, const KernelFolders& kernel, AuditNotes& notes)
      : machine_(machine), kernel_(kernel), notes_(notes) {}

  void look_at_daemons() {
    bool has_looked = false;
    for (const AuditedDaemon& daemon : machine_.daemons)
      if (daemon.process) {
        has_looked = true;
        look_at(daemon, kernel_.processes / std::to_string(daemon.process->id));
      }
    if (!has_looked)
      notes_.not_applicable("host-port-open", "no dockerd runs");
  }

  void look_at_plain_port() {
    try {
      bool is_found = false;
      for (const Socket& socket : listening(kernel_.processes))
        if (socket.port == plain_port && !of_daemons_.contains(socket.inode)) { // of dockerd itself it is lst-plain
          is_found = true;
          notes_.fail("host-port-2375", Side::daemon, socket.text());
        }
      if (!is_found)
        notes_.pass("host-port-2375", "nothing but dockerd, if that, listens there");
    } catch (const Error& error) {
      notes_.unknown("host-port-2375", error.what());
    }
  }

private:
  /// One in a container, or a rootless one, has a network of its own: what it listens on is not open because of that.
  [[nodiscard]] bool has_own_network(const files::Path& process) const {
    std::error_code error;
    const files::Path ours = std::filesystem::read_symlink(kernel_.processes / "self/ns/net", error);
    const files::Path other = error ? files::Path() : std::filesystem::read_symlink(process / "ns/net", error);
    return !error && other != ours;
  }

  void look_at(const AuditedDaemon& daemon, const files::Path& process) {
    if (has_own_network(process))
      return notes_.not_applicable("host-port-open", daemon.origin + ": it has a network of its own");
    try {
      const std::set<std::string> own = sockets_of(process);
      of_daemons_.insert(own.begin(), own.end());
      bool is_open = false;
      for (const Socket& socket : listening(process))
        if (own.contains(socket.inode) && is_public(socket.address)) {
          is_open = true;
          notes_.fail("host-port-open", Side::daemon, daemon.origin + ": " + socket.text());
        }
      if (!is_open)
        notes_.pass("host-port-open", daemon.origin + ": no port on a public address, nor on all");
    } catch (const Error& error) {
      notes_.unknown("host-port-open", error.what());
    }
  }

  const AuditedMachine& machine_;
  const KernelFolders& kernel_;
  AuditNotes& notes_;
  std::set<std::string> of_daemons_;
};

} // namespace

void audit_ports(const AuditedMachine& machine, const KernelFolders& kernel, AuditNotes& notes) {
  if (!machine.is_live() && kernel.processes == KernelFolders().processes) {
    for (const char* id : {"host-port-open", "host-port-2375"})
      notes.not_applicable(id, "nothing listens in an image");
    return;
  }
  PortAudit audit(machine, kernel, notes);
  audit.look_at_daemons();
  audit.look_at_plain_port();
}

} // namespace dockpki::app
