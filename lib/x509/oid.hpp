// Why: object identifiers are handled as dotted text, and shown by the names that the standards give them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dockpki/base/secret.hpp>

namespace dockpki::x509 {

namespace oid {
inline constexpr std::string_view ec_public_key = "1.2.840.10045.2.1";
inline constexpr std::string_view rsa_encryption = "1.2.840.113549.1.1.1";
inline constexpr std::string_view ed25519 = "1.3.101.112";
inline constexpr std::string_view common_name = "2.5.4.3";
inline constexpr std::string_view organization = "2.5.4.10";
inline constexpr std::string_view basic_constraints = "2.5.29.19";
inline constexpr std::string_view key_usage = "2.5.29.15";
inline constexpr std::string_view extended_key_usage = "2.5.29.37";
inline constexpr std::string_view name_constraints = "2.5.29.30";
inline constexpr std::string_view subject_key_identifier = "2.5.29.14";
inline constexpr std::string_view authority_key_identifier = "2.5.29.35";
inline constexpr std::string_view subject_alternative_name = "2.5.29.17";
inline constexpr std::string_view crl_number = "2.5.29.20";
inline constexpr std::string_view crl_reason = "2.5.29.21";
inline constexpr std::string_view extension_request = "1.2.840.113549.1.9.14";
} // namespace oid

/// decode_oid reads the content octets of an OBJECT IDENTIFIER; nullopt if they are none.
std::optional<std::string> decode_oid(Bytes contents);

/// encode_oid gives the content octets. Throws Errc::usage if `dotted` is not an object identifier.
std::vector<std::uint8_t> encode_oid(std::string_view dotted);

/// The short name of an attribute of a name ("CN"); the object identifier itself where it has none.
std::string attribute_name(std::string_view oid);

/// "DSA", "X25519", ...: what a key's algorithm is called; the object identifier itself where it has no name here.
std::string algorithm_name(std::string_view oid);

} // namespace dockpki::x509
