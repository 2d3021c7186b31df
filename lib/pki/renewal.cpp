#include <dockpki/pki/renewal.hpp>

#include <dockpki/pki/profile.hpp>

namespace dockpki::pki {

bool is_due(const x509::Validity& validity, TimePoint now, std::optional<Seconds> before) {
  constexpr Seconds short_life = std::chrono::hours(24) * 10 + clock_skew;
  const Seconds life = validity.not_after - validity.not_before;
  return validity.not_after - now <= before.value_or(life <= short_life ? life / 2 : life / 3);
}

} // namespace dockpki::pki
