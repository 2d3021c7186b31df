"""32 processes issue from one home at once: 32 sets, 32 serial numbers, 32 rows, an unbroken log; also when some of them are killed.

And the lock: who waits for it goes on as soon as it is free, and one that was killed while holding it keeps nobody out.
"""
import fcntl
import os
import pathlib
import random
import signal
import subprocess
import time

import cases
import disk
import harness
from harness import check, check_equal

PROCESSES = 32


def start(world, *args):
    return subprocess.Popen(world.argv(*args), env=harness.clean_env(home=world.root), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def finish(process):
    """(exit code, stdout, stderr) of a process that ends by itself within the lock's patience and more."""
    stdout, stderr = process.communicate(timeout=180)
    return process.returncode, stdout, stderr


def new_world(folder):
    world = cases.World(pathlib.Path(folder))
    world.must("init-ca", "--no-passphrase")
    return world


def servers_on_disk(world):
    """The serial number by name of every set in servers/; each is checked to be whole."""
    found = {}
    for folder in sorted((world.home / "servers").iterdir()):
        if not folder.name.startswith(disk.STAGING):
            files = disk.read_set(folder, disk.SERVER)
            disk.judge_new_set(folder, disk.SERVER, files)
            found[folder.name] = disk.Certificate.from_pem(files["server-cert.pem"]).serial
    return found


def judge_rest(world):
    """Nothing is left behind, and everything is known."""
    listing = world.must("list", "--all", "--json").json()["certificates"]
    serials = [row["serial"] for row in listing]
    check_equal(len(serials), len(set(serials)), "no serial number stands twice in the inventory")
    cases.judge_serials(world)
    check(True, "every certificate on the disk is in the inventory")
    check_equal([row["serial"] for row in listing if row["state"] == "reserved"], [], "no serial number is left reserved")
    check_equal(disk.staging_below(world.root), [], "no staging is left")
    disk.judge_modes(world.home)
    check_equal(world.run("log", "--verify").code, 0, "the log verifies")
    return listing


def all_at_once():
    with harness.temp_folder() as folder:
        world = new_world(folder)
        results = [finish(p) for p in [start(world, "issue-server", "--dns", f"host{n}.example", "--json") for n in range(PROCESSES)]]
        failed = [f"    exit {code}: {stderr}" for code, _, stderr in results if code != 0]
        check(not failed, f"{PROCESSES} processes at once: {PROCESSES} exit codes 0", "\n".join(failed))
        on_disk = servers_on_disk(world)
        check_equal(len(set(on_disk.values())), PROCESSES, f"{PROCESSES} whole sets with {PROCESSES} different serial numbers")
        listing = judge_rest(world)
        check_equal({(row["name"], row["serial"], row["state"]) for row in listing},
                    {(name, serial, "issued") for name, serial in on_disk.items()}, f"{PROCESSES} rows in the inventory, each as on the disk")


def the_same_name_at_once():
    with harness.temp_folder() as folder:
        world = new_world(folder)
        results = [finish(p) for p in [start(world, "issue-server", "--dns", "one.example") for _ in range(8)]]
        codes = sorted(code for code, _, _ in results)
        check(codes[0] == 0 and codes[1] != 0, "of 8 processes that issue the same name one succeeds", f"    {codes}")
        standing = [stderr for code, _, stderr in results if code != 0 and "already" not in stderr]
        check_equal(standing, [], "and 7 say that a set stands there already")
        results = [finish(p) for p in [start(world, "issue-server", "--dns", "one.example", "--force") for _ in range(8)]]
        check_equal([code for code, _, _ in results], [0] * 8, "8 processes with --force all succeed, one after the other")
        check_equal(list(servers_on_disk(world)), ["one.example"], "and the set that stands is whole")
        issued = [row for row in judge_rest(world) if row["state"] == "issued"]
        check_equal(len(issued), 1, "one of the nine is in force, the others are superseded")


def renewals_beside_replacements():
    """A renewal reads the key that lies there, and another process replaces it before the certificate does."""
    with harness.temp_folder() as folder:
        world = new_world(folder)
        world.must("issue-server", "--dns", "one.example")
        commands = (("renew", "one.example"), ("issue-server", "--dns", "one.example", "--force"))
        renewed = 0
        for turn in range(6):
            results = [(n % 2, *finish(p)) for n, p in enumerate([start(world, *commands[n % 2]) for n in range(8)])]
            replaced = [code for command, code, _, _ in results if command == 1]
            check_equal(replaced, [0] * 4, f"turn {turn}: every replacement succeeds")
            odd = [stderr for command, code, _, stderr in results if command == 0 and code != 0 and "meanwhile" not in stderr and "not the" not in stderr]
            check_equal(odd, [], "a renewal succeeds, or says that another process was faster")
            renewed += sum(1 for command, code, _, _ in results if command == 0 and code == 0)
            check_equal(list(servers_on_disk(world)), ["one.example"], "and the set that stands is whole: its key is its certificate's")
        check(renewed > 0, f"{renewed} renewals succeeded")
        judge_rest(world)


def some_are_killed():
    chance = random.Random(20261121)
    with harness.temp_folder() as folder:
        world, killed_in_all = new_world(folder), 0
        for turn in range(5):
            names = [f"turn{turn}-{n}.example" for n in range(PROCESSES)]
            started = time.monotonic()
            processes = [start(world, "issue-server", "--dns", name) for name in names]
            victims = set(chance.sample(range(PROCESSES), PROCESSES // 3))
            for victim in sorted(victims, key=lambda _: chance.random()):
                time.sleep(chance.random() * 0.02)  # not a wait for anything: the kill is to fall anywhere
                processes[victim].send_signal(signal.SIGKILL)
            codes = [finish(p)[0] for p in processes]
            killed = [n for n in victims if codes[n] == -signal.SIGKILL]
            killed_in_all += len(killed)
            survivors = [codes[n] for n in range(PROCESSES) if n not in victims]
            check_equal(survivors, [0] * len(survivors), f"{len(killed)} of {PROCESSES} killed within {time.monotonic() - started:.2f} s: the others succeed")
            standing = servers_on_disk(world)
            missing = [name for n, name in enumerate(names) if codes[n] == 0 and name not in standing]
            check_equal(missing, [], "every set that was reported stands whole, and so does each that a killed one left")
            cases.judge_serials(world)
            world.must("issue-server", "--dns", f"next{turn}.example")
            judge_rest(world)
        check(killed_in_all >= 5, f"{killed_in_all} kills fell while the process ran")


def killed_with_the_lock_held():
    """Deterministic: dies at the second fsync or fdatasync, which is made with the lock held."""
    harness.need_tool("strace", "strace")
    with harness.temp_folder() as folder:
        world = new_world(folder)
        dead = harness.run(["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:signal=SIGKILL:when=2",
                            *world.argv("issue-server", "--dns", "dead.example")], env=harness.clean_env(home=world.root))
        check_equal(dead.code, -signal.SIGKILL, "a process is killed while it holds the lock")
        world.must("issue-server", "--dns", "next.example")
        judge_rest(world)


def waits_for_its_turn(world, pid):
    """True once the process sleeps, and, where we may look (it is not dumpable), has the lock file open."""
    if pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "S":
        return False
    try:
        return str(world.home / "lock") in [os.readlink(f"/proc/{pid}/fd/{n}") for n in os.listdir(f"/proc/{pid}/fd")]
    except PermissionError:
        return True
    except FileNotFoundError:
        return False


def a_held_lock_is_waited_for():
    with harness.temp_folder() as folder:
        world = new_world(folder)
        with open(world.home / "lock", "r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            waiting = start(world, "issue-server", "--dns", "waiting.example")
            harness.wait_for(lambda: waits_for_its_turn(world, waiting.pid), "a process that waits for the lock", 20)
            check(waiting.poll() is None and not (world.home / "servers" / "waiting.example").exists(), "nothing is issued while another holds the lock")
            for reading in (("list",), ("status",), ("log",)):
                check_equal(world.run(*reading).code, 0, f"`{reading[0]}` does not wait for it")
        check_equal(finish(waiting)[0], 0, "once the lock is free, the one who waited goes on")
        judge_rest(world)


if __name__ == "__main__":
    harness.need_tool("openssl", "openssl")
    os.umask(0o077)
    harness.run_tests(all_at_once, the_same_name_at_once, renewals_beside_replacements, some_are_killed, killed_with_the_lock_held, a_held_lock_is_waited_for)
