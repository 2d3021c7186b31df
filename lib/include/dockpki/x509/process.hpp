// Why: some of OpenSSL's settings hold for the whole process; only the program that owns it may choose them.
#pragma once

namespace dockpki::x509 {

/// skip_legacy_cipher_names keeps OpenSSL from filling its table of cipher names, in which dockpki never looks anything up, nor
/// libssl: a tenth of what a short command does. EVP_get_cipherbyname finds nothing afterwards. To be called before anything else
/// of OpenSSL. Throws Errc::crypto.
void skip_legacy_cipher_names();

} // namespace dockpki::x509
