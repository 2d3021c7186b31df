"""A passphrase and a private key show nowhere: no system call but the reading of it, no argument, environment, log, output or core.

Every system call of dockpki is recorded whole and searched, for each way in which a passphrase comes in (file, descriptor, terminal, and
the variable that names a file). A key is born with 0400 and never wider. The process can be neither traced nor dumped by its own user.
"""
import base64
import os
import pathlib
import re
import resource
import signal
import stat
import subprocess
import sys

import cases
import disk
import harness
import terminal
from harness import check, check_equal

CANARY = "canary-Zq7Xw3Vt9Rk5"
SECOND = "second-Lm4Pn8Bs2Hd6"
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


def judge_files(root, secret, but_for, what):
    holding = [str(path) for path in disk.walk(root) if path.is_file() and path not in but_for and secret in path.read_bytes()]
    check(not holding, f"{what}: in no file", "\n".join(holding))


def scalar_of(key, passphrase="-"):
    """The secret number of a P-256 key, 32 octets, and the base64 lines of its unencrypted PEM."""
    pem = subprocess.run(["openssl", "pkey", "-in", str(key), "-passin", f"pass:{passphrase}"], capture_output=True, check=True).stdout
    body = [line for line in pem.splitlines() if not line.startswith(b"-----")]
    der = base64.b64decode(b"".join(body))
    start = der.index(b"\x02\x01\x01\x04\x20") + 5
    return der[start:start + 32], body


# ---- the ways in ----------------------------------------------------------------------------------------------------

def make_world(folder):
    world = cases.World(pathlib.Path(folder) / "world")
    world.root.mkdir(mode=0o700)
    return world


def secret_file(world, name, text):
    path = world.root / name
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


def traced(world, trace, *args, env=None, pass_fds=()):
    result = subprocess.run([*strace(trace), *world.argv(*args)], env=env or harness.clean_env(home=world.root), stdin=subprocess.DEVNULL,
                            capture_output=True, text=True, pass_fds=pass_fds)
    if result.returncode != 0:
        raise harness.Failed(f"{args}: exit {result.returncode}\n{result.stderr}")
    return result


def pipe_with(text):
    """The reading end of a pipe that holds `text`."""
    reader, writer = os.pipe()
    os.write(writer, text.encode())
    os.close(writer)
    return reader


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
                              (("issue-server", "--dns", "a.example"), ("Passphrase of authority g1: ",))):
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
        for args in ((), ("issue-server", "--dns", "a.example"), ("issue-client", "--name", "somebody")):
            if args:
                traced(world, trace, *args, "--passphrase-file", canary, "--verbose", "--json")
            what = args[0] if args else "init-ca"
            for secret in (number, number.hex().encode(), *(line for line in body[:2])):
                check(not lines_with(trace, secret), f"{what}: the encrypted authority's key is in no system call in the clear")
            judge_files(world.root, number, (), what)
            judge_files(world.root, body[1], (), what)


def an_unencrypted_authority_key_is_written_once():
    with harness.temp_folder() as folder:
        world, trace = make_world(folder), folder / "trace"
        key = world.home / "authorities" / "g1" / "ca-key.pem"
        traced(world, trace, "init-ca", "--no-passphrase")
        number, body = scalar_of(key)
        written = [line for line in lines_with(trace, body[1]) if WRITING.match(line)]
        check_equal(len(written), 1, "init-ca --no-passphrase writes the key once, into its file")
        for args in (("issue-server", "--dns", "a.example"), ("issue-client", "--name", "somebody"), ("list",), ("status",), ("show", key)):
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


# ---- a living process -----------------------------------------------------------------------------------------------

class Holder:
    """A dockpki that has read the canary and waits for the new passphrase, as a user who is not root if that can be had."""

    def __init__(self, world, user):
        self.new_reader, self.new_writer = os.pipe()
        reader = pipe_with(CANARY + "\n")

        def become():
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            os.chdir(world.root)
            become_user(user)
        self.child = subprocess.Popen(world.argv("change-passphrase", "--passphrase-fd", reader, "--new-passphrase-fd", self.new_reader),
                                      env=harness.clean_env(home=world.root), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL, pass_fds=(reader, self.new_reader), preexec_fn=become)
        harness.wait_for(lambda: self.waits_with(reader), "a process that holds the passphrase")
        os.close(reader)

    def waits_with(self, reader):
        """True once the canary was taken out of its pipe and the process sleeps in the read of the new one."""
        import array
        import fcntl
        import termios
        left = array.array("i", [0])
        fcntl.ioctl(reader, termios.FIONREAD, left)
        call = pathlib.Path(f"/proc/{self.child.pid}/syscall")
        try:
            words = call.read_text().split()
        except OSError:
            return left[0] == 0
        return left[0] == 0 and words[0] == "0" and int(words[1], 16) == self.new_reader

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        os.close(self.new_reader)
        os.close(self.new_writer)


def become_user(user):
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


def world_of(folder, user):
    """A world that `user` owns, with an encrypted authority."""
    world = make_world(folder)
    secret = secret_file(world, "canary", CANARY)
    world.must("init-ca", "--passphrase-file", secret)
    secret.unlink()
    if user is not None:
        folder.chmod(0o711)
        for path in (world.root, *disk.walk(world.root)):
            os.chown(path, user, user)
    return world


def other_user():
    """A user who is not root, where we may become one."""
    return 65534 if os.geteuid() == 0 else None


def nobody_may_look_into_the_process():
    gcore = harness.need_tool("gcore", "gdb")
    user = other_user()
    with harness.temp_folder() as folder, Holder(world_of(folder, user), user) as holder:
        pid = holder.child.pid
        arguments = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        check(CANARY.encode() not in arguments, "/proc/PID/cmdline does not hold the passphrase")
        if os.geteuid() == 0:
            check(CANARY.encode() not in pathlib.Path(f"/proc/{pid}/environ").read_bytes(), "/proc/PID/environ does not hold it")
        check_equal(os.stat(f"/proc/{pid}/environ").st_uid, 0, "the process is not dumpable: the kernel gives /proc/PID to root")
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
        check(re.search(r"^Max core file size +0 +0 ", limits, re.M), "its core may have 0 octets, and nobody can raise that again")
        subprocess_as = {"preexec_fn": lambda: become_user(user), "cwd": "/tmp", "capture_output": True, "text": True, "stdin": subprocess.DEVNULL}
        core = folder / "world" / "taken"
        taken = subprocess.run([gcore, "-o", str(core), str(pid)], env=harness.clean_env(home=folder / "world"), **subprocess_as)
        check(taken.returncode != 0 and not list(core.parent.glob("taken*")), "its own user cannot take a core of it", taken.stdout + taken.stderr)
        memory = subprocess.run(["cat", f"/proc/{pid}/mem"], env=harness.clean_env(), **subprocess_as)
        check(memory.returncode != 0 and "Permission denied" in memory.stderr, "nor read its memory", memory.stderr)
        check(holder.child.poll() is None, "and it lives on")


def can_look_into_an_ordinary_process():
    """The test of the test: the same user, the same tool, a process that does not protect itself."""
    gcore = harness.need_tool("gcore", "gdb")
    user = other_user()
    with harness.temp_folder() as folder:
        folder.chmod(0o777)
        ordinary = subprocess.Popen(["sleep", "600"], preexec_fn=lambda: become_user(user), env=harness.clean_env())
        try:
            harness.wait_for(lambda: b"sleep" in pathlib.Path(f"/proc/{ordinary.pid}/cmdline").read_bytes(), "sleep")
            taken = subprocess.run([gcore, "-o", str(folder / "taken"), str(ordinary.pid)], preexec_fn=lambda: become_user(user), cwd=folder,
                                   env=harness.clean_env(home=folder), capture_output=True, text=True, stdin=subprocess.DEVNULL)
            check(list(folder.glob("taken*")), "an ordinary process is dumped by the same means", taken.stdout + taken.stderr)
        finally:
            ordinary.kill()
            ordinary.wait()


def a_crash_leaves_no_core():
    user = other_user()
    for crash in (signal.SIGSEGV, signal.SIGABRT, signal.SIGQUIT):
        with harness.temp_folder() as folder, Holder(world_of(folder, user), user) as holder:
            holder.child.send_signal(crash)
            _, status = os.waitpid(holder.child.pid, 0)
            holder.child.returncode = os.waitstatus_to_exitcode(status)
            check(not os.WCOREDUMP(status), f"{crash.name}: the kernel dumps no core")
            check(not list((folder / "world").glob("core*")), f"{crash.name}: none lies in its folder")
            judge_files(folder, CANARY.encode(), (), crash.name)
    with harness.temp_folder() as folder:
        def unlimited():
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        ordinary = subprocess.Popen(["sleep", "600"], preexec_fn=unlimited, cwd=folder, env=harness.clean_env())
        harness.wait_for(lambda: b"sleep" in pathlib.Path(f"/proc/{ordinary.pid}/cmdline").read_bytes(), "sleep")
        ordinary.send_signal(signal.SIGSEGV)
        _, status = os.waitpid(ordinary.pid, 0)
        ordinary.returncode = os.waitstatus_to_exitcode(status)
        print(f"  for comparison: an ordinary process {'dumps core' if os.WCOREDUMP(status) else 'dumps no core either on this machine'}", flush=True)


if __name__ == "__main__":
    harness.need_tool("strace", "strace")
    harness.need_tool("openssl", "openssl")
    if os.geteuid() != 0:
        harness.skip("needs root: a process that is not dumpable shows its system calls' strings to nobody else")
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    only = [test for test in (from_a_file, from_the_variable_that_names_a_file, from_a_descriptor, from_a_terminal, the_authority_key_stays_inside,
                              an_unencrypted_authority_key_is_written_once, key_files_are_born_closed, nobody_may_look_into_the_process,
                              can_look_into_an_ordinary_process, a_crash_leaves_no_core)
            if len(sys.argv) < 2 or any(word in test.__name__ for word in sys.argv[1:])]
    harness.run_tests(*only)
