"""Bad input gets a clear error, and nothing is lost: one error line, the right exit code, and every file as it was.

Each case prepares something wrong, takes a picture of every file (name, mode, owner, size, time, digest), runs one command, and compares.
"""
import contextlib
import os
import pathlib
import resource
import shutil
import sqlite3
import stat
import subprocess

import cases
import disk
import harness
import terminal
from harness import check, check_equal, check_in

GIB = 1 << 30
USER = 65534  # "nobody": whom the tests of rights run as
# The lock's text and SQLite's working files may change without anything having happened.
VOLATILE = ("lock", "inventory.db-wal", "inventory.db-shm")


@contextlib.contextmanager
def world(prepare=("init-ca", "--no-passphrase")):
    with harness.temp_folder() as folder:
        made = cases.World(folder / "world")
        made.root.mkdir(mode=0o700)
        if prepare:
            made.must(*prepare)
        yield made


def say(made, text):
    """Error texts are written with {home} and {root} for what differs from run to run."""
    return text.format(home=made.home, root=made.root)


def refuse(made, args, code, error, hint=None, wrapper=(), env=None, as_user=None, limit_memory=False, stdin=b"", exact=True):
    """Runs a command that must be refused: exit `code`, `error` as the whole error line (`exact`) or within it, `hint` within the hint, nothing on
    standard output, nothing changed."""
    before = disk.snapshot(made.root, VOLATILE)

    def prepare_child():
        if limit_memory:
            resource.setrlimit(resource.RLIMIT_AS, (GIB // 2, GIB // 2))
        if as_user is not None:
            os.setgroups([])
            os.setgid(as_user)
            os.setuid(as_user)
    words = [*wrapper, *made.argv(*args)]
    done = subprocess.run([str(w) for w in words], env=env or harness.clean_env(home=made.root), input=stdin, capture_output=True, timeout=90,
                          preexec_fn=prepare_child, cwd="/")
    result = harness.Result(words, done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
    errors = [line for line in result.stderr.splitlines() if line.startswith("dockpki: error: ")]
    hints = [line for line in result.stderr.splitlines() if line.startswith("dockpki: hint: ")]
    what = f"{' '.join(map(str, args))}: {say(made, error)}".replace(str(made.root), "~")
    fits = len(errors) == 1 and (errors[0] == f"dockpki: error: {say(made, error)}" if exact else say(made, error) in errors[0])
    check(result.code == code and fits, f"exit {code}, {what}", str(result))
    check(hint is None or any(say(made, hint) in line for line in hints), "  with the hint", str(result))
    check_equal(result.stdout, "", "  nothing on standard output")
    after = disk.snapshot(made.root, VOLATILE)
    check(before == after, "  nothing changed", disk.difference(before, after))
    return result


SERVER = ("issue-server", "--dns", "a.example")


# ---- the home -------------------------------------------------------------------------------------------------------

def a_home_that_is_no_folder():
    with world(prepare=None) as made:
        made.home.write_text("a file\n")
        for args in (("init-ca", "--no-passphrase"), SERVER, ("list",), ("status",), ("log",), ("repair",)):
            refuse(made, args, 1, "it is a file, not a folder", exact=False)


def a_home_that_does_not_exist():
    with world(prepare=None) as made:
        for args in (SERVER, ("issue-client",), ("list",), ("status",), ("log",), ("repair",), ("change-passphrase", "--no-passphrase")):
            refuse(made, args, 1, "{home}", "init-ca", exact=False)


def a_home_that_others_may_write_to():
    with world() as made:
        for mode in (0o770, 0o702, 0o777):
            made.home.chmod(mode)
            for args in (SERVER, ("issue-client",), ("change-passphrase", "--no-passphrase")):
                refuse(made, args, 1, f"others may write to it (mode 0{mode:o})", "chmod", exact=False)


def a_home_that_belongs_to_another():
    harness.need_root()
    with world() as made:
        for path in (made.home, *disk.walk(made.home)):
            os.chown(path, USER, USER)
        for args in (SERVER, ("issue-client",)):
            refuse(made, args, 1, f"it belongs to user {USER}", exact=False)
    with world() as made:
        made.root.parent.chmod(0o755)
        made.root.chmod(0o755)
        made.home.chmod(0o755)
        refuse(made, SERVER, 1, "it belongs to user 0", exact=False, as_user=USER)


def a_home_that_is_read_only():
    harness.need_root()
    with world() as made:
        made.root.parent.chmod(0o711)
        for path in (made.root, *disk.walk(made.root)):
            os.chown(path, USER, USER)
        made.home.chmod(0o500)
        refuse(made, ("init-ca", "--no-passphrase"), 1, "already", exact=False, as_user=USER)
        (made.home / "servers").mkdir(mode=0o500)
        os.chown(made.home / "servers", USER, USER)
        for path in made.home.iterdir():
            path.chmod(0o500 if path.is_dir() else 0o400)
        for args in (SERVER, ("issue-client", "--name", "x"), ("change-passphrase", "--no-passphrase")):
            refuse(made, args, 1, "{home}", exact=False, as_user=USER)


@contextlib.contextmanager
def mounted(kind, options, folder):
    done = harness.run(["mount", "-t", kind, "-o", options, "dockpki-test", folder])
    if done.code != 0:
        harness.skip(f"cannot mount {kind} here: {done.stderr.strip()}")
    try:
        yield
    finally:
        harness.run(["umount", "-l", folder], check=True)


def a_file_system_that_is_read_only():
    harness.need_root()
    with world(prepare=None) as made:
        with mounted("tmpfs", "size=8m,mode=0700", made.root):
            made.must("init-ca", "--no-passphrase")
            made.must(*SERVER)
            harness.run(["mount", "-o", "remount,ro", made.root], check=True)
            for args in (("issue-server", "--dns", "b.example"), ("issue-client",), ("change-passphrase", "--no-passphrase")):
                refuse(made, args, 1, "failed to ", exact=False)
            harness.run(["mount", "-o", "remount,rw", made.root], check=True)
            made.must("issue-server", "--dns", "b.example")


def fill(folder):
    """Takes all the space that is left."""
    with contextlib.suppress(OSError), open(folder / "filler", "wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


def a_full_disk():
    harness.need_root()
    with world(prepare=None) as made:
        with mounted("tmpfs", "size=2m,mode=0700", made.root):
            fill(made.root)
            result = made.run("init-ca", "--no-passphrase")
            check_equal(result.code, 1, "init-ca on a full disk fails")
            check_in("No space left on device", result.stderr.replace("no space left on device", "No space left on device"), "and says why")
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
        import socket
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
                refuse(made, args, 1, "key.pem stands there already" if kind == "0644 file" else "key.pem", "--force" if kind == "0644 file" else None, exact=False)
                if kind == "0644 file":
                    key_file_is_replaced(made, key, args)
                else:
                    refuse(made, (*args, "--force"), 1, words[kind], exact=False)
                check_equal((victim.read_text(), oct(victim.stat().st_mode)), ("untouched\n", "0o100644"), "  what a link points to is untouched")


def key_file_is_replaced(made, key, args):
    made.must(*args, "--force")
    info = key.lstat()
    check(stat.S_ISREG(info.st_mode) and stat.S_IMODE(info.st_mode) == 0o400, "  with --force a new key takes the place of a 0644 file, itself 0400")
    kept = [path for path in key.parent.iterdir() if path.name.startswith("key.pem.backup-") or path.name.startswith("server-key.pem.backup-")]
    check(len(kept) == 1 and kept[0].read_text() == "somebody's\n", "  and what stood there is kept as a backup", str(kept))
    check_equal(stat.S_IMODE(kept[0].stat().st_mode) & 0o077, 0, "  which nobody else can read")


def a_trap_where_the_authority_goes():
    for kind in ("link", "dangling link", "FIFO", "folder", "0644 file"):
        with world(prepare=None) as made:
            victim = made.root / "victim"
            victim.write_text("untouched\n")
            made.home.mkdir(mode=0o700)
            plant(kind, made.home / "authorities" / "g1" / "ca-key.pem", victim)
            refuse(made, ("init-ca", "--no-passphrase"), 1, "failed to ", exact=False)
            check_equal(victim.read_text(), "untouched\n", "  what a link points to is untouched")


def a_link_where_a_folder_goes():
    with world() as made:
        elsewhere = made.root / "elsewhere"
        elsewhere.mkdir(mode=0o777)
        elsewhere.chmod(0o777)
        (made.home / "servers").mkdir(mode=0o700, exist_ok=True)
        (made.home / "servers" / "a.example").symlink_to(elsewhere)
        refuse(made, SERVER, 1, "failed to ", exact=False)
        refuse(made, (*SERVER, "--force"), 1, "failed to ", exact=False)
    with world() as made:
        shared = made.root / "shared"
        shared.mkdir()
        shared.chmod(0o777)
        refuse(made, ("issue-client", "--out", shared), 1, "others may write to it (mode 0777)", exact=False)


def an_authority_key_that_is_not_safe():
    key = "authorities/g1/ca-key.pem"
    with world() as made:
        for mode in (0o644, 0o440, 0o420):
            (made.home / key).chmod(mode)
            refuse(made, SERVER, 1, "failed to read private key '{home}/" + key + "': others may read or write it", "chmod 0400")
    with world() as made:
        (made.home / key).rename(made.root / "moved.pem")
        refuse(made, SERVER, 1, "ca-key.pem", exact=False)
        (made.home / key).symlink_to(made.root / "moved.pem")
        refuse(made, SERVER, 1, "ca-key.pem", exact=False)
        (made.home / key).unlink()
        os.mkfifo(made.home / key, 0o400)
        refuse(made, SERVER, 1, "ca-key.pem", exact=False)
    with world() as made:
        for contents in (b"", b"rubbish\n", (made.home / key).read_bytes()[:60], b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
            (made.home / key).unlink()
            (made.home / key).write_bytes(contents)
            (made.home / key).chmod(0o400)
            refuse(made, SERVER, 1, "ca-key.pem", exact=False)


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


def an_authority_that_may_not_sign():
    with world() as made:
        replace_authority(made, "basicConstraints=critical,CA:TRUE", "keyUsage=critical,cRLSign,digitalSignature")
        refuse(made, SERVER, 1, "failed to ", exact=False)
    with world() as made:
        replace_authority(made, "basicConstraints=critical,CA:FALSE", "keyUsage=critical,keyCertSign")
        refuse(made, SERVER, 1, "failed to ", exact=False)


def an_authority_whose_key_is_another():
    with world() as made:
        other = made.root / "other-key.pem"
        harness.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", other], check=True)
        key = made.home / "authorities" / "g1" / "ca-key.pem"
        key.unlink()
        shutil.copy(other, key)
        key.chmod(0o400)
        refuse(made, SERVER, 1, "g1", exact=False)
        refuse(made, ("issue-client",), 1, "g1", exact=False)


def at_another_time(offset):
    """A wrapper that shifts the clock."""
    faketime = harness.need_tool("faketime", "faketime")
    return (faketime, "-f", offset)


def an_authority_that_has_expired():
    with world(("init-ca", "--no-passphrase", "--lifetime", "2d")) as made:
        refuse(made, SERVER, 1, "expired", exact=False, wrapper=at_another_time("+3d"))
        refuse(made, ("issue-client",), 1, "expired", exact=False, wrapper=at_another_time("+4000d"))


def a_clock_before_the_authority():
    with world() as made:
        refuse(made, SERVER, 1, "not valid before", exact=False, wrapper=at_another_time("-1d"))
        refuse(made, ("issue-client",), 1, "not valid before", exact=False, wrapper=at_another_time("-4000d"))
        made.must(*SERVER)


# ---- lifetimes, settings, names -------------------------------------------------------------------------------------

def lifetimes():
    with world() as made:
        for text in ("0", "0d", "-1d", "", " ", "d", "1", "1.5d", "1 d", "9999999999999999999d", "101y", "forever", "1d1d", "+1d", "0x1d"):
            refuse(made, (*SERVER, f"--lifetime={text}"), 2, f"failed to read duration '{text}'", exact=False)
            refuse(made, ("issue-client", f"--lifetime={text}"), 2, f"failed to read duration '{text}'", exact=False)
        for text in ("826d", "3y", "20000h"):
            refuse(made, (*SERVER, "--lifetime", text), 1, "more than 825d", "--allow-long-lifetime", exact=False)
        made.must(*SERVER, "--lifetime", "825d")
    with world(prepare=None) as made:
        refuse(made, ("init-ca", "--no-passphrase", "--lifetime=0d"), 2, "failed to read duration '0d'", exact=False)
    with world(("init-ca", "--no-passphrase", "--lifetime", "30d")) as made:
        result = made.must(*SERVER, "--lifetime", "60d")
        check("short" in result.text, "a lifetime past the authority's end is shortened, and that is said", str(result))
        result = made.must(*SERVER, "--lifetime", "60d", "--force", "--json")
        check(any("short" in note for note in result.json()["notes"]), "also in JSON", str(result))
        authority = harness.run(["openssl", "x509", "-in", made.home / "authorities/g1/ca.pem", "-noout", "-enddate"], check=True).stdout
        leaf = harness.run(["openssl", "x509", "-in", made.home / "servers/a.example/server-cert.pem", "-noout", "-enddate"], check=True).stdout
        check_equal(leaf, authority, "to the very second at which the authority ends")


def settings():
    with world() as made:
        path = made.home / "dockpki.toml"
        for text, says in (("[server]\nlifetimes = \"90d\"\n", "lifetimes"), ("[servers]\nlifetime = \"90d\"\n", "servers"), ("colour = \"red\"\n", "colour"),
                           ("[server]\nlifetime = 90\n", "lifetime"), ("[server]\nlifetime = \"soon\"\n", "soon"), ("[server]\nkey = \"rsa1024\"\n", "rsa1024"),
                           ("[server\n", "line 1"), ("[server]\nlifetime = \"90d\"\nlifetime = \"91d\"\n", "line 3"), ("\x00\x01\x02", "dockpki.toml")):
            path.write_text(text)
            result = refuse(made, SERVER, SETTINGS_CODE, says, exact=False)
            check_in("dockpki.toml", result.stderr, "  and names the file")
        path.unlink()
        os.mkfifo(path)
        refuse(made, SERVER, 1, "dockpki.toml", exact=False)


SETTINGS_CODE = 1


def names():
    with world() as made:
        for name in ("", " ", "a b", "https://a.example", "a.example:2376", "DNS:a.example", "a.example,DNS:b.example", "a..example", "-a.example", "a.example.",
                     "a_b.example", "*", "*.example", "a.*.example", "x" * 64 + ".example", "192.0.2.1", "tcp://a.example", "a.example\n", "1.2.3"):
            refuse(made, ("issue-server", f"--dns={name}"), 2, "failed to read DNS name", exact=False)
        for address in ("", "192.0.2", "192.0.2.256", "192.0.2.1:2376", "192.0.2.1/24", "fe80::1%eth0", "a.example", "01.2.3.4", ":::", "IP:192.0.2.1"):
            refuse(made, ("issue-server", f"--ip={address}"), 2, "failed to read IP address", exact=False)
        for name in ("", "..", ".", "a/b", "/etc", "a\nb", "\x1b[31m", "../up"):
            refuse(made, (*SERVER, f"--name={name}"), 2, "failed to ", exact=False)
            refuse(made, ("issue-client", f"--name={name}"), 2, "failed to ", exact=False)
        for email in ("", "a", "a@", "@a.example", "a@b@c", "Name <a@b.example>", "a b@c.example"):
            refuse(made, ("issue-client", f"--email={email}"), 2, "failed to read e-mail address", exact=False)
        refuse(made, ("issue-client", "--name", "x" * 65), 2, "failed to read name", exact=False)
        refuse(made, ("issue-server",), 2, "failed to issue a server certificate: it needs at least one name or address", "--dns", exact=True)
        refuse(made, ("issue-server", "--dns", "a.example", "--key", "rsa1024"), 2, "rsa1024", exact=False)
        refuse(made, ("isue-server", "--dns", "a.example"), 2, "isue-server", "issue-server", exact=False)
        refuse(made, ("issue-server", "--dsn", "a.example"), 2, "--dsn", "--dns", exact=False)
        refuse(made, (), 2, "", exact=False)


# ---- what stands already --------------------------------------------------------------------------------------------

def what_stands_already():
    with world() as made:
        made.must(*SERVER)
        made.must("issue-client")
        refuse(made, ("init-ca", "--no-passphrase"), 1, "already", exact=False)
        refuse(made, SERVER, 1, "ca.pem stands there already", "--force", exact=False)
        refuse(made, ("issue-client",), 1, "ca.pem stands there already", "--force", exact=False)


def an_inventory_that_cannot_be_used():
    with world() as made:
        made.must(*SERVER)
        sound = (made.home / "inventory.db").read_bytes()
        (made.home / "inventory.db").write_bytes(sound[:2000])
        for args in (("issue-server", "--dns", "b.example"), ("list",), ("status",)):
            refuse(made, args, 1, "{home}/inventory.db", "dockpki repair", exact=False)
        (made.home / "inventory.db").write_bytes(sound)
        with contextlib.closing(sqlite3.connect(made.home / "inventory.db")) as newer:
            newer.execute("PRAGMA user_version = 9999")
        for args in (("issue-server", "--dns", "b.example"), ("list",), ("status",), ("repair",)):
            refuse(made, args, 1, "newer", "dockpki", exact=False)


# ---- passphrases ----------------------------------------------------------------------------------------------------

def secret_file(made, name, contents):
    path = made.root / name
    path.write_bytes(contents)
    path.chmod(0o600)
    return path


def passphrases():
    with world(prepare=None) as made:
        right = secret_file(made, "right", b"the right words\n")
        refuse(made, ("init-ca",), 2, "failed to get a passphrase: standard input is not a terminal", "--passphrase-file")
        made.must("init-ca", "--passphrase-file", right)
        wrong = secret_file(made, "wrong", b"the wrong words\n")
        key = "'{home}/authorities/g1/ca-key.pem'"
        for args in (SERVER, ("issue-client",), ("change-passphrase", "--no-passphrase"), ("change-passphrase", "--new-passphrase-file", right)):
            refuse(made, (*args, "--passphrase-file", wrong), 1, f"failed to decrypt key {key}: wrong passphrase")
            refuse(made, args, 2, "failed to get a passphrase: standard input is not a terminal", "--passphrase-file")
        for name, contents, code in (("empty", b"", 2), ("blank-line", b"\nthe right words\n", 2), ("prefix", b"the right word\n", 1),
                                     ("longer", b"the right words \n", 1), ("nul", b"the right words\0\n", 1), ("long", b"x" * 5000 + b"\n", 2)):
            refuse(made, (*SERVER, "--passphrase-file", secret_file(made, name, contents)), code, "passphrase", exact=False)
        with open(made.root / "huge", "wb") as huge:
            huge.truncate(GIB)
        refuse(made, (*SERVER, "--passphrase-file", made.root / "huge"), 1, "it is larger than 64 KiB", exact=False, limit_memory=True)
        refuse(made, (*SERVER, "--passphrase-file", made.root / "missing"), 1, "missing", exact=False)
        refuse(made, (*SERVER, "--passphrase-file", made.root), 1, "it is a folder, not a file", exact=False)
        refuse(made, (*SERVER, "--passphrase-fd", "77"), 1, "file descriptor 77", exact=False)
        refuse(made, (*SERVER, "--passphrase-fd", "0"), 2, "it is empty", exact=False)
        refuse(made, (*SERVER, "--passphrase-fd", "x"), 2, "--passphrase-fd", exact=False)
        for contents in (b"the right words", b"the right words\r\n", b"the right words\nmore\n"):
            path = secret_file(made, "variant", contents)
            made.must(*SERVER, "--passphrase-file", path, "--force")
        check(True, "a line end, CRLF, or none: the same passphrase")


def at_a_terminal(made, args, typed):
    """Runs a command on a terminal, answers each prompt with one of `typed` (None: Ctrl-C). Gives (exit code, all output)."""
    seen = ""
    with terminal.Terminal(made.argv(*args), harness.clean_env(home=made.root)) as person:
        for words in typed:
            person.wait_until_silent()
            seen += person.wait_for(": ")
            if words is None:
                person.interrupt()
            else:
                person.type(words + "\n")
                harness.wait_for(lambda: person.echoes() or person.ended(), "the end of the prompt")
        code = person.finish()
        check(person.echoes(), "  the terminal shows again what is typed")
        return code, seen + person.output


def interrupted_at_a_prompt():
    with world(prepare=None) as made:
        for typed in ([None], ["some words", None]):
            before = disk.snapshot(made.root, VOLATILE)
            code, output = at_a_terminal(made, ("init-ca",), typed)
            check_equal(code, 130, f"init-ca, Ctrl-C at prompt {len(typed)}: exit 130")
            check_equal(disk.snapshot(made.root, VOLATILE), before, "  nothing changed")
            check_in("interrupted", output, "  and it says so")
        code, output = at_a_terminal(made, ("init-ca",), ["some words", "other words"])
        check_equal(code, 2, "init-ca, two different passphrases: exit 2")
        check_equal(disk.snapshot(made.root, VOLATILE), before, "  nothing changed")
        right = secret_file(made, "right", b"the right words\n")
        made.must("init-ca", "--passphrase-file", right)
        for args, prompts in ((SERVER, [[None]]), (("issue-client",), [[None]]),
                              (("change-passphrase",), [[None], ["the right words", None], ["the right words", "new words", None]])):
            for typed in prompts:
                before = disk.snapshot(made.root, VOLATILE)
                code, output = at_a_terminal(made, args, typed)
                check_equal(code, 130, f"{args[0]}, Ctrl-C at prompt {len(typed)}: exit 130")
                after = disk.snapshot(made.root, VOLATILE)
                check(before == after, "  nothing changed", disk.difference(before, after))
        before = disk.snapshot(made.root, VOLATILE)
        code, output = at_a_terminal(made, SERVER, ["the wrong words"])
        check_equal(code, 1, "a wrong passphrase at the terminal: exit 1")
        check_in("wrong passphrase", output, "  and it says so")
        check_equal(disk.snapshot(made.root, VOLATILE), before, "  nothing changed")
        code, output = at_a_terminal(made, SERVER, ["the right words"])
        check_equal(code, 0, "the right one at the terminal works")


# ---- files that are read --------------------------------------------------------------------------------------------

def make_request(made):
    made.must("make-request", "--server", "--dns", "r.example", "--out", made.root / "request")
    return (made.root / "request" / "request.csr").read_bytes()


def der_of(pem):
    import base64
    return base64.b64decode(b"".join(line for line in pem.splitlines() if not line.startswith(b"-----")))


def spoilt(pem, label):
    """(name, contents) of every way in which a PEM file goes wrong."""
    lines = pem.splitlines(keepends=True)
    middle = len(lines) // 2
    return [
        ("empty", b""),
        ("blank", b"\n\n"),
        ("binary", bytes(range(256)) * 64),
        ("text", b"hello\n" * 100),
        ("cut-off", pem[:len(pem) // 2]),
        ("without-end", b"".join(lines[:-1])),
        ("without-begin", b"".join(lines[1:])),
        ("line-missing", b"".join(lines[:middle] + lines[middle + 1:])),
        ("letter-changed", b"".join(lines[:middle] + [b"!" + lines[middle][1:]] + lines[middle + 1:])),
        ("other-label", pem.replace(label, b"CERTIFICATE REQUESTS")),
        ("other-end", pem.replace(b"END " + label, b"END CERTIFICATE REQUESTS")),
        ("byte-order-mark", b"\xef\xbb\xbf" + pem),
        ("utf-16", pem.decode().encode("utf-16")),
        ("der-cut-off", der_of(pem)[:-1]),
        ("der-and-more", der_of(pem) + b"\0"),
        ("nul-behind", pem + b"\0"),
    ]


def files_to_sign():
    with world() as made:
        pem = make_request(made)
        path = made.root / "input"
        out = made.root / "out"
        more = [("two-requests", pem + pem), ("der", der_of(pem)), ("certificate", (made.home / "authorities/g1/ca.pem").read_bytes()),
                ("key", (made.root / "request" / "server-key.pem").read_bytes()), ("text-before", b"some words\n" + pem)]
        for name, contents in [*spoilt(pem, b"CERTIFICATE REQUEST"), *more]:
            path.write_bytes(contents)
            result = refuse(made, ("sign-request", path, "--out", out), 1, "input", exact=False)
            check("PRIVATE" not in result.stderr or name == "key", f"  ({name})")
        refuse(made, ("sign-request", made.root / "missing", "--out", out), 1, "missing", exact=False)
        refuse(made, ("sign-request", made.root, "--out", out), 1, "it is a folder, not a file", exact=False)
        with open(path, "wb") as huge:
            huge.truncate(GIB)
        refuse(made, ("sign-request", path, "--out", out), 1, "it is larger than 4 MiB", exact=False, limit_memory=True)
        fifo = made.root / "fifo"
        os.mkfifo(fifo)
        refuse(made, ("sign-request", fifo, "--out", out), 1, "not a file", exact=False)
        path.write_bytes(pem.replace(b"\n", b"\r\n"))
        made.must("sign-request", path, "--out", out)
        check(True, "a request with CRLF line ends is signed")


def files_to_show():
    with world() as made:
        made.must(*SERVER)
        folder = made.home / "servers" / "a.example"
        pem = (folder / "server-cert.pem").read_bytes()
        path = made.root / "input"
        for name, contents in spoilt(pem, b"CERTIFICATE"):
            path.write_bytes(contents)
            refuse(made, ("show", path), 1, "input", exact=False)
            check(True, f"  ({name})")
        with open(path, "wb") as huge:
            huge.truncate(GIB)
        refuse(made, ("show", path), 1, "it is larger than 4 MiB", exact=False, limit_memory=True)
        refuse(made, ("show", made.root), 1, "it is a folder, not a file", exact=False)
        refuse(made, ("show", made.root / "missing"), 1, "missing", exact=False)
        refuse(made, ("show",), 2, "", exact=False)
        refuse(made, ("show", "-"), 1, "", exact=False)
        for name, contents in (("CRLF", pem.replace(b"\n", b"\r\n")), ("DER", der_of(pem)), ("a bundle", pem + (folder / "ca.pem").read_bytes())):
            path.write_bytes(contents)
            result = made.must("show", path)
            check_in("a.example", result.stdout, f"{name} is shown")
        secret = [line for line in (folder / "server-key.pem").read_text().splitlines() if not line.startswith("-----")]
        result = made.must("show", folder / "server-key.pem")
        check(all(line not in result.text for line in secret), "of a key only the public part is shown")


def endless_input():
    with world() as made:
        before = disk.snapshot(made.root, VOLATILE)
        feeder = subprocess.Popen(["yes", "-----BEGIN CERTIFICATE-----"], stdout=subprocess.PIPE, env=harness.clean_env())
        try:
            done = subprocess.run(made.argv("show", "-"), stdin=feeder.stdout, env=harness.clean_env(home=made.root), capture_output=True, text=True, timeout=60,
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (GIB // 2, GIB // 2)))
        finally:
            feeder.kill()
            feeder.wait()
            feeder.stdout.close()
        check_equal(done.returncode, 1, "standard input that never ends is refused")
        check_in("larger than 4 MiB", done.stderr, "  with the bound that it passed")
        check_equal(disk.snapshot(made.root, VOLATILE), before, "  nothing changed")


if __name__ == "__main__":
    harness.need_tool("openssl", "openssl")
    os.umask(0o022)
    import sys
    tests = [a_home_that_is_no_folder, a_home_that_does_not_exist, a_home_that_others_may_write_to, a_home_that_belongs_to_another, a_home_that_is_read_only,
             a_file_system_that_is_read_only, a_full_disk, a_trap_where_a_key_goes, a_trap_where_the_authority_goes, a_link_where_a_folder_goes,
             an_authority_key_that_is_not_safe, an_authority_that_may_not_sign, an_authority_whose_key_is_another, an_authority_that_has_expired,
             a_clock_before_the_authority, lifetimes, settings, names, what_stands_already, an_inventory_that_cannot_be_used, passphrases,
             interrupted_at_a_prompt, files_to_sign, files_to_show, endless_input]
    harness.run_tests(*(test for test in tests if len(sys.argv) < 2 or any(word in test.__name__ for word in sys.argv[1:])))
