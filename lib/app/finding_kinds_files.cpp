// Files, PEM and permissions.
#include <array>

#include "app/finding_kinds.hpp"

namespace dockpki::app {
namespace {

using enum Severity;

constexpr std::array kinds = {
    FindingKind{"file-key-mismatch", high, "key and certificate do not belong together",
                "dockpki renew NAME --rekey; or copy certificate and key from the same set to FOLDER",
                "Go crypto/tls tls.go (X509KeyPair)"},
    FindingKind{"file-key-encrypted-server", high, "the server's key has a passphrase, which dockerd cannot ask for",
                "(umask 077; openssl pkey -in FILE -out FILE.plain) && mv FILE.plain FILE",
                "moby: dockerd cannot ask; Go crypto/tls tls.go (X509KeyPair)"},
    FindingKind{"file-key-encrypted-client", high, "the client's key has a passphrase, which docker does not take",
                "(umask 077; openssl pkey -in FILE -out FILE.plain) && mv FILE.plain FILE",
                "docker/cli cli/context/docker/load.go; docs.docker.com/go/deprecated"},
    FindingKind{"file-der", high, "the file is not PEM, but DER, PKCS #12 or PKCS #7",
                "openssl x509 -inform der -in FILE -out FILE.pem && mv FILE.pem FILE; a key: openssl pkey -inform der; a .p12: "
                "openssl pkcs12 -nodes; a .p7b: openssl pkcs7 -print_certs",
                "RFC 7468; Go encoding/pem"},
    FindingKind{"file-swapped", high, "certificate and key are swapped",
                "swap the two files: what FILE holds belongs to the other name", "Go crypto/tls tls.go (X509KeyPair)"},
    FindingKind{"file-csr", high, "a request or a public key lies where a certificate or a private key should",
                "dockpki sign-request FILE; the signed certificate goes there", "RFC 2986; Go crypto/tls tls.go (X509KeyPair)"},
    FindingKind{"file-openssh", high, "the key is in OpenSSH's own form", "ssh-keygen -p -m PKCS8 -N '' -f FILE",
                "Go crypto/x509 pkcs8.go"},
    FindingKind{"file-bom", high, "the file begins with a byte order mark, so that its first block is not seen",
                "sed -i '1s/^\\xEF\\xBB\\xBF//' FILE", "Go encoding/pem; RFC 7468 2"},
    FindingKind{"file-bom-bundle", high, "the bundle begins with a byte order mark: its first authority silently does not count",
                "sed -i '1s/^\\xEF\\xBB\\xBF//' FILE", "Go encoding/pem; Go crypto/x509 cert_pool.go"},
    FindingKind{"file-utf16", high, "the file is UTF-16, as PowerShell's > writes it",
                "iconv -f UTF-16 -t ASCII FILE > FILE.pem && mv FILE.pem FILE", "Go encoding/pem; RFC 7468 2"},
    FindingKind{"file-mangled-newlines", high,
                "the line ends of the PEM are lost, doubled or shifted, as in a CI variable or YAML",
                "(umask 077; tr '\\r' '\\n' < FILE | sed 's/\\\\n/\\n/g; s/-----[A-Z][A-Z0-9 ]*-----/\\n&\\n/g' | sed "
                "'/-----/!s/[[:blank:]]//g; "
                "/^$/d' | fold -w 64 > FILE.pem) && chmod --reference=FILE FILE.pem && mv FILE.pem FILE",
                "Go encoding/pem; RFC 7468 2"},
    FindingKind{"file-glued", high, "two blocks stand on one line, END and BEGIN: neither is read",
                "sed -i 's/-----BEGIN/\\n&/g; s/^\\n//' FILE", "Go encoding/pem; RFC 7468 2"},
    FindingKind{"file-labels", high, "its BEGIN line is not one that Docker knows",
                "openssl x509 -in FILE -out FILE.pem && mv FILE.pem FILE", "Go encoding/pem; Go crypto/x509 cert_pool.go"},
    FindingKind{"file-truncated", high, "the file is empty, or cut off", "copy FILE again from where it was made",
                "Go encoding/pem; Go crypto/tls tls.go (X509KeyPair)"},
    FindingKind{"file-bundle-skip", medium, "Docker passes over a certificate in the bundle without a word",
                "take that certificate out of FILE, or copy FILE again", "Go crypto/x509 cert_pool.go (AppendCertsFromPEM)"},
    FindingKind{"file-wrong-order", high,
                "the chain is in the wrong order: the certificate that belongs to the key has to be the first",
                "in FILE put first the certificate that belongs to the key, then its issuers",
                "RFC 8446 4.4.2; Go crypto/tls tls.go (X509KeyPair)"},
    FindingKind{"file-missing-daemon", high, "a file that dockerd is told to read is not there",
                "ls -l FOLDER; then correct the path, or put FILE there", "moby cmd/dockerd/daemon.go; go-connections tlsconfig"},
    FindingKind{"file-missing-client-ca", high, "docker finds no ca.pem, which it wants whenever TLS is on",
                "copy the server's ca.pem to FILE, or let DOCKER_CERT_PATH name the folder that holds it",
                "docker/cli cli/flags/options.go; cli/context/tlsdata.go"},
    FindingKind{"file-missing-client-pair", high,
                "docker finds no cert.pem and key.pem, and shows no certificate, without a word",
                "dockpki issue-client --out FOLDER --force; they have to be called exactly cert.pem and key.pem",
                "docker/cli cli/flags/options.go"},
    FindingKind{"file-crt-names", high, "the files are called .crt and .key, which docker does not look for",
                "in FOLDER: mv ca.crt ca.pem; mv client.crt cert.pem; mv client.key key.pem", "docker/cli cli/flags/options.go"},
    FindingKind{"file-directory", high, "a folder stands where a file should: a bind mount of what was not there",
                "rmdir FILE, put the file there, and mount again", "Go os.ReadFile"},
    FindingKind{"file-duplicate-ext", high, "Docker cannot read the certificate: it breaks a rule of its encoding",
                "dockpki issue-server or issue-client --out FOLDER --force", "RFC 5280 4.2, X.690; Go crypto/x509 parser.go"},
    FindingKind{"perm-client", high, "docker may not read its files, which belong to another user",
                "sudo chown \"$USER\" FILE && chmod 0400 FILE", "open(2); docker/cli cli/context/tlsdata.go"},
    FindingKind{"perm-snap", high, "docker from snap may not read hidden folders",
                "move the files to a folder that is not hidden, or install docker with apt", "snapd: home interface"},
    FindingKind{"perm-selinux", high, "SELinux forbids dockerd to read its files", "restorecon -Rv /etc/docker",
                "container-selinux; restorecon(8)"},
    FindingKind{"perm-world", high, "others may read a private key: whoever has it is root on the host",
                "chmod 0400 FILE; then dockpki renew NAME --rekey: others may have it", "CIS Docker 1.6.0 3.14"},
    FindingKind{"perm-ca-key", critical, "an authority's key lies here: whoever has it makes himself root on every host",
                "move FILE to where certificates are made, and delete it here: shred -u FILE",
                "docs.docker.com Protect the Docker daemon socket; RFC 5280 9"},
    FindingKind{"perm-certsd", low, "certs.d is for registries: dockerd's own certificates are looked for elsewhere",
                "move them to /etc/docker/tls, and name them in daemon.json",
                "docs.docker.com Verify repository client with certificates; CIS Docker 1.6.0 3.7"},
};

} // namespace

std::span<const FindingKind> file_kinds() {
  return kinds;
}

} // namespace dockpki::app
