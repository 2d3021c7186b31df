#!/usr/bin/env python3
"""A real dockerd with a home made by `init-ca --separate-clients`: works as any other, and what the servers' authority signed is no client."""
from docker_client import ask, find_clients, handshake_error, make_client_home
from harness import Dockerd, check, check_in, need_root, need_tool, run, run_dockpki, run_tests, temp_folder

CLIENT_EXTENSIONS = """basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=clientAuth
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
"""


class Scene:
    def __init__(self, folder):
        self.folder, self.home = folder, folder / "home"
        self.clients = find_clients()
        run_dockpki(self.home, "init-ca", "--no-passphrase", "--separate-clients")
        run_dockpki(self.home, "issue-server", "--ip", "127.0.0.1")
        run_dockpki(self.home, "issue-client")
        self.server = self.home / "servers/127.0.0.1"
        self.daemon = Dockerd(self.server, folder / "dockerd")

    def authority(self, role):
        return self.home / "authorities" / f"{role}-g1"

    def sign_a_client_by_hand(self, role):
        """A perfect client certificate, signed by openssl with the key of the authority for this role. Gives its folder."""
        folder, authority = self.folder / f"by-{role}", self.authority(role)
        folder.mkdir()
        (folder / "extensions").write_text(CLIENT_EXTENSIONS)
        run("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out csr.pem -subj /CN=mallory".split(), cwd=folder, check=True)
        run(["openssl", "x509", "-req", "-in", "csr.pem", "-CA", authority / "ca.pem", "-CAkey", authority / "ca-key.pem", "-set_serial", "4711",
             "-days", "1", "-extfile", "extensions", "-out", "cert.pem"], cwd=folder, check=True)
        return folder

    def curl(self, folder, certificate="cert.pem", key="key.pem"):
        """curl sends its certificate whichever issuers the daemon asks for; docker's own client would not."""
        ca = self.authority("servers") / "ca.pem"
        return run(["curl", "-sS", "--cacert", ca, "--cert", folder / certificate, "--key", folder / key, f"https://127.0.0.1:{self.daemon.port}/_ping"])

    def own_client_gets_in(self):
        for kind, program in self.clients.items():
            result = ask(program, self.folder, self.daemon.host)
            check(result.code == 0 and "Server:" in result.stdout, f"the {kind} gets in", str(result))

    def clients_authority_makes_clients(self):
        result = self.curl(self.sign_a_client_by_hand("clients"))
        check(result.stdout == "OK", "a certificate signed by the clients' authority gets in", str(result))

    def servers_authority_makes_none(self):
        folder = self.sign_a_client_by_hand("servers")
        result, errors = handshake_error(self.daemon, lambda: self.curl(folder))
        check(result.code != 0, "the same certificate signed by the servers' authority fails", str(result))
        check_in("x509: certificate signed by unknown authority", errors, "the daemon's reason: unknown authority")
        home = make_client_home(self.folder / "mallory", self.authority("servers") / "ca.pem", folder / "cert.pem", folder / "key.pem")
        for kind, program in self.clients.items():
            result, errors = handshake_error(self.daemon, lambda: ask(program, home, self.daemon.host))
            check(result.code != 0, f"the {kind} fails with it", str(result))
            check_in("tls: client didn't provide a certificate", errors, "the daemon's reason: none was offered")

    def server_certificate_is_no_client(self):
        result, errors = handshake_error(self.daemon, lambda: self.curl(self.server, "server-cert.pem", "server-key.pem"))
        check(result.code != 0, "the server's own certificate as client fails", str(result))
        check_in("x509: certificate signed by unknown authority", errors, "the daemon's reason: unknown authority")


def main():
    need_root()
    need_tool("dockerd", "docker.io")
    need_tool("curl", "curl")
    with temp_folder() as folder:
        scene = Scene(folder)
        with scene.daemon:
            run_tests(scene.own_client_gets_in, scene.clients_authority_makes_clients, scene.servers_authority_makes_none,
                      scene.server_certificate_is_no_client, scene.own_client_gets_in)


if __name__ == "__main__":
    main()
