#!/usr/bin/env python3
"""What configure-daemon writes, read by a real dockerd: it starts with that, asks for certificates, and tells what it finds wrong with it."""
import json
import os
import pathlib

from docker_client import ask, find_clients
from harness import Process, check, check_equal, check_in, clean_env, free_port, need_root, need_tool, run, run_dockpki, run_tests, temp_folder

FAKE = """#!/bin/sh
# Knows --validate as dockerd 23.0 and later do.
echo "$@" >>{log}; cat >{seen}
case "$*" in *--validate*) {answer};; esac
"""


class Scene:
    def __init__(self, folder):
        self.folder, self.home, self.root = folder, folder / "home", folder / "machine"
        self.port = free_port()
        (self.root / "etc/docker").mkdir(parents=True)
        (self.root / "lib/systemd/system").mkdir(parents=True)
        self.user = {"registry-mirrors": [], "labels": ["a=ä"], "hosts": [f"unix://{folder}/docker.sock"], "log-level": "info"}
        run_dockpki(self.home, "init-ca", "--no-passphrase")
        run_dockpki(self.home, "issue-server", "--dns", "localhost", "--ip", "127.0.0.1")
        run_dockpki(self.home, "issue-client")

    def unit(self, command):
        (self.root / "lib/systemd/system/docker.service").write_text(f"[Service]\nExecStart={command}\n")

    def a_real_dockerd_starts_with_it(self):
        program = need_tool("dockerd", "docker.io")
        work = self.folder / "dockerd"
        work.mkdir()
        options = (f"--data-root {work}/data --exec-root {work}/exec --pidfile {work}/pid --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs "
                   f"--containerd-namespace dockpki-test-{os.getpid()} --containerd-plugins-namespace dockpki-test-{os.getpid()}-plugins")
        self.unit(f"{program} -H unix://{self.folder}/other.sock --tlsverify=false {options}")
        file = self.root / "etc/docker/daemon.json"
        file.write_text(json.dumps(self.user, ensure_ascii=False, indent=7))
        before = file.read_bytes()
        run_dockpki(self.home, "configure-daemon", "--root", self.root, "--listen", f"127.0.0.1:{self.port}")
        check_equal({key: json.loads(file.read_text())[key] for key in self.user if key != "hosts"}, {key: self.user[key] for key in self.user if key != "hosts"},
                    "what the user had is there")
        # The paths are those of the machine; here it lies below a folder.
        seen = self.folder / "daemon.json"
        seen.write_text(file.read_text().replace("/etc/docker/tls", str(self.root / "etc/docker/tls")))
        words = (self.root / "etc/systemd/system/docker.service.d/zz-dockpki.conf").read_text().splitlines()[-1].removeprefix("ExecStart=").split()
        with Process([*words, "--config-file", seen], work / "log", clean_env(self.folder)) as daemon:
            daemon.wait_for_log(f"API listen on 127.0.0.1:{self.port}")
            for docker in find_clients().values():
                done = ask(docker, self.folder, f"tcp://127.0.0.1:{self.port}")
                check(done.code == 0 and "Server:" in done.stdout, f"{docker} gets in", str(done))
                plain = ask(docker, self.folder, f"tcp://127.0.0.1:{self.port}", tls=False)
                check(plain.code != 0, "but not without TLS", str(plain))
                for socket in ("docker.sock", "other.sock"):
                    local = run([docker, "-H", f"unix://{self.folder}/{socket}", "version"], env=clean_env(self.folder))
                    check("Server:" in local.stdout, f"{socket} is listened on as before", str(local))
            nobody = run(["curl", "-sS", "--cacert", self.root / "etc/docker/tls/ca.pem", f"https://127.0.0.1:{self.port}/_ping"])
            check(nobody.code != 0, "nor without a certificate", str(nobody))
        run_dockpki(self.home, "configure-daemon", "--root", self.root, "--undo")
        check_equal(file.read_bytes(), before, "--undo restores daemon.json to the octet")

    def dockerd_s_own_check_is_heeded(self):
        # With --root / alone, and so in a mount namespace of its own, where /etc is a copy.
        fake, log, seen = self.folder / "dockerd-23/dockerd", self.folder / "log", self.folder / "seen"
        fake.parent.mkdir()
        machine = self.folder / "etc"
        (machine / "systemd/system").mkdir(parents=True)
        for name in ("passwd", "group", "hosts"):
            (machine / name).write_bytes(pathlib.Path("/etc", name).read_bytes())
        (machine / "systemd/system/docker.service").write_text(f"[Service]\nExecStart={fake} -H fd:// --dns 10.0.0.1\n")

        def configure(answer, *words):
            fake.write_text(FAKE.format(log=log, seen=seen, answer=answer))
            fake.chmod(0o755)
            command = [os.environ["DOCKPKI"], "--home", self.home, "configure-daemon", "--listen", "127.0.0.1:2376", *words]
            shell = f"mount --bind '{machine}' /etc && exec " + " ".join(f"'{word}'" for word in command)
            return run(["unshare", "--mount", "sh", "-c", shell], env=clean_env(self.folder))

        refused = configure("echo 'unable to configure: it is no good' >&2; exit 1")
        check_equal(refused.code, 1, "what dockerd refuses is not written")
        check_in("it refuses the result: unable to configure: it is no good", refused.stderr, "and its words are told")
        check_equal(sorted(path.name for path in machine.iterdir()), ["group", "hosts", "passwd", "systemd"], "nothing was changed")
        check_equal(log.read_text().strip(), "--dns 10.0.0.1 --validate --config-file /dev/stdin", "it is asked with the unit's own options")
        check_in(str(self.home / "servers/localhost/server-key.pem"), seen.read_text(), "about the set where it lies so far")

        unknown = configure("echo 'unknown flag: --validate' >&2; exit 125", "--dry-run")
        check(unknown.code == 0 and "checked" not in unknown.stdout, "one that cannot tell is not an obstacle", str(unknown))
        done = configure("echo 'configuration OK' >&2; exit 0")
        check_in("checked       by dockerd --validate", done.stdout, "one that finds it good is quoted")
        check((machine / "docker/daemon.json").exists(), "and then it is written")
        run(["unshare", "--mount", "sh", "-c", f"mount --bind '{machine}' /etc && exec '{os.environ['DOCKPKI']}' --home '{self.home}' configure-daemon --undo"],
            env=clean_env(self.folder), check=True)
        check_equal(sorted(path.name for path in machine.iterdir()), ["group", "hosts", "passwd", "systemd"], "--undo leaves nothing behind")


def main():
    need_root()
    need_tool("unshare", "util-linux")
    need_tool("curl", "curl")
    with temp_folder() as folder:
        scene = Scene(folder)
        run_tests(scene.a_real_dockerd_starts_with_it, scene.dockerd_s_own_check_is_heeded)


if __name__ == "__main__":
    main()
