"""The sets that the judges look at: where their files are, and sets made by openssl alone, to ask a judge whether it knows a key type at all."""
import dataclasses
import pathlib
import sys

from harness import KEY_TYPES, run

CONSTRAINED = "constrained"
SERVER_NAMES = ("docker.example.com", "*.wild.example.com", "bücher.example.com", "localhost")
HOSTS = ("docker.example.com", "a.wild.example.com", "xn--bcher-kva.example.com", "localhost")
ADDRESSES = ("127.0.0.1", "::1", "2001:db8::1")
WRONG_HOST, WRONG_ADDRESS = "evil.example.com", "127.0.0.2"
CLIENT_NAME, CLIENT_EMAIL = "alice", "alice@example.com"


@dataclasses.dataclass
class Set:
    folder: pathlib.Path
    key_type: str

    @property
    def name(self):
        return self.folder.name

    @property
    def ca(self):
        return self.folder / "server/ca.pem"

    @property
    def server(self):
        return self.folder / "server/server-cert.pem"

    @property
    def server_key(self):
        return self.folder / "server/server-key.pem"

    @property
    def client(self):
        return self.folder / "client/cert.pem"

    @property
    def client_key(self):
        return self.folder / "client/key.pem"


def load_sets():
    """The sets in the folder that is the script's argument."""
    folder = pathlib.Path(sys.argv[1])
    return [Set(folder / name, name) for name in KEY_TYPES] + [Set(folder / CONSTRAINED, "p256")]


# ---- the same by openssl alone --------------------------------------------------------------------------------------

GENERATE = {
    "p256": "genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out",
    "p384": "genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-384 -out",
    "rsa3072": "genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:3072 -out",
    "rsa4096": "genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:4096 -out",
    "ed25519": "genpkey -algorithm ed25519 -out",
}
NAME_CONSTRAINTS = ("nameConstraints=critical,permitted;DNS:example.com,permitted;DNS:localhost,permitted;IP:127.0.0.0/255.0.0.0,"
                    "permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
CA_EXTENSIONS = ("basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash")
LEAF_EXTENSIONS = "basicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"


def openssl(*args, cwd=None):
    """Runs an openssl command; strings are split at blanks."""
    words = [word for arg in args for word in (arg.split() if isinstance(arg, str) else [arg])]
    return run(["openssl", *words], cwd=cwd, check=True)


def generate_key(path, key_type):
    path.parent.mkdir(parents=True, exist_ok=True)
    openssl(GENERATE[key_type], path)


def make_openssl_ca(folder, key_type, more_extensions=()):
    """ca.pem and ca-key.pem in the folder."""
    generate_key(folder / "ca-key.pem", key_type)
    extensions = [word for extension in (*CA_EXTENSIONS, *more_extensions) for word in ("-addext", extension)]
    run(["openssl", "req", "-x509", "-new", "-key", "ca-key.pem", "-subj", "/CN=Made by openssl", "-days", "30", *extensions, "-out", "ca.pem"], cwd=folder, check=True)


def make_openssl_leaf(ca_folder, certificate, key, key_type, common_name, extensions):
    """A key, and a certificate of the authority in ca_folder; extensions as in openssl.cnf."""
    generate_key(key, key_type)
    work = certificate.parent
    (work / "extensions").write_text(LEAF_EXTENSIONS + extensions)
    run(["openssl", "req", "-new", "-key", key, "-subj", f"/CN={common_name}", "-out", work / "request.csr"], check=True)
    openssl("x509 -req -days 20 -in", work / "request.csr", "-CA", ca_folder / "ca.pem", "-CAkey", ca_folder / "ca-key.pem",
            "-CAcreateserial -extfile", work / "extensions", "-out", certificate)


def make_openssl_set(folder, key_type, constrained=False):
    """A Set like those of dockpki, in which dockpki had no hand."""
    usage = "keyUsage=critical,digitalSignature" + (",keyEncipherment" if key_type.startswith("rsa") else "")
    made = Set(folder, key_type)
    make_openssl_ca(folder / "server", key_type, [NAME_CONSTRAINTS] if constrained else [])
    make_openssl_leaf(folder / "server", made.server, made.server_key, key_type, "docker.example.com",
                      f"{usage}\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:docker.example.com,DNS:localhost,IP:127.0.0.1\n")
    make_openssl_leaf(folder / "server", made.client, made.client_key, key_type, CLIENT_NAME, f"{usage}\nextendedKeyUsage=clientAuth\n")
    return made
