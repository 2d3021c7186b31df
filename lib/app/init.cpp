// init-ca: the home and its authority, or two of them.
#include <algorithm>
#include <future>

#include <dockpki/app/authority.hpp>

#include <dockpki/base/error.hpp>

#include "app/new_authority.hpp"

namespace dockpki::app {
namespace {

/// One authority that is to be made.
struct Plan {
  std::string name;
  pki::Role role;
  x509::CommonName common_name;
};

std::vector<Plan> make_plans(const Context& context, const InitOptions& options) {
  const std::string base = options.name ? options.name->text() : "dockpki CA " + context.caller.host;
  // The subject names the generation, so that two authorities never share one.
  if (options.authorities == Authorities::one)
    return {{"g1", pki::Role::all, x509::CommonName::parse(base + " G1")}};
  return {{"servers-g1", pki::Role::servers, x509::CommonName::parse(base + " servers G1")},
          {"clients-g1", pki::Role::clients, x509::CommonName::parse(base + " clients G1")}};
}

/// Leaves out what the home has already; throws unless an interrupted `--separate-clients` is being completed.
std::vector<Plan> missing(std::vector<Plan> plans, const store::Home& home, store::Inventory& inventory) {
  std::vector<std::string> standing;
  const std::size_t planned = plans.size();
  for (const store::AuthorityRecord& authority : inventory.authorities()) {
    if (!store::is_established(authority.state))
      continue;
    standing.push_back(authority.name);
    std::erase_if(plans, [&](const Plan& plan) { return plan.role == authority.role; });
  }
  const bool completes = plans.size() < planned && !plans.empty();
  if (!standing.empty() && !completes)
    throw Error(Errc::already_exists,
                "failed to create an authority in '" + home.root().string() + "': it has '" + standing.front() + "' already",
                "'dockpki status' shows it; choose another home with --home DIR");
  return plans;
}

bool has_inventory(const store::Home& home) {
  std::error_code error;
  return std::filesystem::exists(home.inventory(), error) || std::filesystem::exists(home.log(), error) ||
         std::filesystem::exists(home.root() / "authorities", error);
}

std::vector<x509::PrivateKey> generate_keys(std::size_t count, x509::KeyType type, const std::function<void()>& tick) {
  std::vector<std::future<Secret>> others;
  for (std::size_t i = 1; i < count; ++i)
    others.push_back(std::async(std::launch::async, [type] { return x509::PrivateKey::generate(type).unencrypted_pkcs8(); }));
  std::vector<x509::PrivateKey> keys;
  keys.push_back(x509::PrivateKey::generate(type, tick));
  for (std::future<Secret>& other : others)
    keys.push_back(x509::PrivateKey::from_pkcs8(other.get().bytes()));
  return keys;
}

AuthorityOrder order_for(const Context& context, const InitOptions& options, const Plan& plan) {
  return {.name = plan.name,
          .role = plan.role,
          .generation = 1,
          .subject = x509::DistinguishedName::make(plan.common_name, context.settings.ca.organization),
          .lifetime = options.lifetime.value_or(context.settings.ca.lifetime.value_or(pki::default_authority_lifetime)),
          .constraints = options.constraints};
}

std::vector<std::string> describe_plan(const Context& context, const std::vector<Plan>& plans) {
  std::vector<std::string> lines;
  for (const Plan& plan : plans)
    lines.push_back("authority '" + plan.common_name.text() + "' in " + context.home.authority(plan.name).string());
  return lines;
}

std::vector<std::string> notes_on(const Context& context, const InitOptions& options, x509::KeyType type, bool encrypted) {
  std::vector<std::string> notes;
  if (auto note = context.sudo_note())
    notes.push_back(std::move(*note));
  if (!encrypted)
    notes.emplace_back(
        "the authority's key is not encrypted: whoever reads it can make themselves root on every host that trusts it");
  if (type == x509::KeyType::ed25519)
    notes.emplace_back("ed25519: Docker takes it, but .NET, NSS and Windows refuse it");
  if (!options.constraints.permitted_dns.empty() && options.constraints.permitted_ip.empty())
    notes.emplace_back("--permit-dns without --permit-ip: this authority can sign for no IP address at all");
  if (options.constraints.permitted_dns.empty() && !options.constraints.permitted_ip.empty())
    notes.emplace_back("--permit-ip without --permit-dns: this authority can sign for no DNS name at all");
  return notes;
}

} // namespace

InitResult init_authority(Context& context, const InitOptions& options) {
  for (const x509::DnsName& name : options.constraints.permitted_dns)
    if (name.is_wildcard())
      throw Error(Errc::usage, "failed to permit DNS name '" + name.text() + "': a permitted domain has no wildcard",
                  "give the domain itself, what lies below it is permitted too: --permit-dns " + name.text().substr(2));
  std::vector<Plan> plans = make_plans(context, options);
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(context.home.root(), error))) {
    context.home.check();
    if (has_inventory(context.home))
      plans = missing(std::move(plans), context.home, store::ReadSession(context.home).inventory());
  }
  const x509::KeyType type = options.key.value_or(context.settings.ca.key.value_or(x509::KeyType::p256));
  InitResult result{.home = context.home.root(),
                    .authorities = {},
                    .planned = {},
                    .notes = notes_on(context, options, type, static_cast<bool>(options.new_passphrase)),
                    .next = {}};
  if (options.dry_run == DryRun::yes) {
    result.planned = describe_plan(context, plans);
    return result;
  }
  const std::optional<Secret> passphrase = options.new_passphrase ? std::optional(options.new_passphrase()) : std::nullopt;
  std::vector<x509::PrivateKey> keys = generate_keys(plans.size(), type, context.tick);

  files::make_private_folder(context.home.root());
  context.home.check();
  store::WriteSession session(context.home, context.command, context.actor(), context.now, store::Create::yes);
  plans = missing(make_plans(context, options), context.home, session.inventory()); // another process may have been first
  std::vector<StagedAuthority> made;
  for (std::size_t i = 0; i < std::min(plans.size(), keys.size()); ++i)
    made.push_back(stage_authority(context, order_for(context, options, plans[i]), std::move(keys[i]),
                                   passphrase ? &*passphrase : nullptr, session.inventory()));
  for (StagedAuthority& one : made)
    result.authorities.push_back(commit_authority(context, session, std::move(one)));
  result.next = {"dockpki issue-server --dns NAME --ip ADDRESS", "dockpki issue-client"};
  return result;
}

} // namespace dockpki::app
