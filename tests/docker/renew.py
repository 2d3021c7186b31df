#!/usr/bin/env python3
"""A real dockerd and a real docker context: after a renewal both are as they were before, with new certificates, once dockerd was restarted."""
import hashlib
import socket
import ssl

from docker_client import OLDER, ask, find_clients
from harness import Dockerd, check, check_equal, check_in, clean_env, client_context, need_root, need_tool, run, run_dockpki, run_tests, temp_folder


def serial_in(path):
    return run(["openssl", "x509", "-in", path, "-noout", "-serial"], check=True).stdout.strip()


class Scene:
    def __init__(self, folder):
        self.folder, self.home, self.user = folder, folder / "home", folder / ".docker"
        clients = find_clients()
        self.docker = clients.get(OLDER) or next(iter(clients.values()))
        run_dockpki(self.home, "init-ca", "--no-passphrase")
        run_dockpki(self.home, "issue-server", "--dns", "localhost", "--ip", "127.0.0.1")
        run_dockpki(self.home, "issue-client")
        self.server = self.home / "servers/localhost"
        self.context = self.user / "contexts/tls" / hashlib.sha256(b"prod").hexdigest() / "docker"

    def start(self):
        return Dockerd(self.server, self.folder / "dockerd")

    def docker_run(self, *words):
        return run([self.docker, *words], env=clean_env(self.folder))

    def served_serial(self, daemon):
        tls = client_context(self.user / "ca.pem", self.user / "cert.pem", self.user / "key.pem")
        with socket.create_connection(("127.0.0.1", daemon.port)) as plain, tls.wrap_socket(plain, server_hostname="localhost") as connection:
            served = self.folder / "served.pem"
            served.write_text(ssl.DER_cert_to_PEM_cert(connection.getpeercert(binary_form=True)))
        return serial_in(served)

    def a_renewal_reaches_the_context_and_the_daemon_once_restarted(self):
        with self.start() as daemon:
            create = self.docker_run("context", "create", "prod", "--docker",
                                     f"host={daemon.host},ca={self.user}/ca.pem,cert={self.user}/cert.pem,key={self.user}/key.pem")
            check_equal(create.code, 0, "docker makes a context")
            old_client, old_server = serial_in(self.user / "cert.pem"), self.served_serial(daemon)

            left = run_dockpki(self.home, "renew", "--before", "400d", "--no-contexts")
            check_equal(serial_in(self.context / "cert.pem"), old_client, "--no-contexts leaves the context alone")
            check_in("docker context 'prod' (stale)", run_dockpki(self.home, "list").stdout, "list tells that the context is stale")
            check("prod" not in left.stdout, "and renew does not speak of it", left.stdout)

            healed = run_dockpki(self.home, "renew")
            check_in("docker context 'prod' has the new set too", healed.stdout, "the next run brings it up to date, though nothing is due")
            check_equal(serial_in(self.context / "cert.pem"), serial_in(self.user / "cert.pem"), "the context holds the new certificate")
            check_equal(sorted(path.name for path in self.context.iterdir()), ["ca.pem", "cert.pem", "key.pem"], "and nothing else")

            for rekey in ((), ("--rekey",)):
                run_dockpki(self.home, "renew", "--before", "400d", *rekey)
                for name in ("ca.pem", "cert.pem", "key.pem"):
                    check_equal((self.context / name).read_bytes(), (self.user / name).read_bytes(), f"{name} of the context after {rekey or 'a renewal'}")
                inside = self.docker_run("--context", "prod", "version")
                check(inside.code == 0 and "Server:" in inside.stdout, "the context gets in with the new client certificate", str(inside))
            check_equal(self.served_serial(daemon), old_server, "dockerd serves the old certificate until it is restarted")
            check(not inside.stderr, "docker has nothing to complain about", inside.stderr)
        with self.start() as daemon:
            check_equal(self.served_serial(daemon), serial_in(self.server / "server-cert.pem"), "after the restart it serves the new one")
            result = ask(self.docker, self.folder, daemon.host)
            check(result.code == 0 and "Server:" in result.stdout, "and lets its client in", str(result))


def main():
    need_root()
    need_tool("dockerd", "docker.io")
    with temp_folder() as folder:
        run_tests(Scene(folder).a_renewal_reaches_the_context_and_the_daemon_once_restarted)


if __name__ == "__main__":
    main()
