#!/usr/bin/env python3
"""Docker contexts that dockpki writes: used, inspected, exported, imported, updated and removed by each docker client, against a real dockerd."""
import hashlib
import json
import os

from docker_client import find_clients
from harness import Dockerd, check, check_equal, check_in, clean_env, need_root, need_tool, run, run_dockpki, run_tests, temp_folder


def tree(folder):
    """{path below the folder: (mode, contents)}; a folder has no contents."""
    found = {}
    for path in sorted(folder.rglob("*")):
        found[str(path.relative_to(folder))] = (oct(path.stat().st_mode & 0o7777), None if path.is_dir() else path.read_bytes())
    return found


class Scene:
    """A user with a home of their own, a client set in it, and the docker client `docker`."""

    def __init__(self, folder, docker, daemon, home):
        self.folder, self.docker, self.daemon, self.home = folder, docker, daemon, home
        self.user = folder / ".docker"
        os.umask(0o022)
        run_dockpki(home, "issue-client", "--name", "alice", "--out", self.user)

    def run(self, *words, **variables):
        return run([self.docker, *words], env=clean_env(self.folder, **variables))

    def ok(self, *words):
        done = self.run(*words)
        check_equal(done.code, 0, f"docker {' '.join(map(str, words))}")
        return done.stdout

    def configure(self, *words):
        return run_dockpki(self.home, "configure-client", "--cert", self.user, *words, env=clean_env(self.folder))

    def inspect(self, name):
        return json.loads(self.ok("context", "inspect", name))[0]

    def reaches_the_daemon(self, what, *words):
        done = self.run(*words, "version")
        check(done.code == 0 and "Server:" in done.stdout and not done.stderr, what, str(done))

    def what_dockpki_writes_is_what_docker_writes(self):
        files = ",".join(f"{word}={self.user}/{word}.pem" for word in ("ca", "cert", "key"))
        self.ok("context", "create", "theirs", "--docker", f"host={self.daemon.host},{files}")
        self.ok("context", "rm", "theirs")
        empty = tree(self.user / "contexts")
        self.ok("context", "create", "prod", "--docker", f"host={self.daemon.host},{files}")
        theirs = tree(self.user / "contexts")
        self.ok("context", "rm", "prod")
        check_equal(tree(self.user / "contexts"), empty, "nothing is left of it")
        self.configure("--host", self.daemon.host, "--context", "prod")
        check_equal(tree(self.user / "contexts"), theirs, "names, modes and contents are the same to the octet")

    def docker_uses_it(self):
        self.reaches_the_daemon("with --context", "--context", "prod")
        (self.user / "config.json").write_text('{\n\t"psFormat": "<x>"\n}')
        self.configure("--host", self.daemon.host, "--context", "prod", "--use")
        self.reaches_the_daemon("by currentContext")
        check_in("prod *", self.ok("context", "ls"), "docker says so")
        check_in('"psFormat": "<x>"', (self.user / "config.json").read_text(), "what stood in config.json still does")
        other = self.run("version", DOCKER_HOST="tcp://127.0.0.1:1")
        check_in("127.0.0.1:1", other.stderr, "DOCKER_HOST goes before it, as dockpki says")
        self.ok("context", "use", "default")

    def an_update_keeps_what_is_docker_s(self):
        self.ok("context", "update", "prod", "--description", "the <one>")
        self.configure("--host", self.daemon.host.replace("127.0.0.1", "localhost"), "--context", "prod")
        shown = self.inspect("prod")
        check_equal(shown["Metadata"], {"Description": "the <one>"}, "the description stays")
        check_equal(shown["Endpoints"]["docker"]["Host"], self.daemon.host.replace("127.0.0.1", "localhost"), "the host is the new one")
        check_equal(shown["TLSMaterial"], {"docker": ["ca.pem", "cert.pem", "key.pem"]}, "the set is there")
        self.reaches_the_daemon("and gets in", "--context", "prod")
        self.ok("context", "update", "prod", "--description", "again")
        check_equal(self.inspect("prod")["Metadata"], {"Description": "again"}, "docker updates what dockpki wrote")
        self.reaches_the_daemon("which still gets in", "--context", "prod")

    def archives_go_both_ways(self):
        archive = self.folder / "mine.dockercontext"
        run_dockpki(self.home, "export", self.user, "--context", "mine", "--host", self.daemon.host, "--out", archive, env=clean_env(self.folder))
        self.ok("context", "import", "mine", archive)
        self.reaches_the_daemon("what dockpki exported and docker imported", "--context", "mine")
        self.ok("context", "export", "prod", self.folder / "theirs.tar")
        self.ok("context", "import", "copy", self.folder / "theirs.tar")
        self.reaches_the_daemon("what docker exported of a context of dockpki", "--context", "copy")
        check_equal(run(["tar", "-tf", archive]).code, 0, "tar reads the archive to its end")

    def a_renewal_finds_it(self):
        folder = self.user / "contexts/tls" / hashlib.sha256(b"prod").hexdigest() / "docker"
        renewed = run_dockpki(self.home, "renew", "--before", "400d", "alice", env=clean_env(self.folder))
        check_in("docker context 'prod' has the new set too", renewed.stdout, "renew brings it up to date")
        check_equal((folder / "cert.pem").read_bytes(), (self.user / "cert.pem").read_bytes(), "with the new certificate")
        self.reaches_the_daemon("which gets in", "--context", "prod")
        self.configure("--host", self.daemon.host, "--context", "prod")
        self.reaches_the_daemon("also configured anew after that", "--context", "prod")

    def docker_removes_it(self):
        self.ok("context", "rm", "prod", "mine", "copy")
        check_equal([path for path in (self.user / "contexts").rglob("*") if path.is_file()], [], "nothing of it is left")

    def env_lines_reach_the_daemon(self):
        lines = run_dockpki(self.home, "env", "--cert", self.user, "--host", self.daemon.host, env=clean_env(self.folder)).stdout
        done = run(["sh", "-c", f"{lines}\n'{self.docker}' version"], env=clean_env(self.folder))
        check(done.code == 0 and "Server:" in done.stdout, "docker gets in by the variables", str(done))


def main():
    need_root()
    need_tool("dockerd", "docker.io")
    with temp_folder() as folder:
        home = folder / "home"
        run_dockpki(home, "init-ca", "--no-passphrase")
        run_dockpki(home, "issue-server", "--dns", "localhost", "--ip", "127.0.0.1")
        with Dockerd(home / "servers/localhost", folder / "dockerd") as daemon:
            tests = []
            for kind, docker in find_clients().items():
                user = folder / f"user of {kind}"
                user.mkdir(mode=0o700)
                scene = Scene(user, docker, daemon, home)
                tests += [scene.what_dockpki_writes_is_what_docker_writes, scene.docker_uses_it, scene.an_update_keeps_what_is_docker_s,
                          scene.archives_go_both_ways, scene.a_renewal_finds_it, scene.docker_removes_it, scene.env_lines_reach_the_daemon]
            run_tests(*tests)


if __name__ == "__main__":
    main()
