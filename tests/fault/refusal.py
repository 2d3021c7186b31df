"""What a refusal must look like: one error line, the right exit code, and every file as it was."""
import contextlib
import functools
import os
import resource
import subprocess
import sys

import cases
import disk
import harness
from harness import check, check_equal

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


class LeftOut(Exception):
    """Something that one test needs cannot be had here; the others go on."""


def as_root(test):
    """Marks a test that needs root, and may need to mount: without, it is left out, and says so."""
    @functools.wraps(test)
    def wrapper():
        try:
            if os.geteuid() != 0:
                raise LeftOut("needs root")
            test()
        except LeftOut as why:
            print(f"  left out: {why}", flush=True)
    return wrapper


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


def secret_file(made, name, contents):
    path = made.root / name
    path.write_bytes(contents)
    path.chmod(0o600)
    return path


def run_chosen(*tests, tools):
    """Runs the tests, or those whose name holds a word of the command line. `tools`: Debian packages by the tool that is needed from them."""
    for tool, package in tools.items():
        harness.need_tool(tool, package)
    os.umask(0o022)
    harness.run_tests(*(test for test in tests if len(sys.argv) < 2 or any(word in test.__name__ for word in sys.argv[1:])))
