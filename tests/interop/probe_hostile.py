#!/usr/bin/env python3
"""probe against endpoints that hang, lie or never end, and against five hundred at once: in bounded time and memory."""
import contextlib
import json
import os
import re
import subprocess
import time

from endpoints import Endpoint, answering, over_tls, read_head
from harness import check, check_equal, check_in, clean_env, dockpki, free_port, run_dockpki
from probe import ids, run_on_scene


def endless(data):
    def serve(connection):
        read_head(connection)
        while True:
            connection.sendall(data)
    return serve


def trickle(connection):
    for octet in b"HTTP/1.0 200 OK\r\n" + b"X" * 10_000:
        connection.sendall(bytes([octet]))
        time.sleep(0.05)


def hang(connection):
    connection.recv(4096)
    time.sleep(60)


HOSTILE = {  # what serves -> the kind that is told, and the exit code
    "a black hole": (None, "none", 1),
    "one that closes at once": (lambda connection: None, "none", 1),
    "one that reads and hangs": (hang, "none", 1),
    "rubbish": (lambda connection: connection.sendall(os.urandom(3000)), "none", 1),
    "endless rubbish": (endless(os.urandom(4000)), "none", 1),
    "endless zeros": (endless(bytes(4000)), "none", 1),
    "a head that never ends": (endless(b"HTTP/1.0 200 OK\r\n" + b"A: b\r\n" * 500), "none", 1),
    "a body that never ends": (endless(b"HTTP/1.0 200 OK\r\nApi-Version: 1.41\r\n\r\n" + b"x" * 4000), "plain", 3),
    "a trickle": (trickle, "none", 1),
    "a TLS record that never comes": (lambda connection: (connection.sendall(b"\x16\x03\x03\x40\x00"), hang(connection)), "none", 1),
    "a ServerHello of rubbish": (lambda connection: (connection.sendall(b"\x16\x03\x03\x00\x30\x02\x00\x00\x2c" + bytes(44)), hang(connection)), "none", 1),
}


def hostile_peers(scene):
    for name, (serve, kind, code) in HOSTILE.items():
        with Endpoint(serve) as endpoint:
            print(f"  {name}", flush=True)
            result = scene.one(endpoint, "--timeout", "1s", code=code, seconds=20)
            check_equal((result["kind"], bool(result["failure"])), (kind, kind == "none"), f"{name}: {result['failure']}")


def hostile_peers_over_tls(scene):
    def serving(serve, **options):
        return Endpoint(over_tls(scene.context(**options), serve))
    with serving(endless(b"HTTP/1.0 200 OK\r\nApi-Version: 1.41\r\n\r\n" + b"x" * 4000)) as endpoint:
        result = scene.one(endpoint, "--timeout", "1s", "--cert", scene.client, seconds=30)
        check_equal((result["kind"], result["pair"]["verdict"], result["version"]), ("mtls", "let-in", None), "an endless answer is an answer, but no version")
    with serving(hang, mutual=False) as endpoint:
        result = scene.one(endpoint, "--timeout", "1s", code=1, seconds=30)
        check_equal((result["kind"], result["nobody"]["verdict"], ids(result)), ("tls", "unknown", []), "one that never answers is not accused")
        check_in("no answer in time", result["failure"], "but told")
    with serving(lambda connection: (connection.sendall(b"220 mail ESMTP\r\n"), hang(connection)), mutual=False) as endpoint:
        check_equal(ids(scene.one(endpoint, code=3)), ["probe-no-client-check", "probe-not-docker"], "another protocol over TLS")
    evil = "HTTP/1.0 200 OK\r\nApi-Version: \x1b[31m1.41\r\nServer: a\x1b]0;x\x07\r\n\r\n".encode()
    with serving(answering(answer=lambda line: evil), mutual=False) as endpoint:
        text = run_dockpki(scene.home, "probe", endpoint.host, check=False).stdout
        check("\x1b" not in text and "\\x1b[31m1.41" in text, "escape sequences do not reach the terminal", repr(text))
    deep = b'HTTP/1.0 200 OK\r\nApi-Version: 1\r\n\r\n{"Version":' + b"[" * 30_000
    with serving(answering(answer=lambda line: deep), mutual=False) as endpoint:
        check_equal(scene.one(endpoint, code=3)["version"], None, "a version that is nested 30,000 deep is none")


def measure(scene, lines, *words):
    """(result of each line, exit code, seconds, the most memory in KiB, the most threads) of probe --from."""
    listed = scene.folder / "endpoints"
    listed.write_text("# the fleet\n\n" + "".join(f"{line}\n" for line in lines))
    output = scene.folder / "many.json"
    began, threads, memory = time.monotonic(), 0, 0
    with open(output, "wb") as out:
        child = subprocess.Popen([dockpki(), "--home", scene.home, "probe", "--from", listed, "--json", *words], stdin=subprocess.DEVNULL, stdout=out, env=clean_env(scene.folder))
        while True:
            with contextlib.suppress(OSError):
                with open(f"/proc/{child.pid}/status", encoding="ascii") as status:
                    numbers = dict(line.split()[:2] for line in status if line.startswith(("Threads:", "VmHWM:")))
                threads, memory = max(threads, int(numbers.get("Threads:", 0))), max(memory, int(numbers.get("VmHWM:", 0)))
            if child.poll() is not None:
                break
            time.sleep(0.01)
    return json.loads(output.read_text())["endpoints"], child.returncode, time.monotonic() - began, memory, threads


def five_hundred_endpoints(scene):
    with contextlib.ExitStack() as stack:
        daemons = [stack.enter_context(scene.daemon(mutual=i % 10 != 0)) for i in range(500)]
        results, code, seconds, memory, threads = measure(scene, [daemon.host for daemon in daemons], "--cert", scene.client, "--timeout", "60s")
    check_equal([result["endpoint"] for result in results], [daemon.host for daemon in daemons], "500 endpoints, each told of in its place")
    check_equal(code, 3, "the worst decides")
    check_equal({result["kind"] for result in results[::10]}, {"tls"}, "those without a client check are found")
    check_equal({(result["kind"], result["pair"]["verdict"]) for i, result in enumerate(results) if i % 10}, {("mtls", "let-in")}, "and the others are fine")
    print(f"  500 endpoints: {seconds:.1f} s, {memory // 1024} MiB, {threads} threads", flush=True)
    check(0 < memory < 64 * 1024, "in less than 64 MiB", f"{memory} KiB")
    check(1 < threads <= 64, "with no more than 64 threads", str(threads))


def five_hundred_black_holes(scene):
    with contextlib.ExitStack() as stack:
        holes = [stack.enter_context(Endpoint()) for _ in range(500)]
        results, code, seconds, memory, threads = measure(scene, [hole.host for hole in holes], "--timeout", "1s")
    check_equal((code, {result["failure"] for result in results}), (1, {"no answer in time"}), "500 black holes")
    print(f"  500 black holes: {seconds:.1f} s, {memory // 1024} MiB, {threads} threads", flush=True)
    check(seconds < 100, "in a tenth of the time that they would take one by one", f"{seconds} s")
    check(0 < memory < 64 * 1024 and threads <= 64, "memory and threads are bounded", f"{memory} KiB, {threads}")


def many_as_lines(scene):
    with scene.daemon() as daemon, Endpoint() as hole:
        refused = f"tcp://127.0.0.1:{free_port()}"
        listed = "\n".join((daemon.host, hole.host, refused)) + "\n"
        done = run_dockpki(scene.home, "probe", "--from", "-", "--timeout", "1s", input=listed, check=False)
        lines = [re.sub(r" +", " ", line) for line in done.stdout.splitlines()]
        check_equal(done.code, 1, "one that cannot be reached: exit code 1")
        check_equal(lines[1:], [f"{daemon.host} mtls in 364 days ok", f"{hole.host} none - no answer in time", f"{refused} none - Connection refused",
                                "1 ok, 0 with findings, 2 failed"], "a line each")
        done = run_dockpki(scene.home, "probe", daemon.host, refused, "--format", "prometheus", check=False)
        for line in (f'dockpki_probe_up{{endpoint="{daemon.host}"}} 1', f'dockpki_probe_up{{endpoint="{refused}"}} 0',
                     f'dockpki_probe_mutual_tls{{endpoint="{daemon.host}",kind="mtls"}} 1', f'dockpki_probe_mutual_tls{{endpoint="{refused}",kind="none"}} 0'):
            check_in(line + "\n", done.stdout, "for Prometheus")
        check(re.search(r'^dockpki_probe_certificate_expires_in_seconds\{endpoint="[^"]+",serial="[0-9a-f]{32}"\} 3\d{7}$', done.stdout, re.MULTILINE), "with the time that is left",
              done.stdout)


if __name__ == "__main__":
    run_on_scene(hostile_peers, hostile_peers_over_tls, many_as_lines, five_hundred_endpoints, five_hundred_black_holes)
