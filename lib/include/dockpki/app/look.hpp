// Why: the use cases that change nothing: what is there, how it stands, what a file holds.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <dockpki/app/authority.hpp>
#include <dockpki/app/revoke.hpp>
#include <dockpki/x509/crl.hpp>
#include <dockpki/x509/request.hpp>

namespace dockpki::app {

/// PlacementState: is what lies in the folder what the inventory says?
enum class PlacementState {
  current, ///< yes
  stale,   ///< another certificate of ours lies there
  changed, ///< something that is not ours lies there
  gone     ///< nothing does
};
std::string_view to_string(PlacementState state);

struct ListedPlacement {
  files::Path folder;
  PlacementState state = PlacementState::current;
  std::string context{}; ///< the docker context that holds this copy; empty for a set that dockpki put there
};

struct ListedCertificate {
  store::CertificateRecord record;
  std::vector<ListedPlacement> placements;
  bool is_due = false; ///< it is in force somewhere, and to be renewed by now
};

/// Wanted says which certificates are asked for.
enum class Wanted {
  in_force, ///< issued, expired or not, revoked ones until they expire, and whatever still lies somewhere
  due,      ///< in force somewhere, and to be renewed by now
  expired,  ///< issued, and no longer valid
  all       ///< replaced ones too, and those that never came into force
};

struct ListOptions {
  Wanted wanted = Wanted::all;
  std::optional<pki::Kind> kind; ///< only of this kind
};

/// TrustedAuthority is one that ca.pem files hold.
struct TrustedAuthority {
  std::string name;
  TimePoint not_after;
  std::optional<TimePoint> crl_next_update; ///< the end of its revocation list; none if it has made none
};

struct Listing {
  std::vector<ListedCertificate> certificates;
  std::vector<TrustedAuthority> authorities;
  std::size_t left_out = 0; ///< how many others there are
};

/// list_certificates gives the leaves that are asked for, what needs care first: due, stale, changed or gone; then what is
/// issued; then the rest; each by the day of its end. With the state of each folder where a set was put, and of the copies in the
/// caller's docker contexts.
Listing list_certificates(const Context& context, const ListOptions& options);

struct Status {
  files::Path home;
  std::vector<AuthorityCard> authorities;
  std::size_t servers = 0; ///< issued and not expired
  std::size_t clients = 0;
  std::vector<CrlState> crls;               ///< of authorities that have made a revocation list, or have to
  std::vector<ListedCertificate> attention; ///< due, expired, or not current where they were put; most urgent first
  std::vector<std::string> problems;        ///< a sentence each
  std::vector<std::string> next;            ///< commands to run
};

Status status(const Context& context);

struct LogReport {
  std::vector<store::Event> entries;
  std::vector<std::string> seals;
};

/// read_log gives the whole log, its seals checked from the first entry to the one that the inventory remembers. Throws
/// Errc::damaged.
LogReport read_log(const Context& context);

/// KeyCard is what may be told of a key: its public half and how the file protects the private one.
struct KeyCard {
  std::string form; ///< "PKCS #8", "PKCS #8, encrypted", "SEC 1", "PKCS #1", "public key", with ", DER" where it is not PEM
  std::optional<x509::PublicKey> public_key; ///< none if the key is encrypted or of a kind that dockpki does not read
  std::optional<x509::Pkcs8Encryption> encryption;
  std::string unread; ///< why there is no public half although the key is not encrypted
};

using Shown = std::variant<x509::Certificate, x509::Request, x509::CrlContents, KeyCard>;

/// inspect explains whatever certificates, requests, lists and keys `bytes` holds, PEM (text around the blocks is skipped) or
/// DER. `name` is what messages call it. Throws Errc::invalid_input.
std::vector<Shown> inspect(Bytes bytes, const std::string& name);

} // namespace dockpki::app
