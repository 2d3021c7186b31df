#include "leaf_options.hpp"

#include <dockpki/base/error.hpp>
#include <dockpki/base/suggest.hpp>

namespace dockpki::cmd {

std::optional<x509::KeyType> read_key_type(const std::optional<std::string>& text) {
  if (!text)
    return std::nullopt;
  if (const auto type = x509::parse_key_type(*text))
    return type;
  std::vector<std::string_view> known;
  for (const x509::KeyType type : x509::all_key_types)
    known.push_back(to_string(type));
  const auto meant = nearest(*text, known);
  throw Error(Errc::usage, "failed to read key type '" + x509::printable(*text) + "': there is no such type",
              meant ? "did you mean '" + std::string(*meant) + "'?" : "p256, p384, rsa3072, rsa4096 and ed25519 are known");
}

std::optional<Seconds> read_lifetime(const std::optional<std::string>& text) {
  return text ? std::optional(parse_duration(*text)) : std::nullopt;
}

std::vector<x509::DnsName> read_dns_names(const std::vector<std::string>& texts) {
  std::vector<x509::DnsName> names;
  for (const std::string& text : texts)
    names.push_back(x509::DnsName::parse(text));
  return names;
}

void add_leaf_options(CLI::App& command, LeafArguments& arguments, KeyOption key) {
  if (key == KeyOption::yes)
    command.add_option("--key", arguments.key, "p256 (default), p384, rsa3072, rsa4096 or ed25519")->type_name("TYPE");
  command.add_option("--lifetime", arguments.lifetime, "How long it is valid: 90d, 12h, 2w, 1y (default 365d)")
      ->type_name("DURATION");
  command.add_flag("--allow-long-lifetime", arguments.allow_long_lifetime, "Allow more than 825 days, which many clients refuse");
  command.add_option("--out", arguments.out, "Put the files into this folder")->type_name("DIR");
  command.add_flag("--force", arguments.force, "Replace files that stand there; what dockpki did not write is kept as a backup");
  command.add_flag("--dry-run", arguments.dry_run, "Say what would be done, change nothing");
}

app::LeafOptions LeafArguments::read() const {
  if (out && out->empty())
    throw Error(Errc::usage, "failed to use the folder '': it is empty", "give --out DIR");
  return {.key = read_key_type(key),
          .lifetime = read_lifetime(lifetime),
          .long_lifetime = allow_long_lifetime ? pki::LongLifetime::allowed : pki::LongLifetime::refused,
          .out = out ? std::optional<files::Path>(*out) : std::nullopt,
          .force = force ? app::Force::yes : app::Force::no,
          .dry_run = dry_run_of(dry_run)};
}

void add_server_options(CLI::App& command, ServerArguments& arguments) {
  // One value an option: CLI11 would otherwise take "[a,b]" apart, and a comma must never make two names.
  command.add_option("--dns", arguments.dns, "A DNS name that clients use; may be given again")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command.add_option("--ip", arguments.ip, "An IP address that clients use; may be given again")
      ->type_name("ADDRESS")
      ->allow_extra_args(false);
  command.add_flag("--local", arguments.local, "All names and addresses of this machine, localhost, 127.0.0.1 and ::1");
  command.add_flag("--allow-dual-usage", arguments.allow_dual_usage,
                   "Also usable as a client's (swarm managers): whoever holds its key is root on every daemon of this authority");
}

app::ServerOptions read(const ServerArguments& server, const LeafArguments& leaf) {
  app::ServerOptions options{.name = server.name,
                             .dns = read_dns_names(server.dns),
                             .ip = {},
                             .local = server.local ? app::LocalNames::yes : app::LocalNames::no,
                             .dual_usage = server.allow_dual_usage ? app::DualUsage::yes : app::DualUsage::no,
                             .leaf = leaf.read()};
  for (const std::string& text : server.ip)
    options.ip.push_back(x509::IpAddress::parse(text));
  return options;
}

void add_client_options(CLI::App& command, ClientArguments& arguments) {
  command.add_option("--email", arguments.email, "An e-mail address to put into the certificate")->type_name("ADDRESS");
}

app::ClientOptions read(const ClientArguments& client, const LeafArguments& leaf) {
  app::ClientOptions options{.name = client.name, .email = {}, .for_user = {}, .leaf = leaf.read()};
  if (client.email)
    options.email = x509::EmailAddress::parse(*client.email);
  return options;
}

} // namespace dockpki::cmd
