"""Authorities, a server and a client as people had them made before: by Docker's documentation, easy-rsa, mkcert and docker:dind.

Every maker takes a folder and gives a HandMade. They skip the script, by name, where their program is missing."""
import dataclasses
import pathlib

from harness import clean_env, need_tool, run, skip

OLD_PASSPHRASE = "the old one"
EASY_RSA_FOLDER = pathlib.Path("/usr/share/easy-rsa")


@dataclasses.dataclass
class HandMade:
    certificate: pathlib.Path  # the authority's
    key: pathlib.Path
    folders: list              # that hold a server's and a client's set
    in_place: bool             # the files of both sets are called as Docker's
    weak: list                 # parts of the notes that tell what is weak
    client_kind: str = "client"  # "dual" where the client's certificate has both usages


def _openssl(folder):
    need_tool("openssl", "openssl")
    return lambda line, *more: run(["openssl", *line.split(), *more], cwd=folder, check=True, env=clean_env(folder))


def docs(folder):
    """docs.docker.com, "Protect the Docker daemon socket", as it was for years, its triple DES included; authority and daemon have one name."""
    openssl = _openssl(folder)
    passed = ("-passin", f"pass:{OLD_PASSPHRASE}")
    openssl("genrsa -traditional -des3 -out ca-key.pem -passout", f"pass:{OLD_PASSPHRASE}", "2048")
    openssl("req -new -x509 -days 364 -key ca-key.pem -sha256 -out ca.pem -subj /CN=localhost", *passed)
    for name, subject, extensions in (("server-", "localhost", "subjectAltName = DNS:localhost,IP:127.0.0.1\nextendedKeyUsage = serverAuth\n"),
                                      ("", "client", "extendedKeyUsage = clientAuth\n")):
        (folder / "extfile.cnf").write_text(extensions)
        openssl(f"genrsa -out {name}key.pem 2048")
        openssl(f"req -sha256 -new -key {name}key.pem -out {name or 'client-'}csr -subj /CN={subject}")
        openssl(f"x509 -req -days 300 -sha256 -in {name or 'client-'}csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -out {name}cert.pem "
                "-extfile extfile.cnf", *passed)
        (folder / f"{name}key.pem").chmod(0o400)
    return HandMade(folder / "ca.pem", folder / "ca-key.pem", [folder], True, ["has no keyUsage", "no path length", "DES-EDE3-CBC"])


def easy_rsa(folder):
    program = EASY_RSA_FOLDER / "easyrsa"
    if not program.exists():
        skip("no easyrsa (Debian package easy-rsa)")
    env = clean_env(folder, EASYRSA_BATCH=1, EASYRSA=EASY_RSA_FOLDER, EASYRSA_PKI=folder / "pki", EASYRSA_PASSOUT=f"pass:{OLD_PASSPHRASE}",
                    EASYRSA_PASSIN=f"pass:{OLD_PASSPHRASE}")
    for words in (["init-pki"], ["--req-cn=DockerCA", "build-ca"], ["--subject-alt-name=DNS:localhost,IP:127.0.0.1", "build-server-full", "localhost", "nopass"],
                  ["build-client-full", "client", "nopass"]):
        run([program, *words], cwd=folder, env=env, check=True)
    pki = folder / "pki"
    return HandMade(pki / "ca.crt", pki / "private/ca.key", [pki], False, ["no path length", "weakly encrypted"])


def mkcert(folder):
    need_tool("mkcert", "mkcert")
    env = clean_env(folder, CAROOT=folder / "root")
    (folder / "root").mkdir()
    run(["mkcert", "localhost", "127.0.0.1"], cwd=folder, env=env, check=True)
    run(["mkcert", "-client", "client"], cwd=folder, env=env, check=True)
    return HandMade(folder / "root/rootCA.pem", folder / "root/rootCA-key.pem", [folder], False, ["lacks cRLSign", "was not encrypted"], client_kind="dual")


def dind(folder):
    """What the entrypoint of docker:dind does at every start, in its folders: server and client have the same file names."""
    openssl = _openssl(folder)
    for part in ("ca", "server", "client"):
        (folder / part).mkdir()
        openssl(f"genrsa -out {part}/key.pem 2048")
    openssl("req -new -key ca/key.pem -out ca/cert.pem -x509 -days 825", "-subj", "/CN=docker:dind CA", "-addext", "keyUsage=critical,digitalSignature,keyCertSign")
    for part, usage in (("server", "serverAuth\nsubjectAltName=DNS:docker,DNS:localhost,IP:127.0.0.1"), ("client", "clientAuth")):
        openssl(f"req -new -key {part}/key.pem -out {part}/csr.pem", "-subj", f"/CN=docker:dind {part}")
        (folder / part / "openssl.cnf").write_text(f"[ x509_exts ]\nextendedKeyUsage = {usage}\n")
        openssl(f"x509 -req -in {part}/csr.pem -CA ca/cert.pem -CAkey ca/key.pem -CAcreateserial -out {part}/cert.pem -days 825 -extfile {part}/openssl.cnf "
                "-extensions x509_exts")
        (folder / part / "ca.pem").write_bytes((folder / "ca/cert.pem").read_bytes())
    return HandMade(folder / "ca/cert.pem", folder / "ca/key.pem", [folder / "server", folder / "client"], False, ["lacks cRLSign", "no path length"])


MAKERS = {"docs": docs, "easy-rsa": easy_rsa, "mkcert": mkcert, "dind": dind}


def adopt(made, home, run_dockpki):
    """Imports the authority and its sets into the home. Gives (what import-ca said, the folder of the server's set, that of the client's)."""
    for name, text in (("old", OLD_PASSPHRASE), ("new", "correct horse")):
        path = home.parent / name
        path.write_text(text + "\n")
        path.chmod(0o600)
    said = run_dockpki(home, "import-ca", "--cert", made.certificate, "--key", made.key, "--key-passphrase-file", home.parent / "old",
                       "--passphrase-file", home.parent / "new").stdout
    out = [] if made.in_place else ["--out", home.parent / "sets"]
    sets = run_dockpki(home, "import", *made.folders, *out, "--json").json()["sets"]
    found = {one["kind"]: pathlib.Path(one["folder"]) for one in sets if one["result"] == "imported"}
    assert len(sets) == 2, sets
    return said, found["server"], found[made.client_kind]


def passphrase(home):
    return "--passphrase-file", home.parent / "new"
