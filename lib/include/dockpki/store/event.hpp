// Why: whatever changes a home is an event. It is appended to the audit log first and then applied to the inventory, by the same
// code when it happens and when a lost inventory is rebuilt from the log: so the two cannot tell different stories.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <dockpki/store/records.hpp>

namespace dockpki::store {

/// Origin tells whether dockpki made it, or somebody else did and it was taken over.
enum class Origin { made, imported };

/// An authority came into being, or was taken over: the active one of its role, or incoming where there is an active one.
struct AuthorityCreated {
  std::string name;
  pki::Role role = pki::Role::all;
  int generation = 1;
  std::string serial;
  Der certificate;
  Origin origin = Origin::made;
};

/// An authority has a new certificate for the same key and subject, and is about to have it in its folder.
struct AuthorityRenewed {
  std::string name;
  std::string serial;
  Der certificate;
};

/// An authority signs from now on; the one of its role that did so before becomes outgoing.
struct AuthorityActivated {
  std::string name;
};

/// An authority is trusted no more, and signs nothing but revocation lists.
struct AuthorityRetired {
  std::string name;
};

/// A certificate was signed, and its set is about to be put into `folder` (empty: handed out without a folder of ours).
/// Or, if it was imported: it lies there, and is to be looked after from now on.
struct CertificateIssued {
  std::string authority;
  pki::Kind kind = pki::Kind::server;
  std::string name;
  std::string serial;
  Der certificate;
  std::string folder;
  Layout layout = Layout::server;
  std::string owner;
  Origin origin = Origin::made;
};

/// A certificate was signed or reserved, but never came into anybody's hands.
struct CertificateAbandoned {
  std::string authority;
  std::string serial;
  std::string reason;
  pki::Kind kind = pki::Kind::server; ///< what it was reserved for, where the inventory no longer knows
  std::string name;                   ///< the same
};

/// A set is looked after no more; its files are left alone.
struct PlacementForgotten {
  std::string folder;
  Layout layout = Layout::server;
};

/// What was issued into a set's folder did not prove itself there: the set that lay there before lies there again, and the
/// certificate is superseded.
struct SetPutBack {
  std::string authority;
  std::string serial; ///< of the certificate that was taken away
  std::string reason;
  pki::Kind kind = pki::Kind::server;
  std::string name;
};

/// A certificate was revoked, at the entry's time. The first revocation of a certificate counts.
struct CertificateRevoked {
  std::string authority;
  std::string serial;
  x509::CrlReason reason = x509::CrlReason::unspecified;
  pki::Kind kind = pki::Kind::server; ///< what it is, where the inventory no longer knows
  std::string name;                   ///< the same
};

/// A revocation list was signed, and is about to be put into the authority's folder. Its number is never used again.
struct CrlMade {
  std::string authority;
  std::uint64_t number = 1;
  TimePoint this_update;
  TimePoint next_update;
  std::string sha256; ///< of its DER, lower-case hexadecimal
};

/// The passphrase of an authority's key was changed.
struct PassphraseChanged {
  std::string authority;
  bool encrypted = true;
};

/// A backup of the home is about to be written. It holds the log up to this entry.
struct BackupMade {
  std::string home; ///< where the home lies
  std::string file; ///< where the backup goes
};

/// The home was put in place from a backup; what happened to it after that was taken is lost. Sets that lay below its former
/// place lie below the new one.
struct HomeRestored {
  std::string file; ///< the backup
  TimePoint taken;
  std::string former; ///< where the home lay then
  std::string home;   ///< where it lies now
};

/// The inventory was rebuilt. `certificates` counts what was found.
struct Repaired {
  std::uint64_t certificates = 0;
  std::string reason;
};

using EventBody = std::variant<AuthorityCreated, AuthorityRenewed, AuthorityActivated, AuthorityRetired, CertificateIssued,
                               CertificateAbandoned, SetPutBack, PlacementForgotten, CertificateRevoked, CrlMade,
                               PassphraseChanged, BackupMade, HomeRestored, Repaired>;

/// Event is an entry of the audit log. `sequence` counts from 1.
struct Event {
  std::uint64_t sequence = 0;
  TimePoint at;
  std::string actor; ///< who: "alice (uid 1000) on host.example"
  EventBody body;
};

/// "authority-created", "certificate-issued", ...
std::string_view event_name(const EventBody& body);
/// One line that tells a person what happened.
std::string describe(const EventBody& body);

} // namespace dockpki::store
