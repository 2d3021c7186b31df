// rotate-ca begin: the next generation, trusted beside the one that signs.
#include <algorithm>

#include <dockpki/app/rotate.hpp>
#include <dockpki/base/error.hpp>

#include "app/carried_over.hpp"
#include "app/new_authority.hpp"
#include "app/renew_sets.hpp"
#include "app/rotation_phase.hpp"
#include "app/rotation_role.hpp"

namespace dockpki::app {
namespace {

std::string base_name(const Context& context, const x509::DistinguishedName& subject) {
  std::string name = subject.common_name();
  if (name.empty())
    return "dockpki CA " + context.caller.host;
  const std::size_t digits = name.find_last_not_of("0123456789");
  if (digits != std::string::npos && digits + 1 < name.size() && digits > 0 && name.compare(digits - 1, 2, " G") == 0)
    name.resize(digits - 1);
  return name;
}

/// The next generation of `old`: like it, under a name that no authority had before.
AuthorityOrder next_generation(const Context& context, store::Inventory& inventory, const store::AuthorityRecord& old,
                               const RotateOptions& options) {
  int generation = old.generation;
  for (const store::AuthorityRecord& one : inventory.authorities())
    if (store::is_established(one.state) && one.role == old.role)
      generation = std::max(generation, one.generation);
  const std::string number = std::to_string(++generation);
  const x509::Certificate certificate = x509::Certificate::from_der(old.certificate);
  const x509::CertificateContents& contents = certificate.contents();
  const auto common_name = x509::CommonName::parse(base_name(context, contents.subject) + " G" + number);
  const std::string prefix = old.role == pki::Role::all ? "" : std::string(to_string(old.role)) + '-';
  return {.name = prefix + 'g' + number,
          .role = old.role,
          .generation = generation,
          .subject = x509::DistinguishedName::make(common_name, organization_of(contents.subject)),
          .lifetime = options.lifetime.value_or(issued_for(contents.validity)),
          .constraints = pki::constraints_of(certificate)};
}

/// The passphrase that opens the key of `authority`, proved by opening it; none if it has none.
std::optional<Secret> passphrase_of(Context& context, const store::AuthorityRecord& authority) {
  const auto ask = context.passphrase;
  std::optional<Secret> passphrase;
  context.passphrase = [&](const std::string& name) {
    passphrase = ask(name);
    return Secret::copy_of(passphrase->bytes());
  };
  try {
    load_key(context, authority);
  } catch (...) {
    context.passphrase = ask;
    throw;
  }
  context.passphrase = ask;
  return passphrase;
}

void make_next(Context& context, const Rotation& rotation, const RotateOptions& options, RotateResult& result) {
  const store::AuthorityRecord old = authority_named(store::ReadSession(context.home).inventory(), rotation.signs);
  const std::optional<Secret> passphrase = passphrase_of(context, old);
  const x509::Certificate certificate = x509::Certificate::from_der(old.certificate);
  const x509::KeyType type = options.key.value_or(type_like(certificate.contents().subject_public_key));
  x509::PrivateKey key = x509::PrivateKey::generate(type, context.tick);
  store::WriteSession session = write_session(context);
  require_same(rotation, session.inventory());
  StagedAuthority staged = stage_authority(context, next_generation(context, session.inventory(), old, options), std::move(key),
                                           passphrase ? &*passphrase : nullptr, session.inventory());
  result.made = commit_authority(context, session, std::move(staged));
  if (!passphrase)
    result.notes.emplace_back("the new key is not encrypted, as the old one is not: 'dockpki change-passphrase' encrypts both");
}

} // namespace

RotateResult begin_rotation(Context& context, const RotateOptions& options) {
  settle(context, options);
  const Rotation rotation = chosen_rotation(context, options);
  if (rotation.phase == RotationPhase::reissuing || rotation.phase == RotationPhase::returning)
    throw Error(Errc::refused,
                "failed to begin a rotation: " + rotation.signs + " signs already, and " + rotation.trusted_still +
                    " is still trusted",
                "end that one first: dockpki rotate-ca finish");
  RotateResult result = result_for(options);
  if (options.dry_run == DryRun::yes) {
    look(context, {rotation.role}, result);
    if (rotation.phase == RotationPhase::none) {
      store::ReadSession session(context.home);
      const AuthorityOrder order =
          next_generation(context, session.inventory(), authority_named(session.inventory(), rotation.signs), options);
      result.notes.push_back("would make authority '" + order.subject.common_name() + "' (" + order.name +
                             "), and let every ca.pem hold both");
      mark_as_behind(result.places);
    }
    return result;
  }
  if (rotation.phase == RotationPhase::none)
    make_next(context, rotation, options, result);
  else if (options.key || options.lifetime)
    result.notes.push_back(rotation.trusted_still + " was made already, and stays as it is: --key and --lifetime came too late");
  spread(context, {rotation.role}, result);
  tell_next(context, options, result);
  return result;
}

} // namespace dockpki::app
