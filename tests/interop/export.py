#!/usr/bin/env python3
"""What `export` writes is read by other people's software. Argument: whose."""
import hashlib
import os
import stat
import sys
import tarfile

from harness import check, check_equal, check_in, need_tool, run, run_dockpki, run_tests, skip, temp_folder

# Not ASCII alone: the passphrase is encoded in two ways in one file. Java knows one of them only, and takes no other than ASCII.
PASSPHRASE, ASCII_PASSPHRASE = "Grüße, 12 Wörter", "twelve words of it"
KEY_TYPES = ("p256", "p384", "rsa3072")


def prepare(folder, words=PASSPHRASE):
    """A home with a set of each kind. Gives it, and the file with the passphrase."""
    home, passphrase = folder / "pki", folder / "passphrase"
    passphrase.write_text(words + "\n")
    passphrase.chmod(0o600)
    run_dockpki(home, "init-ca", "--no-passphrase")
    run_dockpki(home, "issue-server", "--dns", "localhost", "--ip", "127.0.0.1", "--out", folder / "server")
    for key in KEY_TYPES:
        run_dockpki(home, "issue-client", "--name", f"alice {key}", "--key", key, "--out", folder / key)
    return home, passphrase


def exported(home, which, out, *options):
    result = run_dockpki(home, "export", which, "--out", out, *options)
    check_equal(stat.S_IMODE(os.stat(out).st_mode), 0o400, f"{out.name}: nobody else can read it")
    return result


def openssl(*words):
    return run(["openssl", *words], check=True).stdout


def fingerprint(pem):
    return openssl("x509", "-in", pem, "-noout", "-fingerprint", "-sha256").split("=")[1].strip()


def each_p12(folder, words=PASSPHRASE):
    """(the file, its set's folder, the key's type, the options, the passphrase's file) for each type and protection."""
    home, passphrase = prepare(folder, words)
    for key in KEY_TYPES:
        for options in ((), ("--legacy",)):
            out = folder / f"{key}{'-'.join(options)}.p12"
            exported(home, f"alice {key}", out, "--export-passphrase-file", passphrase, *options)
            yield out, folder / key, key, options, passphrase


def by_openssl():
    need_tool("openssl", "openssl")
    with temp_folder() as folder:
        for out, made, key, options, passphrase in each_p12(folder):
            told = run(["openssl", "pkcs12", "-in", out, "-info", "-noout", "-passin", f"file:{passphrase}"], check=True).stderr
            if options:
                for part in ("MAC: sha1", "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 600000"):
                    check_in(part, told, f"{out.name}: {part}")
            else:
                check_in("MAC: sha256, Iteration 600000", told, f"{out.name}: the MAC")
                check_equal(told.count("PBES2, PBKDF2, AES-256-CBC, Iteration 600000, PRF hmacWithSHA256"), 2, f"{out.name}: key and certificates are encrypted")
            text = openssl("pkcs12", "-in", out, "-nodes", "-passin", f"file:{passphrase}")
            read = folder / "read.pem"
            read.write_text(text)
            check_equal(openssl("pkey", "-in", read), (made / "key.pem").read_text(), f"{out.name}: the key is the set's")
            check_equal(fingerprint(read), fingerprint(made / "cert.pem"), f"{out.name}: the certificate is the set's, and first")
            check_equal(text.count("BEGIN CERTIFICATE"), 2, f"{out.name}: and its authority's")
            check_in(f"friendlyName: alice {key}", text, f"{out.name}: it has the set's name")
            wrong = run(["openssl", "pkcs12", "-in", out, "-noout", "-passin", "pass:wrong"])
            check(wrong.code != 0, f"{out.name}: not with another passphrase")


def by_keytool():
    need_tool("keytool", "default-jdk-headless")
    with temp_folder() as folder:
        for out, made, key, _, passphrase in each_p12(folder, ASCII_PASSPHRASE):
            listed = run(["keytool", "-list", "-v", "-storetype", "PKCS12", "-keystore", out, "-storepass:file", passphrase])
            check(listed.code == 0, f"{out.name}: keytool opens it", str(listed))
            for part in ("PrivateKeyEntry", "Certificate chain length: 2", fingerprint(made / "cert.pem"), f"Alias name: alice {key}"):
                check_in(part, listed.stdout, f"{out.name}: {part}")


def by_nss():
    need_tool("pk12util", "libnss3-tools")
    with temp_folder() as folder:
        database = folder / "nss"
        database.mkdir()
        run(["certutil", "-N", "-d", database, "--empty-password"], check=True)
        for out, made, key, _, passphrase in each_p12(folder):
            done = run(["pk12util", "-i", out, "-d", database, "-w", passphrase, "-K", ""])
            check(done.code == 0, f"{out.name}: pk12util imports it", str(done))
        for key in KEY_TYPES:
            kept = run(["certutil", "-L", "-d", database, "-n", f"alice {key}", "-a"], check=True).stdout
            (folder / "kept.pem").write_text(kept)
            check_equal(fingerprint(folder / "kept.pem"), fingerprint(folder / key / "cert.pem"), f"NSS has the certificate of {key}")
        keys = run(["certutil", "-K", "-d", database], check=True).stdout
        check_equal(sum(f"alice {key}" in keys for key in KEY_TYPES), len(KEY_TYPES), "and the keys")


def by_python():
    try:
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.serialization import pkcs12
    except ImportError:
        skip("no cryptography for Python (Debian package python3-cryptography)")
    with temp_folder() as folder:
        for out, made, key, _, _ in each_p12(folder):
            read = pkcs12.load_pkcs12(out.read_bytes(), PASSPHRASE.encode())
            pem = read.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            check_equal(pem, (made / "key.pem").read_bytes(), f"{out.name}: the key is the set's")
            check_equal(read.cert.certificate.fingerprint(hashes.SHA256()).hex(":").upper(), fingerprint(made / "cert.pem"), f"{out.name}: and the certificate")
            check_equal((read.cert.friendly_name, len(read.additional_certs)), (f"alice {key}".encode(), 1), f"{out.name}: its name, and one authority")


def by_tar():
    need_tool("tar", "tar")
    with temp_folder() as folder:
        home, _ = prepare(folder)
        for made, names in (("server", ("ca.pem", "server-cert.pem", "server-key.pem")), ("p256", ("ca.pem", "cert.pem", "key.pem"))):
            out = folder / f"{made}.tar"
            exported(home, folder / made, out)
            listed = run(["tar", "--numeric-owner", "-tvf", out], check=True)
            check_equal([(line.split()[0], line.split()[1], line.split()[-1]) for line in listed.stdout.splitlines()],
                        [("-r--------" if "key" in name else "-r--r--r--", "0/0", name) for name in names], f"{made}: modes, owners and names")
            check_equal(listed.stderr, "", f"{made}: tar has nothing to complain of")
            unpacked = folder / f"{made}-unpacked"
            unpacked.mkdir(mode=0o700)
            run(["tar", "-xpf", out, "-C", unpacked], check=True)
            for name in names:
                check_equal((unpacked / name).read_bytes(), (folder / made / name).read_bytes(), f"{made}: {name} is the set's")
            with tarfile.open(out) as archive:
                check_equal({(one.uname, one.gname, one.type) for one in archive}, {("root", "root", tarfile.REGTYPE)}, f"{made}: Python reads it, too")
            digest = hashlib.sha256(out.read_bytes()).digest()
            exported(home, folder / made, out, "--force")
            check_equal(hashlib.sha256(out.read_bytes()).digest(), digest, f"{made}: the same set gives the same archive")
        proved = run_dockpki(home, "verify", "--handshake", folder / "p256-unpacked", "--server", folder / "server-unpacked")
        check_in("The sets fit together", proved.stdout, "what was unpacked fits together")


def in_one_pem():
    need_tool("openssl", "openssl")
    with temp_folder() as folder:
        home, _ = prepare(folder)
        for which, made, names in ((folder / "server", "server", ("server-cert.pem", "server-key.pem")), ("alice p256", "p256", ("cert.pem", "key.pem"))):
            out = folder / f"{made}.pem"
            exported(home, which, out)
            parts = [(folder / made / name).read_text() for name in names] + [(folder / made / "ca.pem").read_text()]
            check_equal(out.read_text(), "".join(parts), f"{made}: certificate, key, authority")
            check(run(["openssl", "verify", "-CAfile", out, out]).code == 0, f"{made}: it holds its own chain")


run_tests({"openssl": by_openssl, "keytool": by_keytool, "nss": by_nss, "python": by_python, "tar": by_tar, "pem": in_one_pem}[sys.argv[1]])
