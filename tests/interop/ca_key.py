#!/usr/bin/env python3
"""The authority's encrypted key, as openssl and certtool read it: cipher, key derivation, iterations, passphrase; for every key type."""
import functools
import stat

from asn1 import parse_file
from harness import KEY_TYPES, check, check_equal, need_tool, run, run_dockpki, run_tests, temp_folder

ITERATIONS = 600_000
PASSPHRASE, NEXT_PASSPHRASE = "korrekt Pferd Batterie Ümlaut", "the next one"


def encryption(path):
    """(scheme, key derivation, salt's octets, iterations, pseudo-random function, cipher) of an EncryptedPrivateKeyInfo (RFC 8018)."""
    scheme, parameters = parse_file(path)[0].children
    derivation, cipher = parameters.children
    salt, iterations, *_, function = derivation[1].children
    return scheme.value, derivation[0].value, len(salt.value) // 2, int(iterations.value, 16), function[0].value, cipher[0].value


def public_key(path, passphrase_file=None):
    return run(["openssl", "pkey", "-in", path, "-pubout", *(["-passin", f"file:{passphrase_file}"] if passphrase_file else [])])


def check_encrypted(home, passphrase_file, wrong_file):
    key, certificate = home / "authorities/g1/ca-key.pem", home / "authorities/g1/ca.pem"
    check(key.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"), "the key is encrypted PKCS #8")
    scheme, derivation, salt, iterations, function, cipher = encryption(key)
    check_equal((scheme, derivation, function, cipher), ("PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc"), "AES-256-CBC, PBKDF2, HMAC-SHA256")
    check(iterations >= ITERATIONS, f"{iterations} iterations", str(iterations))
    check(salt >= 16, f"{salt} octets of salt", str(salt))
    check_equal(oct(stat.S_IMODE(key.stat().st_mode)), "0o400", "mode 400")
    read = public_key(key, passphrase_file)
    expected = run(["openssl", "x509", "-in", certificate, "-noout", "-pubkey"], check=True).stdout
    check_equal(read.stdout, expected, "openssl opens it with the passphrase: it is the certificate's key")
    check(public_key(key, wrong_file).code != 0, "and not with another")
    return key


def passphrases(folder):
    paths = []
    for name, text in (("first", PASSPHRASE), ("next", NEXT_PASSPHRASE)):
        path = folder / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        paths.append(path)
    return paths


def encrypted(key_type):
    with temp_folder() as folder:
        first, following = passphrases(folder)
        home = folder / "home"
        run_dockpki(home, "init-ca", "--passphrase-file", first, "--key", key_type)
        key = check_encrypted(home, first, following)
        salted = parse_file(key)[0][1][0][1][0].value
        certtool = run(["certtool", "--pubkey-info", "--load-privkey", key, "--password", PASSPHRASE])
        check(certtool.code == 0 and public_key(key, first).stdout in certtool.stdout, "certtool opens it as well", str(certtool))
        run_dockpki(home, "issue-client", "--name", "alice", "--passphrase-file", first)
        run_dockpki(home, "change-passphrase", "--passphrase-file", first, "--new-passphrase-file", following)
        check_encrypted(home, following, first)
        check(parse_file(key)[0][1][0][1][0].value != salted, "a new passphrase gets a new salt")
        run_dockpki(home, "issue-client", "--name", "bob", "--passphrase-file", following)
        refused = run_dockpki(home, "issue-client", "--name", "carol", "--passphrase-file", first, check=False)
        check_equal(refused.code, 1, f"the old passphrase is refused: {refused.stderr.strip().splitlines()[0]}")


def unencrypted():
    with temp_folder() as folder:
        first, following = passphrases(folder)
        home = folder / "home"
        run_dockpki(home, "init-ca", "--no-passphrase")
        key = home / "authorities/g1/ca-key.pem"
        check(key.read_text().startswith("-----BEGIN PRIVATE KEY-----\n") and public_key(key).code == 0, "unencrypted only when said")
        run_dockpki(home, "change-passphrase", "--new-passphrase-file", first)
        check_encrypted(home, first, following)
        run_dockpki(home, "change-passphrase", "--passphrase-file", first, "--no-passphrase")
        check(key.read_text().startswith("-----BEGIN PRIVATE KEY-----\n") and public_key(key).code == 0, "and back when said")


need_tool("openssl", "openssl")
need_tool("certtool", "gnutls-bin")
tests = [unencrypted]
for one in KEY_TYPES:
    tests.append(functools.partial(encrypted, one))
    tests[-1].__name__ = f"encrypted: {one}"
run_tests(*tests)
