// Chains, algorithms, serial numbers, extensions.
#include <array>

#include "app/finding_kinds.hpp"

namespace dockpki::app {
namespace {

using enum Severity;

constexpr std::array kinds = {
    FindingKind{"chain-wrong-ca-client", high, "the client's ca.pem is not the authority of the server's certificate",
                "copy ca.pem from the set that the server has"},
    FindingKind{"chain-wrong-ca-daemon", high,
                "the daemon's tlscacert is not the authority of the client's certificate, so the client shows none",
                "let tlscacert hold the clients' authority, and restart dockerd"},
    FindingKind{"chain-same-subject", high,
                "the authority was made anew under the same name: what the old key signed does not verify",
                "issue everything anew, or put the old authority back"},
    FindingKind{"chain-int-missing-server", high, "the server does not send the intermediate that signed its certificate",
                "cat CERTIFICATE INTERMEDIATE > server-cert.pem, and restart dockerd"},
    FindingKind{"chain-int-missing-client", high, "the client's file lacks the intermediate that signed its certificate",
                "cat CERTIFICATE INTERMEDIATE > cert.pem"},
    FindingKind{"chain-dn", high, "the issuer's name is not octet for octet the authority's: its strings, case or order differ",
                "sign it again with the authority's certificate: dockpki import-ca, then dockpki renew"},
    FindingKind{"chain-selfsigned", high, "the server's certificate is signed by itself, and nobody trusts it",
                "make it the ca.pem of the clients, or dockpki init-ca"},
    FindingKind{"chain-leaf-as-ca", low, "what is trusted is no root: Docker takes it, openssl verify does not",
                "none is needed for Docker"},
    FindingKind{"chain-client-pinned", high,
                "the daemon trusts the client's certificate itself: docker finds no authority that fits, and shows none",
                "let tlscacert hold its authority"},
    FindingKind{"chain-aki", low, "the authority key identifier is wrong: Docker does not look, OpenSSL does",
                "make it anew: dockpki renew"},
    FindingKind{"chain-rotation", info, "a new authority may be in use that not everybody knows yet", "dockpki rotate-ca status"},
    FindingKind{"chain-too-many", high, "there are so many authorities of one name that Docker gives up",
                "leave those in ca.pem that are in use"},
    FindingKind{"chain-other-side", info,
                "its own ca.pem does not vouch for it, as it should be with separate authorities: the other side's does",
                "dockpki verify CLIENT --server SERVER --host HOST"},
    FindingKind{"chain-revoked", critical, "the client was revoked, and Docker lets it in: it looks at no list",
                "dockpki rotate-ca begin (--clients), or a TLS front that checks the list"},
    FindingKind{"chain-sysroots", critical, "a daemon before 17.06 trusts every public authority besides its own",
                "upgrade Docker"},
    FindingKind{"alg-sha1", high, "a signature uses SHA-1 or MD5", "make it anew: dockpki renew"},
    FindingKind{"alg-sha224", high, "a signature is of a kind that Docker does not know",
                "make it anew with SHA-256: dockpki renew"},
    FindingKind{"alg-unsupported-key", high, "the key is of a kind that Docker does not read",
                "P-256, P-384, Ed25519 or RSA: dockpki renew --rekey"},
    FindingKind{"alg-p224", high, "a key on P-224 cannot be used in TLS 1.3, except by an authority", "dockpki renew --rekey"},
    FindingKind{"alg-rsa-small", medium, "an RSA key is too short",
                "dockpki renew --rekey; of an authority: dockpki rotate-ca begin"},
    FindingKind{"alg-rsa-huge", medium, "an RSA key is longer than 8192 bits, which newer Docker refuses",
                "dockpki renew --rekey"},
    FindingKind{"alg-bad-signature", high, "the certificate is damaged: its signature does not verify",
                "copy it again, or dockpki renew"},
    FindingKind{"serial-negative", medium, "a serial number is negative: official builds of Docker 29 refuse it",
                "make it anew: dockpki renew"},
    FindingKind{"serial-ok", low, "a serial number is zero, too long, or used twice: Docker takes it, others may not",
                "make it anew: dockpki renew"},
    FindingKind{"nc-violation", high, "the authority may not sign for a name in the certificate",
                "leave the name out, or make an authority with --permit-dns for it"},
    FindingKind{"nc-unknown", high, "the authority's name constraints are malformed, or of a kind that Docker does not know",
                "make an authority without them, or with DNS names and networks only"},
    FindingKind{"ext-critical", high, "the certificate has a critical extension that Docker does not know",
                "make it anew without it"},
    FindingKind{"ext-policy", medium, "the authority asks for policies, which Docker minds in some versions",
                "leave policy extensions out of a private authority"},
};

} // namespace

std::span<const FindingKind> chain_kinds() {
  return kinds;
}

} // namespace dockpki::app
