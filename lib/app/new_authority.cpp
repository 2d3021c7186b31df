#include "app/new_authority.hpp"

#include <algorithm>
#include <array>

#include "app/authority_files.hpp"

namespace dockpki::app {

StagedAuthority stage_authority(const Context& context, AuthorityOrder order, x509::PrivateKey key, const Secret* passphrase,
                                store::Inventory& inventory) {
  const files::Path folder = context.home.authority(order.name);
  const pki::Reservation reservation{
      .authority = order.name, .kind = pki::Kind::authority, .name = order.name, .folder = folder.string(), .at = context.now};
  pki::NewAuthority made =
      pki::make_authority(std::move(key), order.subject, order.lifetime, order.constraints, inventory, reservation);
  const Secret key_pem = passphrase != nullptr ? made.key.write_encrypted_pem(*passphrase) : made.key.write_unencrypted_pem();
  const std::string certificate_pem = made.certificate.pem();
  const std::array set = {files::SetFile{ca_certificate_name, bytes_of(certificate_pem), files::certificate_mode},
                          files::SetFile{ca_key_name, key_pem.bytes(), files::private_key_mode}};
  files::StagedSet staged = files::StagedSet::stage(folder, set, files::Existing::refused, format_basic(context.now));
  return {std::move(order), std::move(made.certificate), passphrase != nullptr, std::move(staged)};
}

AuthorityCard commit_authority(const Context& context, store::WriteSession& session, StagedAuthority staged) {
  const AuthorityOrder& order = staged.order;
  staged.files.commit();
  const Bytes der = staged.certificate.der();
  session.record(store::AuthorityCreated{.name = order.name,
                                         .role = order.role,
                                         .generation = order.generation,
                                         .serial = staged.certificate.contents().serial_number.text(),
                                         .certificate = {der.begin(), der.end()}});
  const std::vector<store::AuthorityRecord> authorities = session.inventory().authorities();
  const auto recorded = std::ranges::find(authorities, order.name, &store::AuthorityRecord::name);
  return {.name = order.name,
          .role = order.role,
          .state = recorded != authorities.end() ? recorded->state : store::AuthorityState::active,
          .certificate = std::move(staged.certificate),
          .certificate_path = certificate_path(context.home, order.name),
          .key_path = key_path(context.home, order.name),
          .encrypted = staged.encrypted};
}

} // namespace dockpki::app
