#!/usr/bin/env python3
"""An authority that was made by hand is imported with its sets, and renews them; openssl judges. Argument: who made it."""
import sys

import hand_made
from harness import check, check_equal, check_in, need_tool, run, run_dockpki, run_tests, temp_folder


def text_of(path):
    return run(["openssl", "x509", "-in", path, "-noout", "-text"], check=True).stdout


def public_key(*args):
    return run(["openssl", *args], check=True).stdout


def check_verifies(ca, certificate, purpose):
    judged = run(["openssl", "verify", "-purpose", purpose, "-CAfile", ca, certificate])
    check(judged.code == 0, f"openssl verifies {certificate.name} as a {purpose}", str(judged))


def renewed(home, folder, names, kind, purpose, *options):
    certificate, key = (folder / name for name in names)
    old, old_key = text_of(certificate), key.read_bytes()
    listed = run_dockpki(home, "list", "--json").json()["certificates"]
    name = next(one["name"] for one in listed if one["state"] == "issued" and one["placements"] and one["placements"][0]["folder"] == str(folder)
                and one["kind"] == kind)
    run_dockpki(home, "renew", name, *options, *hand_made.passphrase(home))
    check(text_of(certificate) != old, f"{name}: another certificate")
    if "--rekey" not in options:
        check_equal(key.read_bytes(), old_key, f"{name}: the same key")
    check_equal(public_key("x509", "-in", certificate, "-noout", "-pubkey"), public_key("pkey", "-in", key, "-pubout"), f"{name}: key and certificate fit")
    check_verifies(folder / "ca.pem", certificate, purpose)
    return text_of(certificate)


def the_authority_signs_on():
    with temp_folder() as folder:
        (folder / "made").mkdir()
        made = hand_made.MAKERS[sys.argv[1]](folder / "made")
        before = made.key.read_bytes()
        home = folder / "home"
        said, server, client = hand_made.adopt(made, home, run_dockpki)
        for part in made.weak:
            check_in(part, said, f"import-ca tells: {part}")
        check_equal(made.key.read_bytes(), before, "the key that was given is left as it was")
        key = home / "authorities/g1/ca-key.pem"
        check(key.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), "the home's copy is encrypted as every authority's")
        check_equal(public_key("pkey", "-in", key, "-passin", f"file:{home.parent / 'new'}", "-pubout"),
                    public_key("x509", "-in", made.certificate, "-noout", "-pubkey"), "openssl opens it with the new passphrase")

        for rekey in ((), ("--rekey",)):
            text = renewed(home, server, ("server-cert.pem", "server-key.pem"), "server", "sslserver", *rekey)
            check_in("DNS:localhost", text, "the server's names are carried over")
            text = renewed(home, client, ("cert.pem", "key.pem"), made.client_kind, "sslclient", *rekey)
            check_equal("TLS Web Server Authentication" in text, made.client_kind == "dual", "the client is a server only if it was one before")
        proved = run_dockpki(home, "verify", "--handshake", client, "--server", server)
        check_in("The sets fit together", proved.stdout, "the sets fit together")
        run_dockpki(home, "issue-client", "--name", "alice", *hand_made.passphrase(home))
        check_verifies(made.certificate, home / "clients/alice/cert.pem", "sslclient")

        stories = [run_dockpki(home, "list", "--all").stdout]
        (home / "inventory.db").unlink()
        run_dockpki(home, "repair")
        stories.append(run_dockpki(home, "list", "--all").stdout)
        check_equal(stories[1], stories[0], "the log alone tells all of it again")


need_tool("openssl", "openssl")
run_tests(the_authority_signs_on)
