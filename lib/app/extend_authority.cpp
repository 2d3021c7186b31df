// rotate-ca --same-key: the authority lives longer, and nothing that it signed has to change.
#include <algorithm>

#include <dockpki/app/rotate.hpp>
#include <dockpki/base/error.hpp>

#include "app/authority_files.hpp"
#include "app/carried_over.hpp"
#include "app/renew_sets.hpp"
#include "app/rotation_phase.hpp"
#include "app/rotation_places.hpp"
#include "app/rotation_role.hpp"
#include "app/rotation_steps.hpp"

namespace dockpki::app {
namespace {

bool is_in_place(const Context& context, const store::AuthorityRecord& authority) {
  return std::ranges::equal(load_certificate(context.home, authority).der(), authority.certificate);
}

void refuse_in_vain(const store::AuthorityRecord& authority, TimePoint old_end, TimePoint new_end) {
  if (new_end <= old_end)
    throw Error(Errc::refused,
                "failed to extend authority " + authority.name + ": it would end on " + format_day(new_end) +
                    ", and does not before " + format_day(old_end) + " as it is",
                "--lifetime gives it a longer one");
}

void record_next(Context& context, const store::AuthorityRecord& authority, Seconds lifetime) {
  const x509::Certificate old = x509::Certificate::from_der(authority.certificate);
  x509::PrivateKey key = load_key(context, authority);
  store::WriteSession session = write_session(context);
  if (authority_named(session.inventory(), authority.name).certificate != authority.certificate)
    throw Error(Errc::busy, "failed to extend authority " + authority.name + ": another process did so meanwhile");
  const pki::Reservation reservation{
      .authority = authority.name, .kind = pki::Kind::authority, .name = authority.name, .folder = {}, .at = context.now};
  const pki::NewAuthority made = pki::make_authority(std::move(key), old.contents().subject, lifetime, pki::constraints_of(old),
                                                     session.inventory(), reservation);
  const Bytes der = made.certificate.der();
  session.record(store::AuthorityRenewed{.name = authority.name,
                                         .serial = made.certificate.contents().serial_number.text(),
                                         .certificate = {der.begin(), der.end()}});
}

AuthorityCard put_in_place(const Context& context, const store::AuthorityRecord& authority) {
  x509::Certificate certificate = x509::Certificate::from_der(authority.certificate);
  const std::string pem = certificate.pem();
  const files::Path path = certificate_path(context.home, authority.name);
  if (!is_in_place(context, authority))
    files::write_file(path, bytes_of(pem), files::certificate_mode, files::Overwrite::yes);
  const Secret key_pem = read_key_file(context.home, authority.name);
  return {.name = authority.name,
          .role = authority.role,
          .state = authority.state,
          .certificate = std::move(certificate),
          .certificate_path = path,
          .key_path = key_path(context.home, authority.name),
          .encrypted = x509::describe_encryption(key_pem.bytes()).has_value()};
}

/// Puts the last certificate that was recorded wherever it belongs. True if it did not stand everywhere.
bool put_everywhere(const Context& context, const RotateOptions& options, const Rotation& rotation, RotateResult& result) {
  store::WriteSession session = write_session(context);
  const store::AuthorityRecord authority = authority_named(session.inventory(), rotation.signs);
  const bool was_in_place = is_in_place(context, authority);
  result.made = put_in_place(context, authority);
  result.places = rotation_places(context, session.inventory(), {rotation.role}, Spread::yes);
  result.rotations = rotations_with(session.inventory(), {rotation.role});
  result.by_hand = steps_by_hand(context, result.places, rotation, options.bundles);
  return !was_in_place || std::ranges::any_of(result.places, [](const RotationPlace& one) { return one.ca == CaFile::updated; });
}

RotateResult describe(const Context& context, const Rotation& rotation) {
  RotateResult result;
  result.dry_run = DryRun::yes;
  store::ReadSession session(context.home);
  result.places = rotation_places(context, session.inventory(), {rotation.role}, Spread::no);
  result.rotations = rotations_with(session.inventory(), {rotation.role});
  for (RotationPlace& place : result.places)
    if (place.ca == CaFile::current)
      place.ca = CaFile::behind;
  return result;
}

} // namespace

RotateResult extend_authority(Context& context, const RotateOptions& options) {
  const Rotation rotation = chosen_rotation(context, options);
  if (rotation.phase != RotationPhase::none)
    throw Error(Errc::refused, "failed to extend authority " + rotation.signs + ": a rotation is under way",
                "end it first: 'dockpki rotate-ca status' says how");
  RotateResult result;
  if (options.dry_run == DryRun::no && put_everywhere(context, options, rotation, result)) {
    result.notes.emplace_back("completed what an interrupted run had begun: no further certificate was made");
    return result;
  }
  const store::AuthorityRecord authority = authority_named(store::ReadSession(context.home).inventory(), rotation.signs);
  const x509::Validity old = x509::Certificate::from_der(authority.certificate).contents().validity;
  const Seconds lifetime = options.lifetime.value_or(issued_for(old));
  refuse_in_vain(authority, old.not_after, pki::authority_validity(context.now, lifetime).not_after);
  if (options.dry_run == DryRun::yes)
    return describe(context, rotation);
  record_next(context, authority, lifetime);
  put_everywhere(context, options, rotation, result);
  return result;
}

} // namespace dockpki::app
