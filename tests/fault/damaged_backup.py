"""A backup that is cut off, changed in any part, or opened with another passphrase makes nothing; and one that is taken while others issue is whole."""
import concurrent.futures
import os

import harness
from harness import check, check_equal, run_dockpki, run_tests, temp_folder

# For each part of the file, as docs/format.md draws it: octets that stand before it, and how far from their first one it begins.
PARTS = {
    "the salt": ("2a864886f70d01050c", 13),
    "the iterations": ("02030927c0", 2),
    "the initialization vector": ("60864801650304012a", 11),
    "the wrapped key": ("0430", 2),
    "the nonce": ("60864801650304012e", 13),
}


def passphrase_file(folder, name="passphrase", text="words of the backup"):
    path = folder / name
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


def prepare(folder):
    home, backup = folder / "pki", folder / "pki.cms"
    run_dockpki(home, "init-ca", "--no-passphrase")
    run_dockpki(home, "issue-server", "--dns", "a.example")
    run_dockpki(home, "backup", "--out", backup, "--backup-passphrase-file", passphrase_file(folder))
    return backup


def refuse(folder, changed, what, passphrase="passphrase"):
    """One line says why, and where the home was to be nothing stands, nor beside it."""
    path, home = folder / "changed.cms", folder / "target/home"
    path.write_bytes(changed)
    home.parent.mkdir(exist_ok=True)
    result = run_dockpki(home, "restore", path, "--backup-passphrase-file", folder / passphrase, check=False)
    left = os.listdir(home.parent)
    if result.code != 1 or result.stderr.count("dockpki: error: ") != 1 or left or "internal" in result.stderr:
        raise harness.Failed(f"{what}: not refused, or something is left: {left}\n{result}")
    return result.stderr


def cut_off():
    with temp_folder() as folder:
        whole = prepare(folder).read_bytes()
        for part in range(64):
            told = refuse(folder, whole[:len(whole) * part // 64], f"cut off at {part}/64")
            if "wrong passphrase" in told:
                raise harness.Failed(f"cut off at {part}/64: the passphrase is blamed\n{told}")
        check(True, "cut off at each 64th of its length: refused, and the passphrase is not blamed")
        refuse(folder, whole[:-1], "cut off at its last octet")
        refuse(folder, whole + b"\n", "with an octet behind its end")
        check(True, "a single octet less or more: refused")


def changed_in_any_part():
    with temp_folder() as folder:
        whole = prepare(folder).read_bytes()
        places = {name: whole.index(bytes.fromhex(mark)) + distance for name, (mark, distance) in PARTS.items()}
        header = places["the nonce"] + 40
        places.update({f"the archive at {i}/16": header + (len(whole) - header - 20) * i // 16 for i in range(1, 16)})
        places["the tag"] = len(whole) - 3
        for name, at in places.items():
            for bit in (0x01, 0x80):
                refuse(folder, whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1:], f"{name}, bit {bit:02x}")
            check(True, f"a bit of {name} changed: refused")
        for at in range(0, header, 5):
            refuse(folder, whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1:], f"octet {at}")
        check(True, f"a bit of each fifth octet of the first {header}: refused")


def another_passphrase():
    with temp_folder() as folder:
        whole = prepare(folder).read_bytes()
        passphrase_file(folder, "wrong", "words of the backuq")
        check("wrong passphrase" in refuse(folder, whole, "another passphrase", "wrong"), "another passphrase: refused, and said so")


def taken_while_others_issue():
    with temp_folder() as folder:
        home = prepare(folder).parent / "pki"
        words = ("--backup-passphrase-file", folder / "passphrase")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            issued = [pool.submit(run_dockpki, home, "issue-server", "--dns", f"n{i}.example") for i in range(24)]
            backups = [pool.submit(run_dockpki, home, "backup", "--out", folder / f"{i}.cms", *words) for i in range(4)]
            for job in (*issued, *backups):
                job.result()
        for i in range(4):
            at = folder / f"restored-{i}"
            run_dockpki(at, "restore", folder / f"{i}.cms", *words)
            run_dockpki(at, "log", "--verify")
            check_equal(run_dockpki(at, "repair", "--dry-run").stdout, "Nothing to repair\n", f"backup {i} of 4, made while 24 were issued, comes back sound")
            rows = run_dockpki(at, "list", "--json").json()["certificates"]
            astray = [place for row in rows for place in row["placements"] if place["state"] != "current"]
            check(not astray, f"its {len(rows)} sets lie where its inventory says", str(astray))
            serial = run_dockpki(at, "issue-server", "--dns", "next.example", "--json").json()["serial"]
            check(serial not in {row["serial"] for row in rows}, "and it issues on")


run_tests(cut_off, changed_in_any_part, another_passphrase, taken_while_others_issue)
