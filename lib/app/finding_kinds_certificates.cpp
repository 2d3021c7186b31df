// Names, purposes and authorities' flags, and time.
#include <array>

#include "app/finding_kinds.hpp"

namespace dockpki::app {
namespace {

using enum Severity;

constexpr std::array kinds = {
    // Names
    FindingKind{"san-cn-only", high, "the host name stands in the common name alone, which Docker does not look at",
                "dockpki issue-server --dns HOST --out FOLDER --force", "Go crypto/x509 verify.go; RFC 9525 2"},
    FindingKind{"san-no-ip", high, "it is dialled by an address, and the certificate holds no address",
                "dockpki renew NAME --add-ip ADDRESS; or, if dockpki did not make it: dockpki issue-server --ip ADDRESS --out "
                "FOLDER --force, and the clients\' sets anew, as its authority is a new one",
                "Go crypto/x509 verify.go; RFC 9525 6.5"},
    FindingKind{"san-wrong-ip", high, "it is dialled by an address that the certificate does not hold",
                "dockpki renew NAME --add-ip ADDRESS; or, if dockpki did not make it: dockpki issue-server --ip ADDRESS --out "
                "FOLDER --force, and the clients\' sets anew, as its authority is a new one; nobody can dial 0.0.0.0",
                "Go crypto/x509 verify.go; RFC 9525 6.5"},
    FindingKind{"san-wrong-dns", high, "it is dialled by a name that the certificate does not hold",
                "dockpki renew NAME --add-dns HOST; or, if dockpki did not make it: dockpki issue-server --dns HOST --out FOLDER "
                "--force, and the clients\' sets anew, as its authority is a new one",
                "Go crypto/x509 verify.go; RFC 9525 6.3"},
    FindingKind{"san-localhost", high, "'localhost' and 127.0.0.1 are two names: the certificate holds the other one",
                "dockpki renew NAME --add-dns localhost --add-ip 127.0.0.1; or, if dockpki did not make it: dockpki issue-server "
                "--dns localhost --ip 127.0.0.1 --out FOLDER --force, and the clients\' sets anew, as its authority is a new one",
                "Go crypto/x509 verify.go; RFC 9525 6.3"},
    FindingKind{"san-dind", high, "docker-in-docker names itself docker, localhost and its container id, and nothing else",
                "call the service 'docker', or set DOCKER_TLS_SAN=DNS:ALIAS for it and remove the volume with its certificates",
                "docker-library/docker dockerd-entrypoint.sh"},
    FindingKind{"san-wild-depth", high, "a wildcard stands for exactly one label: not for two, and not for the domain itself",
                "dockpki renew NAME --add-dns HOST; or, if dockpki did not make it: dockpki issue-server --dns HOST --out FOLDER "
                "--force, and the clients\' sets anew, as its authority is a new one",
                "Go crypto/x509 verify.go; RFC 9525 6.3"},
    FindingKind{"san-wild-bad", high, "a '*' is good only as the whole first label of a longer name, and never in an address",
                "dockpki issue-server --dns HOST --out FOLDER --force, with the names themselves",
                "Go crypto/x509 verify.go; RFC 9525 6.3"},
    FindingKind{"san-url", high, "a name in the certificate has a port, a scheme or a blank in it",
                "dockpki issue-server --dns HOST --out FOLDER --force", "RFC 5280 4.2.1.6; Go crypto/x509 verify.go"},
    FindingKind{"san-dot", high, "a name in the certificate ends with a dot",
                "dockpki issue-server --dns HOST --out FOLDER --force, without the dot",
                "Go crypto/x509 verify.go; RFC 5280 4.2.1.6"},
    FindingKind{
        "san-ipv6", high, "it is dialled by an IPv6 address that the certificate does not hold as an address",
        "dockpki renew NAME --add-ip ADDRESS; or, if dockpki did not make it: dockpki issue-server --ip ADDRESS --out FOLDER "
        "--force, and the clients\' sets anew, as its authority is a new one; it is dialled as tcp://[ADDRESS]:2376",
        "Go crypto/x509 verify.go; RFC 5280 4.2.1.6"},
    FindingKind{"san-none-usable", high, "the certificate holds neither host names nor addresses",
                "dockpki issue-server --dns HOST --out FOLDER --force", "Go crypto/x509 verify.go; RFC 9525 6.3"},
    FindingKind{"san-ip-bytes", high,
                "an address in the certificate is not of 4 or 16 octets: Docker cannot read the certificate",
                "dockpki issue-server --ip ADDRESS --out FOLDER --force", "RFC 5280 4.2.1.6; Go crypto/x509 parser.go"},
    FindingKind{"san-non-ascii", high, "a host name in the certificate is not ASCII: Docker cannot read the certificate",
                "dockpki issue-server --dns HOST --out FOLDER --force, which writes the xn-- form",
                "RFC 5280 7.2; Go crypto/x509 parser.go"},
    FindingKind{"san-dup-ext", high, "the certificate has two lists of names: Docker cannot read it",
                "dockpki issue-server --dns HOST --out FOLDER --force; with openssl either copy the request's extensions or give "
                "-extfile, not both",
                "RFC 5280 4.2; Go crypto/x509 parser.go"},
    FindingKind{"san-lost-extfile", info, "the line with the names was lost when it was made by hand",
                "write the second line of extfile.cnf with >>, or use dockpki issue-server",
                "docs.docker.com Protect the Docker daemon socket; openssl-x509(1)"},
    FindingKind{"san-not-mistake", info, "its names look odd, and Docker takes them",
                "none is needed; other clients may be stricter", "Go crypto/x509 verify.go"},
    FindingKind{"san-ipv6-mapped", high,
                "an IPv4 address is written as an IPv6 one: dockerd 28 and later cannot read the certificate",
                "dockpki issue-server --ip ADDRESS --out FOLDER --force", "RFC 5280 4.2.1.6; Go crypto/x509 parser.go (Go 1.27)"},
    // Purposes
    FindingKind{"eku-server", high, "the server's certificate is not meant for servers (extendedKeyUsage lacks serverAuth)",
                "dockpki issue-server --dns HOST --out FOLDER --force", "RFC 5280 4.2.1.12; Go crypto/x509 verify.go"},
    FindingKind{"eku-client", high, "the client's certificate is not meant for clients (extendedKeyUsage lacks clientAuth)",
                "dockpki issue-client --out FOLDER --force; a server's pair is no client's",
                "RFC 5280 4.2.1.12; Go crypto/x509 verify.go"},
    FindingKind{"eku-ca-nesting", high, "the authority is limited to other purposes: what it signs cannot have this one",
                "make an authority without extendedKeyUsage: dockpki init-ca",
                "Go crypto/x509 verify.go (checkChainForKeyUsage)"},
    FindingKind{"eku-int-nesting", high, "the intermediate is limited to other purposes: what it signs cannot have this one",
                "sign by an intermediate without extendedKeyUsage, or with both purposes",
                "Go crypto/x509 verify.go (checkChainForKeyUsage)"},
    FindingKind{"ku-ca", high, "the authority's keyUsage does not allow it to sign certificates",
                "make it anew with keyCertSign: dockpki init-ca", "RFC 5280 4.2.1.3; Go crypto/x509 verify.go"},
    FindingKind{"ku-ca-missing-py", low, "the authority has no keyUsage: Docker takes it, Python 3.13 and others refuse it",
                "dockpki import-ca, then dockpki rotate-ca begin", "Python 3.13 ssl (VERIFY_X509_STRICT); RFC 5280 4.2.1.3"},
    FindingKind{"ku-leaf", low, "the certificate's keyUsage does not fit: Docker does not look, OpenSSL does",
                "dockpki renew NAME", "RFC 5280 4.2.1.3; OpenSSL v3_purp.c"},
    // Authorities
    FindingKind{"ca-no-bc", high, "the authority's certificate does not say that it is one (basicConstraints CA:TRUE)",
                "make it anew: dockpki init-ca", "RFC 5280 4.2.1.9; Go crypto/x509 verify.go"},
    FindingKind{"ca-v1-root", low, "the authority's certificate is of version 1: Docker takes it, Python 3.13 refuses it",
                "dockpki import-ca, then dockpki rotate-ca begin",
                "RFC 5280 4.1.2.1; Go crypto/x509 x509.go (CheckSignatureFrom)"},
    FindingKind{"ca-int-flags", high, "the intermediate does not say that it is an authority (CA:TRUE)",
                "make it anew with basicConstraints=critical,CA:TRUE", "RFC 5280 4.2.1.9; Go crypto/x509 verify.go"},
    FindingKind{"ca-leaf-signs", high, "it was signed with the key of a server or client, which is no authority",
                "dockpki issue-client --out FOLDER --force, with the authority's key",
                "RFC 5280 4.2.1.9; Go crypto/x509 x509.go (CheckSignatureFrom)"},
    FindingKind{"ca-pathlen", high, "the authority allows fewer authorities below it than there are (pathlen)",
                "sign with the authority itself, or make one with a longer path", "RFC 5280 4.2.1.9; Go crypto/x509 verify.go"},
    // Time
    FindingKind{"time-server-expired", high, "the server's certificate is over",
                "dockpki renew NAME --restart-docker; or, if dockpki did not make it: dockpki issue-server --dns HOST --out "
                "FOLDER --force, and the clients\' sets anew, as its authority is a new one; systemctl restart docker",
                "RFC 5280 4.1.2.5; Go crypto/x509 verify.go"},
    FindingKind{"time-client-expired", high, "the client's certificate is over",
                "dockpki renew NAME, and hand it out; or, if dockpki did not make it: dockpki issue-client --out FOLDER --force",
                "RFC 5280 4.1.2.5; Go crypto/x509 verify.go"},
    FindingKind{"time-ca-expired", high, "the authority's certificate is over",
                "dockpki rotate-ca --same-key, and copy ca.pem to both sides", "RFC 5280 4.1.2.5; Go crypto/x509 verify.go"},
    FindingKind{"time-future", high, "a certificate begins later: a clock is wrong, here or where it was made",
                "timedatectl set-ntp true, on both machines", "RFC 5280 4.1.2.5; Go crypto/x509 verify.go"},
    FindingKind{"time-encoding", high, "a date is written so that Docker reads another one, or none", "dockpki renew NAME",
                "RFC 5280 4.1.2.5; Go crypto/x509 parser.go"},
    FindingKind{"time-reversed", high, "the certificate ends before it begins", "dockpki renew NAME",
                "RFC 5280 4.1.2.5; Go crypto/x509 verify.go"},
    FindingKind{"time-rotate", high, "the files were replaced, and dockerd was not restarted: it reads them only when it starts",
                "systemctl restart docker; a reload is not enough",
                "moby cmd/dockerd/daemon.go: TLS files are read at the start"},
    FindingKind{"time-rotate-silent", high,
                "the running dockerd is good, and its files are not: it breaks when it is restarted next",
                "dockpki probe tcp://HOST:2376 tells what it serves; put the good files back before the restart",
                "moby cmd/dockerd/daemon.go: TLS files are read at the start"},
};

} // namespace

std::span<const FindingKind> certificate_kinds() {
  return kinds;
}

} // namespace dockpki::app
