"""What the real dockerd and docker do with a case of the corpus' format, in a network and with a host table of its own."""
import contextlib
import ctypes
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile

import predict_corpus
from docker_client import NEWER, OLDER
from harness import Process, is_alive, need_root, need_tool, run, search_path, skip, wait_for

CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000
WORKERS = 3 * (os.cpu_count() or 1)  # most of the time is waiting
START_SECONDS = 40  # dockerd 20.10 waits for 15 s before it serves without TLS
FIELDS = {OLDER: "client20_ok", NEWER: "client28_ok"}


def enter_world():
    """This process gets a network with nothing but loopback, an empty /run, and the names of the cases. Throws OSError where that is not allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS | CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    hosts = tempfile.NamedTemporaryFile("w", prefix="dockpki-hosts-")
    names = predict_corpus.NAMES.split()
    # A libc may look for the letters as they stand, and the final dot as well.
    hosts.write("".join(f"127.0.0.1 {name} {name}. {name.upper()}\n" for name in names))
    hosts.flush()
    os.chmod(hosts.name, 0o644)
    for command in (["mount", "--make-rprivate", "/"], ["mount", "-t", "tmpfs", "tmpfs", "/run"], ["mount", "--bind", hosts.name, "/etc/hosts"],
                    ["ip", "link", "set", "lo", "up"]):
        run(command, check=True)
    hosts.close()  # the mount holds it


def need_what_it_takes():
    need_root()
    for tool, package in (("dockerd", "docker.io"), ("unshare", "util-linux"), ("ip", "iproute2"), ("openssl", "openssl"), ("ssh-keygen", "openssh-client")):
        need_tool(tool, package)
    if run(["unshare", "--mount", "--net", "true"]).code != 0:
        skip("no network of its own (unshare --net) is allowed here")


def _environment(home, given):
    return {"PATH": search_path(), "HOME": str(home), **given}


class CaseDaemon(Process):
    """A dockerd with the arguments and the environment of a case, and nothing of this machine's."""

    def __init__(self, folder, case, work):
        empty = work / "empty"
        empty.mkdir()
        arguments = predict_corpus.in_folder(case["daemon_args"], folder)
        if not any(word.startswith("--config-file") for word in arguments):
            (work / "daemon.json").write_text("{}")
            arguments.append(f"--config-file={work / 'daemon.json'}")
        own = ["--data-root", work / "data", "--exec-root", work / "exec", "--pidfile", work / "pid", "--iptables=false", "--ip6tables=false", "--bridge=none",
               "--storage-driver=vfs"]
        self.work = work
        script = f'cd "{empty}" && exec "$0" "$@"'
        super().__init__(["/bin/sh", "-c", script, shutil.which("dockerd", path=search_path()), *own, *arguments], work / "log",
                         _environment(empty, predict_corpus.in_folder(case["daemon_env"], folder)))
        try:
            wait_for(lambda: self.child.poll() is not None or "API listen on" in self.log(), "dockerd to start or to end", START_SECONDS)
        except BaseException:
            self.stop()
            raise

    @property
    def is_up(self):
        return self.child.poll() is None

    def stop(self, seconds=30):
        """At once: nothing that it holds is of use."""
        containerd = None
        with contextlib.suppress(OSError, ValueError):
            containerd = int((self.work / "exec/containerd/containerd.pid").read_text())
        if self.is_up:
            self.child.kill()
        self.child.wait(seconds)
        if containerd:
            with contextlib.suppress(ProcessLookupError):
                os.kill(containerd, signal.SIGKILL)
            wait_for(lambda: not is_alive(containerd), "the end of containerd", seconds)
        mounted = [line.split()[1] for line in pathlib.Path("/proc/self/mounts").read_text().splitlines()]
        for point in reversed([point for point in mounted if pathlib.Path(point).is_relative_to(self.work)]):
            run(["umount", "--lazy", point], check=True)


# ---- what an endpoint is --------------------------------------------------------------------------------------------

def _exchange(connection):
    connection.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(4096):
            answer += part
    return answer


def _tls_kind(address, version):
    """One of tls, mtls and tls-handshake-failed; None where it is OpenSSL that cannot."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    shaken = False
    try:
        with socket.create_connection(address, 10) as plain, context.wrap_socket(plain) as connection:
            shaken = True
            return "tls" if b" 200 OK" in _exchange(connection) else "mtls"
    except ssl.SSLError as error:
        if "ALERT" not in (error.reason or ""):
            return None
        return "mtls" if shaken or "BAD_CERTIFICATE" in error.reason or "CERTIFICATE_REQUIRED" in error.reason else "tls-handshake-failed"


def endpoint_kind(address):
    try:
        with socket.create_connection(address, 10) as connection:
            answer = _exchange(connection)
    except ConnectionRefusedError:
        return "none"
    if b"HTTP request to an HTTPS server" not in answer:
        return "plain"
    return _tls_kind(address, ssl.TLSVersion.TLSv1_3)


def tcp_listeners(log):
    """The addresses that dockerd says it listens on."""
    found = []
    for line in log.splitlines():
        if "API listen on" in line:
            host, _, port = line.split("API listen on ")[1].rstrip('"').rpartition(":")
            if port.isdigit():
                host = host.strip("[]")
                found.append((host if host not in ("", "::", "0.0.0.0") else "127.0.0.1", int(port)))
    return found


# ---- a case ---------------------------------------------------------------------------------------------------------

def _is_accepted(program, folder, case, work):
    home = folder / "home"
    if not home.is_dir():
        home = work / "home"
        home.mkdir(exist_ok=True)
    here = work / "here"
    here.mkdir(exist_ok=True)
    variables = {}
    for line in (folder / "env").read_text().replace("\\r", "\r").split("\n"):
        key, equals, value = line.partition("=")
        if equals:
            variables[key] = value
    arguments = predict_corpus.in_folder(case["client_args"], folder)
    if "version" not in arguments:
        arguments = [*arguments, "version"]
    switch = {"user": case["client_uid"], "group": case["client_uid"], "extra_groups": []} if case["client_uid"] else {}
    done = subprocess.run([program, *arguments], env=_environment(home, variables), cwd=here, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, **switch)
    return done.returncode == 0 and b"Server:" in done.stdout, done.stderr.decode(errors="replace").strip()


def _restart_pending(folder, daemon):
    """New files come over those that dockerd has read, and SIGHUP, which it logs when it is done."""
    predict_corpus.roll_over(folder)
    daemon.child.send_signal(signal.SIGHUP)
    wait_for(lambda: "Reloaded configuration" in daemon.log(), "dockerd to reload")


def judge(case_folder, clients):
    """The verdict of the real ones: daemon_ok, endpoint (None if it could not be told), client20_ok and client28_ok (of those that are there), and `said`."""
    with tempfile.TemporaryDirectory(prefix="dockpki-real-") as name:
        work = pathlib.Path(name)
        work.chmod(0o755)
        folder = work / "case"
        predict_corpus.copy_case(case_folder, folder)
        case = json.loads((folder / "case.json").read_text())
        verdict = {"daemon_ok": False, "endpoint": None, **{FIELDS[kind]: None for kind in clients}}
        (work / "dockerd").mkdir()
        with CaseDaemon(folder, case, work / "dockerd") as daemon:
            verdict["daemon_ok"] = daemon.is_up
            if not daemon.is_up:
                return verdict | {"said": {"dockerd": ([line for line in daemon.log().splitlines() if line.strip()] or [""])[-1]}}
            if case["live"]:
                _restart_pending(folder, daemon)
            verdict["said"] = {}
            for kind, program in clients.items():
                verdict[FIELDS[kind]], verdict["said"][FIELDS[kind]] = _is_accepted(program, folder, case, work)
            listeners = tcp_listeners(daemon.log())
            verdict["endpoint"] = endpoint_kind(listeners[0]) if listeners else "none"
            verdict["said"]["log"] = "\n".join(line for line in daemon.log().splitlines() if "TLS handshake" in line)
        return verdict
