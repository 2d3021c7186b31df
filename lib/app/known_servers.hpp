// Why: dockerd reads its certificate once, when it starts. What is served is held against what lies on the disk since.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <dockpki/app/probe.hpp>

namespace dockpki::app {

/// KnownServers knows the server sets of a home, and one folder besides. It may be asked by many threads at once.
class KnownServers {
public:
  /// `folder` is looked at if a server's set lies in it.
  explicit KnownServers(const std::optional<files::Path>& folder) : folder_(folder) {}
  /// `home` need not exist. Throws if it is there and cannot be read.
  KnownServers(const store::Home& home, const std::optional<files::Path>& folder);

  /// Whether the certificate with this SHA-256 (hexadecimal) lies where its set lies, or another one does.
  [[nodiscard]] OnDisk find(const std::string& sha256) const;

private:
  [[nodiscard]] static std::optional<OnDisk> look_into(const files::Path& folder, const std::string& sha256);

  std::optional<files::Path> folder_;
  std::unordered_map<std::string, std::string> names_;                ///< of each server's certificate, by its SHA-256
  std::unordered_multimap<std::string, files::Path> folders_by_name_; ///< where the sets of a name lie
};

} // namespace dockpki::app
