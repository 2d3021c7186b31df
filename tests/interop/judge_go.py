#!/usr/bin/env python3
"""Go itself judges what lib/goverify does: random chains and key pairs, most of them with something wrong, get the same answer from both.
judge_go.py GO_RIVAL [COUNT [SEED]]: the first differences are printed with the question, which either program answers again."""
import base64
import datetime
import ipaddress
import pathlib
import random
import re
import subprocess
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

import mutants
from harness import check, need_tool, run, temp_folder

RIVAL = sys.argv[1]
COUNT, SEED = int((sys.argv + ["1200"])[2]), int((sys.argv + ["", "1"])[3])
NOW = datetime.datetime(2026, 11, 22)
DAY, SECOND = datetime.timedelta(days=1), datetime.timedelta(seconds=1)
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
USAGES = ([SERVER], [SERVER], [SERVER], [CLIENT], [SERVER, CLIENT], [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE], [ExtendedKeyUsageOID.CODE_SIGNING], [x509.ObjectIdentifier("1.2.3")])
HOSTS = ("a.example", "b.a.example", "localhost", "127.0.0.1", "::1", "[::1]", "x.test", "A.EXAMPLE", "a.example.", "-", "10.0.0.5", "a_b.example", "*", "fe80::1")
NAMES = (*(x509.DNSName(name) for name in ("a.example", "*.example", "b.a.example", "localhost", "example", "*", "*.a.example", "A.Example", "a_b.example", "127.0.0.1")),
         *(x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "10.0.0.5", "::1", "fe80::1")),
         x509.RFC822Name("u@a.example"), x509.RFC822Name("u@x.test"), x509.UniformResourceIdentifier("http://a.example/"), x509.UniformResourceIdentifier("urn:x"))
SUBTREES = (*(x509.DNSName(name) for name in ("example", ".example", "a.example", "test", "", "EXAMPLE")),
            *(x509.IPAddress(ipaddress.ip_network(network)) for network in ("127.0.0.0/8", "10.0.0.0/24", "0.0.0.0/0", "::/0", "fe80::/16")),
            x509.RFC822Name("a.example"), x509.RFC822Name("u@a.example"), x509.UniformResourceIdentifier(".example"))
ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
CURVE = ec.SECP256R1()
AUTHORITIES = {name: ec.generate_private_key(CURVE) for name in ("root", "first", "second")}
OWNER = ec.generate_private_key(CURVE)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Maker:
    """Makes questions; the same seed makes questions of the same kinds, with other keys."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, probability):
        return self.random.random() < probability

    def some(self, what, most):
        return [self.random.choice(what) for _ in range(self.random.randrange(most + 1))]

    def validity(self):
        usual = (NOW - 10 * DAY, NOW + 100 * DAY)
        return self.random.choice((*[usual] * 20, (NOW - 10 * DAY, NOW - SECOND), (NOW + DAY, NOW + 2 * DAY), (NOW - DAY, NOW), (NOW, NOW + DAY)))

    def constraints(self):
        permitted, excluded = self.some(SUBTREES, 2), self.some(SUBTREES, 1)
        return x509.NameConstraints(permitted or None, excluded or None) if permitted or excluded else None

    def extensions(self, is_authority, key, issuer_key):
        """(extension, critical) of each."""
        if is_authority and self.chance(.94):
            path_length = self.random.choice((None, None, 0, 1))
            yield x509.BasicConstraints(ca=True, path_length=path_length) if self.chance(.95) else x509.BasicConstraints(ca=False, path_length=None), self.chance(.7)
        if is_authority and self.chance(.2) and (constraints := self.constraints()):
            yield constraints, self.chance(.6)
        if not is_authority and self.chance(.95):
            yield x509.SubjectAlternativeName([*self.some(NAMES, 3), x509.DNSName("a.example") if self.chance(.8) else self.random.choice(NAMES)]), self.chance(.2)
        if self.chance(.1 if is_authority else .8):
            yield x509.ExtendedKeyUsage(self.random.choice(USAGES)), self.chance(.3)
        if self.chance(.5):
            yield x509.KeyUsage(True, False, False, False, False, is_authority and self.chance(.9), False, False, False), self.chance(.7)  # noqa: FBT003
        if self.chance(.4):
            yield x509.SubjectKeyIdentifier.from_public_key(key.public_key()), self.chance(.05)
        if self.chance(.4):
            yield x509.AuthorityKeyIdentifier.from_issuer_public_key(self.random.choice((issuer_key, OWNER)).public_key()), self.chance(.05)
        if self.chance(.05):
            yield x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0"), self.chance(.3)

    def certificate(self, subject, key, issuer, issuer_key, is_authority):
        begin, end = self.validity()
        builder = x509.CertificateBuilder(name(issuer), name(subject), key.public_key(), self.random.choice((1, 2**64, 2**150)), begin, end)
        for extension, critical in self.extensions(is_authority, key, issuer_key):
            builder = builder.add_extension(extension, critical)
        return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def spoilt(self, der, issuer_key):
        """The certificate with its contents changed, and signed all the same."""
        tbs = mutants.mutant(x509.load_der_x509_certificate(der).tbs_certificate_bytes, self.random, self.random.choice((1, 1, 1, 2, 3)))
        signature = issuer_key.sign(tbs, ec.ECDSA(hashes.SHA256()))
        return mutants.element(0x30, tbs + ECDSA_SHA256 + mutants.element(3, b"\0" + signature))

    def chain(self):
        root = self.certificate("root", AUTHORITIES["root"], "root", AUTHORITIES["root"], True)
        issuer, intermediates = "root", []
        for subject in ("first", "second")[:self.random.randrange(3)]:
            made = self.certificate(subject, AUTHORITIES[subject], issuer, AUTHORITIES[issuer], True)
            intermediates.append(self.spoilt(made, AUTHORITIES[issuer]) if self.chance(.1) else made)
            issuer = subject
        leaf = self.certificate(self.random.choice(("leaf", "a.example")), OWNER, issuer, AUTHORITIES[issuer], False)
        if self.chance(.4):
            leaf = self.spoilt(leaf, AUTHORITIES[issuer])
        elif self.chance(.2):
            root = self.spoilt(root, AUTHORITIES["root"])
        if intermediates and self.chance(.05):
            intermediates.pop(0)
        self.random.shuffle(intermediates)
        host = self.random.choice(HOSTS) if self.chance(.4) else "a.example"
        seconds = int(NOW.replace(tzinfo=datetime.timezone.utc).timestamp())
        listed = ",".join(one.hex() for one in intermediates) or "-"
        return f"verify {host} {seconds} {self.random.choice(('server', 'server', 'server', 'client'))} {root.hex()} {listed} {leaf.hex()}"


JUNK = ("", "junk\n", "Bag Attributes\n    friendlyName: x\n", "\n\n", "\ufeff", "# comment\r\n", "-----BEGIN X\n", "-----BEGIN X-----\n-----END X-----\n",
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n", "-----END CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
LINES = ("", "  ", "junk!", "Proc-Type: 4,ENCRYPTED", "Key: value", "X")
LABELS = ("RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PUBLIC KEY", "OPENSSH PRIVATE KEY", "ANY PRIVATE KEY")


def pem(label, der, width=64):
    text = base64.b64encode(der).decode()
    return f"-----BEGIN {label}-----\n" + "".join(text[i:i + width] + "\n" for i in range(0, len(text), width)) + f"-----END {label}-----\n"


class PairMaker(Maker):
    """Makes files of a certificate and its key."""

    def __init__(self, seed):
        super().__init__(seed)
        self.keys = {"p256": OWNER, "another": ec.generate_private_key(CURVE), "p384": ec.generate_private_key(ec.SECP384R1()), "p224": ec.generate_private_key(ec.SECP224R1()),
                     "secp256k1": ec.generate_private_key(ec.SECP256K1()), "rsa": rsa.generate_private_key(65537, 2048), "ed25519": ed25519.Ed25519PrivateKey.generate()}
        self.certificates = {kind: self._self_signed(kind) for kind in self.keys}

    def _self_signed(self, kind):
        key = self.keys[kind]
        builder = x509.CertificateBuilder(name(kind), name(kind), key.public_key(), 5, NOW, NOW + DAY)
        return builder.sign(key, None if kind == "ed25519" else hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def key_text(self, kind):
        form = serialization.PrivateFormat.PKCS8 if kind == "ed25519" or self.chance(.5) else serialization.PrivateFormat.TraditionalOpenSSL
        cipher = serialization.BestAvailableEncryption(b"passphrase") if self.chance(.05) else serialization.NoEncryption()
        text = self.keys[kind].private_bytes(serialization.Encoding.PEM, form, cipher).decode()
        if not self.chance(.2) or "ENCRYPTED" in text:
            return text
        lines = text.splitlines()
        return pem(lines[0][11:-5], mutants.mutant(base64.b64decode("".join(lines[1:-1])), self.random))

    def odd(self, text):
        """The text as an editor, a copy or another tool might have left it."""
        if self.chance(.5):
            return text
        lines, place = text.split("\n"), self.random.randrange(len(text) or 1)
        line = self.random.randrange(len(lines))
        return self.random.choice((
            lambda: text.replace("\n", "\r\n"), lambda: text.replace("\n", "\r"), lambda: text.rstrip("\n"), lambda: "\n".join(lines[:line] + lines[line + 1:]),
            lambda: "\n".join([*lines[:line], self.random.choice(LINES), *lines[line:]]), lambda: "\n".join([*lines[:line], lines[line] + self.random.choice(" \t-x="), *lines[line + 1:]]),
            lambda: "\n".join([*lines[:line], self.random.choice(" \t>-") + lines[line], *lines[line + 1:]]), lambda: text.replace("-----", "----", 1),
            lambda: text.replace("CERTIFICATE", self.random.choice(("TRUSTED CERTIFICATE", "X509 CERTIFICATE"))), lambda: text.replace("END", "end"),
            lambda: text[:place] + self.random.choice("Aa+/=\n -\0") + text[place + 1:], lambda: text[:place], lambda: text[:place] + text[place + 2:],
            lambda: text.replace("PRIVATE KEY", self.random.choice(LABELS)), lambda: text.encode("utf-16").decode("latin-1")))()

    def pair(self):
        kind = self.random.choice((*self.keys, "p256", "p256", "rsa", "rsa"))
        certificate = self.random.choice(JUNK) * self.chance(.3) + self.odd(pem("CERTIFICATE", self.certificates[kind], self.random.choice((64, 64, 76, 1000))))
        while self.chance(.2):
            certificate += self.random.choice(JUNK) + self.odd(pem("CERTIFICATE", self.certificates[self.random.choice(list(self.keys))]))
        key = self.random.choice(JUNK) * self.chance(.3) + self.odd(self.key_text(kind if self.chance(.85) else self.random.choice(list(self.keys))))
        files = [key, certificate] if self.chance(.03) else [certificate, key]
        return "pair " + " ".join(text.encode("latin-1", "replace").hex() or "-" for text in files)


def answers(program, questions):
    return subprocess.run(program, input=questions, stdout=subprocess.PIPE, text=True, check=True, timeout=300, errors="replace").stdout.splitlines()


def compare(judge, minor, what, questions):
    """Only the Go that the messages were taken from has to use the same words: another one has to accept and refuse the same."""
    asked = "".join(question + "\n" for question in questions)
    theirs, ours = answers([judge], asked), answers([RIVAL, minor], asked)
    check(len(theirs) == len(ours) == len(questions), f"{len(questions)} {what} are judged by both", f"{len(theirs)}, {len(ours)}")
    accepted = theirs.count("ok")
    check(.05 < accepted / len(theirs) < .95, f"Go accepts {accepted} {what} and refuses {len(theirs) - accepted}, in {len(set(theirs))} ways")
    same_words = minor == "19"
    different = [f"Go: {go}\nhere: {own}\n{question}" for go, own, question in zip(theirs, ours, questions, strict=True) if (go != own if same_words else (go == "ok") != (own == "ok"))]
    check(not different, f"Go 1.{minor} and lib/goverify agree on {what}", f"{len(different)} differences\n" + "\n".join(different[:5]))


def main():
    need_tool("go", "golang-go")
    minor = re.search(r"go1\.(\d+)", run(["go", "version"], check=True).stdout).group(1)
    with temp_folder() as folder:
        judge = folder / "judge"
        source = pathlib.Path(__file__).parent / "go_judge/judge.go"
        run(["go", "build", "-o", judge, source], env={"GOCACHE": str(folder / "cache"), "GOFLAGS": "-mod=mod", "GOPROXY": "off", "PATH": "/usr/bin:/bin", "HOME": str(folder)}, check=True)
        print(f"seed {SEED}", flush=True)
        chains, pairs = Maker(SEED), PairMaker(SEED)
        compare(judge, minor, "chains", [chains.chain() for _ in range(COUNT)])
        compare(judge, minor, "key pairs", [pairs.pair() for _ in range(COUNT)])


main()
