// daemon.json, dockerd's command line, and where it listens.
#include <array>

#include "app/finding_kinds.hpp"

namespace dockpki::app {
namespace {

using enum Severity;

constexpr std::array kinds = {
    FindingKind{"cfg-unknown-key", high,
                "daemon.json holds a key that dockerd does not know; they are tlsverify, tlscacert, tlscert, tlskey, hosts",
                "correct its spelling, small letters and no dashes"},
    FindingKind{"cfg-host-key", high, "'host' in daemon.json is let pass and ignored", "call it 'hosts', with a list"},
    FindingKind{"cfg-hosts-conflict", high,
                "hosts stand in daemon.json and as -H in the unit: dockerd takes them from one place only",
                "dockpki configure-daemon, which writes the drop-in that takes -H out"},
    FindingKind{"cfg-flag-conflict", high, "a setting stands in daemon.json and as a flag: dockerd takes it from one place only",
                "leave it in daemon.json, and take the flag out"},
    FindingKind{"cfg-flags-dropped", critical, "tlsverify stands in daemon.json, and so dockerd drops the paths given as flags",
                "move tlscacert, tlscert and tlskey to daemon.json"},
    FindingKind{"cfg-types", high, "a value in daemon.json is of the wrong type",
                "true and false without quotes; hosts is a list"},
    FindingKind{"cfg-value", high, "a setting of dockerd has a value that it does not take",
                "journalctl -u docker tells which; dockerd --help lists the settings"},
    FindingKind{"cfg-json", high, "daemon.json is not JSON", "python3 -m json.tool daemon.json tells where"},
    FindingKind{"cfg-bom", medium, "daemon.json begins with a byte order mark: 20.10 refuses it, later ones do not",
                "save it as UTF-8 without the mark"},
    FindingKind{"cfg-empty", medium, "daemon.json is empty: 20.10 refuses it, later ones do not",
                "write {} into it, or remove it"},
    FindingKind{"cfg-two-objects", critical,
                "something stands behind the object in daemon.json: 20.10 ignores it, TLS settings included",
                "put everything into one object"},
    FindingKind{"cfg-dup-key", high, "a key stands twice in daemon.json: the last one counts", "leave one of them"},
    FindingKind{"cfg-tilde", high, "a path holds ~ or a variable, which nobody expands there", "write the whole path"},
    FindingKind{"cfg-relative", high, "a path is relative to the folder that dockerd was started in", "write the whole path"},
    FindingKind{"cfg-path-blank", high, "a path begins or ends with a blank", "take it out"},
    FindingKind{"cfg-no-cert", high, "TLS is switched on without certificate and key", "name tlscert and tlskey"},
    FindingKind{
        "cfg-no-tlscacert", critical,
        "no tlscacert: clients are checked against the system's authorities, and everyone with a public certificate is root",
        "name the clients' authority as tlscacert"},
    FindingKind{"cfg-certs-no-verify", critical,
                "certificates are named, but TLS is not switched on: the port is open to everyone", "\"tlsverify\": true"},
    FindingKind{"cfg-tls-only", low, "tls alone means that clients are checked, too, whatever the help says",
                "say \"tlsverify\": true"},
    FindingKind{"cfg-tlsverify-false", critical, "tlsverify is false: TLS is on, and every client is root without a certificate",
                "\"tlsverify\": true"},
    FindingKind{"cfg-client-pair", high, "dockerd has a client's pair", "name server-cert.pem and server-key.pem"},
    FindingKind{"lst-plain", critical, "dockerd listens on TCP without TLS: whoever reaches the port is root",
                "dockpki configure-daemon"},
    FindingKind{"lst-https", high, "dockerd has no listener of this scheme", "write tcp://; tlsverify switches TLS on"},
    FindingKind{"lst-no-hosts", medium, "no hosts: what dockerd listens on then differs by version, and may not be what you want",
                "name unix:///var/run/docker.sock and tcp://ADDRESS:2376"},
    FindingKind{"lst-port-default", medium, "without a port it is 2375, with TLS too", "write the port, 2376"},
    FindingKind{"lst-no-addr", low, "without an address dockerd listens on localhost alone",
                "tcp://0.0.0.0:2376, if others are to reach it"},
    FindingKind{"lst-fd", high, "fd:// without a socket from systemd",
                "systemctl enable --now docker.socket, or unix:///var/run/docker.sock"},
    FindingKind{"lst-bind", high, "dockerd cannot listen there: no address of this machine, or in use, or not understood",
                "an address of this machine, or 0.0.0.0, and a port that is free: ss -ltnp"},
    FindingKind{"lst-flag-syntax", high, "dockerd does not understand its command line",
                "--tlsverify without a value, or --tlsverify=true"},
    FindingKind{"lst-quotes", medium, "a value holds quotes: dockerd took them off until 20.10, docker until 28",
                "take them out"},
    FindingKind{"lst-env-verify", critical,
                "DOCKER_TLS_VERIFY in dockerd's environment switches nothing on: the port is open to everyone",
                "\"tlsverify\": true in daemon.json"},
    FindingKind{"lst-systemd-execstart", high, "the drop-in adds a second ExecStart=, and systemd refuses the unit",
                "an empty 'ExecStart=' before it: dockpki configure-daemon"},
    FindingKind{"lst-pidfile", medium, "a dockerd runs already", "systemctl stop docker, or configure the service"},
    FindingKind{"lst-firewall", medium, "nothing answers at the port: a firewall, or the daemon listens elsewhere",
                "ss -ltnp on the host"},
    FindingKind{"lst-scanners", medium, "strangers knock at the port", "let the firewall admit the clients' addresses alone"},
    FindingKind{"lst-unreachable", high, "nothing listens where the client dials", "dial what the daemon listens on"},
};

} // namespace

std::span<const FindingKind> daemon_kinds() {
  return kinds;
}

} // namespace dockpki::app
