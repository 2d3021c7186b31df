// What an audit finds in the daemon's configuration, and in the owners and modes of its files: CIS sections 2 and 3.
#include <array>

#include "app/finding_kinds.hpp"

namespace dockpki::app {
namespace {

using enum Severity;

constexpr std::array kinds = {
    FindingKind{"cis-daemon-tls", critical, "dockerd's TCP port does not ask clients for a certificate of an authority of yours",
                "dockpki configure-daemon", "CIS Docker 1.6.0 2.7 (1.2.0: 2.6)"},
    FindingKind{"cis-authorization", low, "no authorization plugin: whoever is let in may do everything",
                "name one in \"authorization-plugins\" of daemon.json", "CIS Docker 1.6.0 2.12 (1.2.0: 2.11)"},
    FindingKind{"cis-live-restore", low, "a restart of dockerd stops the containers, so that renewals are put off",
                "\"live-restore\": true in daemon.json, or dockpki configure-daemon --live-restore",
                "CIS Docker 1.6.0 2.15 (1.2.0: 2.13)"},
    FindingKind{"authorization-by-flag", high,
                "the authorization plugin is given as a flag: the next reload (SIGHUP) switches it off without a word",
                "move it to \"authorization-plugins\" in daemon.json",
                "moby daemon/reload.go; docs.docker.com dockerd, Configuration reload"},
    FindingKind{"authorization-grpc", medium,
                "over a TCP socket from systemd, Docker 29.2 and later let gRPC pass by the authorization plugin",
                "take the TCP port out of docker.socket, and name it in \"hosts\" of daemon.json",
                "moby cmd/dockerd/daemon.go (29.2)"},
    FindingKind{"unit-variable", low, "dockerd is given a variable that only docker looks at: it has no effect",
                "take it out of the unit; \"tlsverify\": true in daemon.json is what switches TLS on",
                "docs.docker.com dockerd, Environment variables"},
    FindingKind{"unit-not-understood", medium, "what starts dockerd could not be told",
                "systemctl cat docker.service shows the unit with its drop-ins", "systemd.service(5)"},
    FindingKind{"restart-pending", medium,
                "dockerd runs with something else than its files say now: it reads them only when it starts",
                "systemctl daemon-reload && systemctl restart docker", "moby cmd/dockerd/daemon.go; systemd.unit(5)"},
    FindingKind{"time-soon", medium, "a certificate ends within 30 days", "dockpki renew, then restart what reads it",
                "RFC 5280 4.1.2.5"},
    FindingKind{"parent-writable", high, "others may write to a folder on the way to dockerd's files, and so exchange them",
                "chmod go-w FOLDER; chown root:root FOLDER", "path_resolution(7)"},
    FindingKind{"cis-service-owner", high,
                "docker.service, a drop-in or an environment file of it belongs to somebody else than root",
                "chown root:root FILE", "CIS Docker 1.6.0 3.1 (1.2.0: 3.1)"},
    FindingKind{"cis-service-mode", medium, "docker.service, a drop-in or an environment file of it has a wider mode than 0644",
                "chmod 0644 FILE", "CIS Docker 1.6.0 3.2 (1.2.0: 3.2)"},
    FindingKind{"cis-socket-unit-owner", high, "docker.socket, or a drop-in of it, belongs to somebody else than root",
                "chown root:root FILE", "CIS Docker 1.6.0 3.3 (1.2.0: 3.3)"},
    FindingKind{"cis-socket-unit-mode", medium, "docker.socket, or a drop-in of it, has a wider mode than 0644",
                "chmod 0644 FILE", "CIS Docker 1.6.0 3.4 (1.2.0: 3.4)"},
    FindingKind{"cis-folder-owner", high, "the folder of dockerd's configuration belongs to somebody else than root",
                "chown root:root /etc/docker", "CIS Docker 1.6.0 3.5 (1.2.0: 3.5)"},
    FindingKind{"cis-folder-mode", medium, "the folder of dockerd's configuration has a wider mode than 0755",
                "chmod 0755 /etc/docker", "CIS Docker 1.6.0 3.6 (1.2.0: 3.6)"},
    FindingKind{"cis-registry-owner", high, "a file of certs.d belongs to somebody else than root", "chown root:root FILE",
                "CIS Docker 1.6.0 3.7 (1.2.0: 3.7)"},
    FindingKind{"cis-registry-mode", medium, "a file of certs.d has a wider mode than 0444, or a key than 0400",
                "chmod 0444 FILE; chmod 0400 KEY", "CIS Docker 1.6.0 3.8 (1.2.0: 3.8)"},
    FindingKind{"cis-ca-owner", high, "the file of the clients' authorities (tlscacert) belongs to somebody else than root",
                "chown root:root FILE", "CIS Docker 1.6.0 3.9 (1.2.0: 3.9)"},
    FindingKind{"cis-ca-mode", medium, "the file of the clients' authorities (tlscacert) has a wider mode than 0444",
                "chmod 0444 FILE", "CIS Docker 1.6.0 3.10 (1.2.0: 3.10)"},
    FindingKind{"cis-server-cert-owner", high, "the server's certificate (tlscert) belongs to somebody else than root",
                "chown root:root FILE", "CIS Docker 1.6.0 3.11 (1.2.0: 3.11)"},
    FindingKind{"cis-server-cert-mode", medium, "the server's certificate (tlscert) has a wider mode than 0444",
                "chmod 0444 FILE", "CIS Docker 1.6.0 3.12 (1.2.0: 3.12)"},
    FindingKind{"cis-server-key-owner", high, "the server's key (tlskey) belongs to somebody else than root",
                "chown root:root FILE", "CIS Docker 1.6.0 3.13 (1.2.0: 3.13)"},
    FindingKind{"cis-server-key-mode", medium, "the server's key (tlskey) has a wider mode than 0400", "chmod 0400 FILE",
                "CIS Docker 1.6.0 3.14 (1.2.0: 3.14)"},
    FindingKind{"cis-docker-socket-owner", high, "Docker's socket belongs to others than root and the group docker",
                "chown root:docker /run/docker.sock", "CIS Docker 1.6.0 3.15 (1.2.0: 3.15)"},
    FindingKind{"cis-docker-socket-mode", critical, "Docker's socket is open to more than its owner and its group: they are root",
                "chmod 0660 /run/docker.sock; SocketMode=0660 in docker.socket", "CIS Docker 1.6.0 3.16 (1.2.0: 3.16)"},
    FindingKind{"cis-daemon-json-owner", high, "daemon.json belongs to somebody else than root", "chown root:root FILE",
                "CIS Docker 1.6.0 3.17 (1.2.0: 3.17)"},
    FindingKind{"cis-daemon-json-mode", medium, "daemon.json has a wider mode than 0644", "chmod 0644 FILE",
                "CIS Docker 1.6.0 3.18 (1.2.0: 3.18)"},
    FindingKind{"cis-default-owner", high, "/etc/default/docker belongs to somebody else than root",
                "chown root:root /etc/default/docker", "CIS Docker 1.6.0 3.19 (1.2.0: 3.19)"},
    FindingKind{"cis-default-mode", medium, "/etc/default/docker has a wider mode than 0644", "chmod 0644 /etc/default/docker",
                "CIS Docker 1.6.0 3.20 (1.2.0: 3.22)"},
    FindingKind{"cis-sysconfig-mode", medium, "/etc/sysconfig/docker has a wider mode than 0644",
                "chmod 0644 /etc/sysconfig/docker", "CIS Docker 1.6.0 3.21 (1.2.0: 3.21)"},
    FindingKind{"cis-sysconfig-owner", high, "/etc/sysconfig/docker belongs to somebody else than root",
                "chown root:root /etc/sysconfig/docker", "CIS Docker 1.6.0 3.22 (1.2.0: 3.20)"},
    FindingKind{"cis-containerd-owner", high, "containerd's socket belongs to somebody else than root",
                "chown root:root /run/containerd/containerd.sock", "CIS Docker 1.6.0 3.23 (not in 1.2.0)"},
    FindingKind{"cis-containerd-mode", critical,
                "containerd's socket is open to more than its owner and its group: they are root",
                "chmod 0660 /run/containerd/containerd.sock", "CIS Docker 1.6.0 3.24 (not in 1.2.0)"},
};

} // namespace

std::span<const FindingKind> audit_daemon_kinds() {
  return kinds;
}

} // namespace dockpki::app
