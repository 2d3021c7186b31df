#!/usr/bin/env python3
"""What `backup` writes opens without dockpki, by openssl and tar, and is a home then; and what openssl says is in it is what docs/format.md says."""
import os
import re
import shutil
import stat

from harness import SOURCE, check, check_equal, check_in, need_tool, run, run_dockpki, run_tests, temp_folder

WORDS = "Grüße, 12 Wörter"
# Two names of the same length as the field of a tar header, and longer.
LONG = "n" * 60 + "." + "m" * 60 + ".example"


def prepare(folder):
    """A home with sets, its backup, and the file with the passphrase."""
    home, passphrase, out = folder / "pki", folder / "passphrase", folder / "pki.cms"
    passphrase.write_text(WORDS + "\n")
    passphrase.chmod(0o600)
    run_dockpki(home, "init-ca", "--no-passphrase")
    run_dockpki(home, "issue-server", "--dns", LONG)
    run_dockpki(home, "issue-client", "--name", "alice")
    (home / "dockpki.toml").write_text('[server]\nlifetime = "90d"\n')
    run_dockpki(home, "backup", "--out", out, "--backup-passphrase-file", passphrase)
    check_equal(stat.S_IMODE(os.stat(out).st_mode), 0o600, "nobody else can read the backup")
    return home, out


def decrypted(backup, archive, words=WORDS):
    return run(["openssl", "cms", "-decrypt", "-inform", "DER", "-in", backup, "-out", archive, "-pwri_password", words])


def tree(home):
    """Path -> (mode, contents) of what belongs into a backup; what the database holds is compared by its commands."""
    passing = ("lock", "inventory.db-wal", "inventory.db-shm", "inventory.db")
    return {str(path.relative_to(home)): (stat.S_IMODE(path.stat().st_mode), path.read_bytes())
            for path in home.rglob("*") if path.is_file() and path.name not in passing}


def openssl_and_tar_open_it():
    need_tool("openssl", "openssl")
    with temp_folder() as folder:
        home, backup = prepare(folder)
        archive, unpacked = folder / "pki.tar", folder / "unpacked"
        check_equal(decrypted(backup, archive).code, 0, "openssl cms decrypts it")
        listed = run(["tar", "-tvf", archive], check=True)
        check_equal(listed.stderr, "", "tar lists it without a word of complaint")
        check_in(f"servers/{LONG}/server-key.pem", listed.stdout, "a path that is longer than a header's field")
        unpacked.mkdir(mode=0o700)
        run(["sh", "-c", f"umask 077 && tar -xpf {archive} -C {unpacked}"], check=True)
        check_equal(tree(unpacked), tree(home), "every file is what it is in the home, with its mode")
        known = run_dockpki(home, "list", "--all", "--json").json()["certificates"]
        opened = run_dockpki(unpacked, "list", "--all", "--json").json()["certificates"]
        check_equal([row["serial"] for row in opened], [row["serial"] for row in known], "what was unpacked is a home, with every certificate")
        run_dockpki(unpacked, "log", "--verify")


def openssl_refuses_what_was_changed():
    with temp_folder() as folder:
        _, backup = prepare(folder)
        whole = backup.read_bytes()
        for at in (len(whole) // 2, len(whole) - 1):
            (folder / "changed.cms").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
            check(decrypted(folder / "changed.cms", folder / "x.tar").code != 0, f"octet {at} of {len(whole)} changed: openssl finds out")
        check(decrypted(backup, folder / "x.tar", "another").code != 0, "another passphrase: openssl finds out")


def it_is_as_the_format_says():
    with temp_folder() as folder:
        _, backup = prepare(folder)
        shown = run(["openssl", "asn1parse", "-inform", "DER", "-in", backup], check=True).stdout
        for part in ("id-smime-ct-authEnvelopedData", "PBKDF2", "hmacWithSHA256", "id-alg-PWRI-KEK", "aes-256-cbc", "pkcs7-data", "aes-256-gcm"):
            check_in(f":{part}", shown, f"openssl sees {part}")
        check_in("INTEGER           :0927C0\n", shown, "and 600,000 iterations")
        drawn = (SOURCE / "docs/format.md").read_text().split("## A backup")[1].split("```")[1].strip("\n").splitlines()
        depths = [(len(line) - len(line.lstrip())) // 2 for line in drawn]
        check_equal([int(depth) for depth in re.findall(r"d=(\d+)", shown)], depths, "as many elements as docs/format.md draws, each as deep")


def commands_of_the_page_work():
    """What docs/format.md says to type, as it stands there."""
    page = (SOURCE / "docs/format.md").read_text().split("To open it without dockpki")[1].split("```")[1]
    with temp_folder() as folder:
        home, _ = prepare(folder)
        shutil.move(home, folder / "old")
        typed = run(["sh", "-ec", page], cwd=folder)
        check_equal(typed.code, 0, f"the page's commands work\n{typed.stderr}".strip())
        check_equal(tree(home), tree(folder / "old"), "and give the home")


run_tests(openssl_and_tar_open_it, openssl_refuses_what_was_changed, it_is_as_the_format_says, commands_of_the_page_work)
