// Why: a name that exists as one of these types is valid and canonical, so that nothing further on
// has to check it again, and text such as "a.example,DNS:evil.example" can never become two names.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dockpki::x509 {

/// DnsName is a host name as it stands in a subjectAltName: ASCII, lower case, labels of letters, digits and
/// '-' (RFC 5280 4.2.1.6, RFC 1123 2.1), at most 253 octets, each label 1 to 63 and not beginning or ending with '-';
/// the first label may be "*" when at least two others follow.
/// Refused: an empty name, a final dot, '_', ':' and any other character, a name whose last label is all digits
/// (that is an address or a slip), an IP address.
class DnsName {
public:
  /// Reads a name; Unicode (UTF-8) becomes its A-labels by IDNA 2008 (RFC 5891) with the mapping of UTS 46.
  /// Throws Errc::usage, with what is wrong and, for a URL, a port or "DNS:", the name that was probably meant.
  static DnsName parse(std::string_view text);
  /// The same for what need not be a name.
  static std::optional<DnsName> try_parse(std::string_view text);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] bool is_wildcard() const noexcept { return text_.front() == '*'; }
  /// True if this name is `domain` or lies below it, label by label (RFC 5280 4.2.1.10); "*.a.example" lies below "a.example".
  [[nodiscard]] bool is_within(const DnsName& domain) const noexcept;
  auto operator<=>(const DnsName&) const = default;

private:
  explicit DnsName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// IpAddress is an IPv4 or IPv6 address, without zone or prefix length. An IPv4-mapped IPv6 address is kept as IPv4,
/// as Go's net.ParseIP and so Docker compare it.
class IpAddress {
public:
  /// Reads dotted decimal (four parts, no leading zeros) or RFC 4291 2.2 text, with or without [brackets].
  /// Throws Errc::usage, naming a port, a zone or a prefix length that was given along.
  static IpAddress parse(std::string_view text);
  static std::optional<IpAddress> try_parse(std::string_view text);
  /// The iPAddress octets of RFC 5280 4.2.1.6: 4 or 16 of them, nullopt for another count.
  static std::optional<IpAddress> from_octets(std::span<const std::uint8_t> octets);

  [[nodiscard]] std::span<const std::uint8_t> octets() const noexcept { return {octets_.data(), size_}; }
  [[nodiscard]] bool is_v6() const noexcept { return size_ == 16; }
  /// Canonical text (RFC 5952 for IPv6).
  [[nodiscard]] std::string text() const;
  auto operator<=>(const IpAddress&) const = default;

private:
  IpAddress() = default;
  std::array<std::uint8_t, 16> octets_{};
  std::uint8_t size_ = 0;
};

/// IpNetwork is an address block in CIDR form ("10.0.0.0/8"), for name constraints (RFC 5280 4.2.1.10).
/// Host bits must be zero: "10.0.0.1/8" is refused with the block that was probably meant.
class IpNetwork {
public:
  /// Throws Errc::usage. A bare address stands for a block of one.
  static IpNetwork parse(std::string_view text);
  /// Address and mask octets of equal length (4 + 4 or 16 + 16); nullopt if the mask is not a prefix.
  static std::optional<IpNetwork> from_octets(std::span<const std::uint8_t> address_and_mask);

  [[nodiscard]] bool contains(const IpAddress& address) const noexcept;
  [[nodiscard]] const IpAddress& address() const noexcept { return address_; }
  [[nodiscard]] int prefix_length() const noexcept { return prefix_length_; }
  [[nodiscard]] std::string text() const;
  auto operator<=>(const IpNetwork&) const = default;

private:
  IpNetwork(IpAddress address, int prefix_length) : address_(address), prefix_length_(prefix_length) {}
  IpAddress address_;
  int prefix_length_;
};

/// EmailAddress is an rfc822Name (RFC 5280 4.2.1.6): ASCII local part "@" host, no display name, no quoting.
class EmailAddress {
public:
  /// Throws Errc::usage.
  static EmailAddress parse(std::string_view text);
  static std::optional<EmailAddress> try_parse(std::string_view text);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  auto operator<=>(const EmailAddress&) const = default;

private:
  explicit EmailAddress(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// CommonName is what goes into a subject: valid UTF-8, 1 to 64 octets (dockerd hands it to authorization plugins as the user;
/// the upper bound is ub-common-name of RFC 5280 A.1, counted in octets so that every reader agrees),
/// no control characters, no blank at either end.
class CommonName {
public:
  /// Throws Errc::usage.
  static CommonName parse(std::string_view text);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  auto operator<=>(const CommonName&) const = default;

private:
  explicit CommonName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// printable gives `text` with control characters, invalid UTF-8 and characters that reverse or hide text as \xNN,
/// cut to `limit` octets with "..." behind: for messages and cards that show what a stranger wrote.
std::string printable(std::string_view text, std::size_t limit = 200);

} // namespace dockpki::x509
