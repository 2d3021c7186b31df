#!/usr/bin/env python3
"""audit and a real dockerd: what /proc, flags and daemon.json come to is what the port really does."""
import os
import time

from harness import Dockerd, check, check_equal, check_in, need_root, run, run_dockpki, run_tests, temp_folder


class Scene:
    def __init__(self, folder):
        self.folder, self.home = folder, folder / "home"
        run_dockpki(self.home, "init-ca", "--no-passphrase")
        run_dockpki(self.home, "issue-server", "--dns", "localhost", "--ip", "127.0.0.1")
        self.server = self.home / "servers/localhost"

    def files(self, **more):
        return {"tlscacert": str(self.server / "ca.pem"), "tlscert": str(self.server / "server-cert.pem"), "tlskey": str(self.server / "server-key.pem"), **more}

    def daemon(self, configuration=None, tls=(), **options):
        """Without TLS flags, so that the file alone decides."""
        return Dockerd(self.server, self.folder / "dockerd", configuration=configuration, tls=tls, **options)

    def audit(self, daemon, *words, whole=False):
        """What is told of this daemon, and the findings that are about its files."""
        document = run_dockpki(self.home, "audit", *words, "--json", check=False).json()
        (found,) = [one for one in document["daemons"] if one["pid"] == daemon.child.pid]
        mine = [one for one in document["findings"] if str(self.folder) in f"{one['file']} {one['text']}" or found["origin"] in one["text"]]
        return (document if whole else found), {one["id"] for one in mine}, mine


def probe(scene, daemon):
    return run_dockpki(scene.home, "probe", daemon.host, "--json", check=False).json()["endpoints"][0]["kind"]


def compare(scene, what, endpoint, wanted, unwanted=(), **options):
    with scene.daemon(**options) as daemon:
        found, ids, _ = scene.audit(daemon)
        check_equal((found["running"], found["endpoint"], probe(scene, daemon)), (True, endpoint, endpoint), f"{what}: as audited, so probed")
        check_in(daemon.host, " ".join(found["listeners"]), "where it listens")
        check(found["version"] and run([daemon.child.args[0], "--version"]).stdout.find(found["version"]) > 0, "its version is read from its program", found)
        for one in wanted:
            check(one in ids, f"{what}: {one}", ids)
        for one in unwanted:
            check(one not in ids, f"{what}: no {one}", ids)


def modes(scene):
    critical = ("cis-daemon-tls",)
    compare(scene, "mutual TLS by flags", "mtls", (), critical, tls=("--tlsverify",))
    compare(scene, "mutual TLS by daemon.json", "mtls", (), critical, configuration=scene.files(tlsverify=True))
    compare(scene, "plain", "plain", ("lst-plain", *critical))
    compare(scene, "files without a switch", "plain", ("cfg-certs-no-verify", *critical), configuration=scene.files())
    compare(scene, "tlsverify: false", "tls", ("cfg-tlsverify-false", *critical), configuration=scene.files(tlsverify=False))
    files = scene.files(tlsverify=True)
    del files["tlscacert"]
    compare(scene, "no tlscacert", "mtls", ("cfg-no-tlscacert", *critical), configuration=files)


def listeners(scene):
    work = scene.folder / "dockerd"
    with scene.daemon(configuration={"live-restore": True}, tls=("--tlsverify",), more_addresses=("127.0.0.2",), socket_path=scene.folder / "s.sock") as daemon:
        found, ids, _ = scene.audit(daemon)
        check_equal(sorted(found["listeners"]), sorted([f"tcp://127.0.0.1:{daemon.port}", f"tcp://127.0.0.2:{daemon.port}", f"unix://{scene.folder}/s.sock"]), "every listener")
        check_equal((found["live_restore"], "cis-live-restore" in ids), (True, False), "live-restore of the file")
        check_equal(found["config_file"], str(work / "daemon.json"), "the file that its flag names")
        (scene.folder / "s.sock").chmod(0o666)
        _, ids, mine = scene.audit(daemon)
        check("cis-docker-socket-mode" in ids, "a socket for everybody", ids)
        check_equal({one["severity"] for one in mine if one["id"] == "cis-docker-socket-mode"}, {"critical"}, "is as bad as it gets")


def changes_since_the_start(scene):
    with scene.daemon(configuration={"live-restore": True}, tls=("--tlsverify",)) as daemon:
        check(not scene.audit(daemon)[1] & {"restart-pending", "time-rotate"}, "nothing was changed", scene.audit(daemon)[1])
        later = time.time() + 60
        os.utime(scene.folder / "dockerd/daemon.json", (later, later))
        os.utime(scene.server / "server-cert.pem", (later, later))
        check({"restart-pending", "time-rotate"} <= scene.audit(daemon)[1], "daemon.json and a certificate were written since", scene.audit(daemon)[1])


def broken_meanwhile(scene):
    """It runs, and would not start again."""
    with scene.daemon(configuration={}, tls=("--tlsverify",)) as daemon:
        (scene.folder / "dockerd/daemon.json").write_text('{"tlsverfy": true}')
        found, ids, _ = scene.audit(daemon)
        check_equal((found["starts"], "cfg-unknown-key" in ids), (False, True), "a key that it does not know")
        check_in("the following directives don't match any configuration option: tlsverfy", found["refusal"], "in its words")
        check_equal(probe(scene, daemon), "mtls", "and still it serves")


def a_remedy(scene):
    with scene.daemon(tls=("--tlsverify",)) as daemon:
        key = scene.server / "server-key.pem"
        key.chmod(0o644)
        check("cis-server-key-mode" in scene.audit(daemon)[1], "a key that others read")
        # The command that audit tells, not --fix: this machine's own files are not the test's to change.
        (command,) = [one["command"] for one in scene.audit(daemon, whole=True)[0]["fixes"] if one["file"] == str(key)]
        run(command.split(), check=True)
        check_equal((oct(key.stat().st_mode & 0o777), "cis-server-key-mode" in scene.audit(daemon)[1]), ("0o400", False), "its remedy mends it")


def named(test):
    def call():
        with temp_folder() as folder:
            test(Scene(folder))
    call.__name__ = test.__name__
    return call


def main():
    need_root()
    run_tests(*(named(test) for test in (modes, listeners, changes_since_the_start, broken_meanwhile, a_remedy)))


if __name__ == "__main__":
    main()
