"""A power cut right after exit 0 loses nothing that was reported, on ext4 and on xfs.

The home lies on a loop image. As soon as a command has ended with 0 the file system is shut down without flushing its log (FS_IOC_SHUTDOWN),
unmounted and mounted again: what was never synced is gone then, as after pulling the plug. A file that was not synced proves each time
that the cut is real. The same is done where a call was made to fail and the command said that it succeeded all the same.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import cases
import disk
import harness
import import_cases
import inject
from harness import check

IN_NAMESPACE = "DOCKPKI_TEST_IN_NAMESPACE"
# SQLite moves its own pages about after a cut; what is in them is judged by `list`. The lock holds nothing that must last.
NOT_COMPARED = ("inventory.db", "inventory.db-wal", "inventory.db-shm", "lock")


class Image:
    """A file system in a file, mounted through a loop device, in a mount namespace of this process: nothing is left mounted, however it ends."""

    def __init__(self, kind, folder):
        self.kind, self.image, self.mount_point = kind, folder / f"{kind}.img", folder / kind
        self.mount_point.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(320 << 20)  # mkfs.xfs makes nothing smaller than 300 MiB
        harness.run([harness.need_tool(f"mkfs.{kind}", "xfsprogs" if kind == "xfs" else "e2fsprogs"), "-q", self.image], check=True)
        self.mount()

    def mount(self):
        done = harness.run(["mount", "-o", "loop", self.image, self.mount_point])
        if done.code != 0:
            harness.skip(f"cannot mount a loop image here: {done.stderr.strip()}")

    def unmount(self):
        harness.run(["umount", self.mount_point], check=True)

    def settle(self):
        """Makes durable all that is there by now."""
        harness.run(["sync", "-f", self.mount_point], check=True)

    def cut(self):
        """The power fails and comes back."""
        harness.run([harness.need_tool("xfs_io", "xfsprogs"), "-x", "-c", "shutdown", self.mount_point], check=True)
        self.unmount()
        self.mount()

    def prove_cut(self):
        path = self.mount_point / "not-synced"
        path.write_bytes(b"x" * 10000)
        self.cut()
        check(not path.exists() or path.stat().st_size == 0, f"{self.kind}: a file that was not synced does not outlast the cut")
        path.unlink(missing_ok=True)
        path.write_bytes(b"x" * 10000)
        for name in (path, self.mount_point):
            descriptor = os.open(name, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
        self.cut()
        check(path.read_bytes() == b"x" * 10000, f"{self.kind}: a file that was synced does")


def contents(world):
    """Every file and link by path; reading makes nothing durable."""
    found = {}
    for path in disk.walk(world.root):
        if path.name in NOT_COMPARED or path.name.startswith(disk.STAGING):
            continue
        found[str(path)] = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else "folder"
    return found


def run_and_cut(image, world, serials, *args, title=None):
    """Runs a command, cuts the power at exit 0, and compares. `serials` collects what was reported so far."""
    title = title or args[0]
    result = world.must(*args)
    before = contents(world)
    image.cut()
    after = contents(world)
    lost = [f"    {path}: {'changed' if path in after else 'lost'}" for path in before if before[path] != after.get(path)]
    check(not lost, f"{image.kind}: after `{title}` every file is there as it was", "\n".join(lost))
    if result.stdout.startswith("{") and isinstance(result.json().get("serial"), str):
        serials.add(result.json()["serial"])
    judge_inventory(image, world, serials, title)
    return result


def judge_inventory(image, world, serials, command):
    if not world.home.exists():
        return
    known = cases.known_serials(world)
    check(serials <= known, f"{image.kind}: after `{command}` the inventory knows all {len(serials)} serial numbers", f"    lost: {serials - known}")
    cases.judge_serials(world)
    world.must("log", "--verify")


def every_command(image):
    """Each command that changes something, one after the other, with a cut after each."""
    world, serials = new_world(image, "commands"), set()
    old, new = world.passphrase_file(cases.OLD_PASSPHRASE), world.passphrase_file(cases.NEW_PASSPHRASE)
    image.settle()
    run_and_cut(image, world, serials, "init-ca", "--passphrase-file", old)
    run_and_cut(image, world, serials, "change-passphrase", "--passphrase-file", old, "--new-passphrase-file", new)
    authority = world.home / "authorities" / "g1"
    disk.judge_new_set(authority, disk.AUTHORITY, disk.read_set(authority, disk.AUTHORITY), cases.NEW_PASSPHRASE)
    run_and_cut(image, world, serials, "change-passphrase", "--passphrase-file", new, "--no-passphrase")
    server = world.home / "servers" / "a.example"
    run_and_cut(image, world, serials, "issue-server", "--dns", "a.example", "--json")
    first = disk.read_set(server, disk.SERVER)
    disk.judge_new_set(server, disk.SERVER, first)
    run_and_cut(image, world, serials, "issue-server", "--dns", "a.example", "--force", "--json")
    check(disk.judge_set(server, disk.SERVER, first) == "new", f"{image.kind}: the replaced set is whole and new")
    world.docker.mkdir(mode=0o700)
    (world.docker / "config.json").write_text("{}\n")
    image.settle()
    run_and_cut(image, world, serials, "issue-client", "--json")
    first = disk.read_set(world.docker, disk.CLIENT)
    disk.judge_new_set(world.docker, disk.CLIENT, first)
    run_and_cut(image, world, serials, "issue-client", "--force", "--json")
    check(disk.judge_set(world.docker, disk.CLIENT, first) == "new", f"{image.kind}: the replaced client set is whole and new")
    run_and_cut(image, world, serials, "issue-client", "--name", "somebody", "--out", world.root / "out" / "client", "--json")
    request = world.root / "request"
    run_and_cut(image, world, serials, "make-request", "--server", "--dns", "b.example", "--out", request)
    run_and_cut(image, world, serials, "sign-request", request / "request.csr", "--out", world.root / "signed", "--json")
    run_and_cut(image, world, serials, "make-crl", "--out", world.root / "list.pem")
    for name in ("a.tar", "a.pem"):
        run_and_cut(image, world, serials, "export", "a.example", "--out", world.root / name, "--json")
    run_and_cut(image, world, serials, "forget", world.root / "out" / "client")
    made, made_set = world.root / "made", world.root / "made-set"
    import_cases.make_authority(made)
    import_cases.make_hand_made_set(made, made_set)
    image.settle()
    other = cases.World(world.root / "other")
    other.root.mkdir(mode=0o700)
    import_and_cut(image, other, made, made_set)
    back_up_and_restore(image, world, serials)
    known = cases.known_serials(world)
    for path in world.home.glob("inventory.db*"):
        path.unlink()
    image.settle()
    run_and_cut(image, world, serials, "repair")
    check(cases.known_serials(world) == known, f"{image.kind}: the repaired inventory outlasts the cut")


def back_up_and_restore(image, world, serials):
    """A backup outlasts the cut, and so does the home that comes back from it."""
    words = ("--backup-passphrase-file", world.passphrase_file(cases.NEW_PASSPHRASE))
    run_and_cut(image, world, serials, "backup", "--out", world.root / "pki.cms", *words)
    shutil.rmtree(world.home)
    image.settle()
    run_and_cut(image, world, serials, "restore", world.root / "pki.cms", *words)


def import_and_cut(image, world, authority, folder):
    """What was made by hand, into a home of its own."""
    run_and_cut(image, world, set(), "import-ca", "--cert", authority / "ca.crt", "--key", authority / "ca.key", "--no-passphrase")
    serials = {disk.Certificate.from_pem((folder / "server-cert.pem").read_bytes()).serial}
    run_and_cut(image, world, serials, "import", folder)
    run_and_cut(image, world, serials, "import", folder, "--out", world.root / "sets")
    written = world.root / "sets" / "a.example"
    disk.judge_new_set(written, disk.SERVER, disk.read_set(written, disk.SERVER))


def every_case(image):
    """Each command that inject.py interrupts, in a home of its own, with a cut as soon as it has ended."""
    for case in (*cases.all_cases(), *import_cases.all_cases()):
        world = new_world(image, f"case-{case.title.replace(' ', '-')}")
        case.prepare(world)
        before = case.before(world)
        image.settle()
        run_and_cut(image, world, set(), *case.command(world), title=case.title)
        check(case.judge(world, before) == "new", f"{image.kind}: what `{case.title}` did is done")
        inject.judge_after(case, world)


def errors_that_were_survived(image):
    """Where a call fails and the command says that it succeeded all the same, its word must hold after a cut."""
    calls = tuple(call for call in inject.CALLS if call not in ("write", "chmod"))
    for case in (cases.IssueServer("issue-server", force=False), cases.IssueServer("issue-server --force", force=True),
                 cases.IssueClient("issue-client --force over its own", "own")):
        world = new_world(image, case.title.replace(" ", "-"))
        case.prepare(world)
        saved = world.root.with_name(world.root.name + "-saved")
        counts, survived = count(case, world, saved, calls), 0
        for point in inject.points_of(counts, ("EIO",), 1):
            restore(world, saved)
            image.settle()
            if not strike(case, world, point):
                continue
            survived += 1
            before = disk.read_set(case.folder(world), case.names)
            serial = disk.Certificate.from_pem(before[case.names[1]]).serial
            image.cut()
            after = disk.read_set(case.folder(world), case.names)
            if after != before or serial not in cases.known_serials(world) or world.run("log", "--verify").code != 0:
                raise harness.Failed(f"{image.kind}: {case.title}: exit 0 with EIO at {point.call} number {point.number}, and after a cut it is lost")
        check(True, f"{image.kind}: {case.title}: {survived} errors were survived, and nothing is lost after a cut")


def count(case, world, saved, calls):
    harness.run(["cp", "-a", world.root, saved], check=True)
    trace = world.root.parent / "trace"
    harness.run(["strace", "-f", "-qq", "-e", f"trace={','.join(calls)}", "-o", trace, "--", *world.argv(*case.command(world))],
                env=harness.clean_env(home=world.root), check=True)
    return inject.count_lines(trace, calls)


def restore(world, saved):
    harness.run(["rm", "-rf", world.root], check=True)
    harness.run(["cp", "-a", saved, world.root], check=True)


def strike(case, world, point):
    """True if the call failed and the command succeeded."""
    trace = world.root.parent / "trace"
    done = harness.run([*point.words(), "-o", trace, "--", *world.argv(*case.command(world))], env=harness.clean_env(home=world.root))
    struck = inject.injected_call(pathlib.Path(trace))
    return done.code == 0 and struck and not struck.startswith("openat(AT_FDCWD, \"/etc") and not struck.startswith("openat(AT_FDCWD, \"/lib")


def new_world(image, name):
    root = image.mount_point / name
    root.mkdir(mode=0o700)
    return cases.World(root)


def main():
    harness.need_root()
    for tool, package in (("xfs_io", "xfsprogs"), ("mkfs.ext4", "e2fsprogs"), ("mkfs.xfs", "xfsprogs"), ("mount", "mount"), ("unshare", "util-linux"),
                          ("openssl", "openssl"), ("strace", "strace")):
        harness.need_tool(tool, package)
    if IN_NAMESPACE not in os.environ:
        if harness.run(["unshare", "--mount", "true"]).code != 0:
            harness.skip("no mount namespace may be made here")
        sys.exit(subprocess.run(["unshare", "--mount", "--propagation", "private", sys.executable, "-B", *sys.argv],
                                env={**os.environ, IN_NAMESPACE: "1"}).returncode)
    os.umask(0o077)
    with tempfile.TemporaryDirectory(prefix="dockpki-test-") as folder:
        tests = []
        for kind in ("ext4", "xfs"):
            image = Image(kind, pathlib.Path(folder))
            for step in (Image.prove_cut, every_command, every_case, errors_that_were_survived):
                def test(step=step, image=image):
                    step(image)
                test.__name__ = f"{kind}_{step.__name__}"
                tests.append((test, image))
        try:
            harness.run_tests(*(test for test, _ in tests))
        finally:
            for image in {id(image): image for _, image in tests}.values():
                image.unmount()


if __name__ == "__main__":
    main()
