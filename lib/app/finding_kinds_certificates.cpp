// Names, purposes and authorities' flags, and time.
#include <array>

#include "app/finding_kinds.hpp"

namespace dockpki::app {
namespace {

using enum Severity;

constexpr std::array kinds = {
    // Names
    FindingKind{"san-cn-only", high, "the host name stands in the common name alone, which Docker does not look at",
                "dockpki issue-server --dns NAME --ip ADDRESS"},
    FindingKind{"san-no-ip", high, "it is dialled by an address, and the certificate holds no address",
                "dockpki issue-server --ip ADDRESS, or dial by a name that it holds"},
    FindingKind{"san-wrong-ip", high, "it is dialled by an address that the certificate does not hold",
                "dockpki renew NAME --add-ip ADDRESS; of 0.0.0.0 nobody can be a client"},
    FindingKind{"san-wrong-dns", high, "it is dialled by a name that the certificate does not hold",
                "dockpki renew NAME --add-dns HOST, or dial by a name that it holds"},
    FindingKind{"san-localhost", high, "'localhost' and 127.0.0.1 are two names: the certificate holds the other one",
                "dockpki renew NAME --add-dns localhost --add-ip 127.0.0.1"},
    FindingKind{"san-dind", high, "docker-in-docker names itself docker, localhost and its container id, and nothing else",
                "call the service 'docker', or set DOCKER_TLS_SAN=DNS:ALIAS for it and remove the volume with its certificates"},
    FindingKind{"san-wild-depth", high, "a wildcard stands for exactly one label: not for two, and not for the domain itself",
                "dockpki renew NAME --add-dns HOST"},
    FindingKind{"san-wild-bad", high, "a '*' is good only as the whole first label of a longer name, and never in an address",
                "dockpki issue-server with the names themselves"},
    FindingKind{"san-url", high, "a name in the certificate has a port, a scheme or a blank in it",
                "dockpki issue-server --dns HOST"},
    FindingKind{"san-dot", high, "a name in the certificate ends with a dot", "dockpki issue-server --dns HOST, without the dot"},
    FindingKind{"san-ipv6", high, "it is dialled by an IPv6 address that the certificate does not hold as an address",
                "dockpki renew NAME --add-ip ADDRESS; DOCKER_HOST=tcp://[ADDRESS]:2376"},
    FindingKind{"san-none-usable", high, "the certificate holds neither host names nor addresses",
                "dockpki issue-server --dns NAME --ip ADDRESS"},
    FindingKind{"san-ip-bytes", high,
                "an address in the certificate is not of 4 or 16 octets: Docker cannot read the certificate",
                "dockpki issue-server --ip ADDRESS"},
    FindingKind{"san-non-ascii", high, "a host name in the certificate is not ASCII: Docker cannot read the certificate",
                "dockpki issue-server --dns NAME, which writes the xn-- form"},
    FindingKind{"san-dup-ext", high, "the certificate has two lists of names: Docker cannot read it",
                "make it anew; with openssl either copy the request's extensions or give -extfile, not both"},
    FindingKind{"san-lost-extfile", info, "the line with the names was lost when it was made by hand",
                "write the second line of extfile.cnf with >>, or use dockpki issue-server"},
    FindingKind{"san-not-mistake", info, "its names look odd, and Docker takes them",
                "none is needed; other clients may be stricter"},
    FindingKind{"san-ipv6-mapped", high,
                "an IPv4 address is written as an IPv6 one: dockerd 28 and later cannot read the certificate",
                "dockpki issue-server --ip ADDRESS"},
    // Purposes
    FindingKind{"eku-server", high, "the server's certificate is not meant for servers (extendedKeyUsage lacks serverAuth)",
                "dockpki issue-server"},
    FindingKind{"eku-client", high, "the client's certificate is not meant for clients (extendedKeyUsage lacks clientAuth)",
                "dockpki issue-client; a server's pair is no client's"},
    FindingKind{"eku-ca-nesting", high, "the authority is limited to other purposes: what it signs cannot have this one",
                "make an authority without extendedKeyUsage: dockpki init-ca"},
    FindingKind{"eku-int-nesting", high, "the intermediate is limited to other purposes: what it signs cannot have this one",
                "sign by an intermediate without extendedKeyUsage, or with both purposes"},
    FindingKind{"ku-ca", high, "the authority's keyUsage does not allow it to sign certificates",
                "make it anew with keyCertSign: dockpki init-ca"},
    FindingKind{"ku-ca-missing-py", low, "the authority has no keyUsage: Docker takes it, Python 3.13 and others refuse it",
                "dockpki import-ca, then dockpki rotate-ca begin"},
    FindingKind{"ku-leaf", low, "the certificate's keyUsage does not fit: Docker does not look, OpenSSL does",
                "make it anew: dockpki renew"},
    // Authorities
    FindingKind{"ca-no-bc", high, "the authority's certificate does not say that it is one (basicConstraints CA:TRUE)",
                "make it anew: dockpki init-ca"},
    FindingKind{"ca-v1-root", low, "the authority's certificate is of version 1: Docker takes it, others refuse it",
                "dockpki import-ca, then dockpki rotate-ca begin"},
    FindingKind{"ca-int-flags", high, "the intermediate does not say that it is an authority (CA:TRUE)",
                "make it anew with basicConstraints=critical,CA:TRUE"},
    FindingKind{"ca-leaf-signs", high, "it was signed with the key of a server or client, which is no authority",
                "sign it with the authority's key: dockpki issue-client"},
    FindingKind{"ca-pathlen", high, "the authority allows fewer authorities below it than there are (pathlen)",
                "sign with the authority itself, or make one with a longer path"},
    // Time
    FindingKind{"time-server-expired", high, "the server's certificate is over", "dockpki renew, then restart dockerd"},
    FindingKind{"time-client-expired", high, "the client's certificate is over", "dockpki renew, and hand it out"},
    FindingKind{"time-ca-expired", high, "the authority's certificate is over",
                "dockpki rotate-ca --same-key, and copy ca.pem to both sides"},
    FindingKind{"time-future", high, "a certificate begins later: a clock is wrong, here or where it was made",
                "set the clock of both machines: timedatectl"},
    FindingKind{"time-encoding", high, "a date is written so that Docker reads another one, or none",
                "make it anew: dockpki renew"},
    FindingKind{"time-reversed", high, "the certificate ends before it begins", "make it anew: dockpki renew"},
    FindingKind{"time-rotate", high, "the files were replaced, and dockerd was not restarted: it reads them only when it starts",
                "systemctl restart docker; a reload is not enough"},
    FindingKind{"time-rotate-silent", high,
                "the running dockerd is good, and its files are not: it breaks when it is restarted next",
                "dockpki probe tells what it serves; put the good files back before the restart"},
};

} // namespace

std::span<const FindingKind> certificate_kinds() {
  return kinds;
}

} // namespace dockpki::app
