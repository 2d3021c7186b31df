"""A Debian of its own: made by debootstrap from the mirror that this machine uses, booted by systemd-nspawn, without a network."""
import contextlib
import pathlib

from harness import Failed, Process, clean_env, need_root, need_tool, run, skip, wait_for

PACKAGES = ("systemd-sysv", "dbus", "docker.io", "libssl3", "libsqlite3-0", "procps")  # docker.service reloads by /bin/kill


def _mirror():
    """(suite, URL) of the Debian that this machine's packages come from."""
    listed = run(["apt-get", "indextargets", "--format", "$(ORIGIN)|$(CODENAME)|$(LABEL)|$(SITE)", "Created-By: Packages"]).stdout
    for line in listed.splitlines():
        origin, suite, label, site = line.split("|")
        if origin == label == "Debian" and "-" not in suite:
            return suite, site
    return skip("this machine's packages do not come from a Debian mirror")


@contextlib.contextmanager
def image(folder, *more_packages):
    """The root of a small Debian with docker.io, in memory: a hundred packages would otherwise each be synced to the disk."""
    need_root()
    for tool, package in (("debootstrap", "debootstrap"), ("systemd-nspawn", "systemd-container"), ("nsenter", "util-linux")):
        need_tool(tool, package)
    suite, site = _mirror()
    root = pathlib.Path(folder) / "image"
    root.mkdir()
    run(["mount", "-t", "tmpfs", "-o", "mode=0755,size=2g", "dockpki-test", root], check=True)
    try:
        run(["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES + more_packages)}", suite, root, site], check=True, timeout=500)
        yield root
    finally:
        run(["umount", "-l", root])


def _nspawn(root, *options):
    # Without a service manager outside, nspawn cannot ask one for a scope; dockerd mounts, and uses keyrings.
    return ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", "--capability=all", "--system-call-filter=add_key keyctl bpf",
            "--directory", root, *options]


def run_in(root, *command):
    """Runs a command in the image, which is not booted."""
    return run(_nspawn(root, "--pipe", "--", *command), check=True)


class Machine(Process):
    """The image, booted: ready when the constructor returns, powered off at the end."""

    def __init__(self, root, log):
        self.first = None
        super().__init__(_nspawn(root, "--boot", "--console=read-only"), log, clean_env())
        try:
            self.first = wait_for(self._find_first, "the machine's first process", 120)
            wait_for(self._is_up, "the end of its start", 300)
        except Failed as failed:
            jobs = run(self._inside("systemctl", "list-jobs", "--no-legend")) if self.first else ""
            self.stop()
            raise Failed(f"{failed}\n{jobs}\n{self.log()[-4000:]}") from None
        except BaseException:
            self.stop()
            raise

    def _find_first(self):
        if self.child.poll() is not None:
            raise Failed(f"the machine ended: {self.log()[-4000:]}")
        # On its way there nspawn has another child, which is gone soon.
        children = pathlib.Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children").read_text().split()
        with contextlib.suppress(FileNotFoundError):
            return next((child for child in children if pathlib.Path(f"/proc/{child}/comm").read_text() == "systemd\n"), None)
        return None

    def _is_up(self):
        state = self.run("systemctl", "is-system-running", check=False).stdout.strip()
        if state == "degraded":
            raise Failed(self.run("systemctl", "--failed", "--no-legend", check=False).stdout)
        return state == "running"

    def run(self, *command, check=True):
        """Runs a command inside, as root."""
        return run(self._inside(*command), clean_env("/root"), check=check)

    def run_as(self, user, number, *command, check=True):
        """Runs a command inside, as that user would who has logged in."""
        login = (f"HOME=/home/{user}", f"USER={user}", f"XDG_RUNTIME_DIR=/run/user/{number}", f"DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/{number}/bus")
        return self.run("env", *login, "setpriv", "--reuid", number, "--regid", number, "--init-groups", "--", "sh", "-c", 'cd && exec "$@"', "sh",
                        *command, check=check)

    def _inside(self, *command):
        return ["nsenter", "--target", self.first, "--all", "--root", "--wdns=/root", *command]

    def in_its_network(self, *command):
        """Runs a command of this machine in the network of that one."""
        return run(["nsenter", "--target", self.first, "--net", *command])
