#include <dockpki/app/authority.hpp>

#include <algorithm>

#include <dockpki/base/error.hpp>
#include <dockpki/docker/set_layout.hpp>

#include "app/authority_files.hpp"
#include "app/trust.hpp"

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

x509::PrivateKey load_key(Context& context, const store::AuthorityRecord& authority) {
  const Secret pem = read_key_file(context.home, authority.name);
  x509::PrivateKey key = x509::PrivateKey::from_pem(pem.bytes(), key_path(context.home, authority.name).string(),
                                                    [&] { return context.passphrase(authority.name); });
  if (!(key.public_key() == x509::Certificate::from_der(authority.certificate).contents().subject_public_key))
    throw Error(Errc::refused, "failed to use authority '" + authority.name + "': its key does not match its certificate");
  return key;
}

pki::Issuer load_issuer(Context& context, const store::AuthorityRecord& authority) {
  const x509::Certificate found = load_certificate(context.home, authority);
  x509::Certificate certificate = x509::Certificate::from_der(authority.certificate);
  // Before anybody types a passphrase for nothing.
  pki::leaf_validity(context.now, Seconds(1), certificate);
  // An earlier certificate for the same key stands there where its renewal was interrupted.
  if (!is_same_authority(found, certificate))
    throw Error(Errc::damaged,
                "failed to use authority '" + authority.name + "': '" + certificate_path(context.home, authority.name).string() +
                    "' is not the certificate that the inventory knows",
                "put the right ca.pem back, or run 'dockpki repair'");
  x509::PrivateKey key = load_key(context, authority);
  return {std::move(certificate), std::move(key), authority.name};
}

std::string trust_pem(store::Inventory& inventory, pki::Kind kind) {
  return HomeAuthorities(inventory).trust_pem(kind);
}

namespace {

using OpenedKey = std::optional<x509::PrivateKey>;

/// Opens `pem`; none if `passphrase` does not.
OpenedKey open_key(const std::string& path, const Secret& pem, const Secret* passphrase) {
  try {
    return x509::PrivateKey::from_pem(pem.bytes(), path, [&] { return Secret::copy_of(passphrase->bytes()); });
  } catch (const Error& error) {
    if (error.code() != Errc::wrong_passphrase)
      throw;
    return std::nullopt;
  }
}

/// Opens all keys with the old passphrase, at least one of them.
std::vector<OpenedKey> open_keys(const std::vector<files::Path>& paths, const std::vector<Secret>& pems,
                                 const Secret* passphrase) {
  std::vector<OpenedKey> keys;
  for (std::size_t i = 0; i < paths.size(); ++i)
    keys.push_back(open_key(paths[i].string(), pems[i], passphrase));
  if (std::ranges::none_of(keys, [](const OpenedKey& key) { return key.has_value(); }))
    throw Error(Errc::wrong_passphrase, "failed to decrypt key '" + paths.front().string() + "': wrong passphrase",
                "if an earlier change was interrupted, the passphrase that it was to set is in force already");
  return keys;
}

/// Those that the old passphrase does not open must open with the new one: a change that was interrupted.
void require_changed(const std::vector<OpenedKey>& keys, const std::vector<files::Path>& paths, const std::vector<Secret>& pems,
                     const Secret* new_one) {
  for (std::size_t i = 0; i < paths.size(); ++i)
    if (!keys[i] && (new_one == nullptr || !open_key(paths[i].string(), pems[i], new_one)))
      throw Error(Errc::wrong_passphrase, "failed to decrypt key '" + paths[i].string() + "': wrong passphrase");
}

/// One passphrase opens all keys of a home. Who retired an authority may have destroyed its key.
std::vector<std::string> names_with_keys(const store::Home& home) {
  std::vector<std::string> names;
  std::error_code error;
  for (const store::AuthorityRecord& authority : store::ReadSession(home).inventory().authorities())
    if (store::is_trusted(authority.state) ||
        (authority.state == store::AuthorityState::retired && std::filesystem::exists(key_path(home, authority.name), error)))
      names.push_back(authority.name);
  if (names.empty())
    throw Error(Errc::not_found, "failed to find an authority in '" + home.root().string() + "': there is none",
                "run 'dockpki init-ca' first");
  return names;
}

} // namespace

PassphraseResult change_passphrase(Context& context, const PassphraseOptions& options) {
  context.home.check();
  const std::vector<std::string> names = names_with_keys(context.home);
  PassphraseResult result{.keys = {}, .encrypted = static_cast<bool>(options.new_passphrase)};
  std::vector<Secret> pems;
  std::optional<Secret> old_passphrase;
  for (const std::string& name : names) {
    result.keys.push_back(key_path(context.home, name));
    pems.push_back(read_key_file(context.home, name));
    if (!old_passphrase && x509::describe_encryption(pems.back().bytes()))
      old_passphrase = context.passphrase(name);
  }
  const std::vector<OpenedKey> keys = open_keys(result.keys, pems, old_passphrase ? &*old_passphrase : nullptr);
  const std::optional<Secret> new_passphrase = options.new_passphrase ? std::optional(options.new_passphrase()) : std::nullopt;
  require_changed(keys, result.keys, pems, new_passphrase ? &*new_passphrase : nullptr);

  // Every key is written out in memory before the first file changes: a wrong passphrase changes nothing.
  std::vector<Secret> rewritten;
  for (const OpenedKey& key : keys) {
    if (!key)
      rewritten.emplace_back();
    else
      rewritten.push_back(new_passphrase ? key->write_encrypted_pem(*new_passphrase) : key->write_unencrypted_pem());
  }
  if (options.dry_run == DryRun::yes)
    return result;
  store::WriteSession session(context.home, context.command, context.actor(), context.now, store::Create::no);
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!std::ranges::equal(read_key_file(context.home, names[i]).bytes(), pems[i].bytes()))
      throw Error(Errc::busy, "failed to change the passphrase: another process changed it meanwhile",
                  "try again with the one it set");
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (rewritten[i].empty())
      continue;
    files::write_file(result.keys[i], rewritten[i].bytes(), files::private_key_mode, files::Overwrite::yes);
    session.record(store::PassphraseChanged{.authority = names[i], .encrypted = result.encrypted});
  }
  return result;
}

} // namespace dockpki::app
