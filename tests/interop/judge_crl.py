#!/usr/bin/env python3
"""Revocation lists before other people's software: who is on the list is refused, who is not gets in, and the list itself stands.

Argument: the program that judges: openssl, certtool or python. Each judges a list of every type of key that it knows."""
import functools
import re
import ssl
import sys

from harness import check, check_equal, check_in, client_context, handshake, need_tool, run, run_dockpki, run_tests, server_context, temp_folder

KEYS = ("p256", "rsa3072", "ed25519")


class Scene:
    """An authority with a good client, a revoked one, and a server; and the authority of somebody else."""

    def __init__(self, folder, key):
        self.home, self.folder = folder / "home", folder
        for command in (("init-ca", "--no-passphrase"), ("issue-server", "--dns", "localhost"), ("issue-client", "--name", "good"),
                        ("issue-client", "--name", "lost")):
            run_dockpki(self.home, *command, "--key", key)
        run_dockpki(self.home, "revoke", "lost", "--reason", "keyCompromise")
        run_dockpki(self.home, "revoke", "localhost", "--reason", "unspecified")
        self.ca = self.home / "authorities/g1/ca.pem"
        self.crl = self.home / "authorities/g1/crl.pem"
        run_dockpki(folder / "other", "init-ca", "--no-passphrase", "--key", key)
        self.foreign_ca = folder / "other/authorities/g1/ca.pem"
        run_dockpki(folder / "other", "make-crl")
        self.empty_crl = self.foreign_ca.with_name("crl.pem")

    def client(self, name):
        return self.home / "clients" / name / "cert.pem"

    def client_key(self, name):
        return self.home / "clients" / name / "key.pem"

    @property
    def server(self):
        return self.home / "servers/localhost"


# ---- the judges ------------------------------------------------------------------------------------------------------

def judge_openssl(scene):
    def verify(certificate):
        return run(["openssl", "verify", "-x509_strict", "-crl_check", "-no-CApath", "-no-CAstore", "-CRLfile", scene.crl, "-CAfile", scene.ca, certificate])
    good, lost = verify(scene.client("good")), verify(scene.client("lost"))
    check(good.code == 0, "the good client passes -crl_check", str(good))
    check_in("certificate revoked", lost.text, "the lost one does not: certificate revoked")
    for form, path in (("PEM", scene.crl), ("DER", scene.crl.with_suffix(".der"))):
        own = run(["openssl", "crl", "-inform", form, "-in", path, "-CAfile", scene.ca, "-verify", "-noout"])
        check(own.code == 0 and "verify OK" in own.text, f"the list in {form} is the authority's", str(own))
        foreign = run(["openssl", "crl", "-inform", form, "-in", path, "-CAfile", scene.foreign_ca, "-verify", "-noout"])
        check("verify OK" not in foreign.text, "and not another authority's", str(foreign))
    text = run(["openssl", "crl", "-in", scene.crl, "-noout", "-text"], check=True).stdout
    check_in("Version 2 (0x1)", text, "version 2")
    check_in("X509v3 CRL Number: \n                2\n", text, "the second list has the number 2")
    check_equal(re.findall(r"X509v3 CRL Reason Code: \n +(.*)", text), ["Key Compromise"], "one reason, and none where it is unspecified")
    check("critical" not in text, "nothing is critical", text)
    empty = run(["openssl", "crl", "-in", scene.empty_crl, "-CAfile", scene.foreign_ca, "-verify", "-noout", "-text"])
    check("verify OK" in empty.text and "No Revoked Certificates" in empty.text, "a list without an entry stands as well", str(empty))


def judge_certtool(scene):
    own = run(["certtool", "--verify-crl", "--load-ca-certificate", scene.ca, "--infile", scene.crl])
    check("Verification output: Verified" in own.text, "certtool --verify-crl: verified", str(own))
    foreign = run(["certtool", "--verify-crl", "--load-ca-certificate", scene.foreign_ca, "--infile", scene.crl])
    check("Verification output: Verified" not in foreign.text, "not under another authority", str(foreign))
    empty = run(["certtool", "--verify-crl", "--load-ca-certificate", scene.foreign_ca, "--infile", scene.empty_crl])
    check("Verification output: Verified" in empty.text, "a list without an entry is verified as well", str(empty))

    def verify(certificate):
        return run(["certtool", "--verify", "--verify-profile", "high", "--load-crl", scene.crl, "--load-ca-certificate", scene.ca, "--infile", certificate])
    check_in("The certificate is trusted.", verify(scene.client("good")).text, "the good client is trusted with --load-crl")
    check_in("The certificate chain is revoked.", verify(scene.client("lost")).text, "the lost one is revoked")


def judge_python(scene):
    server = server_context(scene.ca, scene.server / "server-cert.pem", scene.server / "server-key.pem")
    server.load_verify_locations(scene.crl)
    server.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF

    def client(name):
        return client_context(scene.ca, scene.client(name), scene.client_key(name))
    handshake(server, client("good"), "localhost")
    check(True, "the good client gets in with VERIFY_CRL_CHECK_LEAF")
    try:
        handshake(server, client("lost"), "localhost")
        why = "it got in"
    except ssl.SSLError as error:
        why = str(error)
    check_in("certificate revoked", why, "the lost one does not: certificate revoked")
    strict = client("good")
    strict.load_verify_locations(scene.crl)
    strict.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    try:
        handshake(server, strict, "localhost")
        why = "it was accepted"
    except ssl.SSLError as error:
        why = str(error)
    check_in("certificate revoked", why, "a client that checks refuses the revoked server")


JUDGES = {"openssl": judge_openssl, "certtool": judge_certtool, "python": judge_python}


def judge(name, key):
    with temp_folder() as folder:
        JUDGES[name](Scene(folder, key))


def main():
    name = sys.argv[1]
    if name != "python":
        need_tool(name, {"openssl": "openssl", "certtool": "gnutls-bin"}[name])
    tests = []
    for key in KEYS:
        test = functools.partial(judge, name, key)
        test.__name__ = f"{name}: a list of an authority with {key}"
        tests.append(test)
    run_tests(*tests)


if __name__ == "__main__":
    main()
