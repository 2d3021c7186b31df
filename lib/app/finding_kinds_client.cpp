// The client's environment and contexts, and the programs around Docker.
#include <array>

#include "app/finding_kinds.hpp"

namespace dockpki::app {
namespace {

using enum Severity;

constexpr std::array kinds = {
    FindingKind{"env-no-verify", high, "the client speaks without TLS to a port that wants it",
                "eval \"$(dockpki env --host tcp://HOST:2376)\"; or export DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH",
                "docker/cli cli/flags/options.go"},
    FindingKind{"env-verify-0", low, "DOCKER_TLS_VERIFY switches verification on whatever it holds, 0 and false too",
                "unset DOCKER_TLS_VERIFY", "docker/cli cli/flags/options.go"},
    FindingKind{"env-tls-to-plain", high, "the client speaks TLS to a port without it",
                "on the daemon's machine: dockpki configure-daemon --restart-docker", "Go net/http transport.go"},
    FindingKind{"env-certpath", high, "DOCKER_CERT_PATH does not name the folder that holds ca.pem, cert.pem and key.pem",
                "export DOCKER_CERT_PATH=/DIR, one whole path without quotes, with ca.pem, cert.pem and key.pem in it",
                "docker/cli cli/flags/options.go"},
    FindingKind{"env-toolbox", high, "variables are left over from Docker Toolbox, docker-machine or minikube",
                "unset DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH", "docker/cli cli/flags/options.go; docker-machine env"},
    FindingKind{"env-home", high, "HOME or DOCKER_CONFIG is another one (sudo, cron, CI), and its files are not there",
                "export DOCKER_CERT_PATH=/home/YOU/.docker, or put ca.pem, cert.pem and key.pem into FOLDER",
                "docker/cli cli/config/config.go"},
    FindingKind{"env-scheme", high, "DOCKER_HOST has a scheme that docker does not know",
                "export DOCKER_HOST=tcp://HOST:2376; DOCKER_TLS_VERIFY=1 switches TLS on", "docker/cli opts/hosts.go"},
    FindingKind{"env-host-form", high, "DOCKER_HOST is not of the form tcp://HOST:PORT",
                "export DOCKER_HOST=tcp://HOST:PORT: an IPv6 address in brackets, and nothing else", "docker/cli opts/hosts.go"},
    FindingKind{"env-unresolved", high, "the name that docker dials leads to no address on this machine",
                "getent hosts HOST tells; put the name into DNS or /etc/hosts, or dial by one that leads there",
                "getaddrinfo(3)"},
    FindingKind{"env-unix-tls", medium, "DOCKER_TLS_VERIFY is set for a Unix socket: 20.10 fails, later ones want the files",
                "unset DOCKER_TLS_VERIFY", "docker/cli cli/flags/options.go; moby client/options.go"},
    FindingKind{"env-context-override", medium, "DOCKER_HOST wins over the context in use",
                "unset DOCKER_HOST, or docker --context NAME", "docker/cli cli/command/cli.go (resolveContextName)"},
    FindingKind{"env-context-no-tls", high, "the context has no TLS files, and variables do not count for it",
                "dockpki configure-client --host tcp://HOST:2376 --context CONTEXT", "docker/cli cli/context/docker/load.go"},
    FindingKind{"env-context-parts", high, "the context lacks some of ca, cert and key",
                "dockpki configure-client --host tcp://HOST:2376 --context CONTEXT", "docker/cli cli/context/docker/load.go"},
    FindingKind{"env-context-missing", high, "the context that is named does not exist",
                "docker context ls; docker context use default; unset DOCKER_CONTEXT", "docker/cli cli/context/store"},
    FindingKind{"env-context-extra-file", low, "a file among the context's TLS files is none of its", "rm FILE",
                "docker/cli cli/context/docker/load.go"},
    FindingKind{"env-config-unreadable", medium, "config.json cannot be read, and docker goes on without it",
                "mend or remove FILE: python3 -m json.tool FILE tells where it is wrong", "docker/cli cli/config/config.go"},
    FindingKind{"env-daemon-keys", low, "keys of daemon.json stand in the client's config.json, where they do nothing",
                "move them from FILE to /etc/docker/daemon.json on the daemon's machine",
                "docker/cli cli/config/configfile/file.go"},
    FindingKind{"env-proxy", high, "a proxy stands between the client and the daemon", "export NO_PROXY=\"$NO_PROXY,HOST\"",
                "Go net/http (ProxyFromEnvironment)"},
    FindingKind{"env-flag-parts", high, "docker's TLS flags are incomplete, or stand behind the command",
                "--tlscacert, --tlscert and --tlskey, all before the command", "docker/cli cli/flags/options.go"},
    FindingKind{"env-tls-certdir", high, "DOCKER_TLS_CERTDIR is docker-in-docker's own, and means nothing to a client",
                "export DOCKER_CERT_PATH=$DOCKER_TLS_CERTDIR/client DOCKER_TLS_VERIFY=1",
                "docker-library/docker dockerd-entrypoint.sh"},
    FindingKind{"env-panic", high, "--tlscacert is empty: 20.10 crashes, later ones trust the system's authorities",
                "name a file", "go-connections tlsconfig; moby cmd/dockerd/options.go"},
    FindingKind{"env-api-version", high, "DOCKER_API_VERSION asks for what the daemon does not speak", "unset DOCKER_API_VERSION",
                "moby client/client.go"},
    // Around Docker
    FindingKind{"sur-dind-2375", high, "docker-in-docker listens on 2376 with TLS since 19.03, and the client dials 2375",
                "DOCKER_HOST=tcp://docker:2376 DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=/certs/client",
                "docker-library/docker dockerd-entrypoint.sh"},
    FindingKind{"sur-dind-volume", high, "docker-in-docker's /certs/client is not shared with the job",
                "mount /certs/client in both", "docker-library/docker dockerd-entrypoint.sh"},
    FindingKind{"sur-dind-race", high,
                "the job began before docker-in-docker had made its certificates, or they are of an older one",
                "wait for ca.pem; remove the volume", "docker-library/docker dockerd-entrypoint.sh"},
    FindingKind{"sur-compose-env", high, "this version of Compose or buildx loses the TLS settings",
                "upgrade it, or use a context", "docker/compose issues 9789, 12952; docker/buildx issue 3081"},
    FindingKind{"sur-compose-py", high, "Compose v1 and docker-py of old do not match addresses", "upgrade them",
                "docker/compose issue 2431; docker-py issue 731"},
    FindingKind{"sur-py-tls", high, "an old OpenSSL or Python without TLS 1.2", "upgrade it",
                "RFC 8446 4.1.3; go-connections tlsconfig (TLS 1.2 at least)"},
    FindingKind{"sur-ansible", high, "Ansible's modules check the name 'localhost' unless told otherwise",
                "tls_hostname: HOST, in the task", "ansible community.docker issues 128, 1225"},
    FindingKind{"sur-jenkins", high, "old docker-java reads neither PKCS #8 nor EC keys nor chains", "docker-java 3.2.2 or later",
                "docker-java issue 441; jenkinsci/docker-plugin issue 825"},
    FindingKind{"sur-portainer", high, "Portainer wants all three files, and no intermediates",
                "upload ca.pem, cert.pem and key.pem", "portainer issues 2743, 768"},
    FindingKind{"sur-modem", high, "dockerode speaks TLS on port 2376 or with DOCKER_TLS_VERIFY=1 alone", "use port 2376",
                "docker-modem lib/modem.js"},
    FindingKind{"sur-go-client", high, "programs with Docker's Go library speak TLS only if DOCKER_CERT_PATH is set",
                "export DOCKER_CERT_PATH", "moby client/options.go (FromEnv)"},
    FindingKind{"sur-contexts-tools", high, "a tool reads the context's host, and not its TLS files",
                "export DOCKER_HOST and DOCKER_CERT_PATH for it", "docker/cli cli/context/store"},
    FindingKind{"sur-desktop", info, "Docker Desktop offers no TLS port", "use a context to another host, or ssh",
                "docker/for-win issue 837"},
    FindingKind{"sur-testcontainers", high,
                "Testcontainers is given a DOCKER_HOST or DOCKER_TLS_VERIFY that docker does not take",
                "tcp://, and DOCKER_TLS_VERIFY unset for no TLS", "testcontainers-python issue 521"},
    FindingKind{"sur-api", high, "it looks like TLS and is not: client and daemon share no API version",
                "unset DOCKER_API_VERSION; upgrade", "moby api/server/middleware/version.go"},
};

} // namespace

std::span<const FindingKind> client_kinds() {
  return kinds;
}

} // namespace dockpki::app
