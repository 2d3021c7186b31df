// Why: whether dockerd and docker accept a certificate is decided by Go's crypto/x509 (verify.go): chains are built from names
// and signatures, each link is looked at, and only then the purpose.
#pragma once

#include <string>
#include <vector>

#include <dockpki/goverify/certificate.hpp>

namespace dockpki::goverify {

/// Pool is what Go takes from a file of certificates (x509.CertPool).
struct Pool {
  std::vector<CertificatePtr> certificates; ///< each once
  /// Why a CERTIFICATE block was passed over, in Go's words: Go itself says nothing of it.
  std::vector<std::string> skipped;
};

/// read_pool reads PEM as CertPool.AppendCertsFromPEM does: what is no certificate for Go is passed over in silence.
Pool read_pool(Bytes pem, const Rules& rules);

enum class Reason {
  none,
  expired,
  not_yet_valid,
  host_name,
  unknown_authority, ///< nobody of that name, or the signature is not theirs
  bad_signature,     ///< somebody of that name, but the signature does not verify, or is of a kind that Go refuses
  cannot_sign,       ///< somebody of that name, but no authority
  not_an_authority,  ///< an intermediate without CA:TRUE
  path_length,
  extended_key_usage,
  name_constraints,
  critical_extension,
  policies,
  other
};

/// Fault is why Go refuses; `certificate` is the one it is about.
struct Fault {
  Reason reason = Reason::none;
  std::string text; ///< Go's words: "x509: certificate has expired or is not yet valid: ..."
  CertificatePtr certificate;
  explicit operator bool() const noexcept { return reason != Reason::none; }
};

/// Instant is finer than what certificates know: a moment after the last second of one is too late for it.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

struct VerifyOptions {
  const Pool* roots = nullptr;
  std::vector<CertificatePtr> intermediates;
  Instant now;
  std::string host; ///< empty: no name is asked for
  ExtendedKeyUsage usage = ExtendedKeyUsage::server_auth;
};

/// verify gives no fault if Go's Certificate.Verify accepts `leaf`.
Fault verify(const CertificatePtr& leaf, const VerifyOptions& options, const Rules& rules);

/// verify_hostname: Go's Certificate.VerifyHostname.
Fault verify_hostname(const CertificatePtr& leaf, const std::string& host, const Rules& rules);

} // namespace dockpki::goverify
