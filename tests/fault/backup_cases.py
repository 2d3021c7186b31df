"""backup and restore, interrupted: a backup is whole or not there, and so is a home that is put in place."""
import shutil

from cases import Case, known_serials
from disk import Bad

PASSPHRASE = "backup words of it"


class Backup(Case):
    """The result is a file that opens; the home is as it was but for its log."""

    def prepare(self, world):
        super().prepare(world)
        world.must("issue-server", "--dns", "a.example")
        world.passphrase_file(PASSPHRASE)

    def file(self, world):
        return world.root / "pki.cms"

    def command(self, world):
        return "backup", "--out", self.file(world), "--backup-passphrase-file", world.passphrase_file(PASSPHRASE)

    def before(self, world):
        return None

    def judge(self, world, before):
        if not self.file(world).exists():
            return "old"
        self.prove(world)
        return "new"

    def prove(self, world):
        opened = world.must("restore", self.file(world), "--backup-passphrase-file", world.passphrase_file(PASSPHRASE), "--dry-run", "--json").json()
        if opened["servers"] != 1:
            raise Bad(f"the backup does not hold what the home does: {opened}")

    def judge_more(self, world):
        known = any(entry["event"] == "backup-made" for entry in world.must("log", "--json").json()["entries"])
        if self.file(world).exists() and not known:
            raise Bad("there is a backup that the log does not know")

    def repeat(self, world):
        self.file(world).unlink(missing_ok=True)
        world.must(*self.command(world))
        if not self.file(world).exists():
            raise Bad("the repeated command reached nothing")


class Restore(Backup):
    """The home is lost; the result is that it is there again, whole. What is interrupted leaves nothing, or all of it."""

    def __init__(self, title):
        super().__init__(title)
        self.known = {}  # by world: the serial numbers in the backup

    def prepare(self, world):
        super().prepare(world)
        world.must(*super().command(world))
        shutil.rmtree(world.home)

    def command(self, world):
        return "restore", self.file(world), "--backup-passphrase-file", world.passphrase_file(PASSPHRASE)

    def judge(self, world, before):
        if not world.home.exists():
            return "none"
        world.must("log", "--verify")
        world.must("repair", "--dry-run")
        if len(known_serials(world)) != 1:
            raise Bad("the restored home does not know what the backup holds")
        return "new"

    def judge_more(self, world):
        pass

    def first(self, world):
        """Whoever sees it die types it again: it works, or says that the home is there."""
        result = world.run(*self.command(world))
        if result.code != 0 and "it is not empty" not in result.stderr:
            raise Bad(f"restore cannot be repeated\n{result}")
        if self.judge(world, None) != "new":
            raise Bad("the repeated restore reached nothing")

    def repeat(self, world):
        world.must("renew", "a.example")


def all_cases():
    return [Backup("backup"), Restore("restore")]
