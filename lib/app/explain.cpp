#include <dockpki/app/explain.hpp>

#include <algorithm>
#include <array>

#include <dockpki/base/error.hpp>
#include <dockpki/base/suggest.hpp>
#include <dockpki/x509/names.hpp>

namespace dockpki::app {
namespace {

/// A message is known by a part of it that stays the same. `causes` are ids, parted by blanks.
struct Message {
  std::string_view part;
  std::string_view meaning;
  std::string_view causes;
  std::string_view find_out;
};

constexpr std::string_view ask_verify = "dockpki verify ~/.docker --host HOST";
constexpr std::string_view ask_probe = "dockpki probe tcp://HOST:2376 --cert ~/.docker";
constexpr std::string_view ask_log = "journalctl -u docker | grep 'TLS handshake error'";
constexpr std::string_view ask_daemon = "journalctl -u docker -n 20";

// The first part that is found counts: what says more stands before what says less.
constexpr std::array messages = {
    Message{"certificate required", "the daemon wants a client's certificate, and got none",
            "file-missing-client-pair chain-wrong-ca-daemon chain-int-missing-client chain-client-pinned env-context-parts",
            ask_probe},
    Message{"client didn't provide a certificate",
            "the client showed no certificate: it has none, or none that the daemon's authorities signed",
            "file-missing-client-pair chain-wrong-ca-daemon chain-int-missing-client chain-dn alg-p224", ask_probe},
    Message{"unknown certificate authority", "the daemon does not know who signed the client's certificate",
            "chain-wrong-ca-daemon chain-same-subject cfg-no-tlscacert alg-sha1 eku-ca-nesting", ask_log},
    Message{"expired certificate", "the daemon finds the client's certificate over, or not begun",
            "time-client-expired time-future time-ca-expired", ask_verify},
    Message{"bad certificate", "the daemon refused the client's certificate, or got none; why stands in its log alone",
            "file-missing-client-pair chain-wrong-ca-daemon eku-client time-client-expired chain-int-missing-client", ask_log},
    Message{"doesn't contain any IP SANs", "the host is dialled by an address that the certificate does not hold",
            "san-no-ip san-localhost cfg-client-pair", ask_verify},
    Message{"relies on legacy Common Name field", "the certificate names its host in the common name, where nobody looks",
            "san-cn-only san-lost-extfile", ask_verify},
    Message{"certificate is not valid for any names", "the certificate holds no name of the kind that is dialled",
            "san-none-usable san-localhost", ask_verify},
    Message{"x509: certificate is valid for", "the host is dialled by a name or address that the certificate does not hold",
            "san-wrong-dns san-wrong-ip san-wild-depth san-dind san-ipv6 san-url", ask_verify},
    Message{"doesn't match", "the host is dialled by a name that the certificate does not hold",
            "san-wrong-dns sur-compose-py sur-ansible", ask_verify},
    Message{"has expired or is not yet valid", "a certificate is over, or not begun by this clock",
            "time-server-expired time-ca-expired time-future time-rotate", ask_probe},
    Message{"incompatible key usage", "a certificate is used for what it is not meant for",
            "eku-server eku-client eku-ca-nesting eku-int-nesting", ask_verify},
    Message{"extended key usage doesn't permit", "a certificate is used for what it is not meant for",
            "eku-client eku-ca-nesting", ask_verify},
    Message{"parent certificate cannot sign", "what signed it is no authority, by what its certificate says",
            "ca-no-bc ku-ca ca-leaf-signs ca-int-flags", ask_verify},
    Message{"not authorized to sign other certificates", "an intermediate does not say that it is an authority", "ca-int-flags",
            ask_verify},
    Message{"not authorized to sign for this name", "the authority is limited to other names", "nc-violation nc-unknown",
            ask_verify},
    Message{"too many intermediates", "the authority allows fewer authorities below it", "ca-pathlen", ask_verify},
    Message{"unhandled critical extension", "a certificate has an extension that must be understood, and is not",
            "ext-critical nc-unknown ext-policy", ask_verify},
    Message{"invalid policies", "an authority asks for a policy that a certificate does not have", "ext-policy", ask_verify},
    Message{"insecure algorithm", "a signature uses SHA-1 or MD5", "alg-sha1", ask_verify},
    Message{"algorithm unimplemented", "a signature is of a kind that Go does not know", "alg-sha224 alg-unsupported-key",
            ask_verify},
    Message{"verification error", "somebody of the authority's name signed it, but not with its key",
            "chain-same-subject alg-bad-signature sur-dind-race", ask_verify},
    Message{"does not include key usage extension", "Python wants the authority to have a keyUsage; Docker does not",
            "ku-ca-missing-py", ask_verify},
    Message{"signed by unknown authority", "the client does not know who signed the server's certificate",
            "chain-wrong-ca-client chain-same-subject chain-int-missing-server chain-selfsigned chain-dn file-bom-bundle",
            ask_probe},
    Message{"CERTIFICATE_VERIFY_FAILED", "the client does not accept the server's certificate",
            "chain-wrong-ca-client ku-ca-missing-py san-wrong-dns ca-v1-root", ask_verify},
    Message{"negative serial number", "a serial number is negative", "serial-negative", ask_verify},
    Message{"unsupported elliptic curve", "a key is on a curve that Go does not have", "alg-unsupported-key", ask_verify},
    Message{"larger than 8192 bits", "an RSA key is too long", "alg-rsa-huge", ask_verify},
    Message{"handshake failure", "the two found no signature that both can make", "alg-p224 alg-rsa-small eku-client", ask_probe},
    Message{"protocol version", "the client speaks no TLS 1.2", "sur-py-tls", ask_probe},
    Message{"HTTP request to an HTTPS server", "the client speaks without TLS to a port with it",
            "env-no-verify env-context-no-tls env-tls-certdir sur-compose-env sur-go-client sur-modem",
            "docker context ls; env | grep DOCKER"},
    Message{"malformed HTTP response", "the client speaks without TLS to a port with it", "env-no-verify env-context-no-tls",
            "env | grep DOCKER"},
    Message{"HTTP response to HTTPS client", "the client speaks TLS to a port without it",
            "env-tls-to-plain cfg-certs-no-verify lst-env-verify cfg-two-objects", ask_probe},
    Message{"first record does not look like a TLS handshake", "the other side does not speak TLS",
            "env-tls-to-plain env-proxy lst-scanners", ask_probe},
    Message{"oversized record received", "the other side does not speak TLS", "env-tls-to-plain", ask_probe},
    Message{"at unix://", "nothing answers on the socket", "lst-no-hosts", "ls -l /var/run/docker.sock; systemctl status docker"},
    Message{"Cannot connect to the Docker daemon", "nothing answers there, or a proxy does",
            "lst-firewall lst-port-default sur-dind-2375 env-proxy lst-no-addr cfg-host-key", ask_probe},
    Message{"connection refused", "nothing listens there", "lst-port-default lst-no-addr lst-firewall", "ss -ltnp on the host"},
    Message{"specified both as a flag and in the configuration file: hosts", "hosts stand in daemon.json and in the unit",
            "cfg-hosts-conflict", "systemctl cat docker"},
    Message{"specified both as a flag and in the configuration file", "a setting stands in daemon.json and as a flag",
            "cfg-flag-conflict", "systemctl cat docker"},
    Message{"don't match any configuration option", "daemon.json holds an unknown key", "cfg-unknown-key",
            "cat /etc/docker/daemon.json"},
    Message{"cannot unmarshal", "a value in daemon.json is of the wrong type", "cfg-types", "cat /etc/docker/daemon.json"},
    Message{"invalid character", "daemon.json is not JSON", "cfg-json cfg-bom cfg-two-objects",
            "python3 -m json.tool /etc/docker/daemon.json"},
    Message{"unexpected end of JSON input", "daemon.json is cut off", "cfg-json cfg-empty",
            "python3 -m json.tool /etc/docker/daemon.json"},
    Message{"socket activation", "fd:// without a socket from systemd", "lst-fd", "systemctl status docker.socket"},
    Message{"unsupported proto", "dockerd has no listener of this scheme", "lst-https lst-quotes",
            "systemctl cat docker; cat /etc/docker/daemon.json"},
    Message{"nvalid bind address format", "the host is not of the form that Docker reads",
            "env-scheme lst-https env-host-form lst-quotes", "env | grep DOCKER_HOST"},
    Message{"bind:", "dockerd cannot listen there", "lst-bind", "ss -ltnp"},
    Message{"more than one ExecStart=", "a drop-in adds a second command", "lst-systemd-execstart", "systemctl cat docker"},
    Message{"pid file found", "a dockerd runs already", "lst-pidfile", "systemctl status docker"},
    Message{"unknown flag", "the command line is not understood", "lst-flag-syntax env-flag-parts", "dockerd --help"},
    Message{"accepts no argument", "a word on the command line belongs to no flag", "lst-flag-syntax", "systemctl cat docker"},
    Message{"private key does not match public key", "key and certificate do not belong together",
            "file-key-mismatch file-wrong-order", ask_verify},
    Message{"private key type does not match", "key and certificate do not belong together", "file-key-mismatch file-wrong-order",
            ask_verify},
    Message{"private key is encrypted", "the key has a passphrase", "file-key-encrypted-client", ask_verify},
    Message{"PEM inputs may have been switched", "certificate and key are swapped", "file-swapped", ask_verify},
    Message{"found a certificate rather than a key", "certificate and key are swapped", "file-swapped", ask_verify},
    Message{"failed to parse private key", "the key has a passphrase, or is of a kind that Go does not read",
            "file-key-encrypted-server alg-unsupported-key file-openssh file-truncated", "head -1 KEY"},
    Message{"no valid private key found", "key.pem holds nothing that Go takes for PEM",
            "file-bom file-der file-truncated file-mangled-newlines", "head -c 40 key.pem | xxd"},
    Message{"failed to find any PEM data", "a file holds nothing that Go takes for PEM",
            "file-der file-bom file-truncated file-mangled-newlines", "head -c 40 FILE | xxd"},
    Message{"ca.pem seems invalid", "ca.pem holds no certificate that Go reads",
            "file-truncated file-bom file-mangled-newlines file-labels file-glued file-der", "head -c 40 ca.pem | xxd"},
    Message{"failed to append certificates from PEM file", "tlscacert holds no certificate that Go reads",
            "file-truncated file-bom file-labels file-duplicate-ext", "head -c 40 FILE | xxd"},
    Message{"duplicate extension", "a certificate has an extension twice", "san-dup-ext file-duplicate-ext", ask_verify},
    Message{"Could not load X509 key pair", "dockerd does not find its certificate or its key",
            "file-missing-daemon cfg-no-cert cfg-tilde cfg-relative cfg-path-blank lst-quotes", ask_daemon},
    Message{"could not read CA certificate", "the file of the authorities cannot be read",
            "file-missing-daemon cfg-tilde file-directory perm-snap lst-quotes", ask_daemon},
    Message{"Make sure the key is not encrypted",
            "dockerd found the pair, and cannot use it; the true reason stands before these words",
            "file-key-mismatch file-key-encrypted-server file-duplicate-ext alg-unsupported-key", ask_daemon},
    Message{"is a directory", "a folder stands where a file should", "file-directory", "ls -ld FILE"},
    Message{"permission denied", "a file may not be read", "perm-client perm-snap perm-selinux", "ls -l ~/.docker"},
    Message{"context not found", "the context does not exist", "env-context-missing", "docker context ls"},
    Message{"is not found on the file system", "the context in use does not exist", "env-context-missing", "docker context ls"},
    Message{"unable to resolve docker endpoint: open", "docker wants TLS, and finds no ca.pem",
            "file-missing-client-ca env-certpath env-home env-toolbox env-unix-tls", "env | grep DOCKER"},
    Message{"overrides the active context", "DOCKER_HOST wins over the context", "env-context-override", "docker context ls"},
    Message{"client version", "client and daemon share no API version", "env-api-version sur-api", "docker version"},
};

Explanation explain_kind(const FindingKind& kind) {
  return {.meaning = {}, .causes = {&kind}, .find_out = {}};
}

Explanation explain_message(const Message& message) {
  Explanation explanation{.meaning = std::string(message.meaning), .causes = {}, .find_out = std::string(message.find_out)};
  std::string_view rest = message.causes;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    explanation.causes.push_back(find_kind(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return explanation;
}

std::vector<std::string_view> all_ids() {
  std::vector<std::string_view> ids;
  for (const std::span<const FindingKind> kinds : finding_kinds())
    for (const FindingKind& kind : kinds)
      ids.push_back(kind.id);
  return ids;
}

} // namespace

std::vector<std::string> known_messages() {
  std::vector<std::string> parts;
  std::ranges::transform(messages, std::back_inserter(parts), [](const Message& message) { return std::string(message.part); });
  return parts;
}

Explanation explain(const std::string& text) {
  if (const FindingKind* const kind = find_kind(text))
    return explain_kind(*kind);
  const auto found =
      std::ranges::find_if(messages, [&](const Message& message) { return text.find(message.part) != std::string::npos; });
  if (found != messages.end())
    return explain_message(*found);
  const auto meant = nearest(text, all_ids());
  throw Error(Errc::not_found,
              "failed to explain '" + x509::printable(text, 60) + "': neither a finding's id nor a message that is known",
              meant ? "did you mean '" + std::string(*meant) + "'?"
                    : "give the whole line that docker or dockerd printed, in quotes");
}

} // namespace dockpki::app
