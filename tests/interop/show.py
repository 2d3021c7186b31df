#!/usr/bin/env python3
"""`dockpki show` on what other programs made, compared with what openssl reads in it. Argument: the program."""
import functools
import hashlib
import re
import sys

import strangers
from harness import check, check_equal, clean_env, dockpki, need_tool, run, run_tests, temp_folder


def openssl_text(*args):
    return run(["openssl", *args], check=True).stdout.strip()


def show(path):
    """Runs `dockpki show` for people and for programs. Gives (text, the objects of the document)."""
    env = clean_env(path.parent)
    text = run([dockpki(), "show", path], env=env)
    check(text.code == 0 and text.stdout and not text.stderr, f"explains {path.name}", str(text))
    document = run([dockpki(), "show", "--json", path], env=env, check=True)
    for output in (text.stdout, document.stdout):
        check("PRIVATE KEY-----" not in output, "shows nothing private")
    return text.stdout, document.json()["objects"]


def in_colons(hexadecimal):
    return ":".join(hexadecimal[i:i + 2] for i in range(0, len(hexadecimal), 2)).lower()


def certificate(path, form="PEM"):
    text, (shown,) = show(path)
    facts = dict(line.split("=", 1) for line in openssl_text("x509", "-inform", form, "-in", path, "-noout", "-fingerprint", "-sha256", "-serial", "-enddate",
                                                             "-dateopt", "iso_8601").splitlines())
    fingerprint = facts["sha256 Fingerprint"].replace(":", "").lower()
    check_equal((shown["type"], shown["sha256"]), ("certificate", fingerprint), "the certificate's fingerprint")
    check(in_colons(fingerprint) in text, "the fingerprint in the card", text)
    check_equal(int(shown["serial"], 16), int(facts["serial"], 16), "serial number")
    check_equal(shown["not_after"], facts["notAfter"].replace(" ", "T"), "end")
    check_equal(shown["is_ca"], "CA:TRUE" in openssl_text("x509", "-inform", form, "-in", path, "-noout", "-text"), "authority or not")


def bundle(path):
    _, shown = show(path)
    check_equal([one["type"] for one in shown], ["certificate"] * path.read_text().count("BEGIN CERTIFICATE-"), "each certificate of the bundle")


def request(path, form="PEM"):
    _, (shown,) = show(path)
    check_equal((shown["type"], shown["signed_by_its_key"]), ("certificate request", True), "a request signed by its own key")
    subject = openssl_text("req", "-inform", form, "-in", path, "-noout", "-subject", "-nameopt", "multiline,utf8,-esc_msb")
    for value in re.findall(r"= (.*)", subject):
        check(value in shown["subject"], f"the subject holds {value}", shown["subject"])


def revocation_list(path, form="PEM"):
    _, (shown,) = show(path)
    text = openssl_text("crl", "-inform", form, "-in", path, "-noout", "-text", "-crlnumber")
    check_equal((shown["type"], len(shown["revoked"])), ("certificate revocation list", text.count("Revocation Date:")), "the list and its entries")
    number = re.search(r"crlNumber=(?:0x)?([0-9A-F]+)", text)
    check_equal(shown["number"] and int(shown["number"], 16), int(number.group(1), 16) if number else None, "its number")
    reasons = re.findall(r"X509v3 CRL Reason Code: *\n\s*(.*)", text)
    check_equal(len([one for one in shown["revoked"] if one["reason"]]), len(reasons), "its reasons")


def key(path, form="PEM"):
    _, (shown,) = show(path)
    public = run(["openssl", "pkey", "-inform", form, "-in", path, "-pubout", "-outform", "DER", "-out", path.with_suffix(".pub")], check=True)
    check(public.code == 0 and shown["encryption"] is None, "a key that is not encrypted")
    check_equal(shown["public_key"]["sha256"], hashlib.sha256(path.with_suffix(".pub").read_bytes()).hexdigest(), "its public half")


def encrypted_key(path):
    _, (shown,) = show(path)
    check(shown["encryption"] and shown["public_key"] is None, f"an encrypted key: {shown['encryption']}", str(shown))


def look_at(maker):
    with temp_folder() as folder:
        items = maker(folder)
        tests = []
        for look, path, *rest in items:
            test = functools.partial(globals()[look], path, *rest)
            test.__name__ = f"{maker.__name__}: {path.relative_to(folder)}"
            tests.append(test)
        run_tests(*tests)


def main():
    maker, tool, package = strangers.MAKERS[sys.argv[1]]
    need_tool("openssl", "openssl")
    need_tool(tool, package)
    look_at(maker)


if __name__ == "__main__":
    main()
