// Why: what the inventory remembers, as plain values. Bytes, names, dates and places; never the inside of a key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <dockpki/base/time.hpp>
#include <dockpki/pki/kind.hpp>
#include <dockpki/x509/crl.hpp>

namespace dockpki::store {

using Der = std::vector<std::uint8_t>;

/// AuthorityState: `reserved` while init-ca runs, `active` once it signs. In a rotation two of a role are trusted: the `incoming`
/// one does not sign yet, the `outgoing` one signs no more. `retired`: trusted no more; it makes revocation lists alone.
enum class AuthorityState { reserved, active, incoming, outgoing, retired, abandoned };

/// True if what it signed is to be trusted.
bool is_trusted(AuthorityState state);
/// True if it came into being: it signed something, or may have.
bool is_established(AuthorityState state);

std::string_view to_string(AuthorityState state);
std::optional<AuthorityState> parse_authority_state(std::string_view text);

struct AuthorityRecord {
  std::string name; ///< its folder below authorities/: "g1", "servers-g1", "clients-g1"
  pki::Role role = pki::Role::all;
  int generation = 1;
  AuthorityState state = AuthorityState::reserved;
  Der certificate; ///< empty while reserved
  TimePoint created_at;
};

/// CertificateState: `reserved` before it is signed; `abandoned` if that never ended well (the serial stays taken).
enum class CertificateState { reserved, issued, superseded, revoked, abandoned };

std::string_view to_string(CertificateState state);
std::optional<CertificateState> parse_certificate_state(std::string_view text);

/// RevocationRecord: when a certificate was revoked, and why.
struct RevocationRecord {
  TimePoint at;
  x509::CrlReason reason = x509::CrlReason::unspecified;
  bool operator==(const RevocationRecord&) const = default;
};

struct CertificateRecord {
  std::int64_t id = 0;
  std::string authority;
  std::string serial; ///< lower-case hexadecimal
  pki::Kind kind = pki::Kind::server;
  std::string name;
  CertificateState state = CertificateState::reserved;
  Der certificate;      ///< empty while reserved, and if abandoned before signing
  std::string sha256;   ///< of its DER, lower-case hexadecimal; empty where there is none
  TimePoint not_before; ///< of no meaning while reserved
  TimePoint not_after;
  TimePoint reserved_at;
  std::string folder; ///< where it was to go when its serial was reserved; empty where there is none. See PlacementRecord for
                      ///< where it lies.
  std::optional<RevocationRecord> revocation; ///< where the state is revoked
};

/// CrlRecord: a revocation list that was made.
struct CrlRecord {
  std::string authority;
  std::uint64_t number = 0;
  TimePoint this_update;
  TimePoint next_update;
  std::string sha256; ///< of its DER, lower-case hexadecimal
};

/// Layout says under which names a set lies in a folder.
enum class Layout { server, client };

std::string_view to_string(Layout layout);
std::optional<Layout> parse_layout(std::string_view text);

/// PlacementRecord: a folder where the set of a certificate was put. A folder holds one set of a layout at a time.
struct PlacementRecord {
  std::int64_t certificate_id = 0;
  std::string folder; ///< absolute
  Layout layout = Layout::server;
  std::string owner; ///< the user whom the files belong to; empty: whoever ran dockpki
  TimePoint placed_at;
};

} // namespace dockpki::store
