"""The inventory or the log is lost, cut short, or has a bit flipped: it is named as damaged or it does not matter, and `repair` brings everything back.

Never does a damaged inventory show other certificates than there are, and no serial number is forgotten by a repair.
"""
import json
import os
import pathlib
import shutil
import sqlite3
import sys

import cases
import disk
import harness
from harness import check, check_equal, check_in

OTHER_FILES = ("lock", "inventory.db-wal", "inventory.db-shm")


class Prepared:
    """A home with certificates of every state, kept aside, so that each damage starts from the same."""

    def __init__(self, folder):
        self.world, self.saved = cases.World(folder / "world"), folder / "saved"
        self.world.root.mkdir(mode=0o700)
        self.world.must("init-ca", "--no-passphrase")
        for name in ("a.example", "b.example"):
            self.world.must("issue-server", "--dns", name)
        self.world.must("issue-server", "--dns", "a.example", "--force")
        reader = sqlite3.connect(self.world.home / "inventory.db")  # as long as it is open, the last changes stay in the write-ahead log
        reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        self.world.must("issue-client", "--name", "somebody")
        self.world.must("issue-server", "--dns", "c.example")
        shutil.copytree(self.world.root, self.saved, symlinks=True)
        reader.close()
        if not (self.saved / ".dockpki" / "inventory.db-wal").exists():
            raise harness.Failed("the test has no write-ahead log to damage")
        self.restore()
        self.listing = self.world.must("list", "--all", "--json").json()
        self.serials = set(cases.serials_of(self.listing))
        self.folded = folder / "folded"  # the same after a clean close: everything in inventory.db
        shutil.copytree(self.world.root, self.folded, symlinks=True)

    def restore(self, saved=None):
        if self.world.root.exists():
            shutil.rmtree(self.world.root)
        shutil.copytree(saved or self.saved, self.world.root, symlinks=True)

    @property
    def inventory(self):
        return self.world.home / "inventory.db"


def comparable(listing):
    """What must be the same again; the order of rows is not part of it."""
    return sorted((c["serial"], c["name"], c["kind"], c["state"], c["authority"], c["not_after"],
                   tuple(sorted(p["folder"] for p in c["placements"]))) for c in listing["certificates"])


def judge_reading(prepared):
    """True if the damage was named, False if it made no difference; throws when it was neither."""
    result = prepared.world.run("list", "--all", "--json")
    if result.code == 0:
        if comparable(result.json()) != comparable(prepared.listing):
            raise harness.Failed(f"a damaged inventory is shown as if it were sound\n{result}")
        return False
    judge_named(prepared, result)
    return True


def judge_named(prepared, result):
    """Throws unless the refusal names the inventory and the way to mend it."""
    lines = result.stderr.splitlines()
    named = any(line.startswith("dockpki: error: ") and str(prepared.inventory) in line for line in lines)
    hint = f"dockpki: hint: run 'dockpki repair --home {prepared.world.home}'"
    if result.code != 1 or not named or hint not in lines or result.json().keys() != {"error"}:
        raise harness.Failed(f"the damage is not named with the way to repair it\n{result}")


def judge_writing(prepared):
    """A command that writes either refuses or works rightly; it never forgets a serial number, and what it issued is found by `repair` at the latest."""
    result = prepared.world.run("issue-server", "--dns", "later.example", "--json")
    if result.code == 0:
        issued = prepared.serials | {result.json()["serial"]}
        now = prepared.world.run("list", "--all", "--json")
        if now.code != 0:
            judge_named(prepared, now)
            prepared.world.must("repair")
            now = prepared.world.must("list", "--all", "--json")
        lost = issued - set(cases.serials_of(now.json()))
        if lost:
            raise harness.Failed(f"something was issued from a damaged inventory, and {', '.join(lost)} is forgotten\n{now}")
    else:
        judge_named(prepared, result)
    return result.code != 0


def judge_repair(prepared, same_states=True):
    """After `repair` the inventory shows what it showed before, and issuing works."""
    prepared.world.must("repair")
    now = prepared.world.must("list", "--all", "--json").json()
    old = {entry[0]: entry for entry in comparable(prepared.listing)}
    new = {entry[0]: entry for entry in comparable(now)}
    lost = set(old) - set(new)
    changed = [f"    {old[serial]}\n    {new[serial]}" for serial in old if serial in new and old[serial] != new[serial]] if same_states else []
    if lost or changed:
        raise harness.Failed("repair did not bring everything back\n    lost: " + ", ".join(lost) + "\n" + "\n".join(changed))
    if prepared.world.run("log", "--verify").code != 0:
        raise harness.Failed("the log does not verify after the repair")
    prepared.world.must("issue-server", "--dns", "after.example")
    cases.judge_serials(prepared.world)
    again = prepared.world.must("repair")
    if prepared.world.run("log", "--verify").code != 0:
        raise harness.Failed(f"a second repair broke the log\n{again}")


def try_damage(prepared, saved, damage):
    """Damages a fresh copy and judges reading, writing and repairing; each from the damaged state."""
    prepared.restore(saved)
    damage(prepared)
    named = judge_reading(prepared)
    prepared.restore(saved)
    damage(prepared)
    refused = judge_writing(prepared)
    prepared.restore(saved)
    damage(prepared)
    judge_repair(prepared)
    return named, refused


def try_all(prepared, saved, damages, what):
    """Every damage of a kind; tells how many were named, and every one that was judged bad."""
    named, bad = 0, []
    for title, damage in damages:
        try:
            named += try_damage(prepared, saved, damage)[0]
        except harness.Failed as error:
            bad.append(f"    {title}: {error}")
    check(not bad, f"{what}: {len(damages)} damages, {named} named, {len(damages) - named - len(bad)} without effect, 0 unnoticed", "\n".join(bad[:8]))


def flip(path, offset, bit):
    with open(path, "r+b") as file:
        file.seek(offset)
        octet = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([octet ^ (1 << bit)]))


def sampled(size, count):
    """`count` offsets spread over `size`, the first 100 octets (the header) all among them."""
    return sorted({*range(min(size, 100)), *(size * n // count + n % 7 for n in range(count) if size * n // count + n % 7 < size)})


# ---- tests ----------------------------------------------------------------------------------------------------------

def the_inventory_is_deleted():
    def delete(prepared):
        for path in prepared.world.home.glob("inventory.db*"):
            path.unlink()
    prepared = PREPARED
    prepared.restore()
    delete(prepared)
    result = prepared.world.run("list")
    check_equal(result.code, 1, "`list` without its inventory fails")
    check_in(str(prepared.inventory), result.stderr, "and names it")
    check_in("dockpki: hint: ", result.stderr, "with a hint")
    check_in("dockpki repair", result.stderr, "to repair")
    prepared.restore()
    delete(prepared)
    check(judge_writing(prepared), "issuing without the inventory is refused")
    judge_repair(prepared)
    check(True, "repair brings every certificate back, and nothing issued later has an old serial number")


def the_inventory_is_cut_short():
    size = (PREPARED.folded / ".dockpki" / "inventory.db").stat().st_size
    sizes = sorted({0, 1, 15, 16, 99, 100, 511, 512, 1024, 4095, 4096, 4097, 8192, size // 2, size - 4096, size - 512, size - 1})

    def cut_to(size):
        return lambda prepared: os.truncate(prepared.inventory, size)
    try_all(PREPARED, PREPARED.folded, [(f"cut to {n}", cut_to(n)) for n in sizes if 0 <= n < size], "inventory cut short")


def the_write_ahead_log_is_cut_short_or_lost():
    wal = PREPARED.saved / ".dockpki" / "inventory.db-wal"
    size = wal.stat().st_size

    def cut_to(size):
        return lambda prepared: os.truncate(prepared.world.home / "inventory.db-wal", size)

    def lose(prepared):
        (prepared.world.home / "inventory.db-wal").unlink()
    damages = [(f"-wal cut to {n}", cut_to(n)) for n in (0, 1, 31, 32, 4096, size // 3, size // 2, size - 4096, size - 1)]
    try_all(PREPARED, PREPARED.saved, [*damages, ("-wal lost", lose)], "write-ahead log cut short")


def a_bit_of_the_inventory_is_flipped():
    size = (PREPARED.folded / ".dockpki" / "inventory.db").stat().st_size

    def flip_at(offset):
        return lambda prepared: flip(prepared.inventory, offset, offset % 8)
    try_all(PREPARED, PREPARED.folded, [(f"bit {n % 8} of octet {n}", flip_at(n)) for n in sampled(size, FLIPS)], "a bit of inventory.db flipped")


def a_bit_of_the_write_ahead_log_is_flipped():
    size = (PREPARED.saved / ".dockpki" / "inventory.db-wal").stat().st_size

    def flip_at(offset):
        return lambda prepared: flip(prepared.world.home / "inventory.db-wal", offset, offset % 8)
    try_all(PREPARED, PREPARED.saved, [(f"-wal, bit {n % 8} of octet {n}", flip_at(n)) for n in sampled(size, FLIPS // 2)], "a bit of inventory.db-wal flipped")


def rubbish_in_place_of_the_inventory():
    def replace(contents):
        return lambda prepared: prepared.inventory.write_bytes(contents)
    damages = [("text", b"this is no database\n" * 400), ("zeros", bytes(40960)), ("random", os.urandom(40960))]
    try_all(PREPARED, PREPARED.folded, [(name, replace(contents)) for name, contents in damages], "rubbish in place of the inventory")


def the_inventory_is_from_a_newer_dockpki():
    PREPARED.restore(PREPARED.folded)
    newer = sqlite3.connect(PREPARED.inventory)
    version = newer.execute("PRAGMA user_version").fetchone()[0]
    check(version >= 1, f"the schema has a version ({version})")
    newer.execute(f"PRAGMA user_version = {version + 1}")
    newer.execute("ALTER TABLE state RENAME TO state_of_the_future")
    newer.close()
    before = disk.snapshot(PREPARED.world.root, OTHER_FILES)
    for command in (("list",), ("status",), ("issue-server", "--dns", "x.example"), ("issue-client", "--name", "x"), ("repair",)):
        result = PREPARED.world.run(*command)
        check_equal(result.code, 1, f"`{command[0]}` refuses an inventory of a newer version")
        check_in("newer", result.stderr, "and says so")
        check_in("dockpki: hint: ", result.stderr, "with a hint")
        after = disk.snapshot(PREPARED.world.root, OTHER_FILES)
        check(after == before, "and changes nothing", disk.difference(before, after))


def lines_of_log(prepared):
    return (prepared.world.home / "log.jsonl").read_bytes().splitlines(keepends=True)


def the_log_is_damaged():
    def edit(change):
        def damage(prepared):
            lines = change(lines_of_log(prepared))
            path = prepared.world.home / "log.jsonl"
            path.unlink()
            path.write_bytes(b"".join(lines))
            path.chmod(0o600)
        return damage

    def flipped(lines):
        middle = bytearray(lines[2])
        middle[len(middle) // 2] ^= 1
        return [*lines[:2], bytes(middle), *lines[3:]]
    damages = [
        ("a letter of the third entry is another", edit(flipped), 3),
        ("the third entry is taken out", edit(lambda lines: lines[:2] + lines[3:]), 3),
        ("the second and the third entry have changed places", edit(lambda lines: [lines[0], lines[2], lines[1], *lines[3:]]), 2),
        ("the third entry stands twice", edit(lambda lines: lines[:3] + lines[2:]), 4),
        ("the first entry is taken out", edit(lambda lines: lines[1:]), 1),
        ("a blank line stands before the third entry", edit(lambda lines: [*lines[:2], b"\n", *lines[2:]]), 3),
        ("rubbish stands behind the last entry", edit(lambda lines: [*lines, b"rubbish\n"]), len(lines_of_log(PREPARED)) + 1),
        ("the last entry is taken out", edit(lambda lines: lines[:-1]), None),
        ("half of the log is gone", edit(lambda lines: lines[:len(lines) // 2]), None),
        ("the log is empty", edit(lambda lines: []), None),
    ]
    for title, damage, line in damages:
        PREPARED.restore(PREPARED.folded)
        damage(PREPARED)
        result = PREPARED.world.run("log", "--verify")
        check_equal(result.code, 1, f"{title}: `log --verify` fails")
        check_in("log.jsonl", result.stderr, "and names the log")
        if line:
            check_in(f"entry {line}", result.stderr, f"and entry {line}")
        judge_repair(PREPARED)
        check(True, "repair keeps every certificate, and the log verifies again")


def an_unfinished_last_line_is_no_damage():
    PREPARED.restore(PREPARED.folded)
    with open(PREPARED.world.home / "log.jsonl", "ab") as log:
        log.write(b'{"seq":7,"time":"2026-11-2')
    check_equal(PREPARED.world.run("log", "--verify").code, 0, "an entry whose write never finished does not break the chain")
    PREPARED.world.must("issue-server", "--dns", "d.example")
    check_equal(PREPARED.world.run("log", "--verify").code, 0, "and the next entry takes its place")
    check(all(json.loads(line) for line in lines_of_log(PREPARED)), "every line of the log is JSON again")


def inventory_and_log_are_both_lost():
    PREPARED.restore(PREPARED.folded)
    for path in [*PREPARED.world.home.glob("inventory.db*"), PREPARED.world.home / "log.jsonl"]:
        path.unlink()
    result = PREPARED.world.run("issue-server", "--dns", "x.example")
    check_equal(result.code, 1, "without both nothing is issued")
    PREPARED.world.must("repair")
    on_disk = {c.serial for _, c in disk.certificates_below(PREPARED.world.root) if c.issuer != c.subject}
    known = cases.known_serials(PREPARED.world)
    check(on_disk and on_disk <= known, f"repair finds all {len(on_disk)} certificates that lie on the disk")
    PREPARED.world.must("issue-server", "--dns", "x.example")
    check_equal(PREPARED.world.run("log", "--verify").code, 0, "and a new log begins, unbroken")


def damaged_files_are_kept_aside():
    PREPARED.restore(PREPARED.folded)
    os.truncate(PREPARED.inventory, 5000)
    PREPARED.world.must("repair")
    kept = [path.name for path in PREPARED.world.home.glob("inventory.db.damaged-*Z")]
    check_equal(len(kept), 1, "what was damaged is kept beside, not deleted")
    PREPARED.restore(PREPARED.folded)
    os.truncate(PREPARED.inventory, 5000)
    before = disk.snapshot(PREPARED.world.root, OTHER_FILES)
    PREPARED.world.must("repair", "--dry-run")
    after = disk.snapshot(PREPARED.world.root, OTHER_FILES)
    check(before == after, "`repair --dry-run` changes nothing", disk.difference(before, after))


if __name__ == "__main__":
    harness.need_tool("openssl", "openssl")
    os.umask(0o077)
    FLIPS = 60 if "--sample" in sys.argv else 200
    with harness.temp_folder() as work:
        PREPARED = Prepared(pathlib.Path(work))
        harness.run_tests(the_inventory_is_deleted, the_inventory_is_cut_short, the_write_ahead_log_is_cut_short_or_lost,
                          a_bit_of_the_inventory_is_flipped, a_bit_of_the_write_ahead_log_is_flipped, rubbish_in_place_of_the_inventory,
                          the_inventory_is_from_a_newer_dockpki, the_log_is_damaged, an_unfinished_last_line_is_no_damage,
                          inventory_and_log_are_both_lost, damaged_files_are_kept_aside)
