#!/usr/bin/env python3
"""A real dockerd with sets that were made by hand, before and after they are imported and renewed. Argument: who made them."""
import sys

import hand_made
from docker_client import ask, find_clients, handshake_error, make_client_home
from harness import Dockerd, check, check_in, need_root, need_tool, run, run_dockpki, run_tests, temp_folder


class Scene:
    def __init__(self, folder):
        self.folder, self.home = folder, folder / "home"
        (folder / "made").mkdir()
        made = hand_made.MAKERS[sys.argv[1]](folder / "made")
        _, self.server, self.client = hand_made.adopt(made, self.home, run_dockpki)
        self.clients = find_clients()

    def certificates(self):
        return (self.server / "server-cert.pem").read_bytes(), (self.client / "cert.pem").read_bytes()

    def exported(self):
        """The server's set as it comes to another host."""
        archive, host = self.folder / "host.tar", self.folder / "host"
        run_dockpki(self.home, "export", next(one["name"] for one in run_dockpki(self.home, "list", "--json").json()["certificates"]
                                              if one["kind"] == "server" and one["state"] == "issued"), "--out", archive)
        host.mkdir(mode=0o700)
        run(["tar", "-xpf", archive, "-C", host], check=True)
        return host

    def check_lets_in(self, daemon, client_folder, what):
        user = make_client_home(self.folder / what.replace(" ", "-"), *(client_folder / name for name in ("ca.pem", "cert.pem", "key.pem")))
        for kind, program in self.clients.items():
            answer = ask(program, user, daemon.host)
            check(answer.code == 0 and "Server:" in answer.stdout, f"{what}: {kind} gets in", str(answer))

    def dockerd_takes_what_was_renewed(self):
        with Dockerd(self.server, self.folder / "before") as daemon:
            self.check_lets_in(daemon, self.client, "as it was made")
            old = self.certificates()
            run_dockpki(self.home, "renew", "--before", "3000d", *hand_made.passphrase(self.home))
            check(not set(old) & set(self.certificates()), "both certificates are new")
            self.check_lets_in(daemon, self.client, "new client and old server")
        with Dockerd(self.exported(), self.folder / "after") as daemon:
            self.check_lets_in(daemon, self.client, "both renewed")
            run_dockpki(self.home, "issue-client", "--name", "alice", *hand_made.passphrase(self.home))
            self.check_lets_in(daemon, self.home / "clients/alice", "a new client")
            stranger = self.folder / "stranger"
            run_dockpki(stranger, "init-ca", "--no-passphrase")
            run_dockpki(stranger, "issue-client", "--name", "mallory")
            theirs = stranger / "clients/mallory"
            user = make_client_home(self.folder / "mallory", self.client / "ca.pem", theirs / "cert.pem", theirs / "key.pem")
            _, errors = handshake_error(daemon, lambda: ask(next(iter(self.clients.values())), user, daemon.host))
            check_in("TLS handshake error", errors, "a foreign client is refused")


def main():
    need_root()
    need_tool("dockerd", "docker.io")
    with temp_folder() as folder:
        run_tests(Scene(folder).dockerd_takes_what_was_renewed)


if __name__ == "__main__":
    main()
