#include <dockpki/store/records.hpp>

#include <dockpki/store/event.hpp>

namespace dockpki::store {

std::string_view to_string(CertificateState state) {
  switch (state) {
  case CertificateState::reserved:
    return "reserved";
  case CertificateState::issued:
    return "issued";
  case CertificateState::superseded:
    return "superseded";
  case CertificateState::revoked:
    return "revoked";
  case CertificateState::abandoned:
    return "abandoned";
  }
  return "?";
}

std::optional<CertificateState> parse_certificate_state(std::string_view text) {
  for (const CertificateState state : {CertificateState::reserved, CertificateState::issued, CertificateState::superseded,
                                       CertificateState::revoked, CertificateState::abandoned})
    if (to_string(state) == text)
      return state;
  return std::nullopt;
}

std::string_view to_string(AuthorityState state) {
  switch (state) {
  case AuthorityState::reserved:
    return "reserved";
  case AuthorityState::active:
    return "active";
  case AuthorityState::incoming:
    return "incoming";
  case AuthorityState::outgoing:
    return "outgoing";
  case AuthorityState::retired:
    return "retired";
  case AuthorityState::abandoned:
    return "abandoned";
  }
  return "?";
}

std::optional<AuthorityState> parse_authority_state(std::string_view text) {
  for (const AuthorityState state : {AuthorityState::reserved, AuthorityState::active, AuthorityState::incoming,
                                     AuthorityState::outgoing, AuthorityState::retired, AuthorityState::abandoned})
    if (to_string(state) == text)
      return state;
  return std::nullopt;
}

bool is_trusted(AuthorityState state) {
  return state == AuthorityState::active || state == AuthorityState::incoming || state == AuthorityState::outgoing;
}

bool is_established(AuthorityState state) {
  return is_trusted(state) || state == AuthorityState::retired;
}

std::string_view to_string(Layout layout) {
  switch (layout) {
  case Layout::server:
    return "server";
  case Layout::client:
    return "client";
  }
  return "?";
}

std::optional<Layout> parse_layout(std::string_view text) {
  for (const Layout layout : {Layout::server, Layout::client})
    if (to_string(layout) == text)
      return layout;
  return std::nullopt;
}

namespace {

struct Name {
  std::string_view operator()(const AuthorityCreated& /*body*/) const { return "authority-created"; }
  std::string_view operator()(const AuthorityRenewed& /*body*/) const { return "authority-renewed"; }
  std::string_view operator()(const AuthorityActivated& /*body*/) const { return "authority-activated"; }
  std::string_view operator()(const AuthorityRetired& /*body*/) const { return "authority-retired"; }
  std::string_view operator()(const CertificateIssued& /*body*/) const { return "certificate-issued"; }
  std::string_view operator()(const CertificateAbandoned& /*body*/) const { return "certificate-abandoned"; }
  std::string_view operator()(const SetPutBack& /*body*/) const { return "set-put-back"; }
  std::string_view operator()(const PlacementForgotten& /*body*/) const { return "placement-forgotten"; }
  std::string_view operator()(const CertificateRevoked& /*body*/) const { return "certificate-revoked"; }
  std::string_view operator()(const CrlMade& /*body*/) const { return "crl-made"; }
  std::string_view operator()(const PassphraseChanged& /*body*/) const { return "passphrase-changed"; }
  std::string_view operator()(const BackupMade& /*body*/) const { return "backup-made"; }
  std::string_view operator()(const HomeRestored& /*body*/) const { return "home-restored"; }
  std::string_view operator()(const Repaired& /*body*/) const { return "repaired"; }
};

struct Description {
  std::string operator()(const AuthorityCreated& body) const {
    return "authority '" + body.name + "' was " + (body.origin == Origin::imported ? "imported" : "created") + ", serial " +
           body.serial;
  }
  std::string operator()(const AuthorityRenewed& body) const {
    return "authority '" + body.name + "' has a new certificate for its key, serial " + body.serial;
  }
  std::string operator()(const AuthorityActivated& body) const { return "authority '" + body.name + "' signs from now on"; }
  std::string operator()(const AuthorityRetired& body) const { return "authority '" + body.name + "' is trusted no more"; }
  std::string operator()(const CertificateIssued& body) const {
    if (body.origin == Origin::imported)
      return std::string(pki::to_string(body.kind)) + " certificate '" + body.name + "' of '" + body.authority +
             "' was imported, serial " + body.serial + ", from '" + body.folder + "'";
    const std::string place = body.folder.empty() ? "" : ", for '" + body.folder + "'";
    return std::string(pki::to_string(body.kind)) + " certificate '" + body.name + "' was issued by '" + body.authority +
           "', serial " + body.serial + place;
  }
  std::string operator()(const CertificateAbandoned& body) const {
    return std::string(pki::to_string(body.kind)) + " certificate '" + body.name + "' of '" + body.authority +
           "' was abandoned, serial " + body.serial + ": " + body.reason;
  }
  std::string operator()(const SetPutBack& body) const {
    return std::string(pki::to_string(body.kind)) + " certificate '" + body.name + "' of '" + body.authority +
           "' gave way to the one before it, serial " + body.serial + ": " + body.reason;
  }
  std::string operator()(const PlacementForgotten& body) const {
    return "the " + std::string(to_string(body.layout)) + "'s set in '" + body.folder + "' is looked after no more";
  }
  std::string operator()(const CertificateRevoked& body) const {
    const std::string which =
        body.name.empty() ? "a certificate" : std::string(pki::to_string(body.kind)) + " certificate '" + body.name + "'";
    return which + " of '" + body.authority + "' was revoked, serial " + body.serial + ": " +
           std::string(x509::to_string(body.reason));
  }
  std::string operator()(const CrlMade& body) const {
    return "CRL " + std::to_string(body.number) + " of '" + body.authority + "' was made, good until " +
           format_rfc3339(body.next_update);
  }
  std::string operator()(const PassphraseChanged& body) const {
    return "the key of authority '" + body.authority + "' " +
           (body.encrypted ? "has a new passphrase" : "is no longer protected by a passphrase");
  }
  std::string operator()(const BackupMade& body) const {
    return "'" + body.home + "' was copied, for the backup '" + body.file + "'";
  }
  std::string operator()(const HomeRestored& body) const {
    return "'" + body.home + "' was restored from '" + body.file + "', as '" + body.former + "' was at " +
           format_rfc3339(body.taken);
  }
  std::string operator()(const Repaired& body) const {
    return "the inventory was rebuilt with " + std::to_string(body.certificates) + " certificates: " + body.reason;
  }
};

} // namespace

std::string_view event_name(const EventBody& body) {
  return std::visit(Name{}, body);
}

std::string describe(const EventBody& body) {
  return std::visit(Description{}, body);
}

} // namespace dockpki::store
