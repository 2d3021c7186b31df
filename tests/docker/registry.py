#!/usr/bin/env python3
"""A registry that asks for a client's certificate, and a real dockerd: login and pull work with what configure-client --registry has laid out, and not without.

It runs in a network of its own, where the registry has an address that is none of 127.0.0.0/8, and with an /etc of its own."""
import gzip
import hashlib
import http.server
import io
import json
import os
import pathlib
import ssl
import sys
import tarfile
import threading

from docker_client import find_clients
from harness import Dockerd, check, check_equal, check_in, clean_env, need_root, need_tool, run, run_dockpki, run_tests, temp_folder

INSIDE, ADDRESS, NAME = "DOCKPKI_TEST_INSIDE", "192.0.2.1", "registry.test"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def digest(octets):
    return "sha256:" + hashlib.sha256(octets).hexdigest()


def image():
    """The smallest image: {path below /v2/thing: (type, contents)}."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("file"))
    packed = gzip.compress(layer.getvalue(), mtime=0)
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": [digest(layer.getvalue())]}}).encode()
    manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST,
                           "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": len(config), "digest": digest(config)},
                           "layers": [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": len(packed), "digest": digest(packed)}]}).encode()
    served = {f"blobs/{digest(octets)}": ("application/octet-stream", octets) for octets in (config, packed)}
    return {**served, "manifests/latest": (MANIFEST, manifest), f"manifests/{digest(manifest)}": (MANIFEST, manifest)}


class Registry(http.server.ThreadingHTTPServer):
    """A registry with one image, which lets in whoever shows a certificate of the authority."""
    daemon_threads = True

    def __init__(self, address, port, server, authority):
        self.image, self.shown, self.refused = image(), [], []
        super().__init__((address, port), Answer)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(server / "server-cert.pem", server / "server-key.pem")
        context.load_verify_locations(authority)
        context.verify_mode = ssl.CERT_REQUIRED
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        self.refused.append(str(sys.exc_info()[1]))


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.shown.append(self.connection.getpeercert()["serialNumber"])
        kind, body = ("application/json", b"{}") if self.path == "/v2/" else self.server.image.get(self.path.removeprefix("/v2/thing/"), ("", None))
        self.send_response(404 if body is None else 200)
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body or b"")))
        if body and kind == MANIFEST:
            self.send_header("Docker-Content-Digest", digest(body))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body or b"")

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


class Scene:
    def __init__(self, folder):
        self.folder, self.home, self.socket = folder, folder / "home", folder / "docker.sock"
        run_dockpki(self.home, "init-ca", "--no-passphrase")
        run_dockpki(self.home, "issue-server", "--dns", NAME, "--ip", ADDRESS, "--ip", "127.0.0.1")
        run_dockpki(self.home, "issue-client", "--name", "alice")
        self.server = self.home / "servers" / NAME
        self.daemon = Dockerd(self.server, folder / "dockerd", socket_path=self.socket)

    def registry(self, port=0, address=ADDRESS):
        return Registry(address, port, self.server, self.home / "authorities/g1/ca.pem")

    def configure(self, registry):
        return run_dockpki(self.home, "configure-client", "--registry", registry).stdout

    def docker(self, *words):
        docker = next(iter(find_clients().values()))
        return run([docker, "-H", f"unix://{self.socket}", *words], env=clean_env(self.folder / "user"))

    def login(self, registry):
        return self.docker("login", "-u", "alice", "-p", "a password", registry)

    def serial(self):
        shown = run(["openssl", "x509", "-noout", "-serial", "-in", self.home / "clients/alice/cert.pem"], check=True).stdout
        return shown.strip().partition("=")[2]

    def with_the_set(self):
        registry = self.registry()
        name = f"{NAME}:{registry.port}"
        without = self.login(name)
        check(without.code != 0 and "x509" in without.text and not registry.shown, "without it nobody gets in", str(without))
        self.configure(name)
        done = self.login(name)
        check(done.code == 0 and "Login Succeeded" in done.text, "docker login", str(done))
        pulled = self.docker("pull", f"{name}/thing")
        check(pulled.code == 0, "docker pull", str(pulled))
        check_in(f"{name}/thing", self.docker("images", "--format", "{{.Repository}}").stdout, "the image is there")
        check_equal(set(registry.shown), {self.serial()}, "dockerd has shown the client's certificate each time")

    def after_a_renewal(self):
        registry = self.registry()
        name = f"{NAME}:{registry.port}"
        self.configure(name)
        run_dockpki(self.home, "renew", "alice")
        self.configure(name)
        self.login(name)
        check_equal(set(registry.shown), {self.serial()}, "the new certificate is shown, and dockerd was not restarted")

    def without_the_key(self):
        registry = self.registry()
        name = f"{NAME}:{registry.port}"
        self.configure(name)
        for part in ("client.cert", "client.key"):
            pathlib.Path(f"/etc/docker/certs.d/{name}/{part}").unlink()
        done = self.login(name)
        check(done.code != 0 and not registry.shown and registry.refused, "it is the certificate that lets in", str(done))

    def the_port_of_https(self):
        registry = self.registry(443)
        for name in (NAME, f"{NAME}:443"):
            self.configure(name)
            check_equal(self.login(name).code, 0, f"images that are called {name}/..")
            run(["rm", "-r", "/etc/docker/certs.d"], check=True)
        check(registry.shown, "were asked for there")

    def one_on_this_machine(self):
        registry = self.registry(address="127.0.0.1")
        name = f"127.0.0.1:{registry.port}"
        told = self.configure(name)
        done = self.login(name)
        check(done.code != 0 and not registry.shown, "dockerd shows nothing to a registry on 127.0.0.0/8", str(done))
        check_in("dockerd shows no certificate to a registry on 127.0.0.0/8", told, "which is said")


def inside():
    with temp_folder() as folder:
        machine = folder / "etc"
        machine.mkdir()
        for name in ("passwd", "group", "nsswitch.conf"):
            (machine / name).write_bytes(pathlib.Path("/etc", name).read_bytes())
        (machine / "hosts").write_text(f"127.0.0.1 localhost\n{ADDRESS} {NAME}\n")
        run(["mount", "--bind", machine, "/etc"], check=True)
        run(["ip", "link", "set", "lo", "up"], check=True)
        run(["ip", "address", "add", f"{ADDRESS}/32", "dev", "lo"], check=True)
        scene = Scene(folder)
        with scene.daemon:
            run_tests(scene.with_the_set, scene.after_a_renewal, scene.without_the_key, scene.the_port_of_https, scene.one_on_this_machine)


def main():
    need_root()
    need_tool("dockerd", "docker.io")
    need_tool("ip", "iproute2")
    find_clients()
    if os.environ.get(INSIDE):
        inside()
    os.execvpe("unshare", ["unshare", "--mount", "--net", sys.executable, "-B", __file__], {**os.environ, INSIDE: "1"})


if __name__ == "__main__":
    main()
