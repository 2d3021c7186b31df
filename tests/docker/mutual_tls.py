#!/usr/bin/env python3
"""A real dockerd with the set that dockpki issued: its own clients get in, everybody else is refused, each for the right reason.

Argument: the type of all keys."""
import sys

from docker_client import ask, data_folder, find_clients, handshake_error, make_client_home
from harness import Dockerd, check, check_equal, check_in, clean_env, dockpki, need_root, need_tool, run, run_dockpki, run_tests, temp_folder

KEY = sys.argv[1] if len(sys.argv) > 1 else "p256"
FAR_ADDRESS = "127.0.0.2"  # the daemon listens there as well, but the certificate does not name it


def issue(home, *args):
    return run_dockpki(home, *args, "--key", KEY)


def issue_in_the_past(home, ago, *args):
    env = clean_env(home.parent, FAKETIME_DONT_FAKE_MONOTONIC=1)
    return run(["faketime", "-f", ago, dockpki(), "--home", home, *args, "--key", KEY], env=env, check=True)


class Scene:
    """The sets, made once for all tests, and the daemon that uses one of them."""

    def __init__(self, folder):
        self.folder, self.home = folder, folder / "home"
        self.clients = find_clients()
        self.make_own_sets()
        self.ca = self.home / "authorities/g1/ca.pem"
        self.server = self.home / "servers/localhost"
        self.daemon = Dockerd(self.server, folder / "dockerd", [FAR_ADDRESS])

    def make_own_sets(self):
        issue_in_the_past(self.home, "-2d", "init-ca", "--no-passphrase", "--name", "Shared name")
        issue_in_the_past(self.home, "-1d", "issue-client", "--name", "late", "--lifetime", "1h")
        issue(self.home, "issue-server", "--dns", "localhost", "--ip", "127.0.0.1")
        issue(self.home, "issue-client")

    def make_foreign_client(self, name, ca_name):
        """A client of another authority, that trusts this daemon's authority all the same."""
        home = self.folder / name / "home"
        home.parent.mkdir()
        issue(home, "init-ca", "--no-passphrase", "--name", ca_name)
        issue(home, "issue-client", "--name", name)
        files = home / "clients" / name
        return make_client_home(self.folder / name / "user", self.ca, files / "cert.pem", files / "key.pem")

    def each_client_is_refused(self, home, daemon_reason):
        for kind, program in self.clients.items():
            result, errors = handshake_error(self.daemon, lambda: ask(program, home, self.daemon.host))
            check(result.code != 0 and "Server:" not in result.stdout, f"the {kind} fails", str(result))
            check(all(daemon_reason in line for line in errors.splitlines()), f"the daemon's reason: {daemon_reason}", errors)

    # ---- who gets in

    def own_client_gets_in(self):
        for kind, program in self.clients.items():
            for host in ("127.0.0.1", "localhost"):
                address = f"tcp://{host}:{self.daemon.port}"
                result = ask(program, self.folder, address)
                check(result.code == 0 and "Server:" in result.stdout, f"the {kind} gets in as {host}", str(result))
                check_equal(data_folder(program, self.folder, address), str(self.daemon.work / "data"), "it is this daemon that answers")

    # ---- who does not

    def no_certificate_is_refused(self):
        home = make_client_home(self.folder / "nobody", self.ca)
        self.each_client_is_refused(home, "tls: client didn't provide a certificate")

    def client_of_another_authority_of_the_same_name_is_refused(self):
        self.each_client_is_refused(self.make_foreign_client("namesake", "Shared name"), "x509: certificate signed by unknown authority")

    def client_of_another_authority_is_refused(self):
        home = self.make_foreign_client("stranger", "Another name")
        # Go's client sends no certificate at all if the daemon asks for other issuers; curl sends it, so that the daemon has to judge.
        self.each_client_is_refused(home, "tls: client didn't provide a certificate")
        files = home / ".docker"
        curl = ["curl", "-sS", "--cacert", self.ca, "--cert", files / "cert.pem", "--key", files / "key.pem", f"https://127.0.0.1:{self.daemon.port}/_ping"]
        result, errors = handshake_error(self.daemon, lambda: run(curl))
        check(result.code != 0, "curl with that certificate fails", str(result))
        check_in("x509: certificate signed by unknown authority", errors, "the daemon's reason: unknown authority")

    def server_certificate_as_client_is_refused(self):
        home = make_client_home(self.folder / "swapped", self.ca, self.server / "server-cert.pem", self.server / "server-key.pem")
        self.each_client_is_refused(home, "x509: certificate specifies an incompatible key usage")

    def expired_client_is_refused(self):
        files = self.home / "clients/late"
        home = make_client_home(self.folder / "late-user", self.ca, files / "cert.pem", files / "key.pem")
        self.each_client_is_refused(home, "x509: certificate has expired")

    def host_outside_the_names_is_refused_by_the_client(self):
        for kind, program in self.clients.items():
            result = ask(program, self.folder, f"tcp://{FAR_ADDRESS}:{self.daemon.port}")
            check(result.code != 0, f"the {kind} fails", str(result))
            check_in(f"x509: certificate is valid for 127.0.0.1, not {FAR_ADDRESS}", result.stderr, f"the {kind}'s reason: the address is not in the certificate")

    def client_of_a_foreign_server_refuses(self):
        strangers_ca = self.folder / "stranger/home/authorities/g1/ca.pem"
        home = make_client_home(self.folder / "distrustful", strangers_ca, self.folder / ".docker/cert.pem", self.folder / ".docker/key.pem")
        for kind, program in self.clients.items():
            result = ask(program, home, self.daemon.host)
            check(result.code != 0, f"the {kind} fails", str(result))
            check_in("x509: certificate signed by unknown authority", result.stderr, f"the {kind}'s reason: it does not trust this server's authority")

    def plain_http_is_refused(self):
        refusal = "Client sent an HTTP request to an HTTPS server"
        result = run(["curl", "-sS", "-w", "%{http_code}", f"http://127.0.0.1:{self.daemon.port}/version"])
        check(refusal in result.stdout and result.stdout.endswith("400"), f"curl gets 400 {refusal}", str(result))
        for kind, program in self.clients.items():
            result = ask(program, self.folder, self.daemon.host, tls=False)
            check(result.code != 0 and refusal in result.stderr, f"the {kind} without TLS gets the same", str(result))


def main():
    need_root()
    need_tool("dockerd", "docker.io")
    need_tool("faketime", "faketime")
    need_tool("curl", "curl")
    with temp_folder() as folder:
        scene = Scene(folder)
        with scene.daemon:
            run_tests(scene.own_client_gets_in, scene.no_certificate_is_refused, scene.client_of_another_authority_of_the_same_name_is_refused,
                      scene.client_of_another_authority_is_refused, scene.server_certificate_as_client_is_refused, scene.expired_client_is_refused,
                      scene.host_outside_the_names_is_refused_by_the_client, scene.client_of_a_foreign_server_refuses, scene.plain_http_is_refused,
                      scene.own_client_gets_in)


if __name__ == "__main__":
    main()
