#include <dockpki/x509/names.hpp>

#include <algorithm>
#include <bit>
#include <charconv>

#include <dockpki/base/error.hpp>

namespace dockpki::x509 {
namespace {

/// Octet `index` of the mask of `prefix_length` one bits.
std::uint8_t mask_octet(int prefix_length, std::size_t index) {
  const int bits = std::clamp(prefix_length - 8 * static_cast<int>(index), 0, 8);
  return static_cast<std::uint8_t>(0xff00U >> static_cast<unsigned>(bits));
}

/// `octets` with the bits behind the prefix cleared.
std::array<std::uint8_t, 16> masked(std::span<const std::uint8_t> octets, int prefix_length) {
  std::array<std::uint8_t, 16> result{};
  for (std::size_t i = 0; i < octets.size(); ++i)
    result[i] = octets[i] & mask_octet(prefix_length, i);
  return result;
}

/// The count of leading one bits; nullopt if others follow.
std::optional<int> prefix_of(std::span<const std::uint8_t> mask) {
  int prefix_length = 0;
  for (const std::uint8_t octet : mask)
    prefix_length += std::popcount(octet);
  for (std::size_t i = 0; i < mask.size(); ++i)
    if (mask[i] != mask_octet(prefix_length, i))
      return std::nullopt;
  return prefix_length;
}

[[noreturn]] void refuse(std::string_view text, const std::string& cause, const std::string& hint = {}) {
  throw Error(Errc::usage, "failed to read address block '" + printable(text) + "': " + cause, hint);
}

} // namespace

IpNetwork IpNetwork::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::try_parse(text.substr(0, slash));
  if (!address)
    refuse(text, text.find(',') != std::string_view::npos ? "it has a comma in it" : "it does not begin with an IP address",
           text.find(',') != std::string_view::npos ? "give each block its own --permit-ip"
                                                    : "a block looks like this: --permit-ip 10.0.0.0/8");
  const int most = address->is_v6() ? 128 : 32;
  if (slash == std::string_view::npos)
    return {*address, most};
  const std::string_view digits = text.substr(slash + 1);
  int prefix_length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix_length);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.front() == '-' || prefix_length > most ||
      (digits.size() > 1 && digits.front() == '0'))
    refuse(text, "the prefix length must be a number from 0 to " + std::to_string(most));
  const auto octets = masked(address->octets(), prefix_length);
  const auto meant = IpAddress::from_octets(std::span(octets).first(address->octets().size()));
  if (meant && *meant != *address)
    refuse(text, "it has address bits behind the prefix",
           "did you mean " + meant->text() + '/' + std::to_string(prefix_length) + "?");
  return {*address, prefix_length};
}

std::optional<IpNetwork> IpNetwork::from_octets(std::span<const std::uint8_t> address_and_mask) {
  const std::size_t size = address_and_mask.size() / 2;
  if (address_and_mask.size() != 8 && address_and_mask.size() != 32)
    return std::nullopt;
  const auto prefix_length = prefix_of(address_and_mask.subspan(size));
  if (!prefix_length)
    return std::nullopt;
  const auto octets = masked(address_and_mask.first(size), *prefix_length);
  const auto address = IpAddress::from_octets(std::span(octets).first(size));
  if (!address)
    return std::nullopt;
  const bool became_v4 = size == 16 && !address->is_v6();
  return IpNetwork(*address, became_v4 ? *prefix_length - 96 : *prefix_length);
}

bool IpNetwork::contains(const IpAddress& address) const noexcept {
  if (address.is_v6() != address_.is_v6())
    return false;
  const auto block = masked(address.octets(), prefix_length_);
  return std::equal(address_.octets().begin(), address_.octets().end(), block.begin());
}

std::string IpNetwork::text() const {
  return address_.text() + '/' + std::to_string(prefix_length_);
}

} // namespace dockpki::x509
