"""import-ca and import, interrupted: what was made by hand is left as it was, and the command again succeeds."""
import disk
import harness
from cases import Case, InitCa
from disk import Bad


class ImportCa(InitCa):
    def __init__(self, title):
        super().__init__(title)
        self.made = {}  # by world: what was given

    def prepare(self, world):
        make_authority(world.root / "made")

    def command(self, world):
        return "import-ca", "--cert", world.root / "made/ca.crt", "--key", world.root / "made/ca.key", "--no-passphrase"

    def before(self, world):
        self.made[world.root] = disk.read_set(world.root / "made", ("ca.crt", "ca.key"))
        return super().before(world)

    def judge_more(self, world):
        if disk.read_set(world.root / "made", ("ca.crt", "ca.key")) != self.made[world.root]:
            raise Bad("the authority that was given is not as it was")


class Import(Case):
    """A set that the authority signed before it came here; the result is that the inventory knows where it lies."""
    inventory_lacks = True

    def __init__(self, title, out):
        super().__init__(title)
        self.out, self.first_time = out, out

    def prepare(self, world):
        make_authority(world.root / "made")
        make_hand_made_set(world.root / "made", world.root / "set")
        world.must("import-ca", "--cert", world.root / "made/ca.crt", "--key", world.root / "made/ca.key", "--no-passphrase")

    def command(self, world):
        return "import", world.root / "set", *(["--out", world.root / "sets"] if self.out else [])

    def repetition(self, world):
        return self.command(world)

    def folder(self, world):
        return world.root / "sets/a.example" if self.out else world.root / "set"

    def judge(self, world, before):
        """A copy that the inventory does not know is none yet: the command again takes it as it lies."""
        there = disk.judge_set(self.folder(world), self.names, before)
        if not self.out and there != "old":
            raise Bad("a set that was to be left alone was changed")
        rows = world.must("list", "--all", "--json").json()["certificates"]
        is_known = any(place["folder"] == str(self.folder(world)) for row in rows for place in row["placements"])
        if is_known and there == "none":
            raise Bad("the inventory knows a set that is not there")
        return "new" if is_known else "old"

    def judge_more(self, world):
        for name in self.names:
            if not (world.root / "set" / name).exists():
                raise Bad(f"{name} of the set that was given is lost")

    def repeat(self, world):
        world.must(*self.command(world))
        disk.judge_new_set(self.folder(world), self.names, disk.read_set(self.folder(world), self.names))
        world.must("renew", "a.example")


def all_cases():
    return [ImportCa("import-ca"), Import("import", out=False), Import("import --out", out=True)]


def openssl_key(path):
    harness.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path], check=True)
    path.chmod(0o400)


def make_authority(folder):
    """An authority made by hand: ca.crt and ca.key."""
    folder.mkdir(mode=0o700)
    openssl_key(folder / "ca.key")
    harness.run(["openssl", "req", "-x509", "-key", folder / "ca.key", "-out", folder / "ca.crt", "-days", "3000", "-subj", "/CN=made by hand",
                 "-addext", "keyUsage=critical,keyCertSign,cRLSign"], check=True)


def make_hand_made_set(authority, folder):
    """A server's set, signed by the authority in the other folder."""
    folder.mkdir(mode=0o700)
    openssl_key(folder / "server-key.pem")
    harness.run(["openssl", "req", "-new", "-key", folder / "server-key.pem", "-out", folder / "csr", "-subj", "/CN=a.example"], check=True)
    (folder / "ext").write_text("subjectAltName=DNS:a.example\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature\nbasicConstraints=CA:FALSE\n"
                             "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
    harness.run(["openssl", "x509", "-req", "-days", "300", "-in", folder / "csr", "-CA", authority / "ca.crt", "-CAkey", authority / "ca.key", "-CAcreateserial",
                 "-extfile", folder / "ext", "-out", folder / "server-cert.pem"], check=True)
    (folder / "ca.pem").write_bytes((authority / "ca.crt").read_bytes())
    for name in ("ca.pem", "server-cert.pem"):
        (folder / name).chmod(0o444)
