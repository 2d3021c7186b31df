"""Certificates of any shape, the broken ones included: every octet is chosen here, and only keys and signatures are openssl's.

Python's standard library and the program openssl; nothing of the program under test."""
import base64
import contextlib
import dataclasses
import datetime
import ipaddress
import os
import pathlib
import secrets
import subprocess

from harness import clean_env

# ---- DER ------------------------------------------------------------------------------------------------------------


def tlv(tag, *parts):
    """An element with this tag octet and what it holds."""
    contents = b"".join(parts)
    size = len(contents)
    length = bytes([size]) if size < 0x80 else (octets := size.to_bytes((size.bit_length() + 7) // 8, "big")) and bytes([0x80 | len(octets)]) + octets
    return bytes([tag]) + length + contents


def sequence(*parts):
    return tlv(0x30, *parts)


def integer(number):
    return tlv(0x02, number.to_bytes((number if number >= 0 else ~number).bit_length() // 8 + 1, "big", signed=True))


def octets(contents):
    return tlv(0x04, contents)


def bits(contents, unused=0):
    return tlv(0x03, bytes([unused]), contents)


def oid(dotted):
    first, second, *arcs = map(int, dotted.split("."))
    out = b""
    for arc in (first * 40 + second, *arcs):
        part = bytes([arc & 0x7F])
        while arc := arc >> 7:
            part = bytes([arc & 0x7F | 0x80]) + part
        out += part
    return tlv(0x06, out)


NULL = tlv(0x05)
TRUE = tlv(0x01, b"\xff")
UTF8, PRINTABLE, T61, IA5, UNIVERSAL, BMP = 0x0C, 0x13, 0x14, 0x16, 0x1C, 0x1E
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18

ATTRIBUTES = {"CN": "2.5.4.3", "C": "2.5.4.6", "O": "2.5.4.10", "OU": "2.5.4.11"}


def name(*attributes):
    """A distinguished name of ("CN", value[, string type[, its octets]])."""
    def relative(kind, value, string=UTF8, encoded=None):
        return tlv(0x31, sequence(oid(ATTRIBUTES[kind]), tlv(string, value.encode() if encoded is None else encoded)))
    return sequence(*(relative(*one) for one in attributes))


def time(when):
    """As RFC 5280 4.1.2.5 wants it; an element that is given whole is taken as it is."""
    if isinstance(when, bytes):
        return when
    if when.year < 2050:
        return tlv(UTC_TIME, when.strftime("%y%m%d%H%M%SZ").encode())
    return tlv(GENERALIZED_TIME, when.strftime("%Y%m%d%H%M%SZ").encode())


# ---- extensions -----------------------------------------------------------------------------------------------------

SAN, IAN, BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE = "2.5.29.17", "2.5.29.18", "2.5.29.19", "2.5.29.15", "2.5.29.37"
NAME_CONSTRAINTS, POLICIES, POLICY_CONSTRAINTS, INHIBIT_ANY_POLICY = "2.5.29.30", "2.5.29.32", "2.5.29.36", "2.5.29.54"
SUBJECT_KEY_ID, AUTHORITY_KEY_ID, CRL_POINTS = "2.5.29.14", "2.5.29.35", "2.5.29.31"
MUST_STAPLE, POISON, PRIVATE = "1.3.6.1.5.5.7.1.24", "1.3.6.1.4.1.11129.2.4.3", "1.3.6.1.4.1.99999.1"
PURPOSES = {"server": "1.3.6.1.5.5.7.3.1", "client": "1.3.6.1.5.5.7.3.2", "code": "1.3.6.1.5.5.7.3.3", "email": "1.3.6.1.5.5.7.3.4", "time": "1.3.6.1.5.5.7.3.8",
            "ocsp": "1.3.6.1.5.5.7.3.9", "any": "2.5.29.37.0", "sgc": "1.3.6.1.4.1.311.10.3.3", "step-up": "2.16.840.1.113730.4.1", "private": "1.3.6.1.4.1.99999.2"}
USAGES = ("digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign")


@dataclasses.dataclass
class Extension:
    type: str
    value: bytes
    critical: bool = False
    critical_octets: bytes = None  # a BOOLEAN that is not DER's

    def der(self):
        critical = self.critical_octets if self.critical_octets is not None else TRUE if self.critical else b""
        return sequence(oid(self.type), critical, octets(self.value))


def general_name(text):
    """DNS:x, IP:x, IPBYTES:hex, URI:x, email:x, DN:x or other:x."""
    kind, value = text.split(":", 1)
    if kind == "IP":
        return tlv(0x87, ipaddress.ip_address(value).packed)
    if kind == "IPBYTES":
        return tlv(0x87, bytes.fromhex(value))
    if kind == "DN":
        return tlv(0xA4, name(("CN", value)))
    if kind == "other":
        return tlv(0xA0, oid("1.3.6.1.4.1.311.20.2.3"), tlv(0xA0, tlv(UTF8, value.encode())))
    return tlv({"DNS": 0x82, "URI": 0x86, "email": 0x81}[kind], value.encode())


def san(*names, critical=False):
    return Extension(SAN, sequence(*map(general_name, names)), critical)


def basic_constraints(ca=True, pathlen=None, critical=True):
    return Extension(BASIC_CONSTRAINTS, sequence(TRUE if ca else b"", b"" if pathlen is None else integer(pathlen)), critical)


def key_usage(*usages, critical=True):
    value = 0
    for usage in usages:
        value |= 0x80 >> USAGES.index(usage)
    unused = (value & -value).bit_length() - 1 if value else 0
    return Extension(KEY_USAGE, bits(bytes([value]) if value else b"", unused), critical)


def extended_key_usage(*purposes, critical=False):
    return Extension(EXTENDED_KEY_USAGE, sequence(*(oid(PURPOSES[one]) for one in purposes)), critical)


def subtree(text):
    """A general name, or IP:ADDRESS/MASK."""
    if text.startswith("IP:"):
        network = ipaddress.ip_network(text[3:], strict=False)
        return sequence(tlv(0x87, network.network_address.packed + network.netmask.packed))
    return sequence(general_name(text))


def name_constraints(permitted=(), excluded=(), critical=True):
    parts = [tlv(tag, *map(subtree, names)) for tag, names in ((0xA0, permitted), (0xA1, excluded)) if names]
    return Extension(NAME_CONSTRAINTS, sequence(*parts), critical)


def policies(*ids, critical=False):
    return Extension(POLICIES, sequence(*(sequence(oid(one)) for one in ids)), critical)


# ---- keys and signatures --------------------------------------------------------------------------------------------

CURVES = {"p224": "secp224r1", "p256": "prime256v1", "p384": "secp384r1", "p521": "secp521r1", "k256": "secp256k1", "brainpool": "brainpoolP256r1"}
RSA_HASHES = {"md5": 4, "sha1": 5, "sha256": 11, "sha384": 12, "sha512": 13, "sha224": 14}
EC_HASHES = {"sha1": "1", "sha224": "3.1", "sha256": "3.2", "sha384": "3.3", "sha512": "3.4"}
HASH_IDS = {"sha256": ("2.16.840.1.101.3.4.2.1", 32), "sha384": ("2.16.840.1.101.3.4.2.2", 48), "sha512": ("2.16.840.1.101.3.4.2.3", 64)}


def openssl(*words, data=b""):
    done = subprocess.run(["openssl", *map(str, words)], input=data, capture_output=True, env=clean_env(), timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {' '.join(map(str, words))}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def write_once(path, contents):
    """Whole or not at all; where another process was quicker, what it wrote stays."""
    made = path.with_name(f".{secrets.token_hex(8)}")
    made.write_bytes(contents)
    with contextlib.suppress(FileExistsError):
        os.link(made, path)
    made.unlink()


@dataclasses.dataclass
class Key:
    kind: str
    path: pathlib.Path

    @property
    def pem(self):
        """PKCS #8."""
        return self.path.read_bytes()

    @property
    def public(self):
        """A SubjectPublicKeyInfo."""
        cached = self.path.with_suffix(".pub")
        if not cached.exists():
            write_once(cached, openssl("pkey", "-in", self.path, "-pubout", "-outform", "DER"))
        return cached.read_bytes()

    def algorithm(self, digest, pss=False):
        if self.kind in ("ed25519", "ed448"):
            return sequence(oid("1.3.101.112" if self.kind == "ed25519" else "1.3.101.113"))
        if pss or self.kind == "rsapss":
            hash_id, size = HASH_IDS[digest]
            hashed = sequence(oid(hash_id), NULL)
            return sequence(oid("1.2.840.113549.1.1.10"), sequence(tlv(0xA0, hashed), tlv(0xA1, sequence(oid("1.2.840.113549.1.1.8"), hashed)),
                                                                   tlv(0xA2, integer(size))))
        if self.kind.startswith("rsa"):
            return sequence(oid(f"1.2.840.113549.1.1.{RSA_HASHES[digest]}"), NULL)
        if self.kind == "dsa":
            return sequence(oid("2.16.840.1.101.3.4.3.2"))
        return sequence(oid(f"1.2.840.10045.4.{EC_HASHES[digest]}"))

    def sign(self, data, digest, pss=False):
        if self.kind in ("ed25519", "ed448"):
            message = self.path.with_suffix(f".{secrets.token_hex(8)}")
            message.write_bytes(data)
            try:
                return openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.path, "-in", message)
            finally:
                message.unlink()
        padding = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest") if pss or self.kind == "rsapss" else ()
        return openssl("dgst", f"-{digest}", "-sign", self.path, *padding, data=data)


class Keys:
    """Keys by kind and by what they are for, made once and kept in a folder. Kinds: rsa2048 (any size), rsae (a huge exponent), rsapss, p256 ..., p256x (explicit
    parameters), k256, brainpool, ed25519, ed448, dsa."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)

    def get(self, kind, use):
        path = self.folder / f"{kind}-{use}.pem"
        if not path.exists():
            write_once(path, self._make(kind))
        return Key(kind, path)

    @staticmethod
    def _make(kind):
        if kind in CURVES or kind == "p256x":
            options = ["-pkeyopt", f"ec_paramgen_curve:{CURVES.get(kind, 'prime256v1')}", "-pkeyopt",
                       f"ec_param_enc:{'explicit' if kind == 'p256x' else 'named_curve'}"]
            return openssl("genpkey", "-algorithm", "EC", *options)
        if kind in ("ed25519", "ed448"):
            return openssl("genpkey", "-algorithm", kind)
        if kind == "dsa":
            return openssl("dsaparam", "-genkey", "-noout", "1024")
        if kind == "rsae":
            return openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:4294967297")
        if kind == "rsapss":
            return openssl("genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048")
        return openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{kind.removeprefix('rsa')}")


# ---- certificates ---------------------------------------------------------------------------------------------------

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def days(number):
    """So many days from now."""
    return NOW + datetime.timedelta(days=number)


@dataclasses.dataclass
class Certificate:
    """What is signed, part by part; RFC 5280 4.1. Without an issuer it signs itself."""
    key: Key
    subject: list
    extensions: list
    issuer: "Certificate" = None
    issuer_name: bytes = None       # a name that is not the issuer's
    version: int = 3
    serial: bytes = None            # an INTEGER, whole
    not_before: object = dataclasses.field(default_factory=lambda: days(-1))
    not_after: object = dataclasses.field(default_factory=lambda: days(300))
    digest: str = "sha256"
    pss: bool = False
    outer_algorithm: bytes = None   # when the one outside differs
    signature_damaged: bool = False
    trailing: bytes = b""           # after the certificate
    within: bytes = b""             # at the end of what is signed
    key_identifiers: bool = True
    authority_key_id: bytes = None  # when it is a wrong one
    subject_encoded: bytes = None   # a Name, whole
    validity: bytes = None          # a Validity, whole
    public: bytes = None            # a SubjectPublicKeyInfo, whole
    _der: bytes = None

    def key_id(self):
        return self.key.public[-20:]

    def subject_der(self):
        return name(*self.subject) if self.subject_encoded is None else self.subject_encoded

    def all_extensions(self):
        found = list(self.extensions)
        if self.key_identifiers and found:
            found.append(Extension(SUBJECT_KEY_ID, octets(self.key_id())))
            if self.issuer:
                found.append(Extension(AUTHORITY_KEY_ID, sequence(tlv(0x80, self.authority_key_id or self.issuer.key_id()))))
        return found

    def der(self):
        """Signed once; a later change is not seen."""
        if self._der is None:
            signer = self.issuer or self
            algorithm = signer.key.algorithm(self.digest, self.pss)
            serial = self.serial or integer(int.from_bytes(secrets.token_bytes(15), "big") + 1)
            extensions = self.all_extensions()
            body = sequence(tlv(0xA0, integer(self.version - 1)) if self.version > 1 else b"", serial, algorithm,
                            self.issuer_name or signer.subject_der(), self.validity or sequence(time(self.not_before), time(self.not_after)), self.subject_der(),
                            self.public or self.key.public,
                            tlv(0xA3, sequence(*(one.der() for one in extensions))) if extensions and self.version == 3 else b"", self.within)
            signature = signer.key.sign(body, self.digest, self.pss)
            if self.signature_damaged:
                signature = signature[:-1] + bytes([signature[-1] ^ 1])
            self._der = sequence(body, self.outer_algorithm or algorithm, bits(signature)) + self.trailing
        return self._der

    def pem(self):
        return to_pem(self.der())


def to_pem(der, label="CERTIFICATE"):
    text = base64.encodebytes(der).replace(b"\n", b"")
    lines = [text[start:start + 64] for start in range(0, len(text), 64)]
    return b"\n".join([f"-----BEGIN {label}-----".encode(), *lines, f"-----END {label}-----".encode(), b""])


def authority(key, common_name="Docker Test CA", issuer=None, **more):
    more.setdefault("extensions", [basic_constraints(), key_usage("keyCertSign", "cRLSign")])
    return Certificate(key, [("O", "Example"), ("CN", common_name)], issuer=issuer, not_after=more.pop("not_after", days(3000)), **more)


def server(key, issuer, names=("DNS:docker.test", "DNS:localhost", "IP:127.0.0.1"), **more):
    more.setdefault("extensions", [key_usage("digitalSignature", "keyEncipherment"), san(*names), extended_key_usage("server")])
    return Certificate(key, more.pop("subject", [("CN", "docker.test")]), issuer=issuer, **more)


def client(key, issuer, **more):
    more.setdefault("extensions", [key_usage("digitalSignature", "keyEncipherment"), extended_key_usage("client")])
    return Certificate(key, more.pop("subject", [("CN", "client")]), issuer=issuer, **more)
