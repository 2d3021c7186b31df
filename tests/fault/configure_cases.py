"""configure-daemon, interrupted: each file is as it was or as it is to be, daemon.json names only what is there, and both the command again and --undo end well."""
import shutil
import stat

import disk
from cases import Case
from disk import Bad

TLS, JSON, UNIT = "etc/docker/tls", "etc/docker/daemon.json", "lib/systemd/system/docker.service"
DROP_IN, OVERRIDE = "etc/systemd/system/docker.service.d/zz-dockpki.conf", "etc/systemd/system/docker.service.d/override.conf"
RECORD = "etc/docker/dockpki-before.tar"
BY_HAND = {JSON: '{\n     "log-level": "warn", "hosts": ["unix:///run/second.sock"]\n}\n', OVERRIDE: "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd --host=fd:// --tls\n",
           f"{TLS}/ca.pem": "something of theirs\n", f"{TLS}/notes.txt": "keep\n"}


def tree(machine):
    """{path: (mode, contents)} of its files; the record and what was staged apart."""
    files = (path for path in sorted(machine.rglob("*")) if path.is_file() and not any(part.startswith(disk.STAGING) for part in path.parts))
    found = {str(path.relative_to(machine)): (oct(stat.S_IMODE(path.stat().st_mode)), path.read_bytes()) for path in files}
    found.pop(RECORD, None)
    return found


class ConfigureDaemon(Case):
    def __init__(self, title, by_hand, undo=False):
        super().__init__(title)
        self.by_hand, self.undo = by_hand, undo

    def machine(self, world):
        return world.root / "machine"

    def configure(self, machine):
        return "configure-daemon", "--root", machine, "--server", "a.example", "--listen", "127.0.0.1:2376"

    def undone(self, machine):
        return "configure-daemon", "--root", machine, "--undo"

    def prepare(self, world):
        super().prepare(world)
        world.must("issue-server", "--dns", "a.example", "--ip", "127.0.0.1")
        for name, text in {UNIT: "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n", **(BY_HAND if self.by_hand else {})}.items():
            path = self.machine(world) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(0o640)
        shutil.copytree(self.machine(world), world.root / "as-it-was")
        shutil.copytree(self.machine(world), world.root / "configured")
        world.must(*self.configure(world.root / "configured"))
        (world.root / "configured" / RECORD).unlink()
        if self.undo:
            world.must(*self.configure(self.machine(world)))

    def command(self, world):
        return self.undone(self.machine(world)) if self.undo else self.configure(self.machine(world))

    def before(self, world):
        """(as it was, configured)"""
        return tree(world.root / "as-it-was"), tree(world.root / "configured")

    def judge(self, world, before):
        was, configured = before
        now = tree(self.machine(world))
        if now == (was if self.undo else configured):
            return "new"
        for path in {*was, *configured, *now}:
            if now.get(path) not in (was.get(path), configured.get(path)):
                raise Bad(f"{path} is neither as it was nor as it is to be: {now.get(path)}")
        is_json_new = now.get(JSON) == configured[JSON]
        other = [path for path in configured if now.get(path) != configured[path]]
        if is_json_new and other:
            raise Bad(f"daemon.json tells of what is not there: {', '.join(other)}")
        return "old" if now == (configured if self.undo else was) else "between"

    def repeat(self, world):
        """From here both ways lead to their end."""
        machine, other = self.machine(world), world.root / "other"
        was, configured = self.before(world)
        shutil.rmtree(other, ignore_errors=True)
        shutil.copytree(machine, other, symlinks=True)
        self.take_back(world, other, was)
        world.must(*self.configure(machine))
        if tree(machine) != configured:
            raise Bad("the command again does not configure it")
        self.take_back(world, machine, was)

    def take_back(self, world, machine, was):
        is_noted = (machine / RECORD).exists()
        done = world.run(*self.undone(machine))
        if done.code != (0 if is_noted else 1) or (not is_noted and "has changed nothing here" not in done.stderr):
            raise Bad(f"--undo ends otherwise\n{done}")
        if tree(machine) != was:
            raise Bad(f"--undo does not restore it: {sorted(path for path in {*was, *tree(machine)} if tree(machine).get(path) != was.get(path))}")
        if (machine / RECORD).exists():
            raise Bad("the record outlives --undo")


def all_cases():
    return [ConfigureDaemon("configure-daemon", by_hand=False), ConfigureDaemon("configure-daemon, configured by hand", by_hand=True),
            ConfigureDaemon("configure-daemon --undo", by_hand=True, undo=True)]
