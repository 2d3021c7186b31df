#!/usr/bin/env python3
"""The dockerd of a user, as dockerd-rootless-setuptool.sh sets it up, in a Debian booted by systemd: configure-daemon --rootless leads to it, and --undo back."""
import json
import shutil
import sys

from harness import Process, check, check_equal, check_in, clean_env, dockpki, run_tests, temp_folder, wait_for
from machine import Machine, image, run_in

PACKAGES = ("rootlesskit", "slirp4netns", "uidmap", "dbus-user-session", "iproute2")
PORT = 2376


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    shutil.chown(path, 1000, 1000)
    shutil.chown(path.parent, 1000, 1000)


class Scene:
    def __init__(self, root, folder):
        self.root, self.home = root, root / "home/anna"
        shutil.copy(dockpki(), root / "usr/local/bin/dockpki")
        # The system's own dockerd is in nobody's way; anna's runs without her being logged in.
        run_in(root, "sh", "-ec", """useradd --create-home --uid 1000 anna; mkdir -p /var/lib/systemd/linger; touch /var/lib/systemd/linger/anna
            systemctl mask --quiet docker.service docker.socket containerd.service
            ln -s /usr/share/docker.io/contrib/dockerd-rootless*.sh /usr/bin""")
        self.machine = Machine(root, folder / "machine.log")

    def anna(self, *words, check=True):
        return self.machine.run_as("anna", 1000, *words, check=check)

    def set_up(self):
        self.machine.run("chmod", "0666", "/dev/net/tun")  # as udev has it on a machine that is none of nspawn's
        self.anna("dockerd-rootless-setuptool.sh", "install", "--skip-iptables")
        self.wait_for_socket()
        self.anna("sh", "-ec", "dockpki init-ca --no-passphrase; dockpki issue-server --dns localhost --ip 127.0.0.1; dockpki issue-client")

    def wait_for_socket(self):
        wait_for(lambda: "Server:" in self.anna("docker", "-H", "unix:///run/user/1000/docker.sock", "version", check=False).stdout, "anna's dockerd", 60)

    def tree(self):
        """{path: (kind and mode, owner, contents)} of what configure-daemon may touch."""
        found = {}
        for path in sorted((self.home / ".config").rglob("*")):
            status = path.lstat()
            contents = str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else None
            found[str(path.relative_to(self.home))] = (oct(status.st_mode), status.st_uid, status.st_gid, contents)
        return found

    def ping(self, *words):
        return self.machine.in_its_network("curl", "-sS", "--max-time", "20", "--cacert", self.home / ".docker/ca.pem", *words, f"https://127.0.0.1:{PORT}/_ping")

    def serves_mutual_tls(self):
        client = self.home / ".docker"
        check_equal(self.ping("--cert", client / "cert.pem", "--key", client / "key.pem").stdout, "OK", "rootlesskit leads to it, and it lets its client in")
        check(self.ping().code not in (0, 7), "and nobody without a certificate")
        seen = self.anna("dockpki", "probe", f"tcp://127.0.0.1:{PORT}", "--cert", ".docker", "--json")
        check_equal(seen.json()["endpoints"][0]["kind"], "mtls", "probe says the same")
        listening = self.machine.run("ss", "--no-header", "-ltn", f"sport = {PORT}").stdout.split()
        check_equal(listening[3], f"127.0.0.1:{PORT}", "nothing else of the machine leads there")
        self.wait_for_socket()
        verified = self.anna("systemd-analyze", "verify", "--user", "docker.service", check=False)
        check_equal((verified.code, verified.stdout, verified.stderr), (0, "", ""), "systemd-analyze verify --user has nothing to say")

    def configure(self, *words):
        done = self.anna("dockpki", "configure-daemon", "--rootless", *words, "--restart-docker", check=False)
        journal = "" if done.code == 0 else self.machine.run("journalctl", "--no-pager", "_UID=1000", "-n", "40").stdout
        check(done.code == 0, f"configure-daemon --rootless {' '.join(words)} --restart-docker", str(done) + journal)
        check_in(f"it serves this set at tcp://127.0.0.1:{PORT} and lets its client in", done.stdout, "it proved it")

    def undo(self, before):
        self.anna("dockpki", "configure-daemon", "--rootless", "--undo", "--restart-docker")
        check_equal(self.tree(), before, "--undo restores every octet, mode and owner")
        self.wait_for_socket()
        check_equal(self.ping().code, 7, "her dockerd runs as before, without a port")  # curl: failed to connect

    def as_it_comes(self):
        self.set_up()
        before = self.tree()
        self.configure("--listen", f"127.0.0.1:{PORT}")
        self.serves_mutual_tls()
        self.undo(before)

    def configured_by_hand_and_renewed(self):
        write(self.home / ".config/docker/daemon.json", json.dumps({"log-level": "warn", "labels": ["a=ä"]}, indent=5, ensure_ascii=False) + "\n\n")
        (self.home / ".config/docker/daemon.json").chmod(0o600)
        write(self.home / ".config/systemd/user/docker.service.d/override.conf",
              "[Service]\nEnvironment=DOCKERD_ROOTLESS_ROOTLESSKIT_FLAGS=--mtu=1400 OPTIONS=\"-H unix://%t/docker.sock --dns 10.0.0.1\"\n"
              f"ExecStart=\nExecStart=/usr/bin/dockerd-rootless.sh --iptables=false \\\n  $OPTIONS --data-root %h/data\n")
        self.anna("systemctl", "--user", "daemon-reload")
        self.anna("systemctl", "--user", "restart", "docker")
        self.wait_for_socket()
        before = self.tree()
        self.configure("--listen", f"127.0.0.1:{PORT}")
        self.serves_mutual_tls()
        self.anna("dockpki", "renew", "localhost")
        self.configure()
        self.serves_mutual_tls()
        flags = self.anna("systemctl", "--user", "show", "--property", "Environment", "docker.service").stdout
        check_in(f"DOCKERD_ROOTLESS_ROOTLESSKIT_FLAGS=--mtu=1400 -p 127.0.0.1:{PORT}:{PORT}/tcp", flags, "her own flags are there, and the way in once")
        self.undo(before)

    def a_port_that_is_taken(self):
        before = self.tree()
        other = ["nsenter", "--target", self.machine.first, "--net", sys.executable, "-c",
                 f"import socket, time; s = socket.create_server(('127.0.0.1', {PORT})); print('here', flush=True); time.sleep(600)"]
        with Process(other, self.root / "tmp/other.log", clean_env()) as process:
            process.wait_for_log("here")
            done = self.anna("dockpki", "configure-daemon", "--rootless", "--listen", f"127.0.0.1:{PORT}", "--restart-docker", check=False)
        check_equal(done.code, 1, "it fails")
        check_in("everything is as it was before", done.stderr, "says so")
        check_in("journalctl --user -u docker", done.stderr, "and where to look")
        check_equal(self.tree(), before, "everything is as it was")
        self.wait_for_socket()


def main():
    with temp_folder() as folder, image(folder, *PACKAGES) as root:
        scene = Scene(root, folder)
        with scene.machine:
            run_tests(scene.as_it_comes, scene.configured_by_hand_and_renewed, scene.a_port_that_is_taken)


if __name__ == "__main__":
    main()
