"""A home, a disk or an authority that cannot be used is refused with a clear error, and nothing is lost.

Each case prepares something wrong, takes a picture of every file (name, mode, owner, size, time, digest), runs one command, and compares.
"""
import contextlib
import datetime
import os
import pathlib
import shutil
import socket
import sqlite3
import stat

import disk
import harness
from harness import check, check_equal, check_in
from refusal import SERVER, USER, LeftOut, as_root, refuse, run_chosen, world


USE = "failed to use PKI home '{home}': "
STANDS = "failed to create an authority in '{home}': it has 'g1' already"


# ---- the home -------------------------------------------------------------------------------------------------------

def a_home_that_is_no_folder():
    with world(prepare=None) as made:
        made.home.write_text("a file\n")
        for args in (("init-ca", "--no-passphrase"), SERVER, ("list",), ("status",), ("log",), ("repair",)):
            refuse(made, args, 1, USE + "it is a file, not a folder")


def a_home_that_does_not_exist():
    with world(prepare=None) as made:
        for args in (SERVER, ("issue-client",), ("list",), ("status",), ("log",), ("repair",), ("change-passphrase", "--no-passphrase")):
            refuse(made, args, 1, "{home}", "run 'dockpki init-ca --home {home}'", exact=False)


def a_home_that_others_may_write_to():
    with world() as made:
        for mode in (0o770, 0o702, 0o777):
            made.home.chmod(mode)
            for args in (SERVER, ("issue-client",), ("change-passphrase", "--no-passphrase")):
                refuse(made, args, 1, USE + f"others may write to it (mode 0{mode:o})", "run: chmod go-w '{home}'")


@as_root
def a_home_that_belongs_to_another():
    with world() as made:
        for path in (made.home, *disk.walk(made.home)):
            os.chown(path, USER, USER)
        for args in (SERVER, ("issue-client",)):
            refuse(made, args, 1, USE + f"it belongs to user {USER}")
    with world() as made:
        made.root.parent.chmod(0o755)
        made.root.chmod(0o755)
        made.home.chmod(0o755)
        refuse(made, SERVER, 1, USE + "it belongs to user 0", as_user=USER)


@as_root
def a_home_that_is_read_only():
    with world() as made:
        made.root.parent.chmod(0o711)
        for path in (made.root, *disk.walk(made.root)):
            os.chown(path, USER, USER)
        made.home.chmod(0o500)
        refuse(made, ("init-ca", "--no-passphrase"), 1, STANDS, as_user=USER)
        (made.home / "servers").mkdir(mode=0o500)
        os.chown(made.home / "servers", USER, USER)
        for path in made.home.iterdir():
            path.chmod(0o500 if path.is_dir() else 0o400)
        for args in (SERVER, ("issue-client", "--name", "x"), ("change-passphrase", "--no-passphrase")):
            refuse(made, args, 1, "failed to open lock '{home}/lock': Permission denied", as_user=USER)


@contextlib.contextmanager
def mounted(kind, options, folder):
    done = harness.run(["mount", "-t", kind, "-o", options, "dockpki-test", folder])
    if done.code != 0:
        raise LeftOut(f"cannot mount {kind} here: {done.stderr.strip()}")
    try:
        yield
    finally:
        harness.run(["umount", "-l", folder], check=True)


@as_root
def a_file_system_that_is_read_only():
    with world(prepare=None) as made:
        with mounted("tmpfs", "size=8m,mode=0700", made.root):
            made.must("init-ca", "--no-passphrase")
            made.must(*SERVER)
            harness.run(["mount", "-o", "remount,ro", made.root], check=True)
            for args in (("issue-server", "--dns", "b.example"), ("issue-client",), ("change-passphrase", "--no-passphrase")):
                refuse(made, args, 1, "failed to open lock '{home}/lock': Read-only file system")
            harness.run(["mount", "-o", "remount,rw", made.root], check=True)
            made.must("issue-server", "--dns", "b.example")


def fill(folder):
    """Takes all the space that is left."""
    with contextlib.suppress(OSError), open(folder / "filler", "wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


@as_root
def a_full_disk():
    with world(prepare=None) as made:
        with mounted("tmpfs", "size=2m,mode=0700", made.root):
            fill(made.root)
            result = made.run("init-ca", "--no-passphrase")
            check_equal(result.code, 1, "init-ca on a full disk fails")
            check_in("No space left on device", result.stderr, "and says why")
            check(not (made.home / "authorities" / "g1").exists() and not disk.staging_below(made.root), "and leaves nothing half made")
            (made.root / "filler").unlink()
            made.must("init-ca", "--no-passphrase")
            made.must(*SERVER)
            sets = disk.read_set(made.home / "servers" / "a.example", disk.SERVER)
            fill(made.root)
            for args in (("issue-server", "--dns", "b.example"), (*SERVER, "--force"), ("issue-client",), ("change-passphrase", "--no-passphrase")):
                result = made.run(*args)
                check_equal((result.code, result.stdout), (1, ""), f"{' '.join(args)} on a full disk fails")
                check(result.stderr.count("dockpki: error: ") == 1, "  with one error line", str(result))
                check(not disk.staging_below(made.root), "  and leaves no staging", "\n".join(disk.staging_below(made.root)))
            check(disk.read_set(made.home / "servers" / "a.example", disk.SERVER) == sets, "the set that stood stands as it was")
            check(not (made.home / "servers" / "b.example").exists() and not made.docker.exists(), "and no new one begins")
            (made.root / "filler").unlink()
            for args in (("issue-server", "--dns", "b.example"), (*SERVER, "--force"), ("issue-client",), ("log", "--verify")):
                made.must(*args)
            check(True, "with space again everything works")


# ---- things planted where files go ----------------------------------------------------------------------------------

def plant(kind, path, victim):
    """Puts a trap at `path`. `victim`: a file of somebody else that a link points to."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if kind == "link":
        path.symlink_to(victim)
    elif kind == "dangling link":
        path.symlink_to(victim.with_name("nothing"))
    elif kind == "FIFO":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            here = os.getcwd()
            os.chdir(path.parent)  # a socket's name is short
            listener.bind(path.name)
            os.chdir(here)
    else:
        path.write_text("somebody's\n")
        path.chmod(0o644)


def a_trap_where_a_key_goes():
    words = {"link": "a symbolic link stands there", "dangling link": "a symbolic link stands there", "FIFO": "a FIFO stands there",
             "folder": "a folder stands there", "socket": "a socket stands there"}
    for kind in ("link", "dangling link", "FIFO", "folder", "socket", "0644 file"):
        for place, args in (("servers/a.example/server-key.pem", SERVER), ("clients/x/key.pem", ("issue-client", "--name", "x")),
                            ("../.docker/key.pem", ("issue-client",))):
            with world() as made:
                victim = made.root / "victim"
                victim.write_text("untouched\n")
                victim.chmod(0o644)
                key = pathlib.Path(os.path.normpath(made.home / place))
                plant(kind, key, victim)
                refuse(made, args, 1, f"failed to write the set to '{key.parent}': {key.name} stands there already", "'dockpki renew --home {home}' renews a set that dockpki put there; --force replaces it, --out DIR puts it elsewhere")
                if kind == "0644 file":
                    key_file_is_replaced(made, key, args)
                else:
                    refuse(made, (*args, "--force"), 1, f"failed to write '{key}': {words[kind]}", "look at it, and remove it if it should not be there")
                check_equal((victim.read_text(), oct(victim.stat().st_mode)), ("untouched\n", "0o100644"), "  what a link points to is untouched")


def key_file_is_replaced(made, key, args):
    made.must(*args, "--force")
    info = key.lstat()
    check(stat.S_ISREG(info.st_mode) and stat.S_IMODE(info.st_mode) == 0o400, "  with --force a new key takes the place of a 0644 file, itself 0400")
    kept = [path for path in key.parent.iterdir() if path.name.startswith("key.pem.backup-") or path.name.startswith("server-key.pem.backup-")]
    check(len(kept) == 1 and kept[0].read_text() == "somebody's\n", "  and what stood there is kept as a backup", str(kept))


def a_trap_where_the_authority_goes():
    for kind in ("link", "dangling link", "FIFO", "folder", "0644 file"):
        with world(prepare=None) as made:
            victim = made.root / "victim"
            victim.write_text("untouched\n")
            made.home.mkdir(mode=0o700)
            plant(kind, made.home / "authorities" / "g1" / "ca-key.pem", victim)
            refuse(made, ("init-ca", "--no-passphrase"), 1, "the inventory '{home}/inventory.db' is damaged: it is missing", "run 'dockpki repair --home {home}'")
            check_equal(victim.read_text(), "untouched\n", "  what a link points to is untouched")


def a_link_where_a_folder_goes():
    with world() as made:
        elsewhere = made.root / "elsewhere"
        elsewhere.mkdir(mode=0o777)
        elsewhere.chmod(0o777)
        (made.home / "servers").mkdir(mode=0o700, exist_ok=True)
        (made.home / "servers" / "a.example").symlink_to(elsewhere)
        refused = "failed to use folder '{home}/servers/a.example': others may write to it (mode 0777)"
        refuse(made, SERVER, 1, refused, "run: chmod go-w '{home}/servers/a.example'")
        refuse(made, (*SERVER, "--force"), 1, refused, "run: chmod go-w '{home}/servers/a.example'")
        check_equal(list(elsewhere.iterdir()), [], "  nothing is written where the link points to")
    with world() as made:
        shared = made.root / "shared"
        shared.mkdir()
        shared.chmod(0o777)
        refuse(made, ("issue-client", "--out", shared), 1, "failed to use folder '{root}/shared': others may write to it (mode 0777)")


def an_authority_key_that_is_not_safe():
    key = "authorities/g1/ca-key.pem"
    with world() as made:
        for mode in (0o644, 0o440, 0o420):
            (made.home / key).chmod(mode)
            refuse(made, SERVER, 1, "failed to read private key '{home}/" + key + "': others may read or write it", "chmod 0400")
    with world() as made:
        cannot = "failed to read private key '{home}/" + key + "': "
        (made.home / key).rename(made.root / "moved.pem")
        refuse(made, SERVER, 1, cannot + "No such file or directory")
        (made.home / key).symlink_to(made.root / "moved.pem")
        refuse(made, SERVER, 1, cannot + "it is a symbolic link, not a file")
        (made.home / key).unlink()
        os.mkfifo(made.home / key, 0o400)
        refuse(made, SERVER, 1, cannot + "it is a FIFO, not a file")
    with world() as made:
        cannot = "failed to read key '{home}/" + key + "': "
        for contents, why in ((b"", "it is empty"), (b"rubbish\n", "line 1: text outside of a PEM block"),
                              ((made.home / key).read_bytes()[:60], "line 1: BEGIN PRIVATE KEY has no END: the file is cut off"),
                              (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "PKCS #8: tag 00 where 30 belongs (octet 0)")):
            (made.home / key).unlink()
            (made.home / key).write_bytes(contents)
            (made.home / key).chmod(0o400)
            refuse(made, SERVER, 1, cannot + why)


# ---- the authority --------------------------------------------------------------------------------------------------

def replace_authority(made, *extensions, key=None):
    """Puts a CA certificate that openssl made, with the same key or another, in place of the home's."""
    folder = made.home / "authorities" / "g1"
    certificate = made.root / "replacement.pem"
    words = ["openssl", "req", "-x509", "-key", key or folder / "ca-key.pem", "-out", certificate, "-days", "100", "-subj", "/CN=replacement"]
    for extension in extensions:
        words += ["-addext", extension]
    harness.run(words, check=True)
    (folder / "ca.pem").unlink()
    shutil.copy(certificate, folder / "ca.pem")
    (folder / "ca.pem").chmod(0o444)


def an_authority_whose_certificate_is_another():
    for extensions in (("basicConstraints=critical,CA:TRUE", "keyUsage=critical,cRLSign,digitalSignature"),
                       ("basicConstraints=critical,CA:FALSE", "keyUsage=critical,keyCertSign")):
        with world() as made:
            replace_authority(made, *extensions)
            refuse(made, SERVER, 1, "failed to use authority 'g1': '{home}/authorities/g1/ca.pem' is not the certificate that the inventory knows",
                   "put the right ca.pem back, or run 'dockpki repair --home {home}'")


def an_authority_whose_key_is_another():
    with world() as made:
        other = made.root / "other-key.pem"
        harness.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", other], check=True)
        key = made.home / "authorities" / "g1" / "ca-key.pem"
        key.unlink()
        shutil.copy(other, key)
        key.chmod(0o400)
        for args in (SERVER, ("issue-client",)):
            refuse(made, args, 1, "failed to use authority 'g1': its key does not match its certificate")


def at_another_time(offset):
    """A wrapper that shifts the clock."""
    return ("faketime", "-f", offset)


def x509_date(made, which):
    """An end of the authority's validity, as dockpki writes times."""
    text = harness.run(["openssl", "x509", "-in", made.home / "authorities/g1/ca.pem", "-noout", which], check=True).stdout.strip().split("=")[1]
    return datetime.datetime.strptime(text, "%b %d %H:%M:%S %Y GMT").strftime("%Y-%m-%dT%H:%M:%SZ")


AUTHORITY = f"CN=dockpki CA {socket.gethostname().split('.')[0]} G1"


def an_authority_that_has_expired():
    with world(("init-ca", "--no-passphrase", "--lifetime", "2d")) as made:
        end = x509_date(made, "-enddate")
        for args, offset in ((SERVER, "+3d"), (("issue-client",), "+4000d")):
            refuse(made, args, 1, f"failed to issue from authority '{AUTHORITY}': it expired on {end}",
                   "'dockpki rotate-ca --home {home} --same-key' lets it live on", wrapper=at_another_time(offset))


def a_clock_before_the_authority():
    with world() as made:
        start = x509_date(made, "-startdate")
        for args, offset in ((SERVER, "-1d"), (("issue-client",), "-4000d")):
            refuse(made, args, 1, f"failed to issue from authority '{AUTHORITY}': it is not valid before {start}", "check this machine's clock: it says 20",
                   wrapper=at_another_time(offset))
        made.must(*SERVER)


# ---- what stands already --------------------------------------------------------------------------------------------

def what_stands_already():
    with world() as made:
        made.must(*SERVER)
        made.must("issue-client")
        refuse(made, ("init-ca", "--no-passphrase"), 1, STANDS, "'dockpki status --home {home}' shows it; choose another home with --home DIR")
        for args, folder in ((SERVER, "{home}/servers/a.example"), (("issue-client",), "{root}/.docker")):
            refuse(made, args, 1, "failed to write the set to '" + folder + "': ca.pem stands there already", "'dockpki renew --home {home}' renews a set that dockpki put there; --force replaces it, --out DIR puts it elsewhere")


def an_inventory_that_cannot_be_used():
    with world() as made:
        made.must(*SERVER)
        sound = (made.home / "inventory.db").read_bytes()
        (made.home / "inventory.db").write_bytes(sound[:2000])
        for args in (("issue-server", "--dns", "b.example"), ("list",), ("status",)):
            refuse(made, args, 1, "the inventory '{home}/inventory.db' is damaged: ", "run 'dockpki repair --home {home}'", exact=False)
        (made.home / "inventory.db").write_bytes(sound)
        with contextlib.closing(sqlite3.connect(made.home / "inventory.db")) as newer:
            newer.execute("PRAGMA user_version = 9999")
            newer.execute("ALTER TABLE state RENAME TO state_of_the_future")
        for args in (("issue-server", "--dns", "b.example"), ("list",), ("status",), ("repair",)):
            refuse(made, args, 1, "the inventory '{home}/inventory.db' is from a newer dockpki (schema 9999, this one knows 3)", "upgrade dockpki")


if __name__ == "__main__":
    with harness.program_within_reach():
        run_chosen(a_home_that_is_no_folder, a_home_that_does_not_exist, a_home_that_others_may_write_to, a_home_that_belongs_to_another, a_home_that_is_read_only,
                   a_file_system_that_is_read_only, a_full_disk, a_trap_where_a_key_goes, a_trap_where_the_authority_goes, a_link_where_a_folder_goes,
                   an_authority_key_that_is_not_safe, an_authority_whose_certificate_is_another, an_authority_whose_key_is_another, an_authority_that_has_expired,
                   a_clock_before_the_authority, what_stands_already, an_inventory_that_cannot_be_used, tools={"openssl": "openssl", "faketime": "faketime"})
