"""Reads a PKI home and the sets made from it as they lie on the disk, without dockpki: what the fault tests judge by."""
import base64
import dataclasses
import functools
import hashlib
import os
import pathlib
import re
import stat
import subprocess

import harness

SERVER = ("ca.pem", "server-cert.pem", "server-key.pem")
CLIENT = ("ca.pem", "cert.pem", "key.pem")
CRL = ("crl.pem", "crl.der")
AUTHORITY = ("ca.pem", "ca.pem", "ca-key.pem")  # certified by itself
STAGING = ".dockpki-"
PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\n(.*?)-----END CERTIFICATE-----\n", re.S)
END_OF_CERTIFICATE = b"-----END CERTIFICATE-----\n"


class Bad(harness.Failed):
    """A state that no crash and no error may leave behind."""


# ---- certificates and keys ------------------------------------------------------------------------------------------

def _element(der, position):
    """(tag, first octet of the contents, first octet behind) of the DER element at `position`."""
    length, start = der[position + 1], position + 2
    if length & 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(der[start:start + size], "big"), start + size
    return der[position], start, start + length


@dataclasses.dataclass(frozen=True)
class Certificate:
    """The few fields that tell who signed what."""
    serial: str
    issuer: bytes
    subject: bytes
    public_key: bytes

    @staticmethod
    def from_pem(pem):
        found = PEM.search(pem)
        if not found:
            raise Bad("no whole PEM certificate")
        return Certificate.from_der(base64.b64decode(found.group(1)))

    @staticmethod
    def from_der(der):
        position = _element(der, _element(der, 0)[1])[1]  # into the TBSCertificate
        fields = []
        while len(fields) < 7:
            tag, start, end = _element(der, position)
            fields.append((tag, der[start:end], der[position:end]))
            position = end
        if fields[0][0] != 0xA0:
            raise Bad("a certificate without version")
        return Certificate(fields[1][1].hex(), fields[3][2], fields[5][2], fields[6][2])


def _openssl(*args, files):
    """Runs openssl with `files` as /proc/self/fd paths in place of the words {0}, {1}, ..: nothing touches the disk."""
    descriptors = []
    try:
        for contents in files:
            descriptor = os.memfd_create("pem")
            os.write(descriptor, contents)
            descriptors.append(descriptor)
        words = [arg.format(*(f"/proc/self/fd/{d}" for d in descriptors)) for arg in args]
        return subprocess.run([harness.need_tool("openssl", "openssl"), *words], pass_fds=descriptors, env=harness.clean_env(),
                              stdin=subprocess.DEVNULL, capture_output=True)
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


@functools.lru_cache(maxsize=4096)
def public_half(key, passphrase="-"):
    """The SubjectPublicKeyInfo of a private key in PEM; None if the passphrase does not open it."""
    done = _openssl("pkey", "-in", "{0}", "-pubout", "-outform", "DER", "-passin", f"pass:{passphrase}", files=[key])
    return done.stdout if done.returncode == 0 else None


@functools.lru_cache(maxsize=4096)
def chains(authority, certificate):
    return _openssl("verify", "-x509_strict", "-CAfile", "{0}", "{1}", files=[authority, certificate]).returncode == 0


# ---- sets -----------------------------------------------------------------------------------------------------------

def read_set(folder, names):
    """What a reader finds by path: contents by name, None where there is nothing."""
    found = {}
    for name in names:
        path = pathlib.Path(folder) / name
        try:
            found[name] = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            found[name] = None
    return found


def standing(folder, names):
    return [name for name in names if os.path.lexists(pathlib.Path(folder) / name)]


def expected_mode(name):
    return 0o400 if name.endswith("key.pem") else 0o444


def judge_new_set(folder, names, files, passphrase="-"):
    """Throws Bad unless these three files are one whole set, with the modes that they must have."""
    ca, certificate, key = (files[name] for name in names)
    missing = [name for name in files if files[name] is None]
    if missing:
        raise Bad(f"a torn set in {folder}: no {', '.join(missing)}")
    for name in files:
        mode = stat.S_IMODE(os.stat(pathlib.Path(folder) / name).st_mode)
        if mode != expected_mode(name):
            raise Bad(f"{folder}/{name} has mode {mode:04o}")
    public = public_half(key, passphrase)
    if public is None:
        raise Bad(f"{folder}/{names[2]} does not open")
    if Certificate.from_pem(certificate).public_key != public:
        raise Bad(f"{folder}/{names[2]} does not match {names[1]}")
    if not chains(ca, certificate):
        raise Bad(f"{folder}/{names[1]} does not chain to ca.pem")


def judge_set(folder, names, old):
    """"none", "old" or "new". `old`: what stood there before, as read_set gives it. Throws Bad for anything between."""
    files = read_set(folder, names)
    if files == old:
        return "none" if all(contents is None for contents in files.values()) else "old"
    if all(contents is None for contents in files.values()):
        raise Bad(f"the set in {folder} is gone")
    judge_new_set(folder, names, files)
    if old.get(names[1]) == files[names[1]]:
        raise Bad(f"the set in {folder} is half old, half new")
    return "new"


# ---- a whole tree ---------------------------------------------------------------------------------------------------

def walk(root):
    """Every path below `root`, folders first, links not followed."""
    for folder, folders, files in os.walk(root):
        for name in sorted(folders) + sorted(files):
            yield pathlib.Path(folder) / name


def certificates_below(root):
    """(path, Certificate) of every PEM certificate in a file below `root`, staging included."""
    for path in walk(root):
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 1 << 16:
            for block in PEM.findall(path.read_bytes()):
                yield path, Certificate.from_der(base64.b64decode(block))


def staging_below(root):
    return [str(path) for path in walk(root) if path.name.startswith(STAGING)]


def judge_modes(home):
    """Throws Bad where something in a PKI home has other rights than docs/format.md says."""
    for path in (pathlib.Path(home), *walk(home)):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if path.is_symlink() or path.name == "dockpki.toml":
            continue
        if path.is_dir():
            right = 0o700
        elif ".pem" in path.name or path.name.endswith(".der"):
            right = expected_mode(path.name.split(".backup-")[0])
        else:
            right = 0o600
        if mode != right:
            raise Bad(f"{path} has mode {mode:04o} instead of {right:04o}")


def snapshot(root, but_for=()):
    """What `find -printf` would tell of a tree, and a digest of every file: two equal ones mean that nothing was changed.

    `but_for`: names that are left out."""
    lines = []
    for path in (pathlib.Path(root), *walk(root)):
        if path.name in but_for or not os.path.lexists(path):
            continue
        info = path.lstat()
        kind = stat.S_IFMT(info.st_mode)
        line = [str(path), oct(info.st_mode), info.st_uid, info.st_gid, info.st_nlink if kind != stat.S_IFDIR else 0]
        if kind == stat.S_IFREG:
            line += [info.st_size, info.st_mtime_ns, digest(path) if info.st_size < 1 << 26 else "-"]
        elif kind == stat.S_IFLNK:
            line.append(os.readlink(path))
        lines.append(tuple(line))
    return lines


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def difference(before, after):
    """The lines in which two snapshots differ, for a person."""
    gone = [f"    - {line}" for line in before if line not in after]
    came = [f"    + {line}" for line in after if line not in before]
    return "\n".join(gone + came)
