"""A kill or an error at every call that changes something: afterwards the old set or the new one is there, whole, and the next run succeeds.

strace ends dockpki (SIGKILL), or makes the call fail (ENOSPC, EIO), at the 1st, 2nd, .. last openat, write, fsync, rename and so on of each
command. At every such point:
 - whoever looks by path at once finds all files of the old set or all of the new one, the key matching the certificate, the chain unbroken;
 - every serial number in a certificate anywhere on the disk stands in the inventory, and the log's chain holds;
 - a failed command says so in one error line, with an exit code other than 0; exit 0 means that the new set is in force;
 - the next ordinary command succeeds, and so does the interrupted one when it is repeated; then no staging, no reserved serial number and no
   wrong mode is left, and nothing that was there before is lost.
"""
import argparse
import collections
import concurrent.futures
import dataclasses
import os
import re
import shutil
import subprocess
import sys
import threading
import time

import backup_cases
import cases
import configure_cases
import disk
import harness
import import_cases
from cases import World
from disk import Bad

FAULTS = ("SIGKILL", "ENOSPC", "EIO")
CALLS = ("openat", "write", "pwrite64", "writev", "pwritev", "fsync", "fdatasync", "sync_file_range", "syncfs", "rename", "renameat", "renameat2", "unlink",
         "unlinkat", "rmdir", "ftruncate", "fallocate", "mkdir", "mkdirat", "link", "linkat", "symlink", "symlinkat", "chmod", "fchmod", "fchmodat",
         "fchown", "fchownat", "copy_file_range", "sendfile")
OTHER_CALLS = ("read", "pread64", "readlink", "newfstatat", "fstat", "lseek", "flock", "fcntl", "getrandom", "getdents64", "mmap", "close", "statx", "fstatfs")


# ---- one point ------------------------------------------------------------------------------------------------------

@dataclasses.dataclass(frozen=True)
class Point:
    call: str
    number: int
    fault: str

    def words(self):
        fault = "signal=SIGKILL" if self.fault == "SIGKILL" else f"error={self.fault}"
        return ["strace", "-f", "-qq", "-s", "256", "-e", f"trace={self.call}", "-e", f"inject={self.call}:{fault}:when={self.number}"]


def judge_exit(point, result, injected, state, case):
    """Throws Bad where exit code and words do not fit what happened."""
    if point.fault == "SIGKILL" and result.returncode == -9:
        return
    if result.returncode == 0:
        if state != "new":
            raise Bad("exit 0, and the new set is not in force")
        if injected and injected.startswith("write(1,"):
            raise Bad("exit 0, though the result could not be written to standard output")
        return
    if result.returncode < 0:
        raise Bad(f"ended by signal {-result.returncode}\n{result.stderr.decode(errors='replace')}")
    errors = [line for line in result.stderr.decode(errors="replace").splitlines() if line.startswith("dockpki: error: ")]
    silent = injected and (injected.startswith("write(2,") or not re.search(r"AT_FDCWD|\d", injected))
    if len(errors) != 1 and not silent and b"while loading shared libraries" not in result.stderr:
        raise Bad(f"exit {result.returncode} with {len(errors)} error lines\n{result.stderr.decode(errors='replace')}")


def injected_call(trace):
    """The line of strace's output that tells where the fault struck; None if it never did."""
    for line in trace.read_text(errors="replace").splitlines():
        line = re.sub(r"^\d+ +", "", line)
        if line.endswith("(INJECTED)") or re.search(r"\)\s+= \?$", line):
            return line
    return None


def judge_after(case, world):
    """What must hold once the next runs were made."""
    case.judge_more(world)
    if hasattr(case, "first"):
        case.first(world)
    world.must(*case.ordinary(world))
    case.repeat(world)
    case.judge_more(world)
    cases.judge_serials(world)
    log = world.run("log", "--verify")
    if log.code != 0:
        raise Bad(f"the log does not verify\n{log}")
    reserved = [c["serial"] for c in world.must("list", "--all", "--json").json()["certificates"] if c["state"] == "reserved"]
    if reserved:
        raise Bad(f"still reserved: {', '.join(reserved)}")
    left = disk.staging_below(world.root)
    if left:
        raise Bad(f"staging is left: {', '.join(left)}")
    disk.judge_modes(world.home)


def try_point(case, world, point):
    """Strikes once and judges. Returns (outcome, where, complaint): outcome "missed", "killed", "failed" or "survived"."""
    before = case.before(world)
    trace = world.root.parent / "trace"
    command = [*point.words(), "-o", str(trace), "--", *world.argv(*case.command(world))]
    result = subprocess.run(command, env=harness.clean_env(home=world.root), stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    injected = injected_call(trace)
    outcome = "missed" if not injected else "killed" if result.returncode == -9 else "survived" if result.returncode == 0 else "failed"
    try:
        state = case.judge(world, before)
        judge_exit(point, result, injected, state, case)
        if not case.inventory_lacks:
            cases.judge_serials(world)
        left = disk.staging_below(world.root)
        if outcome == "failed" and left and not point.call.startswith(("unlink", "rmdir", "rename")):
            raise Bad(f"a failed command left staging: {', '.join(left)}")
        judge_after(case, world)
        return outcome, injected, None
    except (harness.Failed, OSError, ValueError, KeyError, IndexError) as error:
        words = " ".join(command[:-len(world.argv(*case.command(world))) - 3] + ["dockpki", *map(str, case.command(world))])
        return outcome, injected, f"{words}\n    struck: {injected}\n    exit {result.returncode}: {type(error).__name__}: {error}"


# ---- all points -----------------------------------------------------------------------------------------------------

class Workers(threading.local):
    """Each thread has a world of its own, and of each case a copy of its start."""
    root = None

    def start(self, work, case):
        if self.root is None:
            self.root = work / f"worker-{threading.get_ident()}"
            self.root.mkdir(mode=0o700)
        world, saved = World(self.root / "world"), self.root / f"saved-{case.title.replace(' ', '-').replace('/', '-')}"
        if not saved.exists():
            clear(world.root)
            world.root.mkdir(mode=0o700)
            case.prepare(world)
            shutil.copytree(world.root, saved, symlinks=True)
        clear(world.root)
        shutil.copytree(saved, world.root, symlinks=True)
        return world


def clear(path):
    if path.exists():
        shutil.rmtree(path)


WORKERS = Workers()


def count_calls(case, work, calls):
    """How often a clean run makes each call."""
    world = WORKERS.start(work, case)
    trace = world.root.parent / "trace"
    before = case.before(world)
    done = subprocess.run(["strace", "-f", "-qq", "-e", f"trace={','.join(calls)}", "-o", str(trace), "--", *world.argv(*case.command(world))],
                          env=harness.clean_env(home=world.root), stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode != 0:
        raise harness.Failed(f"the clean run of {case.title} failed: {done.stderr.decode()}")
    state = case.judge(world, before)
    if state != "new":
        raise harness.Failed(f"the clean run of {case.title} left the state '{state}'")
    judge_after(case, world)
    return count_lines(trace, calls)


def count_lines(trace, calls):
    """How often each call stands in strace's output."""
    made = collections.Counter(re.sub(r"^\d+ +", "", line).split("(")[0] for line in trace.read_text(errors="replace").splitlines())
    return {call: made[call] for call in calls if made[call]}


def points_of(counts, faults, every):
    points = [Point(call, number, fault) for fault in faults for call, count in counts.items() for number in range(1, count + 1)]
    return points[::every]


def run_case(case, work, pool, options):
    started = time.monotonic()
    calls = CALLS + (OTHER_CALLS if options.more else ())
    counts = count_calls(case, work, calls)
    if options.calls:
        counts = {call: count for call, count in counts.items() if call in options.calls}
    points = points_of(counts, options.faults, options.sample)
    tried = list(pool.map(lambda point: try_point(case, WORKERS.start(work, case), point), points))
    bad = [complaint for _, _, complaint in tried if complaint]
    outcomes = collections.Counter(outcome for outcome, _, _ in tried)
    told = ", ".join(f"{outcomes[name]} {name}" for name in ("killed", "failed", "survived", "missed") if outcomes[name])
    print(f"{case.title}: {len(points)} points ({told}), {len(bad)} bad, {time.monotonic() - started:.0f} s", flush=True)
    for complaint in bad[:options.show]:
        print(f"  BAD: {complaint}", flush=True)
    if options.survivors:
        for point, (outcome, where, _) in zip(points, tried):
            if outcome in ("survived", "missed"):
                print(f"  {outcome} {point.call} {point.number} {point.fault}: {where}", flush=True)
    if outcomes["missed"] > len(points) // 20:
        print(f"  BAD: {outcomes['missed']} points were never reached", flush=True)
        bad.append("missed")
    return len(points), len(bad)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=1, metavar="N", help="only every Nth point")
    parser.add_argument("--only", action="append", metavar="TEXT", help="only commands whose title holds TEXT")
    parser.add_argument("--calls", type=lambda text: text.split(","), metavar="CALL,..", help="only these calls")
    parser.add_argument("--faults", type=lambda text: text.split(","), default=FAULTS, metavar="FAULT,..")
    parser.add_argument("--more", action="store_true", help="strike at reading calls as well")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--show", type=int, default=10, metavar="N", help="describe at most N bad points of a command")
    parser.add_argument("--survivors", action="store_true", help="tell which errors did not matter")
    options = parser.parse_args()
    harness.need_tool("strace", "strace")
    harness.need_tool("openssl", "openssl")
    if harness.run(["strace", "-qq", "-e", "trace=none", "true"]).code != 0:
        harness.skip("strace may not trace here (ptrace is forbidden)")
    os.umask(0o077)
    total, total_bad = 0, 0
    with harness.temp_folder() as work, concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
        for case in (*cases.all_cases(), *import_cases.all_cases(), *backup_cases.all_cases(), *configure_cases.all_cases()):
            if options.only and not any(text in case.title for text in options.only):
                continue
            try:
                points, bad = run_case(case, work, pool, options)
            except harness.Failed as error:
                print(f"{case.title}: the clean run is bad already: {error}", flush=True)
                points, bad = 1, 1
            total, total_bad = total + points, total_bad + bad
    print(f"{total} points, {total_bad} bad", flush=True)
    sys.exit(1 if total_bad or not total else 0)


if __name__ == "__main__":
    main()
