#!/usr/bin/env python3
"""A real dockerd behind a TLS front made from templates/: the front refuses a revoked client, dockerd itself does not.

Argument: nginx or haproxy."""
import pathlib
import shutil
import sys

from docker_client import ask, data_folder, find_clients, make_client_home
from harness import SOURCE, Dockerd, Process, check, check_equal, free_port, need_root, need_tool, run, run_dockpki, run_tests, skip, temp_folder, wait_for

FRONT = sys.argv[1] if len(sys.argv) > 1 else "nginx"
STREAM_MODULE = pathlib.Path("/usr/lib/nginx/modules/ngx_stream_module.so")


class Front:
    """nginx or HAProxy with the template of the project, in which nothing is changed but its paths and its port."""

    def __init__(self, folder, socket_path):
        self.folder, self.port, self.process = folder, free_port(), None
        self.tls = folder / "tls"
        self.paths = {"/etc/docker/tls": str(self.tls), "/run/docker.sock": str(socket_path)}
        self.tls.mkdir(parents=True)

    def install(self, server, crl):
        """What docs/tls-front.md has an admin copy."""
        for name in ("ca.pem", "server-cert.pem", "server-key.pem"):
            shutil.copyfile(server / name, self.tls / name)
        shutil.copyfile(server / "server-key.pem", self.tls / "server-cert.pem.key")
        self.give(crl)
        self.command = self.configure()

    def give(self, crl):
        shutil.copyfile(crl, self.tls / "crl.pem")

    def configuration(self, template, changes):
        text = (SOURCE / "templates" / template).read_text()
        for old, new in {**self.paths, **changes}.items():
            check(old in text, f"{template} names {old}")
            text = text.replace(old, new)
        path = self.folder / template
        path.write_text(text)
        return path

    def restart(self):
        self.stop()
        self.process = Process(self.command, self.folder / "front.log")
        wait_for(self.listens, "the front listens", 20)

    def listens(self):
        if self.process.child.poll() is not None:
            raise RuntimeError(f"the front ended: {self.log()}")
        with open("/proc/net/tcp", encoding="ascii") as table:
            return any(line.split()[1].endswith(f":{self.port:04X}") and line.split()[3] == "0A" for line in list(table)[1:])

    def stop(self):
        if self.process:
            self.process.stop()

    def log(self):
        return self.process.log()

    @property
    def host(self):
        return f"tcp://127.0.0.1:{self.port}"


class Nginx(Front):
    revoked, ended = "certificate revoked", "CRL has expired"

    def configure(self):
        path = self.configuration("nginx.conf", {"listen 2376": f"listen 127.0.0.1:{self.port}", "/run/nginx.pid": str(self.folder / "nginx.pid"),
                                                 "/var/log/nginx/error.log": "stderr"})
        return [need_tool("nginx", "nginx-light"), "-g", "daemon off;", "-p", "/usr/share/nginx", "-c", path]


class Haproxy(Front):
    revoked, ended = "verify result 23", "verify result 12"

    def configure(self):
        path = self.configuration("haproxy.cfg", {"bind :2376": f"bind 127.0.0.1:{self.port}"})
        return [need_tool("haproxy", "haproxy"), "-db", "-f", path]


class Scene:
    def __init__(self, folder):
        folder.chmod(0o711)  # the front's workers reach docker's socket in it, as the group docker
        self.folder, self.home = folder, folder / "home"
        self.clients = find_clients()
        run_dockpki(self.home, "init-ca", "--no-passphrase")
        run_dockpki(self.home, "issue-server", "--ip", "127.0.0.1")
        for name in ("good", "lost"):
            run_dockpki(self.home, "issue-client", "--name", name)
        run_dockpki(self.home, "make-crl")
        self.server, self.crl = self.home / "servers/127.0.0.1", self.home / "authorities/g1/crl.pem"
        self.users = {name: self.user(name) for name in ("good", "lost")}
        self.daemon = Dockerd(self.server, folder / "dockerd", socket_path=folder / "docker.sock")
        self.front = (Nginx if FRONT == "nginx" else Haproxy)(folder / "front", folder / "docker.sock")
        self.front.install(self.server, self.crl)

    def user(self, name):
        files = self.home / "clients" / name
        return make_client_home(self.folder / name, files / "ca.pem", files / "cert.pem", files / "key.pem")

    def gets_in(self, name, host):
        for kind, program in self.clients.items():
            result = ask(program, self.users[name], host)
            check(result.code == 0 and "Server:" in result.stdout, f"the {kind} of '{name}' gets in", str(result))
            check_equal(data_folder(program, self.users[name], host), str(self.daemon.work / "data"), "at this very dockerd")

    def is_refused(self, name, reason):
        for kind, program in self.clients.items():
            before = len(self.front.log())
            result = ask(program, self.users[name], self.front.host)
            check(result.code != 0 and "Server:" not in result.stdout, f"the {kind} of '{name}' fails", str(result))
            wait_for(lambda: reason in self.front.log()[before:], f"{reason!r} in the front's log:\n{self.front.log()[before:]}", 10)
            print(f"  ok: the front's reason: {reason}", flush=True)

    # ---- tests, in this order

    def both_get_in_before_the_revocation(self):
        self.front.restart()
        self.gets_in("good", self.front.host)
        self.gets_in("lost", self.front.host)

    def the_front_refuses_the_revoked_one_once_it_has_the_list(self):
        run_dockpki(self.home, "revoke", "lost", "--reason", "keyCompromise")
        self.front.give(self.crl)
        self.front.restart()
        self.is_refused("lost", self.front.revoked)
        self.gets_in("good", self.front.host)

    def the_probe_says_the_same(self):
        for name, verdict in (("good", "let-in"), ("lost", "refused")):
            words = ("--cert", self.home / "clients" / name, "--json")
            result = run_dockpki(self.home, "probe", self.front.host, *words, check=False).json()["endpoints"][0]
            check_equal((result["kind"], result["foreign"]["verdict"], result["pair"]["verdict"]), ("mtls", "refused", verdict), f"'{name}': {result['pair']['how']}")
            check_equal(result["version"] is not None, verdict == "let-in", "the daemon behind it is asked for its version where that is possible")

    def dockerd_itself_lets_it_in(self):
        self.gets_in("lost", self.daemon.host)

    def without_a_certificate_nobody_gets_in(self):
        for kind, program in self.clients.items():
            home = make_client_home(self.folder / f"nobody-{kind.replace(' ', '-')}", self.home / "authorities/g1/ca.pem")
            result = ask(program, home, self.front.host)
            check(result.code != 0 and "Server:" not in result.stdout, f"the {kind} without a certificate fails", str(result))

    def a_list_that_has_ended_shuts_everybody_out(self):
        run_dockpki(self.home, "make-crl", "--lifetime", "1s")
        self.front.give(self.crl)
        self.front.restart()
        program = next(iter(self.clients.values()))
        wait_for(lambda: ask(program, self.users["good"], self.front.host).code != 0, "the end of the list", 20)
        self.is_refused("good", self.front.ended)
        run_dockpki(self.home, "make-crl")
        self.front.give(self.crl)
        self.front.restart()
        self.gets_in("good", self.front.host)


def main():
    need_root()
    need_tool("dockerd", "docker.io")
    need_tool(FRONT, "nginx-light" if FRONT == "nginx" else "haproxy")
    if FRONT == "nginx" and not STREAM_MODULE.exists():
        skip("no stream module of nginx (Debian package libnginx-mod-stream)")
    if run(["getent", "group", "docker"]).code != 0:
        skip("no group docker (Debian package docker.io)")
    with temp_folder() as folder:
        scene = Scene(folder)
        with scene.daemon:
            try:
                run_tests(scene.both_get_in_before_the_revocation, scene.the_front_refuses_the_revoked_one_once_it_has_the_list,
                          scene.the_probe_says_the_same, scene.dockerd_itself_lets_it_in, scene.without_a_certificate_nobody_gets_in,
                          scene.a_list_that_has_ended_shuts_everybody_out)
            finally:
                scene.front.stop()


if __name__ == "__main__":
    main()
