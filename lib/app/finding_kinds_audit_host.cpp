// What an audit finds beside the daemon: clients' files, and who else is root.
#include <array>

#include "app/finding_kinds.hpp"

namespace dockpki::app {
namespace {

using enum Severity;

constexpr std::array kinds = {
    // Clients
    FindingKind{"key-owner", high, "a private key belongs to somebody else, who can read and replace it",
                "chown USER KEY; dockpki renew --rekey"},
    FindingKind{"key-folder", high, "others can write a folder on the way to a private key, and put another one there",
                "chmod go-w FOLDER"},
    FindingKind{"client-unverified", high, "docker does not check whom it talks to: whoever stands in between is the daemon",
                "dockpki configure-client --host tcp://HOST:2376 --context NAME"},
    FindingKind{"client-plain-port", high, "docker is told to dial 2375, the port without TLS: whoever stands in between is root",
                "dockpki configure-daemon there, then dockpki configure-client --host tcp://HOST:2376"},
    FindingKind{"env-requests-bundle", medium,
                "docker-py checks the daemon against this bundle and not against ca.pem, as all do that use requests",
                "unset REQUESTS_CA_BUNDLE CURL_CA_BUNDLE"},
    FindingKind{"registry-pair", high, "half of a pair for a registry: dockerd needs NAME.cert and NAME.key, and refuses it",
                "put the other half beside it, or remove this one"},
    FindingKind{"registry-crt", medium, "a client's certificate is called .crt, and is taken for a registry's authority",
                "mv NAME.crt NAME.cert"},
    // The host
    FindingKind{"host-docker-group", medium, "members of the group docker are root without a password",
                "gpasswd --delete USER docker; of one whose first group it is: usermod --gid GROUP USER",
                "CIS Docker 1.6.0 1.1.2 (1.2.0: 1.2.2)"},
    FindingKind{"host-sshd-password", medium, "sshd takes passwords, which can be guessed",
                "echo 'PasswordAuthentication no' > /etc/ssh/sshd_config.d/00-keys-only.conf; systemctl reload ssh",
                "sshd_config(5)"},
    FindingKind{"host-sshd-root", medium, "sshd lets root in by whatever it takes, passwords included where it takes them",
                "echo 'PermitRootLogin prohibit-password' > /etc/ssh/sshd_config.d/00-root.conf; systemctl reload ssh",
                "sshd_config(5)"},
    FindingKind{"host-port-open", low, "a port of dockerd is open on every address, or on a public one",
                "listen on one address of an internal network, or let the firewall admit the clients alone"},
    FindingKind{"host-port-2375", high, "something listens on 2375, Docker's port without TLS",
                "ss -ltnp 'sport = :2375' tells what; dockpki probe tcp://HOST:2375 tells whether it is dockerd"},
    FindingKind{"host-data-plain", info,
                "the disk below Docker's data is not encrypted: images, volumes and secrets are readable on it",
                "move it to an encrypted device (cryptsetup), and name that as data-root"},
};

} // namespace

std::span<const FindingKind> audit_host_kinds() {
  return kinds;
}

} // namespace dockpki::app
