"""What the script tests share: the program under test, temporary folders, processes ended by their pid, a real dockerd, TLS.

A script prints what it proves and ends with 0, 1, or 77 when a tool that it needs is missing (`SKIPPED: why`). Python's standard library only.
"""
import contextlib
import ctypes
import dataclasses
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback

SOURCE = pathlib.Path(os.environ.get("DOCKPKI_SOURCE") or pathlib.Path(__file__).resolve().parents[2])
KEY_TYPES = ("p256", "p384", "rsa3072", "rsa4096", "ed25519")
SKIPPED = 77

# Passed on to children. Everything else is dropped, so that no DOCKER_*, DOCKPKI_* or *_CA_BUNDLE of the caller changes a test.
KEPT_VARIABLES = ("ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LLVM_PROFILE_FILE", "GCOV_PREFIX", "TMPDIR")


# ---- a script and its checks ----------------------------------------------------------------------------------------

class Failed(Exception):
    """A check that did not hold."""


def skip(why):
    """Ends the script as skipped."""
    print(f"SKIPPED: {why}", flush=True)
    sys.exit(SKIPPED)


def need_tool(name, debian_package):
    """The path of a tool; without it the script ends as skipped."""
    path = shutil.which(name, path=search_path())
    if not path:
        skip(f"no {name} (Debian package {debian_package})")
    return path


def need_root():
    if os.geteuid() != 0:
        skip("needs root")


def check(holds, what, detail=""):
    """Prints what was proved; throws when it does not hold."""
    if not holds:
        raise Failed(f"{what}\n{detail}".rstrip())
    print(f"  ok: {what}", flush=True)


def check_equal(actual, expected, what):
    check(actual == expected, what, f"    expected: {expected!r}\n    actual:   {actual!r}")


def check_in(part, whole, what):
    check(part in whole, what, f"    expected: {part!r}\n    within:   {whole!r}")


def run_tests(*tests):
    """Runs each function, goes on after a failure, and ends the script with 0 or 1."""
    failures = []
    for test in tests:
        name = getattr(test, "__name__", str(test)).replace("_", " ")
        print(f"{name}", flush=True)
        try:
            test()
        except Exception as error:  # a script reports every fault that it finds
            failures.append(name)
            print(f"  FAILED: {error}" if isinstance(error, Failed) else traceback.format_exc(), flush=True)
    print(f"FAILED {len(failures)} of {len(tests)}: {', '.join(failures)}" if failures else f"passed {len(tests)}", flush=True)
    sys.exit(1 if failures else 0)


# ---- folders, ports, conditions -------------------------------------------------------------------------------------

@contextlib.contextmanager
def temp_folder():
    """A folder of mode 0700, removed at the end."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="dockpki-test-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def free_port():
    """A port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, what, seconds=30):
    """The first true value of condition(); throws when the deadline passes without one."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed(f"waited {seconds} s in vain: {what}")
        time.sleep(0.02)


# ---- child processes ------------------------------------------------------------------------------------------------

@dataclasses.dataclass
class Result:
    args: list
    code: int
    stdout: str
    stderr: str

    @property
    def text(self):
        return self.stdout + self.stderr

    def json(self):
        return json.loads(self.stdout)

    def __str__(self):
        command = " ".join(map(str, self.args))
        return f"    $ {command}\n    exit {self.code}\n    stdout: {self.stdout.strip()}\n    stderr: {self.stderr.strip()}"


def search_path():
    return os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"


def clean_env(home=None, **more):
    """The environment of every child: a home of its own, and nothing of the caller's that could change a result. None unsets."""
    env = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    env.update(PATH=search_path(), HOME=str(home or "/nonexistent"), LANG="C.UTF-8", TZ="UTC", USER="tester", LOGNAME="tester")
    env.update({name: str(value) for name, value in more.items() if value is not None})
    return env


def run(args, env=None, input=None, check=False, cwd=None, timeout=300):  # noqa: A002 (the names of subprocess.run)
    """Runs a command to its end. check: an exit code other than 0 throws. input: text or bytes; without it standard input is empty."""
    data = input.encode() if isinstance(input, str) else input or b""
    done = subprocess.run([str(arg) for arg in args], env=env or clean_env(), input=data, cwd=cwd, timeout=timeout, capture_output=True)
    result = Result(list(args), done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
    if check and result.code != 0:
        raise Failed(f"command failed\n{result}")
    return result


def dockpki():
    """The path of the program under test."""
    path = pathlib.Path(os.environ.get("DOCKPKI") or SOURCE / "build/dev/cmd/dockpki")
    if not path.exists():
        raise Failed(f"no program at {path}: build it, or set DOCKPKI")
    return path


@contextlib.contextmanager
def program_within_reach():
    """The program runs from a copy that every user can reach: the build may lie in a closed home."""
    with temp_folder() as folder:
        folder.chmod(0o711)
        os.environ["DOCKPKI"] = str(shutil.copy(dockpki(), folder))
        yield


def run_dockpki(home, *args, env=None, input=None, check=True, **more):  # noqa: A002
    """Runs dockpki on the PKI home HOME; the child's own HOME is the folder beside it."""
    env = env or clean_env(home=pathlib.Path(home).parent)
    return run([dockpki(), "--home", home, *args], env=env, input=input, check=check, **more)


def _die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: nothing is left behind when ctest kills the script


class Process:
    """A server in the background, its output in a log file, ended by its pid."""

    def __init__(self, args, log, env=None):
        self.log_file = pathlib.Path(log)
        with open(self.log_file, "wb") as output:
            self.child = subprocess.Popen([str(arg) for arg in args], env=env or clean_env(), stdin=subprocess.DEVNULL, stdout=output,
                                          stderr=subprocess.STDOUT, preexec_fn=_die_with_parent)

    def log(self):
        return self.log_file.read_text(errors="replace")

    def wait_for_log(self, text, seconds=60):
        """Waits until the log holds the text; throws at once when the process ends without having said it."""
        def said():
            ended = self.child.poll() is not None
            if text in self.log():
                return True
            if ended:
                raise Failed(f"ended before it said {text!r}:\n{self.log()[-4000:]}")
            return False
        wait_for(said, f"log line {text!r} in {self.log_file}", seconds)

    def stop(self, seconds=30):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()


# ---- a real dockerd -------------------------------------------------------------------------------------------------

def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Dockerd(Process):
    """A dockerd with --tlsverify on 127.0.0.1 (and other loopback addresses), with the files of a server's folder. Needs root.
    With socket_path it listens on that unix socket as well, where no TLS is spoken. configuration: what its daemon.json says. port: that of one
    that was stopped. tls: how it speaks TLS, empty for plain HTTP.

    It is ready when the constructor returns, and it does not touch networks, /var/lib/docker, or another dockerd."""

    def __init__(self, server_folder, work_folder, more_addresses=(), socket_path=None, configuration=None, port=None, tls=("--tlsverify",)):
        need_root()
        program = need_tool("dockerd", "docker.io")
        server, self.work = pathlib.Path(server_folder), pathlib.Path(work_folder)
        self.work.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        hosts = [word for address in ("127.0.0.1", *more_addresses) for word in ("-H", f"tcp://{address}:{self.port}")]
        hosts += ["-H", f"unix://{socket_path}"] if socket_path else []
        namespace = f"dockpki-test-{os.getpid()}"  # in case a containerd of the system is there and dockerd takes that one
        files = ["--tlscacert", server / "ca.pem", "--tlscert", server / "server-cert.pem", "--tlskey", server / "server-key.pem"]
        args = [program, *tls, *(files if tls else []), *hosts, "--config-file", self._write_configuration(configuration or {}), "--data-root", self.work / "data",
                "--exec-root", self.work / "exec", "--pidfile", self.work / "dockerd.pid", "--iptables=false", "--ip6tables=false", "--bridge=none",
                "--storage-driver=vfs", "--containerd-namespace", namespace, "--containerd-plugins-namespace", f"{namespace}-plugins"]
        super().__init__(args, self.work / "dockerd.log", clean_env(home=self.work))
        try:
            self.wait_for_log("API listen on")
        except BaseException:
            self.stop()
            raise

    def _write_configuration(self, configuration):
        path = self.work / "daemon.json"
        path.write_text(json.dumps(configuration) + "\n")
        return path

    @property
    def host(self):
        return f"tcp://127.0.0.1:{self.port}"

    def _containerd(self):
        with contextlib.suppress(OSError, ValueError):
            return int((self.work / "exec/containerd/containerd.pid").read_text())
        return None

    def stop(self, seconds=30):
        containerd = self._containerd()  # dockerd ends its own containerd; only when it did not, we do
        super().stop(seconds)
        if containerd and is_alive(containerd):
            with contextlib.suppress(ProcessLookupError):
                os.kill(containerd, signal.SIGTERM)
            wait_for(lambda: not is_alive(containerd), "the end of containerd", seconds)


# ---- TLS ------------------------------------------------------------------------------------------------------------

def server_context(ca, certificate, key):
    """A server that demands a client certificate of the CA, checked as strictly as OpenSSL can."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(ca)
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def client_context(ca, certificate=None, key=None):
    """A client that trusts this CA only, checked as strictly as OpenSSL can."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca)
    if certificate:
        context.load_cert_chain(certificate, key)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def handshake(server, client, host):
    """A TLS handshake in memory between two contexts and one byte each way; throws ssl.SSLError. Returns (server's, client's) SSLObject."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (server.wrap_bio(up, down, server_side=True), client.wrap_bio(down, up, server_hostname=host))
    waiting = [ends[1], ends[0]]
    for _ in range(20):
        for end in list(waiting):
            with contextlib.suppress(ssl.SSLWantReadError):
                end.do_handshake()
                waiting.remove(end)
        if not waiting:
            break
    for end, other in (ends, reversed(ends)):
        end.write(b"x")
        if other.read(1) != b"x":
            raise Failed("the byte did not arrive")
    return ends


class _Greeter(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        subject = dict(pair[0] for pair in self.connection.getpeercert()["subject"])
        body = f"hello {subject.get('commonName', '')}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *unused):
        pass


class HttpsServer(http.server.ThreadingHTTPServer):
    """An HTTPS server on a loopback address that greets its client by the common name of the client's certificate."""
    daemon_threads = True

    def __init__(self, context, address="127.0.0.1"):
        super().__init__((address, 0), _Greeter)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server_address[1]
        self.errors = []  # what went wrong with each refused connection, as text
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def handle_error(self, request, client_address):
        self.errors.append(str(sys.exc_info()[1]))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.shutdown()
        self.server_close()
        self.thread.join()
