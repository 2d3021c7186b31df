#include "app/system_roots.hpp"

#include <filesystem>
#include <iterator>
#include <sstream>
#include <vector>

#include <dockpki/docker/plan.hpp>

namespace dockpki::app {
namespace {

std::string variable(const docker::Environment& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

void add(goverify::Pool& pool, Bytes pem, const goverify::Rules& rules) {
  goverify::Pool more = goverify::read_pool(pem, rules);
  pool.certificates.insert(pool.certificates.end(), std::make_move_iterator(more.certificates.begin()),
                           std::make_move_iterator(more.certificates.end()));
}

void add_folder(goverify::Pool& pool, const std::string& folder, const goverify::Rules& rules) {
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(folder, error); !error && entry != end(entry); entry.increment(error))
    if (const docker::GoRead file = docker::read_as_go(entry->path().string()); file.contents)
      add(pool, file.contents->bytes(), rules);
}

} // namespace

goverify::Pool system_roots(const docker::Environment& environment, const goverify::Rules& rules, const docker::World& world) {
  goverify::Pool pool;
  std::vector<std::string> files{"/etc/ssl/certs/ca-certificates.crt",
                                 "/etc/pki/tls/certs/ca-bundle.crt",
                                 "/etc/ssl/ca-bundle.pem",
                                 "/etc/pki/tls/cacert.pem",
                                 "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                                 "/etc/ssl/cert.pem"};
  const std::string named_file = variable(environment, "SSL_CERT_FILE");
  if (!named_file.empty())
    files = {named_file};
  for (const std::string& path : files)
    if (const docker::GoRead file = docker::read_as_go(path, world.seen_from_here(path)); file.contents) {
      add(pool, file.contents->bytes(), rules);
      break;
    }
  // The usual folders hold the same certificates again, one a file.
  std::istringstream folders(variable(environment, "SSL_CERT_DIR"));
  for (std::string folder; std::getline(folders, folder, ':');)
    add_folder(pool, world.seen_from_here(folder), rules);
  if (!named_file.empty() && variable(environment, "SSL_CERT_DIR").empty())
    add_folder(pool, world.seen_from_here("/etc/ssl/certs"), rules);
  return pool;
}

} // namespace dockpki::app
