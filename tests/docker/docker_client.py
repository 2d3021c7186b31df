"""Docker clients of this machine, and what a daemon's log says about the one that just came."""
import os
import re
import shutil

from harness import Failed, clean_env, run, search_path, skip, wait_for

OLDER, NEWER = "docker 20.10 client", "newer docker client"
FIRST_NEWER_VERSION = 23


def _version(program):
    found = re.search(r"version (\d+)\.", run([program, "--version"]).stdout)
    return int(found.group(1)) if found else 0


def find_clients():
    """Up to two docker clients as {OLDER: path, NEWER: path}. Names the one that is missing; none at all ends the script as skipped."""
    candidates = [os.environ.get("DOCKPKI_NEWER_DOCKER")] + [os.path.join(folder, "docker") for folder in search_path().split(":")]
    clients = {}
    for program in filter(None, candidates):
        if shutil.which(program):
            clients.setdefault(NEWER if _version(program) >= FIRST_NEWER_VERSION else OLDER, program)
    for kind in (OLDER, NEWER):
        if clients and kind not in clients:
            print(f"SKIPPED: no {kind}", flush=True)
    return clients or skip("no docker client (Debian package docker.io)")


def make_client_home(home, ca, certificate=None, key=None):
    """A HOME whose .docker holds these files under the names that the client looks for."""
    folder = home / ".docker"
    folder.mkdir(parents=True)
    for source, name in ((ca, "ca.pem"), (certificate, "cert.pem"), (key, "key.pem")):
        if source:
            shutil.copyfile(source, folder / name)
    return home


def ask(program, home, host, *command, tls=True):
    """A docker command, `version` unless given, with the files in HOME/.docker and nothing but DOCKER_HOST and DOCKER_TLS_VERIFY set."""
    env = clean_env(home, DOCKER_HOST=host, DOCKER_TLS_VERIFY=1 if tls else None)
    return run([program, *(command or ("version",))], env=env)


def data_folder(program, home, host):
    """The data folder of the daemon that answers: which daemon it is."""
    return ask(program, home, host, "info", "--format", "{{.DockerRootDir}}").stdout.strip()


def _has_connections(port):
    """True while the daemon has a connection open: it logs a failed handshake before it closes the connection."""
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table][1:]
    return any(row[1].endswith(f":{port:04X}") and row[3] in ("01", "03", "08") for row in rows)  # ESTABLISHED, SYN_RECV, CLOSE_WAIT


def handshake_error(daemon, act):
    """Does act() and waits for the daemon to log a failed handshake because of it. Returns (result of act, the log lines of failed handshakes)."""
    before = len(daemon.log())

    def errors():
        return [line for line in daemon.log()[before:].splitlines() if "TLS handshake error" in line]
    result = act()
    wait_for(lambda: not _has_connections(daemon.port), "the end of all connections", 10)
    try:
        return result, "\n".join(wait_for(errors, "a handshake error in the daemon's log", 10))
    except Failed as failed:
        raise Failed(f"{failed}\n{result}\n{daemon.log()[before:]}") from None
