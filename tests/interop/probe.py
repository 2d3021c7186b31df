#!/usr/bin/env python3
"""probe against other people's servers, compared with what openssl s_client and sslscan see."""
import contextlib
import os
import re
import ssl
import time

from endpoints import Endpoint, answering, over_tls, tls_context
from harness import Failed, Process, check, check_equal, check_in, free_port, need_tool, run, run_dockpki, run_tests, temp_folder, wait_for


class Scene:
    def __init__(self, folder):
        folder.chmod(0o711)  # nginx's workers
        self.folder, self.home, self.client = folder, folder / "home", folder / ".docker"
        run_dockpki(self.home, "init-ca", "--no-passphrase")
        run_dockpki(self.home, "issue-client")
        self.server = self.issue("localhost", "--dns", "localhost", "--ip", "127.0.0.1", "--ip", "::1")
        run_dockpki(folder / "other", "init-ca", "--no-passphrase")
        run_dockpki(folder / "other", "issue-client", "--out", folder / "stranger")

    def issue(self, name, *options):
        run_dockpki(self.home, "issue-server", "--name", name, *options)
        return self.home / "servers" / name

    def context(self, mutual=True, server=None):
        server = server or self.server
        return tls_context(server / "server-cert.pem", server / "server-key.pem", server / "ca.pem" if mutual else None)

    def daemon(self, requests=None, address="127.0.0.1", **options):
        """Like dockerd, but in this process."""
        return Endpoint(over_tls(self.context(**options), answering(requests)), address)

    def probe(self, *words, code=0, home=None, seconds=300):
        """(the results, the outcome)"""
        began = time.monotonic()
        done = run_dockpki(home or self.home, "probe", "--json", *words, check=False, timeout=seconds)
        check_equal(done.code, code, f"probe {' '.join(str(word) for word in words)[:70]}: exit code {code}, in {time.monotonic() - began:.1f} s")
        return done.json()["endpoints"]

    def one(self, endpoint, *words, **options):
        return self.probe(endpoint.host, *words, **options)[0]


def ids(result):
    return [finding["id"] for finding in result["findings"]]


# ---- what it is -----------------------------------------------------------------------------------------------------

def mutual_tls(scene):
    requests = []
    with scene.daemon(requests) as daemon:
        result = scene.one(daemon, "--cert", scene.client)
        check_equal((result["kind"], result["failure"], ids(result)), ("mtls", None, []), "it is mutual TLS, and nothing is wrong with it")
        check_equal([result[who]["verdict"] for who in ("nobody", "foreign", "pair")], ["refused", "refused", "let-in"], "who is let in")
        check_equal((result["nobody"]["how"], result["foreign"]["how"]), ("certificate required", "unknown ca"), "and why not")
        check_equal((result["fits_host"], result["trusted"], result["address"], result["on_disk"]["state"]), (True, True, "127.0.0.1", "same"), "the rest")
        check_equal((result["api_version"], result["version"]["version"], result["version"]["platform"]), ("1.51", "28.5.2", "linux/arm64"), "Docker's version")
        check_equal({lines[0] for lines in requests}, {"GET /_ping HTTP/1.0", "GET /version HTTP/1.0"}, "no other request came")
        result = scene.one(daemon)
        check_equal((result["kind"], result["pair"]["verdict"], result["version"], result["trusted"]), ("mtls", "not-tried", None, None), "without a pair")
        result = scene.one(daemon, "--cert", scene.folder / "stranger", code=3)
        check_equal(ids(result), ["probe-pair-refused", "probe-untrusted"], "a pair of another home")


def tls_without_client_check(scene):
    requests = []
    with scene.daemon(requests, mutual=False) as daemon:
        result = scene.one(daemon, code=3)
        check_equal((result["kind"], result["asks"], ids(result)), ("tls", False, ["probe-no-client-check"]), "it is seen")
        check_equal((result["foreign"]["verdict"], result["version"]["api_version"]), ("not-tried", "1.51"), "and asked for its version")
        check_equal({lines[0] for lines in requests}, {"GET /_ping HTTP/1.0", "GET /version HTTP/1.0"}, "no other request came")
    context = scene.context()
    context.verify_mode = ssl.CERT_OPTIONAL
    with Endpoint(over_tls(context, answering())) as daemon:
        result = scene.one(daemon, code=3)
        check_equal((result["kind"], result["asks"], ids(result)), ("tls", True, ["probe-no-client-check"]), "one that asks, and does without")
        check_equal(result["foreign"]["verdict"], "refused", "but takes no foreign one")


def a_foreign_certificate_is_accepted(scene):
    port = free_port()
    words = [need_tool("openssl", "openssl"), "s_server", "-accept", f"127.0.0.1:{port}", "-cert", scene.server / "server-cert.pem", "-key", scene.server / "server-key.pem",
             "-CAfile", scene.server / "ca.pem", "-Verify", "1", "-www", "-quiet"]  # demands one, and does not mind whose
    with Process(words, scene.folder / "s_server.log"):
        wait_for(lambda: listens(port), "s_server listens")
        result = scene.probe(f"tcp://127.0.0.1:{port}", code=3)[0]
    check_equal((result["kind"], result["nobody"]["verdict"], result["foreign"]["verdict"]), ("mtls", "refused", "let-in"), "it is seen")
    check_equal(ids(result), ["probe-foreign-accepted"], "and told")


def listens(port):
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any(line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A" for line in list(table)[1:])


def plain_http(scene):
    requests = []
    with Endpoint(answering(requests)) as daemon:
        result = scene.one(daemon, code=3)
        check_equal((result["kind"], ids(result), result["version"]["version"]), ("plain", ["probe-plaintext"], "28.5.2"), "Docker's API in plain text")
        heard = {line for lines in requests for line in lines[:1] if line.isascii() and line.startswith("GET")}
        check_equal(heard, {"GET /_ping HTTP/1.0", "GET /version HTTP/1.0"}, "no other request came, besides TLS handshakes")
    with Endpoint(answering(answer=lambda line: b"HTTP/1.0 404 Not Found\r\nServer: toy\r\n\r\n")) as server:
        result = scene.one(server, code=3)
        check_equal((result["kind"], result["server"], ids(result)), ("plain", "toy", ["probe-plaintext", "probe-not-docker"]), "some other server")


def an_ssh_server(scene):
    sshd = need_tool("sshd", "openssh-server")
    port, folder = free_port(), scene.folder / "sshd"
    folder.mkdir()
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "key"], check=True)
    (folder / "config").write_text(f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/key\nPidFile none\nUsePAM no\n")
    words = [sshd, "-D", "-e", "-f", folder / "config"]
    if os.geteuid() == 0:  # as root it wants a folder of the system
        for path in (folder, *folder.iterdir()):
            os.chown(path, 65534, 65534)
        words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *words]
    with Process(words, folder / "log") as server:
        server.wait_for_log("Server listening")
        result = scene.probe(f"tcp://127.0.0.1:{port}", code=1)[0]
    check_equal((result["kind"], ids(result)), ("none", []), "it is no endpoint")
    check_in("it speaks SSH: SSH-2.0-OpenSSH", result["failure"], "and the failure says what it is")


# ---- the certificate ------------------------------------------------------------------------------------------------

def certificates_that_clients_refuse(scene):
    with scene.daemon(server=scene.issue("elsewhere", "--dns", "*.elsewhere.example", "--dns", "127.0.0.1.example")) as daemon:
        result = scene.one(daemon, "--cert", scene.client, code=3)
        check_equal((ids(result), result["fits_host"]), (["probe-name-mismatch"], False), "a wrong name")
        check_in("doesn't contain any IP SANs", result["findings"][0]["text"], "in the words of docker")
    short = scene.issue("short", "--ip", "127.0.0.1", "--lifetime", "1s")
    time.sleep(1)
    with scene.daemon(server=short) as daemon:
        result = scene.one(daemon, "--cert", scene.client, code=3)
        check_equal(ids(result), ["probe-expired"], "one that has ended")
    soon = scene.issue("soon", "--ip", "127.0.0.1", "--lifetime", "30m")
    with scene.daemon(server=soon) as daemon:
        result = scene.one(daemon, "--cert", scene.client)
        check_equal(ids(result), ["probe-expires-soon"], "one that ends soon is merely told")
        scene.one(daemon, "--cert", scene.client, "--fail-on", "medium", code=3)


def a_pair_below_an_intermediate(scene):
    """What stands behind the leaf in cert.pem is sent along, as docker does; nothing else is."""
    folder = scene.folder / "chain"
    folder.mkdir()
    (folder / "ca.conf").write_text("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n")
    (folder / "leaf.conf").write_text("extendedKeyUsage=clientAuth\n")
    for name, issuer, extensions in (("root", "root", "ca"), ("middle", "root", "ca"), ("leaf", "middle", "leaf")):
        run(["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key",
             "-out", folder / f"{name}.csr"], check=True)
        by = ["-signkey", folder / "root.key"] if name == issuer else ["-CA", folder / f"{issuer}.pem", "-CAkey", folder / f"{issuer}.key", "-CAcreateserial"]
        run(["openssl", "x509", "-req", "-in", folder / f"{name}.csr", *by, "-days", "2", "-extfile", folder / f"{extensions}.conf", "-out", folder / f"{name}.pem"], check=True)
    (folder / "key.pem").write_bytes((folder / "leaf.key").read_bytes())
    (folder / "ca.pem").write_bytes((scene.client / "ca.pem").read_bytes() + (folder / "middle.pem").read_bytes())
    context = tls_context(scene.server / "server-cert.pem", scene.server / "server-key.pem", folder / "root.pem")
    with Endpoint(over_tls(context, answering())) as daemon:
        (folder / "cert.pem").write_bytes((folder / "leaf.pem").read_bytes() + (folder / "middle.pem").read_bytes())
        check_equal(ids(scene.one(daemon, "--cert", folder)), [], "leaf and intermediate are sent, and let in")
        (folder / "cert.pem").write_bytes((folder / "leaf.pem").read_bytes())
        check_equal(ids(scene.one(daemon, "--cert", folder, code=3)), ["probe-pair-refused"], "the leaf alone is not, though ca.pem holds the intermediate")


def a_restart_is_pending(scene):
    server = scene.issue("pending", "--ip", "127.0.0.1")
    with scene.daemon(server=server) as daemon:
        check_equal(scene.one(daemon)["on_disk"]["state"], "same", "before the renewal")
        served = scene.one(daemon)["certificates"][0]["serial"]
        run_dockpki(scene.home, "renew", "pending")
        result = scene.one(daemon, code=3)
        check_equal((ids(result), result["on_disk"]["folder"]), (["probe-restart-pending"], str(server)), "after it, though nobody is told the folder")
        check(result["on_disk"]["serial"] != served == result["certificates"][0]["serial"], "both serials are told")
        both = scene.folder / "both"
        both.mkdir()
        for path in (*scene.client.glob("*.pem"), server / "server-cert.pem"):
            (both / path.name).write_bytes(path.read_bytes())
        nowhere = scene.folder / "nowhere"
        check_equal(scene.one(daemon, home=nowhere)["on_disk"]["state"], "unknown", "without a home it is not known")
        check_equal(ids(scene.one(daemon, "--cert", both, home=nowhere, code=3)), ["probe-restart-pending"], "but where server-cert.pem lies beside the pair")


def ipv6_and_names(scene):
    with scene.daemon(address="::1") as daemon:
        result = scene.one(daemon, "--cert", scene.client)
        check_equal((result["endpoint"], result["address"], ids(result)), (daemon.host, "::1", []), "by an IPv6 address")
    with scene.daemon() as daemon:
        result = scene.probe(f"tcp://LOCALHOST:{daemon.port}", "--cert", scene.client)[0]
        check_equal((result["address"], result["fits_host"], ids(result)), ("127.0.0.1", True, []), "by a name, which may lead to ::1 as well")


# ---- compared with others -------------------------------------------------------------------------------------------

NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr; events {{}}
http {{ access_log off; client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3; uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {server}/server-cert.pem; ssl_certificate_key {server}/server-key.pem; {more}
    location / {{ add_header Api-Version 1.41; return 200 OK; }} }} }}
"""


@contextlib.contextmanager
def nginx(scene, more):
    folder, port = scene.folder / f"nginx-{time.monotonic_ns()}", free_port()
    folder.mkdir()
    (folder / "conf").write_text(NGINX.format(folder=folder, port=port, server=scene.server, more=more))
    with Process([need_tool("nginx", "nginx-light"), "-p", folder, "-c", folder / "conf"], folder / "log") as process:
        def is_up():
            if process.child.poll() is not None:
                raise Failed(process.log())
            return listens(port)
        wait_for(is_up, "nginx listens")
        yield f"tcp://127.0.0.1:{port}", port


def nginx_with_client_check(scene):
    for protocol, how in (("TLSv1.3", "HTTP 400"), ("TLSv1.2", "HTTP 400")):
        with nginx(scene, f"ssl_protocols {protocol}; ssl_verify_client on; ssl_client_certificate {scene.server}/ca.pem;") as (host, port):
            result = scene.probe(host, "--cert", scene.client)[0]
            check_equal((result["kind"], ids(result), result["protocol"]), ("mtls", [], protocol), f"nginx with client check, {protocol}")
            check_equal([(result[who]["verdict"], result[who]["how"]) for who in ("nobody", "foreign", "pair")],
                        [("refused", how), ("refused", how), ("let-in", "HTTP 200")], "it refuses after the handshake, by HTTP")
            compare_with_s_client(scene, port, result)
            compare_with_sslscan(port, result)


def old_protocols(scene):
    with nginx(scene, "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0;") as (host, port):
        result = scene.probe(host, code=3)[0]
        check_equal(ids(result), ["probe-no-client-check", "probe-old-protocol"], "TLS 1.0 and 1.1 are found")
        compare_with_sslscan(port, result)
    with nginx(scene, "ssl_protocols TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;") as (host, port):
        result = scene.probe(host, code=3)[0]
        check_equal((result["protocol"], ids(result)), ("TLSv1.1", ["probe-no-client-check", "probe-no-modern-protocol", "probe-old-protocol"]), "and nothing else")


def compare_with_s_client(scene, port, result):
    args = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-showcerts", "-cert", scene.client / "cert.pem", "-key", scene.client / "key.pem"]
    said = run(args, input="Q").stdout
    check_equal(re.search(r"New, (\S+), Cipher is (\S+)", said).groups(), (result["protocol"], result["suite"]), "protocol and suite are those of s_client")
    served = re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", said, re.DOTALL)
    serials = [run(["openssl", "x509", "-noout", "-serial"], input=pem).stdout.strip().split("=")[1].lower() for pem in served]
    check_equal([one["serial"] for one in result["certificates"]], serials, "the chain is that of s_client")
    asked = re.search(r"Acceptable client certificate CA names\n(.*?)\n(?:Requested|Client|Shared)", said, re.DOTALL)
    names = [name.replace(" = ", "=") for name in asked.group(1).splitlines()] if asked else []
    check_equal(result["authorities"], names, "the authorities that it asks for are those of s_client")


def compare_with_sslscan(port, result):
    path = need_tool("sslscan", "sslscan")
    said = run([path, "--no-colour", f"127.0.0.1:{port}"]).stdout
    theirs = {(protocol, suite) for protocol, suite in re.findall(r"^(?:Preferred|Accepted)\s+(TLSv1\.\d)\s+\d+ bits\s+(\S+)", said, re.MULTILINE)}
    ours = {(one["protocol"] + (".0" if one["protocol"] == "TLSv1" else ""), suite) for one in result["protocols"] for suite in one["suites"]}
    check_equal(ours, theirs, f"{len(theirs)} suites in {len(result['protocols'])} versions are those of sslscan")
    enabled = set(re.findall(r"^(TLSv1\.\d)\s+enabled", said, re.MULTILINE))
    check_equal({protocol for protocol, _ in ours}, enabled, "and so are the versions")


def run_on_scene(*tests):
    """Runs each test on one scene."""
    def bound(test, scene):
        def call():
            test(scene)
        call.__name__ = test.__name__
        return call
    with temp_folder() as folder:
        scene = Scene(folder)
        run_tests(*(bound(test, scene) for test in tests))


def main():
    for tool, package in (("openssl", "openssl"), ("nginx", "nginx-light"), ("sshd", "openssh-server"), ("ssh-keygen", "openssh-client"), ("sslscan", "sslscan")):
        need_tool(tool, package)
    run_on_scene(mutual_tls, tls_without_client_check, a_foreign_certificate_is_accepted, plain_http, an_ssh_server, certificates_that_clients_refuse,
                 a_pair_below_an_intermediate, a_restart_is_pending, ipv6_and_names, old_protocols, nginx_with_client_check)


if __name__ == "__main__":
    main()
