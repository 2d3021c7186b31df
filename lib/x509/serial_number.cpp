#include <dockpki/x509/certificate.hpp>

#include <algorithm>
#include <array>

#include <dockpki/base/error.hpp>
#include <dockpki/base/hex.hpp>
#include <dockpki/base/random.hpp>

namespace dockpki::x509 {
namespace {

/// X.690 8.3.2: the first nine bits are not all alike.
bool is_shortest(Bytes octets) {
  return octets.size() == 1 || !((octets[0] == 0 && octets[1] < 0x80) || (octets[0] == 0xff && octets[1] >= 0x80));
}

} // namespace

SerialNumber SerialNumber::random() {
  std::array<std::uint8_t, 16> octets{};
  do {
    fill_random(octets);
    octets[0] &= 0x7fU;
  } while (octets[0] == 0);
  return from_octets(octets);
}

SerialNumber SerialNumber::from_octets(Bytes octets) {
  if (octets.empty())
    throw Error(Errc::invalid_input, "failed to read serial number: it has no octets");
  return SerialNumber({octets.begin(), octets.end()});
}

std::optional<SerialNumber> SerialNumber::parse(std::string_view hex) {
  const auto octets = parse_hex(hex);
  if (!octets || octets->empty() || !is_shortest(*octets))
    return std::nullopt;
  return from_octets(*octets);
}

std::string SerialNumber::text() const {
  return to_hex(octets_);
}

bool SerialNumber::is_positive() const noexcept {
  return octets_.front() < 0x80 && std::any_of(octets_.begin(), octets_.end(), [](std::uint8_t octet) { return octet != 0; });
}

} // namespace dockpki::x509
