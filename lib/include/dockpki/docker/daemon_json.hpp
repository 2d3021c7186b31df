// Why: daemon.json is the user's. What makes dockerd ask for certificates is merged into it, and nothing that stands there is
// lost.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dockpki::docker {

/// DaemonTls is what daemon.json is to say.
struct DaemonTls {
  std::filesystem::path ca;
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::vector<std::string> hosts; ///< added to those that stand there
  bool live_restore = false;      ///< true: switch it on; false: leave it as it is
};

/// DaemonJson is a daemon.json that is looked at and merged into. `text` may be empty, as if it were {}.
class DaemonJson {
public:
  /// Throws Errc::invalid_input: no JSON, a key twice, a key in other letters than dockerd knows it ("TLSVerify").
  DaemonJson(std::string text, std::string_view name);

  /// None: there is no such key. Throws Errc::invalid_input if it is no list of strings.
  [[nodiscard]] std::optional<std::vector<std::string>> hosts() const;
  /// True if it says `"key": true`.
  [[nodiscard]] bool is_true(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const;

  /// The text with all of `tls` in it; what else stands there stays to the octet.
  [[nodiscard]] std::string merged(const DaemonTls& tls) const;
  /// The keys that merged() writes.
  static std::vector<std::string> keys(const DaemonTls& tls);

private:
  std::string text_;
  std::string name_;
};

} // namespace dockpki::docker
