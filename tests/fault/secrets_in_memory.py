"""What a living or a crashing dockpki holds in memory stays there: no core is written, and its own user can neither trace, dump nor read it."""
import array
import fcntl
import os
import pathlib
import re
import resource
import signal
import subprocess
import termios

import disk
import harness
from canary import CANARY, judge_files, make_world, pipe_with, secret_file
from harness import check, check_equal


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
        taken = subprocess.run(["gcore", "-o", str(core), str(pid)], env=harness.clean_env(home=folder / "world"), **subprocess_as)
        check(taken.returncode != 0 and not list(core.parent.glob("taken*")), "its own user cannot take a core of it", taken.stdout + taken.stderr)
        memory = subprocess.run(["cat", f"/proc/{pid}/mem"], env=harness.clean_env(), **subprocess_as)
        check(memory.returncode != 0 and "Permission denied" in memory.stderr, "nor read its memory", memory.stderr)
        check(holder.child.poll() is None, "and it lives on")


def can_look_into_an_ordinary_process():
    """The test of the test: the same user, the same tool, a process that does not protect itself."""
    user = other_user()
    with harness.temp_folder() as folder:
        folder.chmod(0o777)
        ordinary = subprocess.Popen(["sleep", "600"], preexec_fn=lambda: become_user(user), env=harness.clean_env())
        try:
            harness.wait_for(lambda: b"sleep" in pathlib.Path(f"/proc/{ordinary.pid}/cmdline").read_bytes(), "sleep")
            taken = subprocess.run(["gcore", "-o", str(folder / "taken"), str(ordinary.pid)], preexec_fn=lambda: become_user(user), cwd=folder,
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
    harness.need_tool("openssl", "openssl")
    harness.need_tool("gcore", "gdb")
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    with harness.program_within_reach():
        harness.run_tests(nobody_may_look_into_the_process, can_look_into_an_ordinary_process, a_crash_leaves_no_core)
