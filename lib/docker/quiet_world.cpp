#include <dockpki/docker/world.hpp>

#include <algorithm>
#include <sstream>

#include "docker/go_net.hpp"

namespace dockpki::docker {

QuietWorld::QuietWorld(const std::string& hosts) {
  std::istringstream lines(hosts);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string address;
    words >> address;
    if (!ip_family(address))
      continue;
    for (std::string name; words >> name;)
      names_[ascii_lower(name)].push_back(address);
  }
}

std::vector<std::string> QuietWorld::resolve(const std::string& name) const {
  std::string wanted = ascii_lower(name);
  if (wanted.ends_with('.'))
    wanted.pop_back();
  const auto found = names_.find(wanted);
  return found == names_.end() ? std::vector<std::string>{} : found->second;
}

bool QuietWorld::is_local(const std::string& address) const {
  return is_loopback(address) || is_unspecified(address);
}

} // namespace dockpki::docker
