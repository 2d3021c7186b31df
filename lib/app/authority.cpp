#include <dockpki/app/authority.hpp>

#include <algorithm>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/set_layout.hpp>

#include "app/authority_files.hpp"

namespace dockpki::app {
namespace {

constexpr std::size_t largest_key_file = 64U << 10U;

} // namespace

files::Path certificate_path(const store::Home& home, const std::string& authority) {
  return home.authority(authority) / ca_certificate_name;
}

files::Path key_path(const store::Home& home, const std::string& authority) {
  return home.authority(authority) / ca_key_name;
}

Secret read_key_file(const store::Home& home, const std::string& authority) {
  return files::read_private_key_file(key_path(home, authority), largest_key_file);
}

store::AuthorityRecord active_authority(store::Inventory& inventory, pki::Kind kind, const store::Home& home) {
  bool any = false;
  for (store::AuthorityRecord& authority : inventory.authorities()) {
    any = any || authority.state == store::AuthorityState::active;
    if (authority.state == store::AuthorityState::active && pki::signs(authority.role, kind))
      return std::move(authority);
  }
  if (any && kind == pki::Kind::dual)
    throw Error(Errc::refused,
                "failed to issue a certificate with both usages: this home has separate authorities for servers and clients");
  if (any)
    throw Error(Errc::not_found,
                "failed to find an authority for " + std::string(to_string(kind)) + "s in '" + home.root().string() + "'",
                "complete the home with 'dockpki init-ca --separate-clients'");
  throw Error(Errc::not_found, "failed to find an authority in '" + home.root().string() + "': there is none",
              "run 'dockpki init-ca' first");
}

x509::Certificate load_certificate(const store::Home& home, const store::AuthorityRecord& authority) {
  const files::Path path = certificate_path(home, authority.name);
  const Secret pem = files::read_file(path, "authority certificate", largest_key_file, files::Symlinks::refused);
  return x509::Certificate::from_pem(pem.bytes(), path.string());
}

pki::Issuer load_issuer(Context& context, const store::AuthorityRecord& authority) {
  const files::Path path = key_path(context.home, authority.name);
  x509::Certificate certificate = load_certificate(context.home, authority);
  // Before anybody types a passphrase for nothing.
  pki::leaf_validity(context.now, Seconds(1), certificate);
  const Secret pem = read_key_file(context.home, authority.name);
  x509::PrivateKey key =
      x509::PrivateKey::from_pem(pem.bytes(), path.string(), [&] { return context.passphrase(authority.name); });
  pki::Issuer issuer(std::move(certificate), std::move(key), authority.name);
  if (!std::ranges::equal(issuer.certificate().der(), authority.certificate))
    throw Error(Errc::damaged,
                "failed to use authority '" + authority.name + "': '" + certificate_path(context.home, authority.name).string() +
                    "' is not the certificate that the inventory knows",
                "put the right ca.pem back, or run 'dockpki repair'");
  return issuer;
}

std::string trust_pem(store::Inventory& inventory, pki::Kind kind) {
  std::string pem;
  for (const store::AuthorityRecord& authority : inventory.authorities()) {
    const bool signs_other_side =
        kind == pki::Kind::client ? pki::signs(authority.role, pki::Kind::server) : pki::signs(authority.role, pki::Kind::client);
    if (authority.state == store::AuthorityState::active && signs_other_side)
      pem += x509::Certificate::from_der(authority.certificate).pem();
  }
  return pem;
}

namespace {

/// Opens `pem` with the old passphrase; nullopt if the new one opens it already.
std::optional<x509::PrivateKey> open_for_change(Context& context, const std::string& authority, const Secret& pem,
                                                const Secret* old_one, const Secret* new_one) {
  const std::string path = key_path(context.home, authority).string();
  try {
    return x509::PrivateKey::from_pem(pem.bytes(), path, [&] { return Secret::copy_of(old_one->bytes()); });
  } catch (const Error& error) {
    if (error.code() != Errc::wrong_passphrase || new_one == nullptr)
      throw;
    try {
      x509::PrivateKey::from_pem(pem.bytes(), path, [&] { return Secret::copy_of(new_one->bytes()); });
    } catch (const Error&) {
      throw error;
    }
    return std::nullopt;
  }
}

} // namespace

PassphraseResult change_passphrase(Context& context, const PassphraseOptions& options) {
  context.home.check();
  std::vector<std::string> names;
  for (const store::AuthorityRecord& authority : store::ReadSession(context.home).inventory().authorities())
    if (authority.state == store::AuthorityState::active)
      names.push_back(authority.name);
  if (names.empty())
    throw Error(Errc::not_found, "failed to find an authority in '" + context.home.root().string() + "': there is none",
                "run 'dockpki init-ca' first");

  PassphraseResult result{.keys = {}, .encrypted = static_cast<bool>(options.new_passphrase)};
  std::optional<Secret> old_passphrase;
  for (const std::string& name : names) {
    const Secret pem = read_key_file(context.home, name);
    if (!old_passphrase && x509::describe_encryption(pem.bytes()))
      old_passphrase = context.passphrase(name);
    result.keys.push_back(key_path(context.home, name));
  }
  const std::optional<Secret> new_passphrase = options.new_passphrase ? std::optional(options.new_passphrase()) : std::nullopt;

  // Every key is opened and written out in memory before the first file changes: a wrong passphrase changes nothing.
  std::vector<std::pair<std::string, Secret>> rewritten;
  for (const std::string& name : names) {
    const Secret pem = read_key_file(context.home, name);
    const auto key = open_for_change(context, name, pem, old_passphrase ? &*old_passphrase : nullptr,
                                     new_passphrase ? &*new_passphrase : nullptr);
    if (key)
      rewritten.emplace_back(name, new_passphrase ? key->write_encrypted_pem(*new_passphrase) : key->write_unencrypted_pem());
  }
  if (options.dry_run == DryRun::yes)
    return result;
  store::WriteSession session(context.home, context.command, context.actor(), context.now, store::Create::no);
  for (const auto& entry : rewritten) {
    files::write_file(key_path(context.home, entry.first), entry.second.bytes(), files::private_key_mode, files::Overwrite::yes);
    session.record(store::PassphraseChanged{.authority = entry.first, .encrypted = result.encrypted});
  }
  return result;
}

} // namespace dockpki::app
