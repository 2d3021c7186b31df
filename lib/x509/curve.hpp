// Why: the three curves that Go, and so Docker, verifies certificates with.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include <dockpki/x509/key.hpp>

namespace dockpki::x509 {

struct Curve {
  std::string_view oid;
  const char* name; ///< what NIST, and OpenSSL, call it
  int nid;
  std::size_t octets; ///< of a scalar or a coordinate
  SignatureAlgorithm signature;
  std::optional<KeyType> type;
};

/// nullptr if it is not one of the three.
const Curve* find_curve_by_oid(std::string_view oid) noexcept;
const Curve* find_curve_by_name(std::string_view name) noexcept;

} // namespace dockpki::x509
