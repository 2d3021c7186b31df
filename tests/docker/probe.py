#!/usr/bin/env python3
"""probe and a real dockerd: plain, TLS without client check, mutual TLS, a restart that is pending; held against openssl s_client, sslscan and docker."""
import re
import shutil

from docker_client import ask, find_clients
from harness import Dockerd, check, check_equal, check_in, need_root, need_tool, run, run_dockpki, run_tests, temp_folder


class Scene:
    def __init__(self, folder):
        self.folder, self.home, self.client = folder, folder / "home", folder / ".docker"
        run_dockpki(self.home, "init-ca", "--no-passphrase")
        run_dockpki(self.home, "issue-server", "--dns", "localhost", "--ip", "127.0.0.1", "--ip", "::1")
        run_dockpki(self.home, "issue-client")
        self.server = self.home / "servers/localhost"

    def daemon(self, **options):
        return Dockerd(self.server, self.folder / "dockerd", **options)

    def probe(self, daemon, *words, code=0, host=None):
        done = run_dockpki(self.home, "probe", host or daemon.host, "--json", *words, check=False)
        check_equal(done.code, code, f"probe: exit code {code}")
        return done.json()["endpoints"][0]


def ids(result):
    return [finding["id"] for finding in result["findings"]]


def docker_version(scene, host, *options):
    docker = next(iter(find_clients().values()))
    return ask(docker, scene.folder, host, "version", "--format", "{{.Server.Version}} {{.Server.APIVersion}} {{.Server.MinAPIVersion}} {{.Server.Os}}/{{.Server.Arch}}", *options)


def plain(scene):
    with scene.daemon(tls=()) as daemon:
        result = scene.probe(daemon, code=3)
    check_equal((result["kind"], ids(result), result["failure"]), ("plain", ["probe-plaintext"], None), "plain HTTP is critical")
    check(result["version"]["api_version"] == result["api_version"] and result["server"].startswith("Docker/"), "and it is Docker", result)
    check_equal(result["certificates"], [], "without a certificate")


def tls_without_client_check(scene):
    with scene.daemon(tls=("--tlsverify=false",)) as daemon:
        result = scene.probe(daemon, "--cert", scene.client, code=3)
        check_equal((result["kind"], result["asks"], ids(result)), ("tls", False, ["probe-no-client-check"]), "it is seen")
        check_equal(({result[who]["verdict"] for who in ("nobody", "pair")}, result["foreign"]["verdict"]), ({"let-in"}, "not-tried"), "whoever comes is let in")
        check_in("Version", run(["curl", "-sk", f"https://127.0.0.1:{daemon.port}/version"]).stdout, "curl without a certificate gets in, too")
        compare_with_sslscan(daemon, result, every=True)


def mutual_tls(scene):
    with scene.daemon(more_addresses=("[::1]",)) as daemon:
        result = scene.probe(daemon, "--cert", scene.client)
        check_equal((result["kind"], ids(result), result["failure"]), ("mtls", [], None), "nothing is wrong with it")
        check_equal([result[who]["verdict"] for who in ("nobody", "foreign", "pair")], ["refused", "refused", "let-in"], "its own client alone is let in")
        check_equal((result["fits_host"], result["trusted"], result["on_disk"]["state"]), (True, True, "same"), "the certificate is the right one")
        version = result["version"]
        told = " ".join(version[name] for name in ("version", "api_version", "min_api_version", "platform"))
        check_equal(docker_version(scene, daemon.host).stdout.strip(), told, "its version is what docker says")
        compare_with_s_client(scene, daemon, result)
        compare_with_sslscan(daemon, result, every=False)
        bare = scene.probe(daemon)
        check_equal((bare["kind"], bare["pair"]["verdict"], bare["version"]), ("mtls", "not-tried", None), "without a pair it is told as well, but not its version")
        sixth = scene.probe(daemon, "--cert", scene.client, host=f"tcp://[::1]:{daemon.port}")
        check_equal((sixth["address"], ids(sixth)), ("::1", []), "by IPv6")
        other = scene.probe(daemon, "--cert", scene.client, host=f"tcp://127.0.0.2:{daemon.port}", code=1)
        check_equal(other["failure"], "Connection refused", "at another address it does not listen")
        strangers(scene, daemon)


def strangers(scene, daemon):
    """Pairs that the daemon refuses: of another home; of its own authority, but ended; a server's."""
    run_dockpki(scene.folder / "other", "init-ca", "--no-passphrase", "--name", "elsewhere")
    run_dockpki(scene.folder / "other", "issue-client", "--out", scene.folder / "stranger")
    result = scene.probe(daemon, "--cert", scene.folder / "stranger", code=3)
    check_equal(ids(result), ["probe-pair-refused", "probe-untrusted"], "a pair of another home is refused")
    check_in("it asks for certificates of others only", result["findings"][0]["text"], "and it is told why")
    server = scene.folder / "server-as-client"
    server.mkdir()
    for theirs, ours in (("ca.pem", "ca.pem"), ("server-cert.pem", "cert.pem"), ("server-key.pem", "key.pem")):
        shutil.copyfile(scene.server / theirs, server / ours)
    result = scene.probe(daemon, "--cert", server, code=3)
    check_equal((ids(result), result["pair"]["how"]), (["probe-pair-refused"], "bad certificate"), "so is the server's own certificate as a client's")
    mixed = scene.folder / "mixed"
    shutil.copytree(scene.client, mixed)
    (mixed / "cert.pem").unlink()
    (mixed / "cert.pem").write_text((scene.client / "cert.pem").read_text() + (scene.client / "ca.pem").read_text())
    check_equal(scene.probe(daemon, "--cert", mixed)["pair"]["verdict"], "let-in", "a chain with the root behind the leaf is sent, and taken")


def compare_with_s_client(scene, daemon, result):
    args = ["openssl", "s_client", "-connect", f"127.0.0.1:{daemon.port}", "-showcerts", "-cert", scene.client / "cert.pem", "-key", scene.client / "key.pem"]
    said = run(args, input="Q").stdout
    check_equal(re.search(r"New, (\S+), Cipher is (\S+)", said).groups(), (result["protocol"], result["suite"]), "protocol and suite are those of s_client")
    served = re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", said, re.DOTALL)
    prints = [run(["openssl", "x509", "-noout", "-fingerprint", "-sha256"], input=pem).stdout.strip().split("=")[1].replace(":", "").lower() for pem in served]
    check_equal([one["sha256"] for one in result["certificates"]], prints, "the chain is that of s_client")
    asked = re.search(r"Acceptable client certificate CA names\n(.*?)\n(?:Requested|Client|Shared)", said, re.DOTALL).group(1)
    check_equal(result["authorities"], [name.replace(" = ", "=") for name in asked.splitlines()], "the authorities that it asks for are those of s_client")


def compare_with_sslscan(daemon, result, every):
    """sslscan has no certificate to show: where one is demanded, it takes a suite of TLS 1.2 for refused."""
    said = run([need_tool("sslscan", "sslscan"), "--no-colour", f"127.0.0.1:{daemon.port}"]).stdout
    theirs = {(protocol, suite) for protocol, suite in re.findall(r"^(?:Preferred|Accepted)\s+(TLSv1\.\d)\s+\d+ bits\s+(\S+)", said, re.MULTILINE)}
    ours = {(one["protocol"], suite) for one in result["protocols"] for suite in one["suites"]}
    check_equal({one for one in ours if every or one[0] == "TLSv1.3"}, theirs, f"{len(theirs)} suites are those of sslscan")
    check_equal({protocol for protocol, _ in ours}, set(re.findall(r"^(TLSv1\.\d)\s+enabled", said, re.MULTILINE)), "and so are the versions")


def a_restart_is_pending(scene):
    daemon = scene.daemon()
    try:
        run_dockpki(scene.home, "renew", "localhost")
        result = scene.probe(daemon, "--cert", scene.client, code=3)
        check_equal((ids(result), result["on_disk"]["state"], result["on_disk"]["folder"]), (["probe-restart-pending"], "another", str(scene.server)), "it is seen")
        daemon.stop()
        daemon = scene.daemon(port=daemon.port)
        result = scene.probe(daemon, "--cert", scene.client)
        check_equal((ids(result), result["on_disk"]["state"]), ([], "same"), "after the restart it is not")
    finally:
        daemon.stop()


def main():
    need_root()
    for tool, package in (("dockerd", "docker.io"), ("openssl", "openssl"), ("curl", "curl"), ("sslscan", "sslscan")):
        need_tool(tool, package)
    with temp_folder() as folder:
        scene = Scene(folder)
        run_tests(*(named(test, scene) for test in (plain, tls_without_client_check, mutual_tls, a_restart_is_pending)))


def named(test, scene):
    def call():
        test(scene)
    call.__name__ = test.__name__
    return call


if __name__ == "__main__":
    main()
