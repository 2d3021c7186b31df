// Why: what stands in an authority's next revocation list (RFC 5280 5), decided from what is remembered and the clock, and
// checked by the reader on the very bytes that are about to be signed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <dockpki/base/time.hpp>
#include <dockpki/x509/crl.hpp>

namespace dockpki::pki {

/// How long a list is good for unless asked otherwise: whoever checks it refuses everybody once it is over.
inline constexpr Seconds default_crl_lifetime = std::chrono::hours(24) * 30;

/// Why `reason` cannot be given for a leaf's revocation; nullopt if it can (RFC 5280 5.3.1): it is about another kind of
/// certificate, or takes a revocation back, which dockpki never does.
std::optional<std::string> objection_to(x509::CrlReason reason);

/// RevokedLeaf is a revocation and the last second of its certificate; none where only the serial number is still known.
struct RevokedLeaf {
  x509::Revocation revocation;
  std::optional<TimePoint> not_after;
};

/// LastCrl is what the next list must go beyond.
struct LastCrl {
  std::uint64_t number = 0;
  TimePoint this_update;
};

/// RFC 5280 3.3: an entry stays until it has been on a list made after its certificate's end.
bool belongs_on_list(const RevokedLeaf& leaf, const std::optional<LastCrl>& last);

struct CrlOrder {
  std::vector<RevokedLeaf> revoked; ///< everything that the authority ever revoked
  Seconds lifetime = default_crl_lifetime;
  std::optional<LastCrl> last;
};

struct CrlPlan {
  x509::CrlFields fields;
  bool shortened = false; ///< the authority ends before the lifetime asked for does
};

/// plan_crl decides: the number is one more than the last; an entry is left out once a list was made after its certificate's end
/// (RFC 5280 3.3); the order is that of the serial numbers; next_update is now + lifetime, but not past the authority's end.
/// Throws Errc::refused if the authority is not valid now or may not sign lists, or if the clock is behind the last list.
CrlPlan plan_crl(const x509::Certificate& authority, const CrlOrder& order, TimePoint now);

/// lint gives a sentence for every rule that `contents` breaks; nothing if it may be signed. `issuer` is the authority's own
/// contents, `now` the time of making. Does not check that every revocation is there (Issuer compares), nor any signature.
std::vector<std::string> lint(const x509::CrlContents& contents, const x509::CertificateContents& issuer,
                              const std::optional<LastCrl>& last, TimePoint now);

} // namespace dockpki::pki
