#include <dockpki/goverify/handshake.hpp>

#include <algorithm>
#include <utility>

namespace dockpki::goverify {
namespace {

/// Why no signature scheme of TLS 1.3 fits the key; empty if one does (crypto/tls, auth.go).
std::string scheme_fault(const PublicKey& key) {
  if (const auto* ecdsa = std::get_if<EcdsaKey>(&key); ecdsa != nullptr && ecdsa->curve == Curve::p224)
    return "tls: unsupported certificate curve (P-224)";
  // RSA-PSS with SHA-256 needs 2 * 32 + 2 octets.
  if (const auto* rsa = std::get_if<RsaKey>(&key); rsa != nullptr && (rsa->bits() + 7) / 8 < 66)
    return "tls: certificate RSA key size too small for supported signature algorithms";
  return {};
}

/// Why the key cannot sign, or its signature is not taken, by these rules.
std::string signing_fault(const PublicKey& key, const Rules& rules) {
  const auto* rsa = std::get_if<RsaKey>(&key);
  if (rsa == nullptr || rules.small_rsa || rsa->bits() >= 1024)
    return {};
  return "crypto/rsa: " + std::to_string(rsa->bits()) +
         "-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)";
}

/// The peer's certificates, as they were sent; throws Refusal for one that Go cannot read.
std::vector<CertificatePtr> read_sent(const KeyPair& pair, const Rules& rules, const char* prefix, const char* owner) {
  std::vector<CertificatePtr> certificates;
  for (const std::vector<std::uint8_t>& der : pair.chain) {
    try {
      certificates.push_back(parse_certificate(der, rules));
    } catch (const Refusal& refusal) {
      throw Refusal(std::string(prefix) + refusal.what());
    }
    const auto* rsa = std::get_if<RsaKey>(&certificates.back()->key);
    if (rules.go >= 20 && rsa != nullptr && std::cmp_greater(rsa->bits(), rules.most_rsa_bits))
      throw Refusal(std::string("tls: ") + owner + " sent certificate containing RSA key larger than " +
                    std::to_string(rules.most_rsa_bits) + " bits");
  }
  return certificates;
}

Fault verify_sent(const std::vector<CertificatePtr>& sent, const Pool& roots, ExtendedKeyUsage usage, const std::string& host,
                  TimePoint now, const Rules& rules) {
  VerifyOptions options;
  options.roots = &roots;
  options.intermediates.assign(sent.begin() + 1, sent.end());
  options.now = now;
  options.host = host;
  options.usage = usage;
  return verify(sent.front(), options, rules);
}

/// Why the client shows no certificate (crypto/tls, CertificateRequestInfo.SupportsCertificate); empty if it does.
std::string not_shown_because(const KeyPair& pair, const ServerEnd& server, const Rules& rules) {
  if (std::string fault = scheme_fault(pair.leaf->key); !fault.empty())
    return fault;
  if (!server.names_authorities || server.clients.certificates.empty())
    return {};
  for (const std::vector<std::uint8_t>& der : pair.chain) {
    CertificatePtr certificate;
    try {
      certificate = parse_certificate(der, rules);
    } catch (const Refusal& refusal) {
      return std::string("failed to parse a certificate of the chain: ") + refusal.what();
    }
    const bool is_acceptable = std::ranges::any_of(server.clients.certificates, [&](const CertificatePtr& authority) {
      return std::ranges::equal(authority->subject, certificate->issuer);
    });
    if (is_acceptable)
      return {};
  }
  return "chain is not signed by an acceptable CA";
}

HandshakeVerdict of(Side owner, HandshakeVerdict verdict) {
  verdict.owner = owner;
  return verdict;
}

HandshakeVerdict refused(Side side, std::string text, Fault fault = {}) {
  HandshakeVerdict verdict;
  verdict.refused_by = side;
  verdict.text = std::move(text);
  verdict.fault = std::move(fault);
  return verdict;
}

std::optional<HandshakeVerdict> look_at_server(const ServerEnd& server, const ClientEnd& client, TimePoint now) {
  if (std::string fault = scheme_fault(server.pair.leaf->key); !fault.empty())
    return refused(Side::daemon, std::move(fault));
  if (std::string fault = signing_fault(server.pair.leaf->key, server.rules); !fault.empty())
    return refused(Side::daemon, "tls: failed to sign handshake: " + fault);
  const auto sent = read_sent(server.pair, client.rules, "tls: failed to parse certificate from server: ", "server");
  if (client.verifies)
    if (Fault fault = verify_sent(sent, client.authorities, ExtendedKeyUsage::server_auth, client.host, now, client.rules)) {
      std::string text = (client.rules.go >= 20 ? "tls: failed to verify certificate: " : "") + fault.text;
      return refused(Side::client, std::move(text), std::move(fault));
    }
  if (std::string fault = signing_fault(server.pair.leaf->key, client.rules); !fault.empty())
    return refused(Side::client, "tls: invalid signature by the server certificate: " + fault);
  return std::nullopt;
}

HandshakeVerdict look_at_client(const ServerEnd& server, const ClientEnd& client, TimePoint now) {
  HandshakeVerdict verdict;
  if (client.pair)
    verdict.not_shown = not_shown_because(*client.pair, server, client.rules);
  if (!client.pair || !verdict.not_shown.empty()) {
    verdict.refused_by = Side::daemon;
    verdict.text = "tls: client didn't provide a certificate";
    return verdict;
  }
  if (std::string fault = signing_fault(client.pair->leaf->key, client.rules); !fault.empty())
    return refused(Side::client, "tls: failed to sign handshake: " + fault);
  const auto sent = read_sent(*client.pair, server.rules, "tls: failed to parse client certificate: ", "client");
  if (Fault fault = verify_sent(sent, server.clients, ExtendedKeyUsage::client_auth, "", now, server.rules)) {
    std::string text = "tls: failed to verify client certificate: " + fault.text;
    return refused(Side::daemon, std::move(text), std::move(fault));
  }
  if (std::string fault = signing_fault(client.pair->leaf->key, server.rules); !fault.empty())
    return refused(Side::daemon, "tls: invalid signature by the client certificate: " + fault);
  return verdict;
}

} // namespace

HandshakeVerdict predict_handshake(const ServerEnd& server, const ClientEnd& client, TimePoint now) {
  try {
    if (auto verdict = look_at_server(server, client, now))
      return of(Side::daemon, *verdict);
  } catch (const Refusal& refusal) {
    return of(Side::daemon, refused(Side::client, refusal.what()));
  }
  if (!server.asks_for_certificate)
    return {};
  try {
    return of(Side::client, look_at_client(server, client, now));
  } catch (const Refusal& refusal) {
    return of(Side::client, refused(Side::daemon, refusal.what()));
  }
}

} // namespace dockpki::goverify
