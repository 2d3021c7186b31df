// Files, PEM and permissions.
#include <array>

#include "app/finding_kinds.hpp"

namespace dockpki::app {
namespace {

using enum Severity;

constexpr std::array kinds = {
    FindingKind{"file-key-mismatch", high, "key and certificate do not belong together",
                "copy both from the same set, or dockpki renew --rekey"},
    FindingKind{"file-key-encrypted-server", high, "the server's key has a passphrase, which dockerd cannot ask for",
                "openssl pkey -in KEY -out server-key.pem; chmod 0400 server-key.pem"},
    FindingKind{"file-key-encrypted-client", high, "the client's key has a passphrase, which docker does not take",
                "openssl pkey -in KEY -out key.pem; chmod 0400 key.pem"},
    FindingKind{"file-der", high, "the file is not PEM, but DER, PKCS #12 or PKCS #7",
                "openssl x509 -inform der -in FILE; openssl pkcs12 -in FILE -nodes; openssl pkcs7 -in FILE -print_certs"},
    FindingKind{"file-swapped", high, "certificate and key are swapped", "swap the two names"},
    FindingKind{"file-csr", high, "a request or a public key lies where a certificate or a private key should",
                "put the signed certificate there: dockpki sign-request FILE"},
    FindingKind{"file-openssh", high, "the key is in OpenSSH's own form",
                "ssh-keygen -p -m PKCS8 -f KEY, or dockpki renew --rekey"},
    FindingKind{"file-bom", high, "the file begins with a byte order mark, so that its first block is not seen",
                "sed -i '1s/^\\xEF\\xBB\\xBF//' FILE"},
    FindingKind{"file-bom-bundle", high, "the bundle begins with a byte order mark: its first authority silently does not count",
                "sed -i '1s/^\\xEF\\xBB\\xBF//' FILE"},
    FindingKind{"file-utf16", high, "the file is UTF-16, as PowerShell's > writes it", "iconv -f UTF-16 -t ASCII FILE"},
    FindingKind{"file-mangled-newlines", high,
                "the line ends of the PEM are lost, doubled or shifted, as in a CI variable or YAML",
                "printf '%b' \"$VARIABLE\" > FILE, or base64 -d"},
    FindingKind{"file-glued", high, "two blocks stand on one line, END and BEGIN: neither is read",
                "put a line end between them"},
    FindingKind{"file-labels", high, "its BEGIN line is not one that Docker knows",
                "openssl x509 -in FILE -out FILE.new writes a plain one"},
    FindingKind{"file-truncated", high, "the file is empty, or cut off", "copy it again"},
    FindingKind{"file-bundle-skip", medium, "Docker passes over a certificate in the bundle without a word",
                "take it out, or copy it again"},
    FindingKind{"file-wrong-order", high,
                "the chain is in the wrong order: the certificate that belongs to the key has to be the first",
                "cat CERTIFICATE INTERMEDIATE > FILE"},
    FindingKind{"file-missing-daemon", high, "a file that dockerd is told to read is not there",
                "ls -l the path, and correct it"},
    FindingKind{"file-missing-client-ca", high, "docker finds no ca.pem, which it wants whenever TLS is on",
                "put ca.pem where DOCKER_CERT_PATH points, else to ~/.docker"},
    FindingKind{"file-missing-client-pair", high,
                "docker finds no cert.pem and key.pem, and shows no certificate, without a word",
                "they have to be called exactly cert.pem and key.pem: dockpki issue-client"},
    FindingKind{"file-crt-names", high, "the files are called .crt and .key, which docker does not look for",
                "call them ca.pem, cert.pem and key.pem"},
    FindingKind{"file-directory", high, "a folder stands where a file should: a bind mount of what was not there",
                "rmdir it, and mount again"},
    FindingKind{"file-duplicate-ext", high, "Docker cannot read the certificate: it breaks a rule of its encoding",
                "make it anew: dockpki renew"},
    FindingKind{"perm-client", high, "docker may not read its files, which belong to another user",
                "chown them to the user; chmod 0400 key.pem"},
    FindingKind{"perm-snap", high, "docker from snap may not read hidden folders",
                "move the files to a folder that is not hidden, or install docker with apt"},
    FindingKind{"perm-selinux", high, "SELinux forbids dockerd to read its files", "restorecon -Rv /etc/docker"},
    FindingKind{"perm-world", high, "others may read a private key: whoever has it is root on the host",
                "chmod 0400 KEY; dockpki renew --rekey"},
    FindingKind{"perm-ca-key", critical, "an authority's key lies here: whoever has it makes himself root on every host",
                "move it to where certificates are made, and delete it here"},
    FindingKind{"perm-certsd", low, "certs.d is for registries: dockerd's own certificates are looked for elsewhere",
                "move them to /etc/docker/tls, and name them in daemon.json"},
};

} // namespace

std::span<const FindingKind> file_kinds() {
  return kinds;
}

} // namespace dockpki::app
