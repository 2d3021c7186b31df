// Chains, algorithms, serial numbers, extensions.
#include <array>

#include "app/finding_kinds.hpp"

namespace dockpki::app {
namespace {

using enum Severity;

constexpr std::array kinds = {
    FindingKind{"chain-wrong-ca-client", high, "the client's ca.pem is not the authority of the server's certificate",
                "copy the server's own ca.pem to FILE", "Go crypto/x509 verify.go; RFC 5280 6.1"},
    FindingKind{
        "chain-wrong-ca-daemon", high,
        "the daemon's tlscacert is not the authority of the client's certificate, so the client shows none",
        "put the certificate of the clients' authority into FILE, in place of what is there: each authority in it can make "
        "itself root; systemctl restart docker",
        "RFC 8446 4.2.4; Go crypto/tls common.go (SupportsCertificate)"},
    FindingKind{"chain-same-subject", high,
                "the authority was made anew under the same name: what the old key signed does not verify",
                "issue everything anew, or put the old authority back", "RFC 5280 4.1.2.4, 6.1; Go crypto/x509 verify.go"},
    FindingKind{"chain-int-missing-server", high, "the server does not send the intermediate that signed its certificate",
                "cat INTERMEDIATE >> FILE; systemctl restart docker", "RFC 8446 4.4.2; RFC 5280 6.1"},
    FindingKind{"chain-int-missing-client", high, "the client's file lacks the intermediate that signed its certificate",
                "cat INTERMEDIATE >> FILE", "RFC 8446 4.2.4, 4.4.2; Go crypto/tls common.go (SupportsCertificate)"},
    FindingKind{"chain-dn", high, "the issuer's name is not octet for octet the authority's: its strings, case or order differ",
                "sign it again with the authority's certificate: dockpki import-ca, then dockpki renew",
                "RFC 5280 7.1; Go crypto/x509 cert_pool.go: octets are compared"},
    FindingKind{"chain-selfsigned", high, "the server's certificate is signed by itself, and nobody trusts it",
                "make it the ca.pem of the clients, or dockpki init-ca", "Go crypto/x509 verify.go; RFC 5280 6.1"},
    FindingKind{"chain-leaf-as-ca", low, "what is trusted is no root: Docker takes it, openssl verify does not",
                "none is needed for Docker, nor for Python 3.13; openssl verify -partial_chain takes it, too",
                "Go crypto/x509 verify.go; openssl-verification-options(1) -partial_chain"},
    FindingKind{"chain-client-pinned", high,
                "the daemon trusts the client's certificate itself: docker finds no authority that fits, and shows none",
                "put the certificate of the client's authority into FILE; systemctl restart docker",
                "RFC 8446 4.2.4; Go crypto/tls common.go (SupportsCertificate)"},
    FindingKind{"chain-aki", low, "the authority key identifier is wrong: Docker does not look, OpenSSL does",
                "dockpki renew NAME", "RFC 5280 4.2.1.1; OpenSSL x509_vfy.c"},
    FindingKind{"chain-rotation", info, "a new authority may be in use that not everybody knows yet", "dockpki rotate-ca status",
                "RFC 4210 4.4"},
    FindingKind{"chain-too-many", high, "there are so many authorities of one name that Docker gives up",
                "leave in FILE the authorities that are in use", "Go crypto/x509 verify.go: a limit of signature checks"},
    FindingKind{"chain-other-side", info,
                "its own ca.pem does not vouch for it, as it should be with separate authorities: the other side's does",
                "dockpki verify CLIENT --server SERVER --host HOST", "dockpki init-ca --separate-clients"},
    FindingKind{"chain-revoked", critical, "the client was revoked, and Docker lets it in: it looks at no list",
                "dockpki rotate-ca begin (--clients), or a TLS front that checks the list",
                "Go crypto/x509 verify.go: neither CRL nor OCSP is asked"},
    FindingKind{"chain-sysroots", critical, "a daemon before 17.06 trusts every public authority besides its own",
                "upgrade Docker", "moby 17.06 release notes"},
    FindingKind{"alg-sha1", high, "a signature uses SHA-1 or MD5", "dockpki renew NAME",
                "Go crypto/x509 x509.go (InsecureAlgorithmError)"},
    FindingKind{"alg-sha224", high, "a signature is of a kind that Docker does not know",
                "dockpki renew NAME, which signs with SHA-256", "Go crypto/x509 x509.go (checkSignature)"},
    FindingKind{"alg-unsupported-key", high, "the key is of a kind that Docker does not read",
                "dockpki renew NAME --rekey: P-256, P-384, Ed25519 or RSA", "Go crypto/x509 parser.go, pkcs8.go"},
    FindingKind{"alg-p224", high, "a key on P-224 cannot be used in TLS 1.3, except by an authority",
                "dockpki renew NAME --rekey", "Go crypto/tls auth.go; RFC 8446 4.2.3"},
    FindingKind{"alg-rsa-small", medium, "an RSA key is too short",
                "dockpki renew NAME --rekey; of an authority: dockpki rotate-ca begin",
                "Go crypto/tls auth.go; GODEBUG rsa1024min; NIST SP 800-131A"},
    FindingKind{"alg-rsa-huge", medium, "an RSA key is longer than 8192 bits, which newer Docker refuses",
                "dockpki renew NAME --rekey", "Go crypto/tls handshake_client.go (CVE-2023-29409)"},
    FindingKind{"alg-bad-signature", high, "the certificate is damaged: its signature does not verify",
                "copy FILE again, or dockpki renew NAME", "RFC 5280 4.1.1.3; Go crypto/x509 x509.go"},
    FindingKind{"serial-negative", medium, "a serial number is negative: official builds of Docker 29 refuse it",
                "dockpki renew NAME", "RFC 5280 4.1.2.2; GODEBUG x509negativeserial"},
    FindingKind{"serial-ok", low, "a serial number is zero, too long, or used twice: Docker takes it, others may not",
                "dockpki renew NAME", "RFC 5280 4.1.2.2"},
    FindingKind{"nc-violation", high, "the authority may not sign for a name in the certificate",
                "leave the name out, or make an authority with --permit-dns for it",
                "RFC 5280 4.2.1.10; Go crypto/x509 verify.go"},
    FindingKind{"nc-unknown", high, "the authority's name constraints are malformed, or of a kind that Docker does not know",
                "make an authority without them, or with DNS names and networks only",
                "RFC 5280 4.2.1.10; Go crypto/x509 parser.go"},
    FindingKind{"ext-critical", high, "the certificate has a critical extension that Docker does not know",
                "make it anew without it", "RFC 5280 4.2; Go crypto/x509 verify.go"},
    FindingKind{"ext-policy", medium, "the authority asks for policies, which Docker minds in some versions",
                "leave policy extensions out of a private authority", "RFC 5280 4.2.1.11, 4.2.1.14; Go crypto/x509 verify.go"},
    // What Docker takes and others refuse
    FindingKind{"other-partial-chain", low,
                "what is trusted was signed by another: Docker takes it, Python before 3.13 refuses it",
                "put the root's certificate into FILE, too", "OpenSSL X509_V_FLAG_PARTIAL_CHAIN; Python 3.13 ssl"},
    FindingKind{"other-key-usage", low, "the server's keyUsage allows no TLS: Docker takes it, Python and curl refuse it",
                "dockpki renew NAME, which sets digitalSignature", "RFC 5280 4.2.1.3; OpenSSL v3_purp.c (KU_TLS)"},
    FindingKind{"other-cert-sign", low, "keyCertSign stands on what is no authority: Docker takes it, Python 3.13 refuses it",
                "dockpki renew NAME, which leaves it out", "Python 3.13 ssl (VERIFY_X509_STRICT); RFC 5280 4.2.1.9"},
    FindingKind{"other-no-aki", low, "a certificate has no authority key identifier: Docker takes it, Python 3.13 refuses it",
                "dockpki renew NAME; of an intermediate: make it anew with authorityKeyIdentifier=keyid",
                "Python 3.13 ssl (VERIFY_X509_STRICT); RFC 5280 4.2.1.1"},
    FindingKind{"other-no-ski", low, "an authority has no subject key identifier: Docker takes it, Python 3.13 refuses it",
                "dockpki import-ca, then dockpki rotate-ca begin", "Python 3.13 ssl (VERIFY_X509_STRICT); RFC 5280 4.2.1.2"},
    FindingKind{"other-bc-not-critical", low,
                "an authority's basicConstraints is not critical: Docker takes it, Python 3.13 refuses it",
                "dockpki import-ca, then dockpki rotate-ca begin", "Python 3.13 ssl (VERIFY_X509_STRICT); RFC 5280 4.2.1.9"},
    FindingKind{"other-path-length", low,
                "pathlen stands where no authority may sign certificates: Docker takes it, Python 3.13 refuses it",
                "make it anew without pathlen, or with keyCertSign", "Python 3.13 ssl (VERIFY_X509_STRICT); RFC 5280 4.2.1.9"},
    FindingKind{"other-no-subject", low, "a subject or an issuer is empty: Docker takes it, Python 3.13 refuses it",
                "make it anew with a common name: dockpki issue-server --dns HOST --out FOLDER --force",
                "Python 3.13 ssl (VERIFY_X509_STRICT); RFC 5280 4.1.2.4, 4.1.2.6"},
    FindingKind{"other-san-not-critical", low,
                "the subject is empty and subjectAltName is not critical: Docker takes it, Python 3.13 refuses it",
                "make it anew with a common name: dockpki issue-server --dns HOST --out FOLDER --force",
                "Python 3.13 ssl (VERIFY_X509_STRICT); RFC 5280 4.2.1.6"},
    FindingKind{"other-host-name", low,
                "a wildcard for a whole top-level domain, or a host with a final dot: Docker takes it, Python and curl refuse it",
                "dockpki renew NAME --add-dns HOST, and dial it without a final dot", "OpenSSL v3_utl.c; RFC 9525 6.3"},
};

} // namespace

std::span<const FindingKind> chain_kinds() {
  return kinds;
}

} // namespace dockpki::app
