#include "app/rootlesskit.hpp"

#include <algorithm>
#include <sstream>

#include <dockpki/base/error.hpp>
#include <dockpki/x509/names.hpp>

namespace dockpki::app {
namespace {

/// "10.0.0.5:2376:2376/tcp": from an address of the machine to the same port in the daemon's network.
std::string publication(const net::Endpoint& endpoint) {
  return endpoint.text().substr(6) + ':' + endpoint.port + "/tcp";
}

/// The values of -p among the flags, which dockerd-rootless.sh splits at blanks and nothing else.
std::vector<std::string> publications(const std::string& flags) {
  std::vector<std::string> found;
  std::istringstream words(flags);
  for (std::string word; words >> word;)
    if (word == "-p" && words >> word)
      found.push_back(word);
  return found;
}

/// True if it leads to a port that dockerd listens on.
bool leads_to(const std::string& publication, const std::vector<std::string>& hosts) {
  return std::ranges::any_of(hosts, [&](const std::string& host) {
    const std::string port = host.substr(host.rfind(':') + 1);
    return host.starts_with("tcp://") && publication.ends_with(':' + port + ':' + port + "/tcp");
  });
}

} // namespace

std::string rootlesskit_flags(const docker::ServiceUnit& unit) {
  const auto found = unit.environment.find(rootlesskit_variable);
  return found == unit.environment.end() ? std::string() : found->second;
}

std::string rootlesskit_flags(const docker::ServiceUnit& unit, const std::string& earlier,
                              const std::vector<net::Endpoint>& listen, const std::vector<std::string>& hosts) {
  std::vector<std::string> wanted;
  std::ranges::copy_if(publications(earlier), std::back_inserter(wanted), [&](const auto& one) { return leads_to(one, hosts); });
  std::ranges::transform(listen, std::back_inserter(wanted), publication);
  const std::string said = rootlesskit_flags(unit);
  std::vector<std::string> all = publications(said);
  std::string flags = said;
  for (const std::string& one : wanted)
    if (std::ranges::find(all, one) == all.end()) {
      all.push_back(one);
      flags += (flags.empty() ? "-p " : " -p ") + one;
    }
  return flags == said ? std::string() : flags;
}

void refuse_names(const std::vector<net::Endpoint>& listen) {
  for (const net::Endpoint& endpoint : listen)
    if (!x509::IpAddress::try_parse(endpoint.host))
      throw Error(Errc::usage, "failed to listen on " + endpoint.text() + ": rootlesskit lets in at addresses, not at names",
                  "give the address: --listen 10.0.0.5:" + endpoint.port);
}

} // namespace dockpki::app
