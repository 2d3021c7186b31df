"""Times whole processes against their peers, in turns, and prints the tables as Markdown. Ratios are paired: each is of one round.

Figures depend on the machine and on what else it does; compare within one run.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

import jobs

SYNCS = "fsync,fdatasync,syncfs,sync_file_range,sync,msync"


class Numbers:
    """Run numbers, none of which is used twice."""

    def __init__(self):
        self.next = 1

    def take(self, count):
        first, self.next = self.next, self.next + count
        return first, self.next - 1


NUMBERS = Numbers()


def time_runs(bench, job, runs):
    """(wall, cpu) seconds of each of `runs` runs of a job, whole processes, by hyperfine."""
    first, last = NUMBERS.take(runs)
    report = bench.work / "hyperfine.json"
    command = ["hyperfine", "-N", "--runs", "1", "--style", "none", "--export-json", str(report), "-P", "n", str(first), str(last), job.command]
    if "{n}" not in job.command:
        command = ["hyperfine", "-N", "--runs", str(runs), "--style", "none", "--export-json", str(report), job.command]
    done = subprocess.run(command, env=bench.env, cwd=bench.work, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{job.name} failed\n{job.command}\n{done.stderr}")
    results = json.loads(report.read_text())["results"]
    return [(wall, result["user"] + result["system"]) for result in results for wall in result["times"]]


def count_syncs(bench, job):
    """(sync calls, programs started) of one run."""
    number, _ = NUMBERS.take(1)
    trace = bench.work / "trace"
    subprocess.run(["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={SYNCS},execve", *job.command.format(n=number).split()], env=bench.env, cwd=bench.work,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    calls = [re.sub(r"^\d+ +", "", line) for line in trace.read_text(errors="replace").splitlines()]
    started = [call for call in calls if call.startswith("execve(") and call.endswith("= 0")]
    return sum(1 for call in calls if re.match(SYNCS.replace(",", "|"), call)), len(started)


def peak_memory(bench, job):
    """MiB, of the largest process of the job."""
    number, _ = NUMBERS.take(1)
    note = bench.work / "peak"
    subprocess.run(["/usr/bin/time", "-f", "%M", "-o", str(note), *job.command.format(n=number).split()], env=bench.env, cwd=bench.work,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return int(note.read_text().split()[-1]) / 1024


def compare(bench, title, all_jobs, rounds, runs):
    """Every job in turn, `rounds` times, the first one against each other."""
    print(f"\n### {title}\n", flush=True)
    walls, cpus = {job.name: [] for job in all_jobs}, {job.name: [] for job in all_jobs}
    for job in all_jobs:
        time_runs(bench, job, 1)  # warm: page cache, and whatever a tool makes at its first run
    for number in range(rounds):
        order = all_jobs if number % 2 == 0 else all_jobs[::-1]
        for job in order:
            measured = time_runs(bench, job, runs)
            walls[job.name].append(statistics.median(wall for wall, _ in measured))
            cpus[job.name].append(statistics.median(cpu for _, cpu in measured))
    ours = all_jobs[0].name
    print(f"| {rounds} rounds of {runs} | wall ms, median (min-max) | CPU ms | {ours} takes, of its wall (min-max) | of its CPU | fsyncs | peak MiB | programs | |")
    print("|---|---|---|---|---|---|---|---|---|")
    for job in all_jobs:
        wall = [1000 * value for value in walls[job.name]]
        ratios = [mine / theirs for mine, theirs in zip(walls[ours], walls[job.name])]
        cpu_ratio = statistics.median(mine / theirs for mine, theirs in zip(cpus[ours], cpus[job.name]))
        syncs, programs = count_syncs(bench, job) if shutil.which("strace") else ("-", "-")
        memory = f"{peak_memory(bench, job):.1f}" if pathlib.Path("/usr/bin/time").exists() else "-"
        ratio = "1" if job.name == ours else f"**{statistics.median(ratios):.2f}x** ({min(ratios):.2f}-{max(ratios):.2f})"
        print(f"| {job.name} | {statistics.median(wall):.1f} ({min(wall):.1f}-{max(wall):.1f}) | {1000 * statistics.median(cpus[job.name]):.1f} | {ratio} | "
              f"{cpu_ratio:.2f}x | {syncs} | {memory} | {programs} | {job.note} |", flush=True)


def run_loop(program, where, sync, threads, count, work):
    """Certificates a second of one loop of issue_loop."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=work))
    done = subprocess.run([str(program), where, sync, str(count), str(threads), str(folder)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["per_second"]


def compare_loops(loops, work, rounds, count):
    """`loops`: programs by name, the bare one first."""
    print(f"\n### A loop of {count} P-256 certificates in one process\n", flush=True)
    settings = [("memory", "none", "in memory"), ("files", "none", "files, no sync"), ("files", "one", "one fsync a certificate"),
                ("files", "each", "every file and folder synced"), ("files", "batch", "one syncfs a batch")]
    print(f"| a second, median of {rounds} (min-max) | " + " | ".join(f"{name}, {threads} thread{'s' if threads > 1 else ''}" for name in loops for threads in (1, 2))
          + " | " + " | ".join(f"{name}: 2 threads to 1" for name in loops) + (" | library to bare |" if len(loops) > 1 else " |"))
    print("|---" * (1 + 3 * len(loops) + (len(loops) > 1)) + "|")
    for where, sync, words in settings:
        rates = {(name, threads): [] for name in loops for threads in (1, 2)}
        for _ in range(rounds):
            for name, threads in rates:
                rates[name, threads].append(run_loop(loops[name], where, sync, threads, count, work))
        cells = [f"{statistics.median(rate):.0f} ({min(rate):.0f}-{max(rate):.0f})" for rate in rates.values()]
        cells += [f"{paired(rates[name, 2], rates[name, 1]):.2f}x" for name in loops]
        if len(loops) > 1:
            first, second = loops
            cells.append(f"**{paired(rates[second, 1], rates[first, 1]):.2f}x**")
        print(f"| {words} | " + " | ".join(cells) + " |", flush=True)


def paired(left, right):
    return statistics.median(a / b for a, b in zip(left, right))


def version_of(*words, pattern=r"\S.*"):
    """What a tool calls itself; "-" where it is not installed."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/share/easy-rsa"})
    except FileNotFoundError:
        return "-"
    found = re.search(pattern, done.stdout + done.stderr)
    return found.group(0).strip() if found else "-"


def describe_machine(program, work):
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown CPU")
    system = subprocess.run(["stat", "-f", "-c", "%T", str(work)], capture_output=True, text=True).stdout.strip()
    print(f"{os.cpu_count()} x {model}, Linux {os.uname().release}, {system}. {version_of(str(program), 'version')}; {version_of('openssl', 'version')}; "
          f"mkcert {version_of('mkcert', '-version')}; {version_of('certtool', '--version')}; cfssl {version_of('cfssl', 'version', pattern=r'[0-9][0-9.]*')}; "
          f"easy-rsa {version_of('easyrsa', '--version', pattern=r'[0-9]+[.][0-9.]+')}.")
    print("Whole processes by `hyperfine -N`, each round runs every job in turn. \"dockpki takes 0.90x\" means: nine tenths of the peer's time. "
          "The authority's key is not encrypted (opening one costs 0.12 s, on purpose). Only dockpki syncs what it writes. Jobs of several programs run in `sh` (about 1 ms).")


def start_up(bench, rounds):
    all_jobs = [jobs.Job("dockpki version", f"{bench.program} version"), jobs.Job("openssl version", "openssl version")]
    if bench.has("mkcert"):
        all_jobs.append(jobs.Job("mkcert -version", "mkcert -version"))
    if bench.has("certtool"):
        all_jobs.append(jobs.Job("certtool --version", "certtool --version"))
    all_jobs.append(jobs.Job("true", "true", "the floor: a program that does nothing"))
    compare(bench, "Start-up", all_jobs, rounds, 10)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, type=pathlib.Path, help="the dockpki to time")
    parser.add_argument("--bare-loop", type=pathlib.Path, help="tests/bench/issue_loop, built")
    parser.add_argument("--library-loop", type=pathlib.Path, help="the same loop through dockpki's library, built")
    parser.add_argument("--work", type=pathlib.Path, help="folder to work in, on the disk that matters")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--quick", action="store_true", help="few rounds, no RSA-4096, no large inventory, no fleet, no large list")
    parser.add_argument("--only", default="start-up,one-more,growth,fleet,crl,renewals,whole,rsa,loop", help="which tables")
    options = parser.parse_args()
    if not shutil.which("hyperfine"):
        sys.exit("scripts/bench needs hyperfine (Debian package hyperfine)")
    rounds, only = (3 if options.quick else options.rounds), options.only.split(",")
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.work) as work:
        bench = jobs.Bench(options.program, pathlib.Path(work).resolve() / "jobs")
        print("## scripts/bench\n")
        describe_machine(options.program, work)
        if "start-up" in only:
            start_up(bench, rounds)
        if "one-more" in only:
            compare(bench, "One more P-256 server certificate (2 names, 2 addresses)", bench.one_more(), rounds, 5)
        if "growth" in only and not options.quick:
            compare(bench, "One more certificate where there are many", bench.growth((1000, 100, 10)), rounds, 3)
        if "fleet" in only and not options.quick:
            compare(bench, "Looking after a fleet", bench.fleet(10000), rounds, 3)
        if "crl" in only and not options.quick:
            compare(bench, "The next revocation list", bench.revoked(20000), rounds, 3)
        if "renewals" in only and not options.quick:
            loop = options.library_loop.resolve() if options.library_loop else None
            compare(bench, "Renewing 1,000 due P-256 certificates", bench.renewals(1000, loop), max(3, rounds // 3), 1)
        if "whole" in only:
            compare(bench, "The whole job: authority, server certificate, client certificate, P-256", bench.whole_p256(), rounds, 2)
        if "rsa" in only and not options.quick:
            compare(bench, "The whole job with RSA-4096 keys", bench.whole_rsa4096(), max(5, rounds // 2), 1)
        if "loop" in only and options.bare_loop:
            loops = {"bare libcrypto": options.bare_loop, **({"library": options.library_loop} if options.library_loop else {})}
            compare_loops(loops, work, max(3, rounds // 3), 1000)


if __name__ == "__main__":
    main()
