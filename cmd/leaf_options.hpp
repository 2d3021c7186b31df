// Why: the options that all ways of issuing share, and the reading of typed values from what was typed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <dockpki/app/issue.hpp>

namespace dockpki::cmd {

/// What stands behind --key, --lifetime, --out and their kind, as typed.
struct LeafArguments {
  std::optional<std::string> key;
  std::optional<std::string> lifetime;
  bool allow_long_lifetime = false;
  std::optional<std::string> out;
  bool force = false;
  bool dry_run = false;

  /// Throws Errc::usage.
  [[nodiscard]] app::LeafOptions read() const;
};

enum class KeyOption { no, yes };
void add_leaf_options(CLI::App& command, LeafArguments& arguments, KeyOption key);

struct ServerArguments {
  std::optional<std::string> name;
  std::vector<std::string> dns;
  std::vector<std::string> ip;
  bool local = false;
  bool allow_dual_usage = false;
};
void add_server_options(CLI::App& command, ServerArguments& arguments);
app::ServerOptions read(const ServerArguments& server, const LeafArguments& leaf);

struct ClientArguments {
  std::optional<std::string> name;
  std::optional<std::string> email;
};
void add_client_options(CLI::App& command, ClientArguments& arguments);
app::ClientOptions read(const ClientArguments& client, const LeafArguments& leaf);

/// Throws Errc::usage with the known types.
std::optional<x509::KeyType> read_key_type(const std::optional<std::string>& text);
std::optional<Seconds> read_lifetime(const std::optional<std::string>& text);
std::vector<x509::DnsName> read_dns_names(const std::vector<std::string>& texts);

constexpr app::DryRun dry_run_of(bool flag) {
  return flag ? app::DryRun::yes : app::DryRun::no;
}

} // namespace dockpki::cmd
