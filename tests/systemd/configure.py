#!/usr/bin/env python3
"""In a Debian booted by systemd, with docker.io as it comes and as somebody has configured it: configure-daemon, the restart, and --undo to the last octet."""
import json
import shutil

from harness import check, check_equal, check_in, dockpki, free_port, run, run_tests, temp_folder
from machine import Machine, image, run_in

# What a container of ours allows dockerd, in places that configure-daemon does not touch.
QUIET = {"iptables": False, "ip6tables": False, "bridge": "none", "storage-driver": "vfs"}
OPTIONS = "--iptables=false --ip6tables=false --bridge=none --storage-driver=vfs"
# As if the new configuration were at fault: dockerd starts with the old one alone.
FUSSY = "[Service]\nExecStartPre=/bin/sh -c '! test -e /etc/docker/tls'\n"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def tree(root):
    """{path: (kind and mode, owner, contents)} of what configure-daemon may touch."""
    found = {}
    for folder in ("etc/docker", "etc/systemd/system", "etc/default"):
        for path in [root / folder, *sorted((root / folder).rglob("*"))]:
            if path.is_symlink():
                found[str(path)] = ("link", str(path.readlink()))
            elif path.exists():
                status = path.stat()
                found[str(path)] = (oct(status.st_mode), status.st_uid, status.st_gid, None if path.is_dir() else path.read_bytes())
    return found


class Scene:
    def __init__(self, root, folder):
        self.root = root
        shutil.copy(dockpki(), root / "usr/local/bin/dockpki")
        # dockerd does not start in this container without: given by the unit, as Debian has it, and not by daemon.json.
        write(root / "etc/default/docker", f'DOCKER_OPTS="{OPTIONS}"\n')
        run_in(root, "sh", "-ec", """dockpki init-ca --no-passphrase; dockpki issue-server --dns localhost --ip 127.0.0.1; dockpki issue-client""")
        self.machine = Machine(root, folder / "machine.log")

    def dockpki(self, *words, check=True):
        return self.machine.run("dockpki", *words, check=check)

    def property(self, name):
        return self.machine.run("systemctl", "show", "--value", "--property", name, "docker.service").stdout.strip()

    def ping(self, *words):
        client = self.root / "root/.docker"
        return self.machine.in_its_network("curl", "-sS", "--max-time", "20", "--cacert", client / "ca.pem", *words, "https://127.0.0.1:2376/_ping")

    def serves_mutual_tls(self):
        client = self.root / "root/.docker"
        check_equal(self.property("ActiveState"), "active", "docker.service runs")
        check_equal(self.ping("--cert", client / "cert.pem", "--key", client / "key.pem").stdout, "OK", "it lets its client in")
        check(self.ping().code != 0, "and nobody without a certificate")
        check_in("Server", self.machine.run("docker", "version").stdout, "its socket is there as before")
        verified = self.machine.run("systemd-analyze", "verify", "docker.service", check=False)
        check_equal((verified.code, verified.stdout, verified.stderr), (0, "", ""), "systemd-analyze verify has nothing to say")

    def audited(self):
        """Of what is configured, nothing is grave, and all of it is in force."""
        audit = self.dockpki("audit", "--json", check=False).json()
        (daemon,) = audit["daemons"]
        check_equal((daemon["running"], daemon["endpoint"], daemon["starts"], daemon["unit"]), (True, "mtls", True, "/lib/systemd/system/docker.service"),
                    "audit sees what runs, and its unit")
        check_equal(str(daemon["pid"]), self.property("MainPID"), "by its process")
        check_equal({one["id"] for one in audit["findings"] if one["severity"] in ("high", "critical") or one["blocks"] != "nothing"}, set(), "nothing of it is grave")
        check_equal([one for one in audit["findings"] if one["id"] == "restart-pending"], [], "and no restart is pending")

    def configured_and_undone(self, *words):
        before = tree(self.root)
        done = self.dockpki("configure-daemon", *words, "--restart-docker", check=False)
        check(done.code == 0, "configure-daemon --restart-docker", str(done) + self.machine.run("journalctl", "--no-pager", "-u", "docker", "-n", "40").stdout)
        check_in("it serves this set at tcp://127.0.0.1:2376 and lets its client in", done.stdout, "it proved it")
        self.serves_mutual_tls()
        self.audited()
        self.dockpki("configure-daemon", "--undo", "--restart-docker")
        check_equal(tree(self.root), before, "--undo restores every octet, mode and owner")
        check_equal(self.property("ActiveState"), "active", "docker.service runs as before")
        check(self.ping().code == 7, "without a port")  # curl: failed to connect

    def a_stock_machine(self):
        self.configured_and_undone("--listen", "127.0.0.1:2376")

    def what_does_not_start_is_taken_back(self):
        write(self.root / "etc/systemd/system/docker.service.d/fussy.conf", FUSSY)
        before = tree(self.root)
        done = self.dockpki("configure-daemon", "--listen", "127.0.0.1:2376", "--restart-docker", check=False)
        check_equal(done.code, 1, "it fails")
        check_in("'systemctl' ended with exit code 1; everything is as it was before", done.stderr, "and says so")
        check_equal(tree(self.root), before, "everything is as it was")
        check_equal(self.property("ActiveState"), "active", "and docker.service runs")
        (self.root / "etc/systemd/system/docker.service.d/fussy.conf").unlink()
        (self.root / "etc/systemd/system/docker.service.d").rmdir()

    def a_machine_configured_by_hand(self):
        write(self.root / "etc/default/docker", '# by hand\nDOCKER_OPTS="--dns 10.0.0.1 -H unix:///run/second.sock"\n')
        write(self.root / "etc/docker/daemon.json", json.dumps({"log-level": "warn", "labels": ["a=ä"], **QUIET}, indent=5, ensure_ascii=False) + "\n\n")
        (self.root / "etc/docker/daemon.json").chmod(0o600)
        write(self.root / "etc/systemd/system/docker.service.d/override.conf",
              "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd --host=fd:// \\\n  --containerd=/run/containerd/containerd.sock $DOCKER_OPTS\n")
        write(self.root / "etc/docker/tls/ca.pem", "something of theirs\n")
        write(self.root / "etc/docker/tls/notes.txt", "keep\n")
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "restart", "docker")
        self.configured_and_undone("--listen", "127.0.0.1:2376", "--live-restore")


def main():
    with temp_folder() as folder, image(folder) as root:
        scene = Scene(root, folder)
        with scene.machine:
            run_tests(scene.a_stock_machine, scene.what_does_not_start_is_taken_back, scene.a_machine_configured_by_hand)


if __name__ == "__main__":
    main()
