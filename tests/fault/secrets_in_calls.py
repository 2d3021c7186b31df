"""A passphrase and an authority's key show in no system call but the reading of them, and in no file, output or log.

Every system call of dockpki is recorded whole and searched, for each way in which a passphrase comes in: file, descriptor, terminal, and
the variable that names a file. A key is born with 0400 and never wider.
"""
import base64
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys

import disk
import harness
import import_cases
import terminal
from canary import CANARY, SECOND, judge_files, make_world, pipe_with, secret_file
from harness import check, check_equal

STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
WRITING = re.compile(r"^\d+ +(?:write|pwrite64|writev|pwritev2?|sendto|sendmsg|sendfile|copy_file_range|mmap|process_vm_writev)\(")


# ---- what a trace shows ---------------------------------------------------------------------------------------------

def strace(trace, *more):
    return ["strace", "-f", "-v", "-xx", "-s", "65535", "-o", str(trace), *more, "--"]


def lines_with(trace, secret):
    """Every system call in whose strings, taken together, `secret` stands; also where calls of a kind hand it over octet by octet."""
    found, streams = [], {}
    with open(trace, errors="replace") as lines:
        for line in lines:
            decoded = b"".join(bytes.fromhex(text.replace("\\x", "")) for text in STRING.findall(line))
            if secret in decoded or secret in line.encode():
                found.append(line[:160])
            call = re.match(r"\d+ +(\w+\(\d+)", line)  # with its descriptor
            if call and len(decoded) < len(secret):
                stream = streams.setdefault(call.group(1), bytearray())
                stream += decoded
                if stream.endswith(secret) or secret in stream[-2 * len(secret):]:
                    found.append(line[:160])
                    stream.clear()
    return found


def judge_trace(trace, secret, reads, what):
    """`secret` shows in exactly `reads` reads and in nothing else."""
    found = lines_with(trace, secret)
    read = [line for line in found if re.match(r"^\d+ +read\(", line)]
    other = [line for line in found if line not in read]
    check(not other, f"{what}: in no system call but its own read", "\n".join(other))
    check_equal(len(read), reads, f"{what}: read as often as it is asked for")


def judge_children(trace):
    """dockpki starts no other program: nobody inherits anything."""
    started = [line for line in pathlib.Path(trace).read_text(errors="replace").splitlines() if re.match(r"^\d+ +execve(at)?\(", line)]
    check_equal(len(started), 1, "no other program is started, so there is no environment to leak into")


def scalar_of(key, passphrase="-"):
    """The secret number of a P-256 key, 32 octets, and the base64 lines of its unencrypted PEM."""
    pem = subprocess.run(["openssl", "pkey", "-in", str(key), "-passin", f"pass:{passphrase}"], capture_output=True, check=True).stdout
    body = [line for line in pem.splitlines() if not line.startswith(b"-----")]
    der = base64.b64decode(b"".join(body))
    start = der.index(b"\x02\x01\x01\x04\x20") + 5
    return der[start:start + 32], body


# ---- the ways in ----------------------------------------------------------------------------------------------------

def traced(world, trace, *args, env=None, pass_fds=()):
    result = subprocess.run([*strace(trace), *world.argv(*args)], env=env or harness.clean_env(home=world.root), stdin=subprocess.DEVNULL,
                            capture_output=True, text=True, pass_fds=pass_fds)
    if result.returncode != 0:
        raise harness.Failed(f"{args}: exit {result.returncode}\n{result.stderr}")
    return result


def judge_run(world, trace, result, secrets, but_for, what):
    """`secrets`: how often each may be read."""
    for secret, reads in secrets.items():
        judge_trace(trace, secret.encode(), reads, what)
        judge_files(world.root, secret.encode(), but_for, what)
        check(secret not in result.stdout + result.stderr, f"{what}: not in the output")
    judge_children(trace)


def from_a_file():
    with harness.temp_folder() as folder:
        world, trace = make_world(folder), folder / "trace"
        canary, second = secret_file(world, "canary", CANARY), secret_file(world, "second", SECOND)
        log = world.root / "diagnostics.log"
        loud = ("--verbose", "--log-file", log, "--json")
        for args, reads in (
                (("init-ca", "--passphrase-file", canary), {CANARY: 1}),
                (("issue-server", "--dns", "a.example", "--passphrase-file", canary), {CANARY: 1}),
                (("issue-client", "--name", "somebody", "--passphrase-file", canary), {CANARY: 1}),
                (("export", "somebody", "--out", world.root / "somebody.p12", "--export-passphrase-file", canary), {CANARY: 1}),
                (("backup", "--out", world.root / "pki.cms", "--backup-passphrase-file", canary), {CANARY: 1}),
                (("restore", world.root / "pki.cms", "--dry-run", "--backup-passphrase-file", canary), {CANARY: 1}),
                (("change-passphrase", "--passphrase-file", canary, "--new-passphrase-file", second), {CANARY: 1, SECOND: 1}),
                (("issue-server", "--dns", "b.example", "--passphrase-file", second), {SECOND: 1})):
            result = traced(world, trace, *args, *loud)
            judge_run(world, trace, result, reads, (canary, second), f"{args[0]}, passphrase from a file")
        check(log.exists() and log.stat().st_size > 0, "the diagnostics that were searched are there")


def from_the_variable_that_names_a_file():
    with harness.temp_folder() as folder:
        world, trace = make_world(folder), folder / "trace"
        canary = secret_file(world, "canary", CANARY)
        env = harness.clean_env(home=world.root, DOCKPKI_PASSPHRASE_FILE=canary)
        for args in (("init-ca",), ("issue-server", "--dns", "a.example")):
            result = traced(world, trace, *args, "--verbose", env=env)
            judge_run(world, trace, result, {CANARY: 1}, (canary,), f"{args[0]}, DOCKPKI_PASSPHRASE_FILE")


def from_a_descriptor():
    with harness.temp_folder() as folder:
        world, trace = make_world(folder), folder / "trace"
        for args in (("init-ca",), ("issue-server", "--dns", "a.example")):
            reader = pipe_with(CANARY + "\n")
            result = traced(world, trace, *args, "--passphrase-fd", reader, "--verbose", pass_fds=(reader,))
            os.close(reader)
            judge_run(world, trace, result, {CANARY: 1}, (), f"{args[0]}, passphrase from a descriptor")


def from_a_terminal():
    with harness.temp_folder() as folder:
        world, trace = make_world(folder), folder / "trace"
        for args, prompts in ((("init-ca",), ("New passphrase for the authority's key: ", "Once more: ")),
                              (("issue-server", "--dns", "a.example"), ("Passphrase of authority g1: ",)),
                              (("export", "a.example", "--out", world.root / "a.p12"), (f"New passphrase of {world.root / 'a.p12'}: ", "Once more: ")),
                              (("backup", "--out", world.root / "pki.cms"), ("New passphrase of the backup: ", "Once more: ")),
                              (("restore", world.root / "pki.cms", "--dry-run"), ("Passphrase of the backup: ",))):
            with terminal.Terminal([*strace(trace), *world.argv(*args, "--verbose")], harness.clean_env(home=world.root)) as person:
                seen = "".join([person.answer(prompt, CANARY) for prompt in prompts])
                code = person.finish()
                check_equal(code, 0, f"{args[0]} asks {len(prompts)} time(s) and goes on")
                check(CANARY not in seen + person.output, "the terminal never showed it")
                check(person.echoes(), "the terminal shows again what is typed")
            judge_trace(trace, CANARY.encode(), len(prompts), f"{args[0]}, passphrase from a terminal")
            judge_files(world.root, CANARY.encode(), (), f"{args[0]}, passphrase from a terminal")
            judge_children(trace)


# ---- keys -----------------------------------------------------------------------------------------------------------

def the_authority_key_stays_inside():
    with harness.temp_folder() as folder:
        world, trace = make_world(folder), folder / "trace"
        canary = secret_file(world, "canary", CANARY)
        key = world.home / "authorities" / "g1" / "ca-key.pem"
        traced(world, trace, "init-ca", "--passphrase-file", canary, "--verbose")
        number, body = scalar_of(key, CANARY)
        words = {"backup": "--backup-passphrase-file"}
        for args in ((), ("issue-server", "--dns", "a.example"), ("issue-client", "--name", "somebody"), ("backup", "--out", world.root / "pki.cms")):
            if args:
                traced(world, trace, *args, words.get(args[0], "--passphrase-file"), canary, "--verbose", "--json")
            what = args[0] if args else "init-ca"
            for secret in (number, number.hex().encode(), *(line for line in body[:2])):
                check(not lines_with(trace, secret), f"{what}: the encrypted authority's key is in no system call in the clear")
            judge_files(world.root, number, (), what)
            judge_files(world.root, body[1], (), what)


def an_imported_key_stays_inside():
    """However it was encrypted before."""
    with harness.temp_folder() as folder:
        world, trace = make_world(folder), folder / "trace"
        canary, second = secret_file(world, "canary", CANARY), secret_file(world, "second", SECOND)
        import_cases.make_authority(world.root / "made")
        plain, certificate = world.root / "made/ca.key", world.root / "made/ca.crt"
        number, body = scalar_of(plain)
        for title, words in (("RFC 1421", ["ec", "-des3"]), ("PBES1", ["pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES"]), ("PBES2", ["pkcs8", "-topk8", "-v2", "des3"])):
            key = folder / f"{title}.key"
            subprocess.run(["openssl", *words, "-in", plain, "-passout", f"file:{canary}", "-out", key], capture_output=True, check=True)
            result = traced(world, trace, "import-ca", "--cert", certificate, "--key", key, "--key-passphrase-file", canary, "--passphrase-file", second, "--verbose")
            judge_run(world, trace, result, {CANARY: 1, SECOND: 1}, (canary, second), f"import-ca of a key with {title}")
            for secret in (number, number.hex().encode(), *body[:2]):
                check(not lines_with(trace, secret), f"{title}: the key is in no system call in the clear")
            shutil.rmtree(world.home)


def an_unencrypted_authority_key_is_written_once():
    with harness.temp_folder() as folder:
        world, trace = make_world(folder), folder / "trace"
        key = world.home / "authorities" / "g1" / "ca-key.pem"
        traced(world, trace, "init-ca", "--no-passphrase")
        number, body = scalar_of(key)
        written = [line for line in lines_with(trace, body[1]) if WRITING.match(line)]
        check_equal(len(written), 1, "init-ca --no-passphrase writes the key once, into its file")
        backup = ("backup", "--out", world.root / "pki.cms", "--backup-passphrase-file", secret_file(world, "second", SECOND))
        for args in (("issue-server", "--dns", "a.example"), ("issue-client", "--name", "somebody"), ("list",), ("status",), ("show", key), backup):
            traced(world, trace, *args, "--verbose")
            for secret in (body[1], number):
                written = [line for line in lines_with(trace, secret) if WRITING.match(line)]
                check(not written, f"{args[0]} writes none of it", "\n".join(written))


def key_files_are_born_closed():
    """Follows every descriptor into which a private key is written, with the umask wide open."""
    with harness.temp_folder() as folder:
        world, trace = make_world(folder), folder / "trace"
        commands = (("init-ca", "--no-passphrase"), ("issue-server", "--dns", "a.example"), ("issue-server", "--dns", "a.example", "--force"),
                    ("issue-client",), ("issue-client", "--force"), ("make-request", "--server", "--dns", "b.example", "--out", world.root / "request"),
                    ("change-passphrase", "--new-passphrase-file", secret_file(world, "canary", CANARY)))
        for args in commands:
            previous = os.umask(0)
            try:
                result = subprocess.run(["strace", "-f", "-s", "4096", "-o", trace, "-e", "trace=openat,creat,write,pwrite64,fchmod,chmod,fchmodat,close,dup,dup2",
                                         "--", *world.argv(*args)], env=harness.clean_env(home=world.root), stdin=subprocess.DEVNULL, capture_output=True, text=True)
            finally:
                os.umask(previous)
            check_equal(result.returncode, 0, f"{args[0]} with umask 0\n{result.stderr if result.returncode else ''}".strip())
            judge_births(trace.read_text(errors="replace"), args[0])
        for path in disk.walk(world.root):
            if path.name.endswith("key.pem"):
                check_equal(oct(stat.S_IMODE(path.lstat().st_mode)), "0o400", f"{path.name} has mode 0400")


def judge_births(trace, what):
    """Throws unless every descriptor that takes a private key was opened new with mode 0400 and never got more."""
    opened, keys = {}, 0
    for line in trace.splitlines():
        line = re.sub(r"^\d+ +", "", line)
        if match := re.match(r"openat\([^,]+, \"([^\"]*)\", ([A-Z_|]+)(?:, (0\d+))?\) = (\d+)", line):
            path, flags, mode, descriptor = match.groups()
            opened[descriptor] = (path, flags, int(mode, 8) if mode else None)
        elif match := re.match(r"(?:write|pwrite64)\((\d+), \"-----BEGIN (?:ENCRYPTED )?PRIVATE KEY", line):
            path, flags, mode = opened.get(match.group(1), ("?", "", None))
            safe = ("O_TMPFILE" in flags or ("O_CREAT" in flags and "O_EXCL" in flags and "O_NOFOLLOW" in flags)) and mode is not None and not mode & ~0o400
            check(safe, f"{what}: a key is born new, through no link, with mode 0400", f"    {path} {flags} {mode and oct(mode)}")
            keys += 1
        elif match := re.match(r"fchmod\((\d+), (0\d+)\)", line):
            path, _, mode = opened.get(match.group(1), ("?", "", None))
            is_key = mode is not None and not mode & ~0o400
            check(not is_key or not int(match.group(2), 8) & ~0o400, f"{what}: no key's mode is widened", f"    {path} {match.group(2)}")
        elif match := re.match(r"(?:chmod|fchmodat)\(", line):
            check(False, f"{what}: no mode is changed by path", line)
    check(keys > 0, f"{what}: {keys} key(s) written and followed")


if __name__ == "__main__":
    harness.need_tool("strace", "strace")
    harness.need_tool("openssl", "openssl")
    if os.geteuid() != 0:
        harness.skip("needs root: of a process that is not dumpable nobody else sees what its calls carry")
    os.umask(0o077)
    tests = (from_a_file, from_the_variable_that_names_a_file, from_a_descriptor, from_a_terminal, the_authority_key_stays_inside,
             an_imported_key_stays_inside, an_unencrypted_authority_key_is_written_once, key_files_are_born_closed)
    harness.run_tests(*(test for test in tests if len(sys.argv) < 2 or any(word in test.__name__ for word in sys.argv[1:])))
