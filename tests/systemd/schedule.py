#!/usr/bin/env python3
"""In a Debian booted by systemd: the units of `schedule` renew by their timer, with the passphrase as a credential, and restart docker, or take it all back."""
import shutil

from harness import check, check_equal, check_in, dockpki, run, run_tests, temp_folder, wait_for
from machine import Machine, image, run_in

TLS = "etc/docker/tls"
OPTIONS = ("--tlsverify --tlscacert=/etc/docker/tls/ca.pem --tlscert=/etc/docker/tls/server-cert.pem --tlskey=/etc/docker/tls/server-key.pem "
           "-H tcp://127.0.0.1:2376 --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs")
# As if dockerd did not start with a certificate: docker.service fails unless the one that is known as good lies there.
FUSSY = "[Service]\nExecStartPre=/bin/sh -c '! test -e /root/good.pem || cmp /root/good.pem /etc/docker/tls/server-cert.pem'\n"
SOON = "[Timer]\nOnActiveSec=100ms\nAccuracySec=1ms\nRandomizedDelaySec=0\n"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def install(root):
    """dockpki with a home whose key has a passphrase, and dockerd with a set of it."""
    shutil.copy(dockpki(), root / "usr/local/bin/dockpki")
    write(root / "root/pass", "a passphrase for the key\n")
    (root / "root/pass").chmod(0o600)
    write(root / "etc/default/docker", f'DOCKER_OPTS="{OPTIONS}"\n')
    write(root / "etc/docker/daemon.json", '{"live-restore": true}\n')
    write(root / "etc/systemd/system/docker.service.d/fussy.conf", FUSSY)
    with_home = "dockpki --home /srv/pki --passphrase-file /root/pass"
    run_in(root, "sh", "-ec", f"""{with_home} init-ca --name 'Test CA'
        {with_home} issue-server --dns localhost --ip 127.0.0.1 --out /{TLS}
        {with_home} issue-client""")
    write(root / "srv/pki/dockpki.toml", '[renew]\nbefore = "400d"\n')  # whatever there is, is due


class Scene:
    def __init__(self, root, folder):
        install(root)
        self.root = root
        self.machine = Machine(root, folder / "machine.log")

    def serial_in_file(self):
        return run(["openssl", "x509", "-in", self.root / TLS / "server-cert.pem", "-noout", "-serial"], check=True).stdout

    def served_serial(self):
        client = self.root / "root/.docker"
        shown = self.machine.in_its_network("openssl", "s_client", "-connect", "127.0.0.1:2376", "-CAfile", client / "ca.pem", "-cert", client / "cert.pem",
                                            "-key", client / "key.pem", "-verify_return_error")
        return run(["openssl", "x509", "-noout", "-serial"], input=shown.stdout).stdout

    def property(self, unit, name):
        return self.machine.run("systemctl", "show", "--value", "--property", name, unit).stdout.strip()

    def journal(self):
        return self.machine.run("journalctl", "--no-pager", "--output=cat", "--unit=dockpki-renew.service").stdout

    def the_units_are_installed_and_faultless(self):
        done = self.machine.run("dockpki", "--home", "/srv/pki", "--passphrase-file", "/root/pass", "schedule", "--restart-docker")
        check_in("Wrote /etc/systemd/system/dockpki-renew.service", done.stdout, "they are written")
        units = ["/etc/systemd/system/dockpki-renew.service", "/etc/systemd/system/dockpki-renew.timer"]
        verified = self.machine.run("systemd-analyze", "verify", *units, check=False)
        check_equal((verified.code, verified.stdout, verified.stderr), (0, "", ""), "systemd-analyze verify has nothing to say")
        check_equal(self.property("dockpki-renew.timer", "ActiveState"), "active", "the timer runs")
        check("OnCalendar=*-*-* 00:00:00" in self.property("dockpki-renew.timer", "TimersCalendar"), "daily")

    def the_timer_renews_and_restarts(self):
        before, started = self.serial_in_file(), self.property("docker.service", "MainPID")
        check_equal(self.served_serial(), before, "dockerd serves what lies there")
        write(self.root / "etc/systemd/system/dockpki-renew.timer.d/soon.conf", SOON)
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "restart", "dockpki-renew.timer")
        wait_for(lambda: self.property("dockpki-renew.service", "ExecMainExitTimestampMonotonic") != "0", "the end of the renewal", 60)
        wait_for(lambda: self.property("dockpki-renew.service", "ActiveState") != "deactivating", "the end of the service", 10)
        check(self.property("dockpki-renew.service", "Result") == "success", "the timer has run it", self.journal())
        check_in("dockerd at tcp://127.0.0.1:2376 was restarted and serves the new certificate", self.journal(), "it says what it did")
        check(self.serial_in_file() != before, "the set was renewed, so the passphrase was there")
        check(self.property("docker.service", "MainPID") != started, "docker was restarted")
        check_equal(self.served_serial(), self.serial_in_file(), "and serves the new certificate")
        write(self.root / "etc/systemd/system/dockpki-renew.timer.d/soon.conf", "")
        self.machine.run("systemctl", "daemon-reload")

    def what_docker_does_not_start_with_is_taken_back(self):
        before = self.serial_in_file()
        shutil.copy(self.root / TLS / "server-cert.pem", self.root / "root/good.pem")
        done = self.machine.run("systemctl", "start", "dockpki-renew.service", check=False)
        (self.root / "root/good.pem").unlink()
        check(done.code != 0, "the service fails", str(done))
        check_equal(self.property("dockpki-renew.service", "ExecMainStatus"), "1", "with dockpki's exit code")
        check_in("'systemctl' ended with exit code 1; the old set is back, and dockerd serves it", self.journal(), "it says what happened")
        check_equal(self.serial_in_file(), before, "the old set lies there")
        check_equal(self.served_serial(), before, "and is served")
        check_equal(self.property("docker.service", "ActiveState"), "active", "by docker.service")
        states = self.machine.run("dockpki", "--home", "/srv/pki", "list").stdout
        check_in("/etc/docker/tls\n", states, "the inventory has it where it lies")
        check("stale" not in states, "as it should be", states)

    def a_copy_is_refused(self):
        self.machine.run("dockpki", "--home", "/srv/pki", "--passphrase-file", "/root/pass", "issue-server", "--dns", "localhost", "--ip", "127.0.0.1")
        self.machine.run("sh", "-ec", "dockpki --home /srv/pki forget /etc/docker/tls; cp -f /srv/pki/servers/localhost/*.pem /etc/docker/tls; systemctl restart docker")
        served = self.served_serial()
        done = self.machine.run("dockpki", "--home", "/srv/pki", "--passphrase-file", "/root/pass", "renew", "localhost", "--restart-docker", check=False)
        check_equal(done.code, 1, "it fails")
        check_in("dockerd reads a copy, /etc/docker/tls/server-cert.pem", done.stderr, "before anything is done")
        check_equal(self.served_serial(), served, "dockerd goes on as before")


def main():
    with temp_folder() as folder, image(folder) as root:
        scene = Scene(root, folder)
        with scene.machine:
            run_tests(scene.the_units_are_installed_and_faultless, scene.the_timer_renews_and_restarts, scene.what_docker_does_not_start_with_is_taken_back,
                      scene.a_copy_is_refused)


if __name__ == "__main__":
    main()
