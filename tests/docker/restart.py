#!/usr/bin/env python3
"""A real dockerd, a running container and `renew --restart-command`: after it the new certificate is served, or the old one again, and the container never noticed."""
import os
import shutil
import socket
import ssl
import tarfile
import threading

from docker_client import OLDER, ask, find_clients
from harness import (Dockerd, check, check_equal, check_in, clean_env, client_context, need_root, need_tool, run, run_dockpki, run_tests, temp_folder)


def serial_in(path):
    return run(["openssl", "x509", "-in", path, "-noout", "-serial"], check=True).stdout.strip().split("=")[1].lower()


class Restarter:
    """The program that dockpki runs: it asks this process, which owns the daemon, and ends with the code that it gets."""

    def __init__(self, folder):
        self.question, self.answer, self.program = folder / "question", folder / "answer", folder / "restart"
        for fifo in (self.question, self.answer):
            os.mkfifo(fifo)
        self.program.write_text(f'#!/bin/sh\necho "$DOCKPKI_NAME" >{self.question}\nread code <{self.answer}\nexit "$code"\n')
        self.program.chmod(0o755)
        self.asked, self.act = [], None
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            self.asked.append(self.question.read_text().strip())
            try:
                code = self.act()
            except Exception as error:  # the daemon did not start
                print(f"  the restart failed: {str(error).splitlines()[0]}", flush=True)
                code = 1
            self.answer.write_text(f"{code}\n")


class Scene:
    def __init__(self, folder):
        self.folder, self.home, self.user = folder, folder / "home", folder / ".docker"
        clients = find_clients()
        self.docker = clients.get(OLDER) or next(iter(clients.values()))
        run_dockpki(self.home, "init-ca", "--no-passphrase")
        run_dockpki(self.home, "issue-server", "--dns", "localhost", "--ip", "127.0.0.1")
        run_dockpki(self.home, "issue-server", "--dns", "elsewhere.example")
        run_dockpki(self.home, "issue-client")
        self.server = self.home / "servers/localhost"
        shutil.copytree(self.user, folder / "old-client")
        self.restarter = Restarter(folder)
        self.live_restore = True
        self.daemon = Dockerd(self.server, folder / "dockerd", configuration={"live-restore": True})
        self.port = self.daemon.port

    def close(self):
        """A daemon without live-restore, with a set that surely works, takes the container with it when it ends."""
        self.live_restore = False
        run_dockpki(self.home, "issue-server", "--dns", "localhost", "--ip", "127.0.0.1", "--force")
        self.restart()
        self.ask("rm", "-f", "sleeper")
        self.daemon.stop()
        run(["umount", self.daemon.work / "data"])  # where live-restore had been on, that is left

    def ask(self, *command, home=None):
        return ask(self.docker, home or self.folder, self.daemon.host, *command)

    def start_container(self):
        with tarfile.open(self.folder / "image.tar", "w") as image:
            image.add(os.path.realpath(need_tool("busybox", "busybox-static")), arcname="bin/busybox")
        check_equal(self.ask("import", self.folder / "image.tar", "sleeper").code, 0, "an image of busybox alone is made")
        done = self.ask("run", "-d", "--name", "sleeper", "--network=none", "sleeper", "/bin/busybox", "sleep", "1000000")
        check_equal((done.code, done.stderr), (0, ""), "a container of it runs")

    def container(self):
        return self.ask("inspect", "--format", "{{.State.Running}} {{.State.Pid}}", "sleeper").stdout.strip()

    def restart(self):
        self.daemon.stop()
        self.daemon = Dockerd(self.server, self.folder / "dockerd", configuration={"live-restore": self.live_restore}, port=self.port)
        return 0

    def served_serial(self):
        tls = client_context(self.user / "ca.pem", self.user / "cert.pem", self.user / "key.pem")
        with socket.create_connection(("127.0.0.1", self.port)) as plain, tls.wrap_socket(plain, server_hostname="localhost") as connection:
            served = self.folder / "served.pem"
            served.write_text(ssl.DER_cert_to_PEM_cert(connection.getpeercert(binary_form=True)))
        return serial_in(served)

    def files(self):
        return {path.name: path.read_bytes() for path in self.server.iterdir()}

    def renew(self, *options):
        self.restarter.asked.clear()
        return run_dockpki(self.home, "renew", *options, "--restart-command", self.restarter.program, "--endpoint", self.daemon.host, check=False)

    def states(self):
        listed = run_dockpki(self.home, "list", "--all", "--json").json()["certificates"]
        return {one["serial"]: (one["state"], [place["state"] for place in one["placements"]]) for one in listed if one["name"] == "localhost"}

    # ---- what is done

    def the_new_certificate_is_served_and_the_container_lives_on(self):
        self.restarter.act = self.restart
        before, container, old = self.files(), self.container(), self.served_serial()
        check(container.startswith("true "), "the container runs", container)
        done = self.renew("--before", "400d", "--rekey")
        check_equal((done.code, done.stderr), (0, ""), "it succeeds")
        check_equal(self.restarter.asked, ["localhost"], "the daemon was restarted once, though another server's set and a client's were renewed as well")
        check_in(f"dockerd at {self.daemon.host} was restarted and serves the new certificate", done.stdout, "it says so")
        check_in("A running dockerd still serves the old certificate", done.stdout, "and of the other server's, that it was not")
        new = self.served_serial()
        check(new != old and new == serial_in(self.server / "server-cert.pem"), "the new certificate is served", f"{old} {new}")
        check(self.files()["server-key.pem"] != before["server-key.pem"], "with a new key")
        check_equal(self.container(), container, "the container runs with the process that it had")
        (self.folder / "later/.docker").parent.mkdir(exist_ok=True)
        shutil.copytree(self.folder / "old-client", self.folder / "later/.docker")
        check_equal(self.ask(home=self.folder / "later").code, 0, "the old client's set gets in")

    def what_the_daemon_cannot_start_with_is_taken_back(self):
        def sabotage():
            if len(self.restarter.asked) == 1:  # the new key is damaged before dockerd reads it
                (self.server / "server-key.pem").chmod(0o600)
                (self.server / "server-key.pem").write_text("no key\n")
            return self.restart()
        self.restarter.act = sabotage
        before, container, old, states = self.files(), self.container(), self.served_serial(), self.states()
        done = self.renew("localhost", "--rekey", "--json")
        check_equal(done.code, 1, "it fails")
        check_equal(self.restarter.asked, ["localhost", "localhost"], "the daemon was restarted twice")
        result = done.json()["sets"][0]
        check_equal((result["result"], result["serial"], result["daemon"]["serial"]), ("failed", None, old), "the result says which serial is served")
        check_in("ended with exit code 1; the old set is back, and dockerd serves it", done.stderr, "and the message, what happened")
        check_in("journalctl -u docker", done.stderr, "and where to look")
        check_equal(self.files(), before, "the old files lie there, to the octet")
        check_equal(self.served_serial(), old, "the old certificate is served")
        check_equal(self.container(), container, "the container runs on")
        after = self.states()
        check_equal({serial: after[serial] for serial in states}, states, "the inventory holds what it held")
        check_equal([after[serial] for serial in after if serial not in states], [("superseded", [])], "and the new certificate as superseded, lying nowhere")
        check_in("gave way to the one before it", run_dockpki(self.home, "log").stdout, "the log tells of it")
        check_equal(run_dockpki(self.home, "log", "--verify").code, 0, "and its seals hold")
        check_equal(run_dockpki(self.home, "repair", "--dry-run", "--json").json()["rebuilt"], False, "inventory and log agree")

    def a_restart_command_that_fails_takes_it_back_too(self):
        self.restarter.act = lambda: 7
        before, old = self.files(), self.served_serial()
        done = self.renew("localhost")
        check_equal(done.code, 1, "it fails")
        check_in("ended with exit code 7; the old set is back, and dockerd serves it", done.stderr, "the message tells why")
        check_equal((self.files(), self.served_serial()), (before, old), "files and daemon are as they were")

    def a_daemon_that_serves_the_old_one_all_the_same_is_seen(self):
        self.restarter.act = lambda: 0  # and does nothing
        before, old = self.files(), self.served_serial()
        done = self.renew("localhost")
        check_equal(done.code, 1, "it fails")
        check_in(f"it serves another certificate, serial {old}; the old set is back, and dockerd serves it", done.stderr, "the message tells why")
        check_equal((self.files(), self.served_serial()), (before, old), "files and daemon are as they were")

    def what_an_earlier_run_left_behind_is_restarted(self):
        self.restarter.act = self.restart
        run_dockpki(self.home, "renew", "localhost")
        check(self.served_serial() != serial_in(self.server / "server-cert.pem"), "renewed without a restart, the old one is served")
        done = self.renew()
        check_equal((done.code, self.restarter.asked), (0, ["localhost"]), "the next run restarts, though nothing is due")
        check_equal(self.served_serial(), serial_in(self.server / "server-cert.pem"), "and the new one is served")
        self.renew()
        check_equal(self.restarter.asked, [], "the run after that does not")

    def a_dry_run_restarts_nothing(self):
        before = self.files()
        done = self.renew("localhost", "--dry-run")
        check_equal((done.code, self.restarter.asked, self.files()), (0, [], before), "nothing happens")
        check_in(f"dockerd at {self.daemon.host} would be restarted", done.stdout, "it says what would")

    def containers_are_not_stopped_unasked(self):
        self.restarter.act, self.live_restore = self.restart, False
        self.restart()
        self.ask("start", "sleeper")
        before, container = self.files(), self.container()
        done = self.renew("localhost")
        check_equal((done.code, self.restarter.asked, self.files()), (1, [], before), "nothing is renewed or restarted")
        check_in("live-restore is off: the restart stops its 1 running container", done.stderr, "the message tells why")
        check_in("--yes restarts it all the same", done.stderr, "and what would do it")
        check_equal(self.container(), container, "the container runs")
        done = self.renew("localhost", "--yes")
        check_equal((done.code, self.restarter.asked), (0, ["localhost"]), "--yes does it")
        check_in("dockpki: warning: ", done.stderr, "not without a warning")
        check_equal(self.served_serial(), serial_in(self.server / "server-cert.pem"), "the new one is served")
        self.live_restore = True

    def what_cannot_be_looked_at_is_not_renewed(self):
        before = self.files()
        self.daemon.stop()
        done = self.renew("--before", "400d")
        check_equal((done.code, self.files()), (1, before), "without an answer, the server's set is left")
        check_in("Connection refused", done.stderr, "the message tells why")
        check("renewed  elsewhere.example" not in done.stdout and "client" in done.stdout, "and so is every server's, but not the client's", done.stdout)
        quiet = self.renew()
        check_equal((quiet.code, quiet.stderr), (0, ""), "where nothing is due, a daemon that does not run is no failure")
        self.restart()


def main():
    need_root()
    need_tool("dockerd", "docker.io")
    need_tool("busybox", "busybox-static")
    with temp_folder() as folder:
        scene = Scene(folder)
        try:
            run_tests(scene.start_container, scene.the_new_certificate_is_served_and_the_container_lives_on, scene.what_the_daemon_cannot_start_with_is_taken_back,
                      scene.a_restart_command_that_fails_takes_it_back_too, scene.a_daemon_that_serves_the_old_one_all_the_same_is_seen,
                      scene.what_an_earlier_run_left_behind_is_restarted, scene.a_dry_run_restarts_nothing, scene.containers_are_not_stopped_unasked,
                      scene.what_cannot_be_looked_at_is_not_renewed)
        finally:
            scene.close()


if __name__ == "__main__":
    main()
