#include "app/known_servers.hpp"

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/docker/set_layout.hpp>

namespace dockpki::app {

KnownServers::KnownServers(const store::Home& home, const std::optional<files::Path>& folder) : KnownServers(folder) {
  std::error_code error;
  if (!std::filesystem::exists(home.inventory(), error))
    return;
  store::ReadSession session(home);
  std::unordered_map<std::int64_t, std::string> names_by_id;
  for (const store::CertificateRecord& record : session.inventory().certificates()) {
    if (record.kind == pki::Kind::client || record.sha256.empty())
      continue;
    names_by_id.emplace(record.id, record.name);
    names_.emplace(record.sha256, record.name);
  }
  for (const store::PlacementRecord& placement : session.inventory().placements())
    if (const auto found = names_by_id.find(placement.certificate_id);
        found != names_by_id.end() && placement.layout == store::Layout::server)
      folders_by_name_.emplace(found->second, placement.folder);
}

OnDisk KnownServers::find(const std::string& sha256) const {
  OnDisk result;
  if (folder_)
    if (const auto given = look_into(*folder_, sha256))
      return *given;
  const auto name = names_.find(sha256);
  if (name == names_.end())
    return result;
  const auto [begin, end] = folders_by_name_.equal_range(name->second);
  for (auto one = begin; one != end; ++one)
    if (const auto seen = look_into(one->second, sha256)) {
      result = *seen;
      if (result.state == OnDisk::State::same)
        break;
    }
  return result;
}

/// None if no server's certificate lies there that can be read.
std::optional<OnDisk> KnownServers::look_into(const files::Path& folder, const std::string& sha256) {
  try {
    const Secret pem = files::read_file(folder / docker::server_layout.certificate, "certificate", docker::largest_set_file);
    const auto certificates = x509::Certificate::all_from_pem(pem.bytes(), docker::server_layout.certificate);
    if (certificates.empty())
      return std::nullopt;
    const x509::Certificate& leaf = certificates.front();
    const bool same = to_hex(leaf.fingerprint()) == sha256;
    return OnDisk{.state = same ? OnDisk::State::same : OnDisk::State::another,
                  .folder = folder,
                  .serial = leaf.contents().serial_number.text()};
  } catch (const Error&) {
    return std::nullopt;
  }
}

} // namespace dockpki::app
