#include "app/sides.hpp"

namespace dockpki::app {

net::Side read_side(const files::Path& folder, const docker::SetLayout& layout) {
  return {.trust = files::read_file(folder / layout.ca, "trusted certificates", docker::largest_set_file),
          .certificate = files::read_file(folder / layout.certificate, "certificate", docker::largest_set_file),
          .key = files::read_file(folder / layout.key, "key", docker::largest_set_file)};
}

std::vector<std::string> hosts_of(const x509::Certificate& server) {
  std::vector<std::string> hosts;
  const auto& names = server.contents().subject_alternative_name;
  if (!names)
    return hosts;
  for (std::string name : names->dns) {
    if (name.starts_with("*."))
      name.replace(0, 1, "any"); // a wildcard stands for one label, whichever
    hosts.push_back(std::move(name));
  }
  for (const x509::IpAddress& address : names->ip)
    hosts.push_back(address.text());
  return hosts;
}

} // namespace dockpki::app
