// Why: browsers, Java and Windows take key and certificates from one file, PKCS #12 (RFC 7292), and from nothing else.
#pragma once

#include <string>
#include <vector>

#include <dockpki/x509/certificate.hpp>
#include <dockpki/x509/key.hpp>

namespace dockpki::x509 {

enum class Pkcs12Protection {
  modern, ///< PBES2: AES-256-CBC, PBKDF2 with HMAC-SHA256; the MAC with SHA-256; pbkdf2_iterations for each
  legacy  ///< triple DES and SHA-1, for readers that know nothing else; as many iterations
};

/// write_pkcs12 gives the DER of a PFX: the key and its certificate under `friendly_name` (UTF-8), and further certificates
/// without a name; all of them are encrypted. Throws Errc::usage for a passphrase that is empty or has a zero octet in it,
/// Errc::crypto.
std::vector<std::uint8_t> write_pkcs12(const PrivateKey& key, const Certificate& certificate,
                                       const std::vector<Certificate>& further, const std::string& friendly_name,
                                       const Secret& passphrase, Pkcs12Protection protection);

} // namespace dockpki::x509
