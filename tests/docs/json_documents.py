"""docs/json.md names every member of every document, and nothing that is not there."""
import json
import re
import shutil

from endpoints import Endpoint, answering, over_tls
from harness import HttpsServer, SOURCE, check, check_equal, run, run_dockpki, run_tests, server_context, temp_folder

PAGE = (SOURCE / "docs/json.md").read_text()
CODE = re.compile(r"`([a-z_0-9]+)`")
# Words in the page's code style that are values, not members.
VALUES = {"all", "servers", "clients", "server", "client", "dual", "issued", "reserved", "abandoned", "superseded", "revoked", "current", "stale", "changed",
          "gone", "g1", "p256", "p384", "rsa3072", "rsa4096", "ed25519", "certificate", "list", "status", "repaired", "renewed", "not_due", "due", "failed", "trust",
          "imported", "planned", "known", "refused", "p12", "pem", "tar",
          "mtls", "tls", "plain", "same", "another", "unknown", "info", "low", "medium", "high", "critical", "active", "incoming", "outgoing", "none", "begun", "reissuing", "returning", "unconcerned", "behind", "updated", "reissue", "abort", "finish", "context", "default",
          "daemon", "nothing", "anyone", "passed", "registry", "authority", "open", "mutual"}


def sections():
    """Heading -> its text; a section that refers to another one has that one's text, too."""
    parts = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
    for heading, text in list(parts.items()):
        parts[heading] = text + "".join(parts[name] for name in re.findall(r"\]\(#([\w-]+)\)", text))
    return {name: text for heading, text in parts.items() for name in heading.split(", ")}


def members(document):
    if isinstance(document, dict):
        return set(document).union(*(members(value) for value in document.values()))
    if isinstance(document, list):
        return set().union(*(members(value) for value in document))
    return set()


def image(folder):
    """A machine of which everything is to be told."""
    root = folder / "image"
    (root / "etc/docker").mkdir(parents=True)
    (root / "lib/systemd/system").mkdir(parents=True)
    (root / "lib/systemd/system/docker.service").write_text("[Service]\nExecStart=/usr/bin/dockerd\n")
    (root / "etc/docker/daemon.json").write_text(json.dumps({"hosts": ["tcp://0.0.0.0:2376"], "tlsverify": True, "tlscert": "/cert.pem", "tlskey": "/key.pem"}))
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", root / "key.pem", "-out", root / "cert.pem"], check=True)
    (root / "etc/docker/daemon.json").chmod(0o666)
    return root


def documents(folder):
    """Command -> the members that its documents have in a small PKI."""
    home = folder / "pki"
    found = {}

    def note(command, *args, at=home, **options):
        result = run_dockpki(at, command, *args, "--json", **options)
        found.setdefault(command, set()).update(members(result.json()))

    def strangers_crl():
        run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", folder / "x.key", "-out", folder / "x.pem"], check=True)
        (folder / "index").write_text("R\t300101000000Z\t260101000000Z,keyCompromise\t05\tunknown\t/CN=y\n")
        (folder / "conf").write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={folder}/index\ndefault_md=sha256\ncrl_extensions=e\n[e]\n")
        run(["openssl", "ca", "-gencrl", "-config", folder / "conf", "-cert", folder / "x.pem", "-keyfile", folder / "x.key", "-crldays", "9", "-out",
             folder / "x.crl"], check=True)
        return folder / "x.crl"

    (folder / "pass").write_text("correct horse\n")
    (folder / "pass").chmod(0o600)
    passphrase = ("--passphrase-file", folder / "pass")
    note("init-ca", *passphrase, "--permit-dns", "a.example", "--permit-ip", "10.0.0.0/8")
    note("issue-server", *passphrase, "--dns", "a.example", "--ip", "10.0.0.1")
    note("issue-client", *passphrase, "--name", "alice")
    note("issue-client", *passphrase, "--name", "short", "--lifetime", "1h", "--dry-run")
    note("make-request", "--client", "--name", "bob", "--out", folder / "bob")
    note("sign-request", *passphrase, folder / "bob/request.csr")
    (home / "clients/alice/cert.pem").unlink()
    (home / "clients/alice/cert.pem").write_text("somebody else's\n")  # something for status to tell
    note("revoke", *passphrase, "bob", "--reason", "keyCompromise")
    note("make-crl", *passphrase)
    note("status", check=False)  # alice's set is wrong, and its exit code tells so
    note("list")
    note("show", home / "authorities/g1/ca.pem", home / "authorities/g1/ca-key.pem", folder / "bob/request.csr", folder / "bob/key.pem", strangers_crl())
    client = folder / "client"
    run_dockpki(home, "issue-client", *passphrase, "--out", client)
    note("verify", "--handshake", client, "--server", home / "servers/a.example")
    note("verify", "--dockerd", "dockerd -H tcp://127.0.0.1:2375", "--docker", "docker -H tcp://127.0.0.1:2375 version", check=False)
    shutil.copytree(client, folder / ".docker/contexts/tls/prod/docker")
    server = home / "servers/a.example"
    with HttpsServer(server_context(server / "ca.pem", server / "server-cert.pem", server / "server-key.pem")) as daemon:
        note("renew", *passphrase, "--before", "400d", "--dry-run", "--restart-command", "true", "--endpoint", f"tcp://127.0.0.1:{daemon.port}", "--yes", check=False)
    with Endpoint(over_tls(server_context(server / "ca.pem", server / "server-cert.pem", server / "server-key.pem"), answering())) as daemon:
        note("audit", "--root", image(folder), "--fix", check=False)
        note("probe", daemon.host, "--cert", client, check=False)
    note("explain", "remote error: tls: bad certificate")
    note("rotate-ca", *passphrase, "begin", check=False)
    note("rotate-ca", *passphrase, "reissue", "--dry-run", check=False)
    note("schedule", *passphrase, "--print")
    note("export", client, "--out", folder / "client.pem")
    (folder / "machine").mkdir()
    note("configure-daemon", "--root", folder / "machine", "--listen", "127.0.0.1:2376")
    note("configure-daemon", "--root", folder / "machine", "--undo")
    note("configure-client", "--host", "tcp://a.example:2376", "--cert", client)
    note("configure-client", "--registry", "a.example:5000", "--root", folder / "machine", "--cert", client)
    note("env", "--cert", client)
    note("forget", client, "--dry-run")
    words = ("--backup-passphrase-file", folder / "pass")
    note("backup", "--out", folder / "pki.cms", *words)
    note("restore", folder / "pki.cms", *words, at=folder / "restored")
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", folder / "ca.key", "-out", folder / "ca.crt"], check=True)
    files = ("--cert", folder / "ca.crt", "--key", folder / "ca.key", "--no-passphrase")
    note("import-ca", *files, "--dry-run", at=folder / "other")
    note("import-ca", *files, at=folder / "other")
    note("import", client, check=False)
    note("log", "--verify")
    note("change-passphrase", *passphrase, "--no-passphrase")
    note("repair", "--dry-run")
    note("version")
    found["error"] = members(run_dockpki(folder / "nowhere", "list", "--json", check=False).json())
    return found


def every_code_of_an_error_is_described_and_nothing_else():
    described = set(re.findall(r"^\| ([a-z-]+) \|", sections()["error"], re.MULTILINE)) - {"member", "code"}
    known = set(re.findall(r'return "([a-z-]+)";', (SOURCE / "lib/report/json.cpp").read_text()))
    check_equal(described, known, "the table of codes is that of the source")


def every_member_is_described_and_nothing_else():
    described = sections()
    with temp_folder() as folder:
        found = documents(folder)
    every = set().union(*found.values())
    for command, names in found.items():
        text = described[command]
        missing = {name for name in names if f"`{name}`" not in text}
        check(not missing, f"{command}: every member is described", f"    missing: {missing}")
        named = {name for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for name in CODE.findall(row)}
        check(not named - names, f"{command}: every member in the tables is there", f"    too many: {named - names}")
    words = {name for name in CODE.findall(PAGE.split("## authority")[1])}
    check(not words - every - VALUES, "no other member is named", f"    too many: {words - every - VALUES}")


run_tests(every_member_is_described_and_nothing_else, every_code_of_an_error_is_described_and_nothing_else)
