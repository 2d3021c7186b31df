// daemon.json, dockerd's command line, and where it listens.
#include <array>

#include "app/finding_kinds.hpp"

namespace dockpki::app {
namespace {

using enum Severity;

constexpr std::array kinds = {
    FindingKind{"cfg-unknown-key", high,
                "daemon.json holds a key that dockerd does not know; they are tlsverify, tlscacert, tlscert, tlskey, hosts",
                "correct its spelling in FILE: small letters and no dashes",
                "moby daemon/config/config.go (findConfigurationConflicts)"},
    FindingKind{"cfg-host-key", high, "'host' in daemon.json is let pass and ignored",
                "in FILE: \"hosts\": [\"tcp://ADDRESS:2376\"]", "moby daemon/config/config.go"},
    FindingKind{"cfg-hosts-conflict", high,
                "hosts stand in daemon.json and as -H in the unit: dockerd takes them from one place only",
                "dockpki configure-daemon --restart-docker, which writes the drop-in that takes -H out",
                "moby daemon/config/config.go (findConfigurationConflicts)"},
    FindingKind{"cfg-flag-conflict", high, "a setting stands in daemon.json and as a flag: dockerd takes it from one place only",
                "leave it in FILE, and take the flag out: systemctl edit docker",
                "moby daemon/config/config.go (findConfigurationConflicts)"},
    FindingKind{"cfg-flags-dropped", critical, "tlsverify stands in daemon.json, and so dockerd drops the paths given as flags",
                "move tlscacert, tlscert and tlskey to FILE", "moby cmd/dockerd/options.go (SetDefaultOptions)"},
    FindingKind{"cfg-types", high, "a value in daemon.json is of the wrong type",
                "in FILE: true and false without quotes; hosts is a list",
                "Go encoding/json; docs.docker.com dockerd daemon.json"},
    FindingKind{"cfg-value", high, "a setting of dockerd has a value that it does not take",
                "journalctl -u docker tells which; dockerd --help lists the settings", "moby daemon/config/config.go (Validate)"},
    FindingKind{"cfg-json", high, "daemon.json is not JSON", "python3 -m json.tool FILE tells where",
                "RFC 8259; Go encoding/json"},
    FindingKind{"cfg-bom", medium, "daemon.json begins with a byte order mark: 20.10 refuses it, later ones do not",
                "sed -i '1s/^\\xEF\\xBB\\xBF//' FILE", "RFC 8259 8.1; moby PR 43940"},
    FindingKind{"cfg-empty", medium, "daemon.json is empty: 20.10 refuses it, later ones do not", "echo '{}' > FILE",
                "moby daemon/config/config.go (getConflictFreeConfiguration)"},
    FindingKind{"cfg-two-objects", critical,
                "something stands behind the object in daemon.json: 20.10 ignores it, TLS settings included",
                "put everything into one object in FILE", "Go encoding/json Decoder.Decode; moby daemon/config/config.go"},
    FindingKind{"cfg-dup-key", high, "a key stands twice in daemon.json: the last one counts", "leave one of them in FILE",
                "RFC 8259 4; Go encoding/json"},
    FindingKind{"cfg-tilde", high, "a path holds ~ or a variable, which nobody expands there", "write the whole path",
                "dockerd expands nothing; go-connections tlsconfig"},
    FindingKind{"cfg-relative", high, "a path is relative to the folder that dockerd was started in", "write the whole path",
                "open(2); moby cmd/dockerd/daemon.go"},
    FindingKind{"cfg-path-blank", high, "a path begins or ends with a blank", "take it out", "open(2); go-connections tlsconfig"},
    FindingKind{"cfg-no-cert", high, "TLS is switched on without certificate and key",
                "dockpki configure-daemon, or name tlscert and tlskey", "moby cmd/dockerd/options.go; go-connections tlsconfig"},
    FindingKind{
        "cfg-no-tlscacert", critical,
        "no tlscacert: clients are checked against the system's authorities, and everyone with a public certificate is root",
        "dockpki configure-daemon, or name the clients' authority as tlscacert",
        "go-connections tlsconfig: no CAFile, system roots; CIS Docker 1.6.0 2.7 (1.2.0: 2.6)"},
    FindingKind{"cfg-certs-no-verify", critical,
                "certificates are named, but TLS is not switched on: the port is open to everyone",
                "dockpki configure-daemon --restart-docker, or \"tlsverify\": true in daemon.json",
                "moby cmd/dockerd/options.go; CIS Docker 1.6.0 2.7 (1.2.0: 2.6)"},
    FindingKind{"cfg-tls-only", low, "tls alone means that clients are checked, too, whatever the help says",
                "say \"tlsverify\": true", "moby cmd/dockerd/daemon.go; CIS Docker 1.6.0 2.7 (1.2.0: 2.6)"},
    FindingKind{"cfg-tlsverify-false", critical, "tlsverify is false: TLS is on, and every client is root without a certificate",
                "dockpki configure-daemon --restart-docker, or \"tlsverify\": true in daemon.json",
                "moby cmd/dockerd/daemon.go; CIS Docker 1.6.0 2.7 (1.2.0: 2.6)"},
    FindingKind{"cfg-client-pair", high, "dockerd has a client's pair", "name server-cert.pem and server-key.pem",
                "RFC 5280 4.2.1.12; docs.docker.com Protect the Docker daemon socket"},
    FindingKind{"lst-plain", critical, "dockerd listens on TCP without TLS: whoever reaches the port is root",
                "dockpki configure-daemon --restart-docker",
                "docs.docker.com Protect the Docker daemon socket; CIS Docker 1.6.0 2.7 (1.2.0: 2.6)"},
    FindingKind{"lst-https", high, "dockerd has no listener of this scheme", "write tcp://; tlsverify switches TLS on",
                "moby opts/hosts.go"},
    FindingKind{"lst-no-hosts", medium, "no hosts: what dockerd listens on then differs by version, and may not be what you want",
                "name unix:///var/run/docker.sock and tcp://ADDRESS:2376", "moby opts/hosts.go; cmd/dockerd/daemon.go"},
    FindingKind{"lst-port-default", medium, "without a port it is 2375, with TLS too", "write the port, 2376",
                "moby opts/hosts.go"},
    FindingKind{"lst-no-addr", low, "without an address dockerd listens on localhost alone",
                "tcp://0.0.0.0:2376, if others are to reach it", "moby opts/hosts.go"},
    FindingKind{"lst-fd", high, "fd:// without a socket from systemd",
                "systemctl enable --now docker.socket, or unix:///var/run/docker.sock",
                "moby daemon/listeners; systemd.socket(5)"},
    FindingKind{"lst-bind", high, "dockerd cannot listen there: no address of this machine, or in use, or not understood",
                "an address of this machine, or 0.0.0.0, and a port that is free: ss -ltnp", "bind(2); moby daemon/listeners"},
    FindingKind{"lst-flag-syntax", high, "dockerd does not understand its command line",
                "--tlsverify without a value, or --tlsverify=true", "moby cmd/dockerd; spf13/pflag"},
    FindingKind{"lst-quotes", medium, "a value holds quotes: dockerd took them off until 20.10, docker until 28", "take them out",
                "docker/cli docs/deprecated.md; systemd.exec(5) EnvironmentFile"},
    FindingKind{"lst-env-verify", critical,
                "DOCKER_TLS_VERIFY in dockerd's environment switches nothing on: the port is open to everyone",
                "dockpki configure-daemon --restart-docker, or \"tlsverify\": true in daemon.json",
                "moby cmd/dockerd/options.go; CIS Docker 1.6.0 2.7 (1.2.0: 2.6)"},
    FindingKind{"lst-systemd-execstart", high, "the drop-in adds a second ExecStart=, and systemd refuses the unit",
                "dockpki configure-daemon --restart-docker; or an empty 'ExecStart=' line before it: systemctl edit docker",
                "systemd.service(5) ExecStart="},
    FindingKind{"lst-pidfile", medium, "a dockerd runs already", "systemctl stop docker, or configure the service",
                "moby cmd/dockerd/daemon.go (pidfile)"},
    FindingKind{"lst-firewall", medium, "nothing answers at the port: a firewall, or the daemon listens elsewhere",
                "ss -ltnp on the host", "connect(2); docs.docker.com Packet filtering and firewalls"},
    FindingKind{"lst-scanners", medium, "strangers knock at the port", "let the firewall admit the clients' addresses alone",
                "RFC 8446 6.2; Go net/http server.go"},
    FindingKind{"lst-unreachable", high, "nothing listens where the client dials", "dial what the daemon listens on",
                "connect(2); moby daemon/listeners"},
};

} // namespace

std::span<const FindingKind> daemon_kinds() {
  return kinds;
}

} // namespace dockpki::app
