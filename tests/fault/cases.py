"""The commands that the fault tests interrupt: what each needs to be there before, and how its old result is told from its new one."""
import dataclasses
import json
import pathlib

import disk
import harness
from disk import Bad

OLD_PASSPHRASE, NEW_PASSPHRASE = "old words of it", "new words of it"


@dataclasses.dataclass
class World:
    """A user's home folder with a PKI home in it. Always at the same place, because the inventory remembers where sets were put."""
    root: pathlib.Path

    @property
    def home(self):
        return self.root / ".dockpki"

    @property
    def docker(self):
        return self.root / ".docker"

    def passphrase_file(self, passphrase):
        path = self.root / f"passphrase-{passphrase.split()[0]}"
        if not path.exists():
            path.write_text(passphrase + "\n")
            path.chmod(0o600)
        return path

    def argv(self, *args):
        return [str(harness.dockpki()), "--home", str(self.home), *map(str, args)]

    def run(self, *args):
        return harness.run(self.argv(*args), env=harness.clean_env(home=self.root))

    def must(self, *args):
        result = self.run(*args)
        if result.code != 0:
            raise Bad(f"an ordinary command failed afterwards\n{result}")
        return result


class Case:
    """A command, what it needs to be there before, and how to tell the old result from the new one."""
    names = disk.SERVER
    first_time = False  # no set stands yet
    inventory_lacks = False  # certificates that lie there, before the next run

    def __init__(self, title):
        self.title = title

    def prepare(self, world):
        world.must("init-ca", "--no-passphrase")

    def command(self, world):
        raise NotImplementedError

    def repetition(self, world):
        """The command again; with --force where a set stands by now."""
        return (*self.command(world), *(["--force"] if disk.standing(self.folder(world), self.names) else []))

    def folder(self, world):
        raise NotImplementedError

    def before(self, world):
        """What the judge has to know of the state before."""
        before = disk.read_set(self.folder(world), self.names)
        if self.first_time != all(contents is None for contents in before.values()):
            raise harness.Failed(f"{self.title}: the test did not prepare what it says")
        return before

    def judge(self, world, before):
        """"none", "old" or "new"; throws Bad."""
        return disk.judge_set(self.folder(world), self.names, before)

    def judge_more(self, world):
        """What else must still hold at the end."""

    def ordinary(self, world):
        return "issue-server", "--dns", "other.example"

    def repeat(self, world):
        world.must(*self.repetition(world))
        if disk.judge_set(self.folder(world), self.names, {}) != "new":
            raise Bad("the repeated command reached nothing")


class InitCa(Case):
    names = disk.AUTHORITY
    first_time = True

    def prepare(self, world):
        pass

    def command(self, world):
        return "init-ca", "--no-passphrase"

    def folder(self, world):
        return world.home / "authorities" / "g1"

    def first(self, world):
        """A person who sees init-ca die types it again: it works, or says that the authority is there already. Either way it is."""
        result = world.run(*self.command(world))
        if result.code != 0 and "already" not in result.stderr:
            raise Bad(f"init-ca cannot be repeated\n{result}")
        disk.judge_new_set(self.folder(world), self.names, disk.read_set(self.folder(world), self.names))

    def repeat(self, world):
        result = world.run(*self.command(world))
        if result.code == 0 or "already" not in result.stderr:
            raise Bad(f"a second init-ca is not refused\n{result}")
        disk.judge_new_set(self.folder(world), self.names, disk.read_set(self.folder(world), self.names))


class IssueServer(Case):
    def __init__(self, title, force):
        super().__init__(title)
        self.force, self.first_time = force, not force

    def prepare(self, world):
        super().prepare(world)
        world.must("issue-server", "--dns", "first.example")
        if self.force:
            world.must("issue-server", "--dns", "a.example")

    def command(self, world):
        return "issue-server", "--dns", "a.example", "--ip", "192.0.2.1", *(["--force"] if self.force else [])

    def folder(self, world):
        return world.home / "servers" / "a.example"


class IssueClient(Case):
    names = disk.CLIENT

    def __init__(self, title, stands):
        super().__init__(title)
        self.stands, self.first_time = stands, stands in ("nothing", "config")
        self.foreign = {}

    def prepare(self, world):
        super().prepare(world)
        if self.stands != "nothing":
            world.docker.mkdir(mode=0o700)
            (world.docker / "config.json").write_text('{"auths": {}}\n')
        if self.stands == "own":
            world.must("issue-client")
        if self.stands == "foreign":
            make_foreign_set(world.docker)

    def command(self, world):
        return "issue-client", *([] if self.first_time else ["--force"])

    def folder(self, world):
        return world.docker

    def before(self, world):
        before = super().before(world)
        if self.stands == "foreign":
            self.foreign[world.root] = before
        return before

    def judge_more(self, world):
        if self.stands != "nothing" and (world.docker / "config.json").read_text() != '{"auths": {}}\n':
            raise Bad("config.json was changed")
        kept = [path.read_bytes() for path in disk.walk(world.docker) if path.is_file()]
        lost = [name for name, contents in self.foreign.get(world.root, {}).items() if contents not in kept]
        if lost:
            raise Bad(f"what somebody else wrote is lost: {', '.join(lost)}")


class Renew(Case):
    """A client's set and a docker context's copy of it; whatever happened, the next renewal leaves both with one and the same set."""
    names = disk.CLIENT

    def __init__(self, title, *rekey):
        super().__init__(title)
        self.rekey = rekey

    def context(self, world):
        return world.docker / "contexts" / "tls" / "prod" / "docker"

    def prepare(self, world):
        super().prepare(world)
        world.must("issue-client")
        self.context(world).mkdir(parents=True, mode=0o700)
        for name in self.names:
            (self.context(world) / name).write_bytes((world.docker / name).read_bytes())

    def command(self, world):
        return ("renew", harness.run(["id", "-un"]).stdout.strip(), *self.rekey)

    def repetition(self, world):
        return self.command(world)

    def folder(self, world):
        return world.docker

    def judge_more(self, world):
        world.must("renew")
        for name in self.names:
            if (self.context(world) / name).read_bytes() != (world.docker / name).read_bytes():
                raise Bad(f"the context's {name} is another than the set's")


class ChangePassphrase(Case):
    names = disk.AUTHORITY

    def __init__(self, title):
        super().__init__(title)
        self.passphrase = {}  # by world: the one that opens the key

    def prepare(self, world):
        world.must("init-ca", "--passphrase-file", world.passphrase_file(OLD_PASSPHRASE))
        world.passphrase_file(NEW_PASSPHRASE)

    def command(self, world):
        return ("change-passphrase", "--passphrase-file", world.passphrase_file(OLD_PASSPHRASE),
                "--new-passphrase-file", world.passphrase_file(NEW_PASSPHRASE))

    def folder(self, world):
        return world.home / "authorities" / "g1"

    def judge(self, world, before):
        files = disk.read_set(self.folder(world), self.names)
        is_old = files == before
        self.passphrase[world.root] = OLD_PASSPHRASE if is_old else NEW_PASSPHRASE
        if not is_old:
            disk.judge_new_set(self.folder(world), self.names, files, NEW_PASSPHRASE)
        return "old" if is_old else "new"

    def ordinary(self, world):
        return "issue-server", "--dns", "other.example", "--passphrase-file", world.passphrase_file(self.passphrase[world.root])

    def repeat(self, world):
        """To no passphrase at all, because each encryption takes its time on purpose."""
        world.must("change-passphrase", "--passphrase-file", world.passphrase_file(self.passphrase[world.root]), "--no-passphrase")
        disk.judge_new_set(self.folder(world), self.names, disk.read_set(self.folder(world), self.names))


class Repair(Case):
    """The inventory is lost; the result is that `list` knows every certificate again."""
    inventory_lacks = True

    def prepare(self, world):
        super().prepare(world)
        world.must("issue-server", "--dns", "a.example")
        world.must("issue-server", "--dns", "a.example", "--force")
        world.must("issue-client", "--name", "tester")
        (world.root / "known").write_text(json.dumps(sorted(known_serials(world))))
        for path in world.home.glob("inventory.db*"):
            path.unlink()

    def command(self, world):
        return ("repair",)

    def folder(self, world):
        return world.home / "servers" / "a.example"

    def judge(self, world, before):
        if disk.read_set(self.folder(world), self.names) != before:
            raise Bad("repair changed a set")
        listing = world.run("list", "--all", "--json")
        if listing.code != 0:
            return "old"
        return "new" if sorted(serials_of(listing.json())) == json.loads((world.root / "known").read_text()) else "old"

    def first(self, world):
        world.must("repair")
        if self.judge(world, disk.read_set(self.folder(world), self.names)) != "new":
            raise Bad("the repeated repair did not bring every certificate back")

    def repeat(self, world):
        world.must("repair")


class Revoke(Case):
    """The result is that the certificate is on the list; between, it may be revoked and the list behind, which status has to say."""
    names = disk.CRL

    def __init__(self, title, first_list):
        super().__init__(title)
        self.first_list = first_list

    def prepare(self, world):
        super().prepare(world)
        world.must("issue-client", "--name", "alice")
        if not self.first_list:
            world.must("make-crl")

    def command(self, world):
        return "revoke", "alice", "--reason", "keyCompromise"

    def folder(self, world):
        return world.home / "authorities" / "g1"

    def before(self, world):
        before = disk.read_set(self.folder(world), self.names)
        if self.first_list != all(contents is None for contents in before.values()):
            raise harness.Failed(f"{self.title}: the test did not prepare what it says")
        return before

    def judge(self, world, before):
        alice = [row for row in world.must("list", "--all", "--json").json()["certificates"] if row["name"] == "alice"][0]
        is_listed = self.is_on_list(world, alice["serial"])
        if is_listed and alice["state"] != "revoked":
            raise Bad("the list tells of a revocation that the log does not know")
        status = world.run("status", "--json")
        says_so = status.code == 3 and any(step.startswith("dockpki make-crl ") for step in status.json()["next"])
        if alice["state"] == "revoked" and not is_listed and not says_so:
            raise Bad(f"the list is behind, and status does not say so\n{status}")
        return "new" if is_listed else "old"

    def is_on_list(self, world, serial):
        return serial.upper() in self.list_text(world)

    def list_text(self, world):
        """The list as openssl shows it. Throws Bad unless both files hold the same whole list of this authority, or neither is there."""
        files = disk.read_set(self.folder(world), self.names)
        if all(contents is None for contents in files.values()) and self.first_list:
            return ""
        shown = []
        for name, form in zip(self.names, ("PEM", "DER")):
            result = harness.run(["openssl", "crl", "-inform", form, "-in", self.folder(world) / name, "-CAfile", self.folder(world) / "ca.pem", "-noout", "-text"])
            if result.code != 0 or "verify OK" not in result.stderr:
                raise Bad(f"{name} is no whole list\n{result}")
            shown.append(result.stdout)
        if shown[0] != shown[1]:
            raise Bad("crl.pem and crl.der are not the same list")
        return shown[0]

    def judge_more(self, world):
        numbers = [entry["text"].split()[1] for entry in world.must("log", "--json").json()["entries"] if entry["event"] == "crl-made"]
        if len(numbers) != len(set(numbers)):
            raise Bad(f"a number of a list was used twice: {numbers}")

    def repeat(self, world):
        world.must(*self.command(world))
        if self.judge(world, None) != "new":
            raise Bad("the repeated command reached nothing")


class MakeCrl(Revoke):
    """The next list, which holds what the last one held."""

    def __init__(self):
        super().__init__("make-crl", first_list=False)

    def prepare(self, world):
        super().prepare(world)
        world.must("revoke", "alice", "--reason", "keyCompromise")

    def command(self, world):
        return ("make-crl",)

    def judge(self, world, before):
        alice = [row for row in world.must("list", "--all", "--json").json()["certificates"] if row["name"] == "alice"][0]
        if not self.is_on_list(world, alice["serial"]):
            raise Bad("the list has lost an entry")
        return "old" if disk.read_set(self.folder(world), self.names) == before else "new"

    def repeat(self, world):
        before = disk.read_set(self.folder(world), self.names)
        world.must(*self.command(world))
        if self.judge(world, before) != "new":
            raise Bad("the repeated command reached nothing")


class Rotate(Case):
    """A phase of a rotation, with a server's set, a client's and a context's copy of it. Whatever happened, the phase again completes
    it, and the rest of the rotation leaves one authority; in between each client's set and each server's trust each other."""
    names = ("ca.pem",)
    PHASES = ("begin", "reissue", "finish")

    def __init__(self, phase, before):
        super().__init__(f"rotate-ca {phase}" + (f", after {before[-1]}" if phase == "abort" else ""))
        self.phase, self.done_before = phase, before

    def server(self, world):
        return world.home / "servers" / "a.example"

    def context(self, world):
        return world.docker / "contexts" / "tls" / "prod" / "docker"

    def prepare(self, world):
        super().prepare(world)
        world.must("issue-server", "--dns", "a.example")
        world.must("issue-client")
        self.context(world).mkdir(parents=True, mode=0o700)
        for name in disk.CLIENT:
            (self.context(world) / name).write_bytes((world.docker / name).read_bytes())
        for phase in self.done_before:
            world.must("rotate-ca", phase)

    def command(self, world):
        return "rotate-ca", self.phase

    def folder(self, world):
        return world.docker

    def judge(self, world, before):
        """Each client trusts each server, and the other way round, whatever has moved and whatever has not."""
        for client in (world.docker, self.context(world)):
            verified = harness.run(["openssl", "verify", "-CAfile", client / "ca.pem", self.server(world) / "server-cert.pem"])
            if verified.code != 0:
                raise Bad(f"{client} does not trust the server\n{verified}")
            verified = harness.run(["openssl", "verify", "-CAfile", self.server(world) / "ca.pem", client / "cert.pem"])
            if verified.code != 0:
                raise Bad(f"the server does not trust {client}\n{verified}")
        return "new" if self.is_reached(world) else "old"

    def is_reached(self, world):
        status = world.must("rotate-ca", "status", "--json").json()
        signers = {place["authority"] for place in status["places"]}
        phase = status["rotations"][0]["phase"]
        wanted = {"begin": "begun", "reissue": "reissuing", "finish": "none", "abort": "returning" if "reissue" in self.done_before else "none"}[self.phase]
        is_trust_right = all(place["ca"] == "current" for place in status["places"])
        return phase == wanted and is_trust_right and signers == {status["rotations"][0]["signs"]} and len(status["places"]) == 3

    def ordinary(self, world):
        return "issue-server", "--dns", "other.example", "--out", world.root / "other"

    def first(self, world):
        """Whoever sees a phase die runs it again."""
        world.must(*self.command(world))
        self.judge(world, None)
        if not self.is_reached(world):
            raise Bad(f"the repeated phase did not complete it\n{world.must('rotate-ca', 'status')}")

    def repeat(self, world):
        """On to the end of the rotation."""
        done = (*self.done_before, self.phase)
        rest = ["finish"] if self.phase == "abort" else self.PHASES[len(done):]
        for phase in rest:
            world.must("rotate-ca", phase)
        self.judge(world, None)
        if world.must("rotate-ca", "status", "--json").json()["rotations"][0]["phase"] != "none":
            raise Bad("the rotation does not come to its end")
        for folder in (self.server(world), world.docker, self.context(world)):
            if (folder / "ca.pem").read_text().count("BEGIN") != 1:
                raise Bad(f"{folder} does not trust one authority alone")


class ExtendAuthority(Rotate):
    """The new certificate of the same key in every ca.pem."""

    def __init__(self):
        Case.__init__(self, "rotate-ca --same-key")
        self.phase, self.done_before = "--same-key", ()

    def prepare(self, world):
        super().prepare(world)
        (world.root / "old-ca").write_bytes((world.docker / "ca.pem").read_bytes())

    def command(self, world):
        return "rotate-ca", "--same-key", "--lifetime", "20y"

    def is_reached(self, world):
        old = (world.root / "old-ca").read_bytes()
        return all((folder / "ca.pem").read_bytes() != old for folder in
                   (world.home / "authorities" / "g1", self.server(world), world.docker, self.context(world)))

    def first(self, world):
        """An extension that was complete already cannot be longer still, and says so."""
        again = world.run(*self.command(world))
        if not self.is_reached(world) or (again.code != 0 and "it would end on" not in again.stderr):
            raise Bad(f"the repeated extension did not complete it\n{again}")

    def repeat(self, world):
        self.judge(world, None)


def all_cases():
    return [
        InitCa("init-ca"),
        IssueServer("issue-server", force=False),
        IssueServer("issue-server --force", force=True),
        IssueClient("issue-client", "nothing"),
        IssueClient("issue-client beside config.json", "config"),
        IssueClient("issue-client --force over its own", "own"),
        IssueClient("issue-client --force over a foreign set", "foreign"),
        Renew("renew"),
        Renew("renew --rekey", "--rekey"),
        ChangePassphrase("change-passphrase"),
        Repair("repair"),
        Revoke("revoke, the first list", first_list=True),
        Revoke("revoke, over an older list", first_list=False),
        MakeCrl(),
        Rotate("begin", ()),
        Rotate("reissue", ("begin",)),
        Rotate("finish", ("begin", "reissue")),
        Rotate("abort", ("begin",)),
        Rotate("abort", ("begin", "reissue")),
        ExtendAuthority(),
    ]


def make_foreign_set(folder):
    """A set that another tool made."""
    for name, common_name in (("ca", "foreign CA"), ("", "foreign client")):
        key, certificate = folder / f"{name + '-' if name else ''}key.pem", folder / ("ca.pem" if name else "cert.pem")
        harness.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", certificate,
                     "-days", "30", "-subj", f"/CN={common_name}"], check=True)
    (folder / "ca-key.pem").unlink()


def serials_of(listing):
    return [certificate["serial"] for certificate in listing["certificates"]]


def known_serials(world):
    return set(serials_of(world.must("list", "--all", "--json").json()))


def authority_subjects(world):
    return {disk.Certificate.from_pem(path.read_bytes()).subject for path in (world.home / "authorities").glob("[!.]*/ca.pem")}


def judge_serials(world):
    """Throws Bad if a certificate of ours is anywhere on the disk and not in the inventory."""
    subjects = authority_subjects(world)
    signed = {c.serial: path for path, c in disk.certificates_below(world.root) if c.issuer in subjects and c.subject not in subjects}
    if not signed:
        return
    listing = world.run("list", "--all", "--json")
    if listing.code != 0:
        raise Bad(f"the inventory cannot be read\n{listing}")
    unknown = set(signed) - set(serials_of(listing.json()))
    if unknown:
        raise Bad("signed, and not in the inventory: " + ", ".join(f"{serial} ({signed[serial]})" for serial in unknown))
