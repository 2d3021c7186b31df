#!/usr/bin/env python3
"""A real dockerd, two clients and a docker context through a whole rotation: nobody is refused at any time, though one client gets its files late."""
import contextlib
import hashlib
import shutil
import socket
import ssl
import threading
import time

from docker_client import ask, find_clients
from harness import Dockerd, check, check_equal, clean_env, client_context, free_port, need_root, need_tool, run, run_dockpki, run_tests, temp_folder


def serial_in(path):
    return run(["openssl", "x509", "-in", path, "-noout", "-serial"], check=True).stdout.strip()


def connect(folder, port):
    """One request with the files of a client's folder, which are read by path. Gives the DER that the daemon served."""
    tls = client_context(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plain, tls.wrap_socket(plain, server_hostname="localhost") as connection:
        connection.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
        if b"200 OK" not in connection.recv(200):
            raise OSError("no answer")
        return connection.getpeercert(binary_form=True)


class Visitors:
    """Clients that come again and again; every refusal is kept."""

    def __init__(self, folders, port):
        self.folders, self.port, self.refused, self.visits, self.ended = folders, port, [], 0, threading.Event()
        self.thread = threading.Thread(target=self.visit)

    def visit(self):
        while not self.ended.is_set():
            for folder in self.folders:
                self.visits += 1
                try:
                    connect(folder, self.port)
                except (OSError, ssl.SSLError) as error:
                    self.refused.append(f"{folder}: {error}")

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.ended.set()
        self.thread.join()


class Scene:
    def __init__(self, folder, *init):
        self.folder, self.home, self.user = folder, folder / "home", folder / ".docker"
        self.clients, self.port = find_clients(), free_port()
        run_dockpki(self.home, "init-ca", "--no-passphrase", *init)
        run_dockpki(self.home, "issue-server", "--dns", "localhost", "--ip", "127.0.0.1")
        run_dockpki(self.home, "issue-client")
        run_dockpki(self.home, "issue-client", "--name", "late")
        self.server, self.late = self.home / "servers/localhost", folder / "late" / ".docker"
        self.own_name = [row["name"] for row in self.rotate("status").json()["places"] if row["folder"] == str(self.user)][0]
        self.carry()

    def rotate(self, *words, check=True):  # noqa: A002
        return run_dockpki(self.home, "rotate-ca", *words, "--json", check=check)

    def carry(self):
        """What a person does for the client on another machine."""
        self.late.mkdir(parents=True, exist_ok=True)
        for name in ("ca.pem", "cert.pem", "key.pem"):
            shutil.copyfile(self.home / "clients/late" / name, self.late / f"{name}.new")
            (self.late / f"{name}.new").rename(self.late / name)

    @contextlib.contextmanager
    def daemon(self):
        """A dockerd that has just been started, with visitors who are refused at no time."""
        with Dockerd(self.server, self.folder / "dockerd", port=self.port) as daemon, Visitors([self.user, self.late], self.port) as visitors:
            yield daemon
            seen = visitors.visits
            deadline = time.monotonic() + 30
            while visitors.visits < seen + 4 and time.monotonic() < deadline:
                visitors.ended.wait(0.05)
        check(visitors.visits >= 4 and not visitors.refused, f"{visitors.visits} connections, none refused", "\n".join(visitors.refused[:5]))

    def all_get_in(self, daemon, when):
        for kind, program in self.clients.items():
            for home in (self.folder, self.folder / "late"):
                result = ask(program, home, daemon.host)
                check(result.code == 0 and "Server:" in result.stdout, f"{when}: the {kind} gets in, with the files in {home.name}", str(result))
            inside = run([program, "--context", "prod", "version"], env=clean_env(self.folder))
            check(inside.code == 0 and "Server:" in inside.stdout, f"{when}: the {kind} gets in by its context", str(inside))

    def served(self):
        path = self.folder / "served.pem"
        path.write_text(ssl.DER_cert_to_PEM_cert(connect(self.user, self.port)))
        return serial_in(path)

    def refused_finish(self, left):
        result = self.rotate("finish", check=False)
        check(result.code == 1 and left in result.stderr, f"finish is refused: {left}", str(result))

    def make_context(self):
        program = next(iter(self.clients.values()))
        run([program, "context", "create", "prod", "--docker",
             f"host=tcp://127.0.0.1:{self.port},ca={self.user}/ca.pem,cert={self.user}/cert.pem,key={self.user}/key.pem"], env=clean_env(self.folder), check=True)
        folder = self.user / "contexts/tls" / hashlib.sha256(b"prod").hexdigest() / "docker"
        meta = self.user / "contexts/meta" / hashlib.sha256(b"prod").hexdigest() / "meta.json"
        return folder, meta.read_bytes(), meta

    def nobody_is_refused_in_a_rotation(self):
        context, meta, meta_file = self.make_context()
        authority_of_first = serial_in(self.home / "authorities/g1/ca.pem")
        with self.daemon() as daemon:
            self.rotate("begin")
            self.all_get_in(daemon, "begun, nothing copied, dockerd not restarted")
            check_equal((context / "ca.pem").read_text().count("BEGIN"), 2, "the context trusts both")
            self.refused_finish("nothing was issued by g2 yet")
        with self.daemon() as daemon:
            self.all_get_in(daemon, "begun, dockerd restarted, the late client without the new ca.pem")
            self.carry()
            self.all_get_in(daemon, "begun, the late client has its ca.pem")
            old_server = self.served()
            self.rotate("reissue", "localhost", self.own_name)
            self.refused_finish("client 'late'")
            self.all_get_in(daemon, "reissued but for the late client, dockerd not restarted")
            check_equal(self.served(), old_server, "dockerd serves the old certificate until it is restarted")
        with self.daemon() as daemon:
            check_equal(self.served(), serial_in(self.server / "server-cert.pem"), "after that it serves the new one")
            check(self.served() != old_server, "which is another")
            self.all_get_in(daemon, "reissued, dockerd restarted, the late client with its old certificate")
            shutil.copytree(self.late, self.folder / "stolen" / ".docker")
            self.rotate("reissue")
            self.all_get_in(daemon, "all reissued, the late client with its old certificate")
            self.carry()
            self.all_get_in(daemon, "all reissued, the late client has its new set")
            self.rotate("finish")
            self.all_get_in(daemon, "finished, dockerd not restarted, the late client with the old ca.pem")
        with self.daemon() as daemon:
            self.all_get_in(daemon, "finished, dockerd restarted, the late client with the old ca.pem")
            self.carry()
            self.all_get_in(daemon, "finished, the late client has the new ca.pem")
            for name in ("ca.pem", "cert.pem", "key.pem"):
                check_equal((context / name).read_bytes(), (self.user / name).read_bytes(), f"{name} of the context is that of the set")
            check_equal(meta_file.read_bytes(), meta, "its metadata is untouched")
            check_equal((self.user / "ca.pem").read_text().count("BEGIN"), 1, "one authority is left")
            check(serial_in(self.user / "ca.pem") != authority_of_first, "the new one")
            for kind, program in self.clients.items():
                result = ask(program, self.folder / "stolen", daemon.host)
                check(result.code != 0, f"the {kind} with the old certificate is shut out", str(result))


class SeparateScene(Scene):
    def __init__(self, folder):
        super().__init__(folder, "--separate-clients")

    def a_lost_client_is_shut_out_while_the_server_stays(self):
        self.make_context()
        stolen = self.folder / "stolen"
        run_dockpki(self.home, "issue-client", "--name", "lost")
        shutil.copytree(self.home / "clients/lost", stolen / ".docker")
        certificate = (self.server / "server-cert.pem").read_bytes()
        with self.daemon() as daemon:
            run_dockpki(self.home, "revoke", "lost", "--reason", "keyCompromise")
            result = ask(next(iter(self.clients.values())), stolen, daemon.host)
            check_equal(result.code, 0, "a revoked client still gets in: dockerd checks no list")
            self.rotate("begin", "--clients")
            self.all_get_in(daemon, "begun")
        with self.daemon() as daemon:
            self.all_get_in(daemon, "begun, dockerd restarted")
            self.rotate("reissue")
            self.carry()
            self.all_get_in(daemon, "reissued")
            self.rotate("finish")
            self.all_get_in(daemon, "finished")
        with self.daemon() as daemon:
            self.all_get_in(daemon, "finished, dockerd restarted")
            for kind, program in self.clients.items():
                result = ask(program, stolen, daemon.host)
                check(result.code != 0, f"the {kind} with the lost key is shut out", str(result))
            check_equal((self.server / "server-cert.pem").read_bytes(), certificate, "the server's certificate stayed")
            check_equal(self.served(), serial_in(self.server / "server-cert.pem"), "and is served")


def main():
    need_root()
    need_tool("dockerd", "docker.io")
    with temp_folder() as folder, temp_folder() as other:
        run_tests(Scene(folder).nobody_is_refused_in_a_rotation, SeparateScene(other).a_lost_client_is_shut_out_while_the_server_stays)


if __name__ == "__main__":
    main()
