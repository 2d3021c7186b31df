// Why: PEM (RFC 7468) is where hand-made files go wrong: text before BEGIN, cut-off ends, a mark at the front, the wrong label.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <dockpki/base/secret.hpp>

namespace dockpki::x509 {

/// The most that is read of any PEM or DER input: 4 MiB.
inline constexpr std::size_t largest_input = 4U << 20U;

/// PemBlock is one BEGIN..END block. The contents are wiped at the end, because it may be a key.
struct PemBlock {
  std::string label; ///< "CERTIFICATE", "PRIVATE KEY", ...
  Secret der;
  bool has_headers = false; ///< RFC 1421 headers (Proc-Type, DEK-Info) stood in it: a key encrypted the old way
  std::string headers{};    ///< those headers, as they stood there, each line ended
};

enum class Explanatory { refused, skipped };

/// read_pem reads every block of `text`. LF and CRLF line ends, and blanks at line ends, are taken.
/// With Explanatory::refused nothing but white space may stand outside the blocks; with `skipped` other text may (RFC 7468 5.2).
/// A byte order mark, base64 that is not canonical, a missing or different END and more than largest_input octets are always
/// refused. Throws Errc::invalid_input, with `name` and the line number, and, where the bytes look like DER, saying so. At least
/// one block, else it throws.
std::vector<PemBlock> read_pem(Bytes text, std::string_view name, Explanatory explanatory = Explanatory::refused);

/// write_pem gives one block, 64 characters a line, LF, of what is not secret.
std::string write_pem(std::string_view label, Bytes der);
/// The same for a private key.
Secret write_secret_pem(std::string_view label, Bytes der);

} // namespace dockpki::x509
