#!/usr/bin/env python3
"""Every row of the certificate profile, as openssl reads the sets of every key type. Argument: the folder of the sets."""
import datetime
import functools
import ipaddress
import stat

from asn1 import CertificateNodes
from harness import KEY_TYPES, Failed, check, check_equal, check_in, run, run_tests, temp_folder
from sets import ADDRESSES, CLIENT_EMAIL, CLIENT_NAME, CONSTRAINED, HOSTS, load_sets

SIGNATURES = {"p256": "ecdsa-with-SHA256", "p384": "ecdsa-with-SHA384", "rsa3072": "sha256WithRSAEncryption", "rsa4096": "sha256WithRSAEncryption",
              "ed25519": "ED25519"}
PUBLIC_KEYS = {"p256": ["id-ecPublicKey", "prime256v1"], "p384": ["id-ecPublicKey", "secp384r1"], "rsa3072": ["rsaEncryption", ""],
               "rsa4096": ["rsaEncryption", ""], "ed25519": ["ED25519"]}
KEY_TEXTS = {"p256": "ASN1 OID: prime256v1", "p384": "ASN1 OID: secp384r1", "rsa3072": "Public-Key: (3072 bit)", "rsa4096": "Public-Key: (4096 bit)",
             "ed25519": "ED25519 Public-Key:"}

# The contents of the extensions, DER.
CA_TRUE_PATHLEN_0, CA_FALSE = "30060101FF020100", "3000"
KEY_CERT_SIGN_AND_CRL_SIGN, DIGITAL_SIGNATURE, DIGITAL_SIGNATURE_AND_KEY_ENCIPHERMENT = "03020106", "03020780", "030205A0"
SERVER_AUTH, CLIENT_AUTH = "300A06082B06010505070301", "300A06082B06010505070302"

DAY, HOUR, SECOND = datetime.timedelta(days=1), datetime.timedelta(hours=1), datetime.timedelta(seconds=1)


def moment(node):
    form = {"UTCTIME": "%y%m%d%H%M%SZ", "GENERALIZEDTIME": "%Y%m%d%H%M%SZ"}[node.kind]
    return datetime.datetime.strptime(node.value, form).replace(tzinfo=datetime.timezone.utc)


def key_identifier(key):
    """What openssl makes of a key when it is asked for subjectKeyIdentifier=hash (RFC 5280 4.2.1.2, method 1)."""
    with temp_folder() as folder:
        run(["openssl", "req", "-x509", "-new", "-key", key, "-subj", "/CN=x", "-addext", "subjectKeyIdentifier=hash", "-out", folder / "x.pem"], check=True)
        return CertificateNodes(folder / "x.pem").extension("Subject Key Identifier").hex[4:]


def subject_alternative_name():
    """The encoding that the server's names must have: in the order given, first all DNS names, then all addresses."""
    names = b"".join(bytes([0x82, len(name)]) + name.encode() for name in (HOSTS[0], "*.wild.example.com", *HOSTS[2:]))
    for address in ADDRESSES:
        octets = ipaddress.ip_address(address).packed
        names += bytes([0x87, len(octets)]) + octets
    return tlv(0x30, names)


def tlv(tag, contents):
    length = bytes([len(contents)]) if len(contents) < 0x80 else bytes([0x81, len(contents)])
    return (bytes([tag]) + length + contents).hex().upper()


def common_name(name):
    """The only attribute of a name; throws for any other form."""
    (attribute,) = [node for node in name.walk() if node.kind == "SEQUENCE" and len(node) == 2 and node[0].kind == "OBJECT"]
    if (attribute[0].value, attribute[1].kind) != ("commonName", "UTF8STRING"):
        raise Failed(f"not a CN as UTF8String: {attribute[0].value}, {attribute[1].kind}")
    return attribute[1].value


def check_common_rows(nodes, one, lifetime):
    check_equal(nodes.version[0].value, "02", "version 3")
    check_equal([node.value for node in nodes.whole[1].children][0], SIGNATURES[one.key_type], "signature algorithm")
    check_equal(nodes.signature[0].value, SIGNATURES[one.key_type], "the same inside")
    check_equal([node.value for node in nodes.public_key[0].children], PUBLIC_KEYS[one.key_type], "public key")
    serial = nodes.serial.value
    check(len(serial) == 32 and 0x01 <= int(serial[:2], 16) <= 0x7F, "the serial number has 16 octets, the first from 01 to 7F", serial)
    not_before, not_after = map(moment, nodes.validity.children)
    check_equal(not_after - not_before, lifetime + HOUR - SECOND, "from an hour before the making to a second before the lifetime's end")
    check(not any(extension.default_encoded for extension in nodes.extensions), "no flag is written that DER leaves out")


def check_extensions(nodes, expected):
    actual = [(one.name, one.critical, one.hex) for one in nodes.extensions]
    check_equal(actual, expected, "exactly these extensions in this order: " + ", ".join(name for name, _, _ in expected))


def the_authority(one):
    nodes = CertificateNodes(one.ca)
    check_common_rows(nodes, one, 3650 * DAY)
    check_equal(common_name(nodes.issuer), common_name(nodes.subject), "issuer and subject are one")
    check(common_name(nodes.subject).endswith(" G1"), "the common name tells the generation", common_name(nodes.subject))
    own = key_identifier(one.folder / "home/authorities/g1/ca-key.pem")
    constraints = [extension for extension in nodes.extensions if extension.name == "Name Constraints"]
    check_equal(len(constraints), 1 if one.name == CONSTRAINED else 0, "name constraints only if asked for")
    check_extensions(nodes, [("Basic Constraints", True, CA_TRUE_PATHLEN_0), ("Key Usage", True, KEY_CERT_SIGN_AND_CRL_SIGN),
                             *[("Name Constraints", True, extension.hex) for extension in constraints], ("Subject Key Identifier", False, "0414" + own)])


def check_leaf(one, certificate, key, name, usage, purpose, names):
    nodes = CertificateNodes(certificate)
    check_common_rows(nodes, one, 365 * DAY)
    check_equal(common_name(nodes.subject), name, "the subject")
    check_equal(common_name(nodes.issuer), common_name(CertificateNodes(one.ca).subject), "the issuer")
    authority = CertificateNodes(one.ca).extension("Subject Key Identifier").hex[4:]
    check_extensions(nodes, [("Basic Constraints", True, CA_FALSE), ("Key Usage", True, usage), ("Extended Key Usage", False, purpose),
                             ("Subject Key Identifier", False, "0414" + key_identifier(key)), ("Authority Key Identifier", False, "30168014" + authority),
                             ("Subject Alternative Name", False, names)])


def the_server(one):
    usage = DIGITAL_SIGNATURE_AND_KEY_ENCIPHERMENT if one.key_type.startswith("rsa") else DIGITAL_SIGNATURE
    check_leaf(one, one.server, one.server_key, HOSTS[0], usage, SERVER_AUTH, subject_alternative_name())


def the_client(one):
    names = tlv(0x30, bytes([0x81, len(CLIENT_EMAIL)]) + CLIENT_EMAIL.encode())
    check_leaf(one, one.client, one.client_key, CLIENT_NAME, DIGITAL_SIGNATURE, CLIENT_AUTH, names)


def read_by_people(one):
    """`openssl x509 -text`: the same in words, which would show what the octets above were misread for."""
    text = {path: run(["openssl", "x509", "-noout", "-text", "-certopt", "ext_error", "-in", path], check=True).stdout for path in (one.ca, one.server, one.client)}
    check_in("CA:TRUE, pathlen:0", text[one.ca], "the authority: CA:TRUE, pathlen:0")
    check_in("Certificate Sign, CRL Sign", text[one.ca], "the authority: Certificate Sign, CRL Sign")
    check_in("TLS Web Server Authentication\n", text[one.server], "the server: TLS Web Server Authentication alone")
    check_in("DNS:docker.example.com, DNS:*.wild.example.com, DNS:xn--bcher-kva.example.com, DNS:localhost, IP Address:127.0.0.1, "
             "IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:0:0:1\n", text[one.server], "the server: all names, IDN as xn--")
    check_in("TLS Web Client Authentication\n", text[one.client], "the client: TLS Web Client Authentication alone")
    check_in(f"email:{CLIENT_EMAIL}\n", text[one.client], "the client: the e-mail address")
    for path in text:
        check_in(KEY_TEXTS[one.key_type], text[path], f"{path.name}: {KEY_TEXTS[one.key_type]}")


def constraints_in_words(one):
    text = run(["openssl", "x509", "-noout", "-ext", "nameConstraints", "-in", one.ca], check=True).stdout
    permitted = text.split("Permitted:")[1].split()
    for name in ("DNS:example.com", "DNS:localhost", "IP:127.0.0.0/255.0.0.0", "IP:0:0:0:0:0:0:0:1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF",
                 "IP:2001:DB8:0:0:0:0:0:0/FFFF:FFFF:0:0:0:0:0:0"):
        check_in(name, permitted, f"permitted: {name}")
    check_equal(len(permitted), 5, "and nothing else")
    check_in("X509v3 Name Constraints: critical", text, "critical")


def the_files(one):
    for path, mode in ((one.ca, 0o444), (one.server, 0o444), (one.server_key, 0o400), (one.client, 0o444), (one.client_key, 0o400)):
        check_equal(oct(stat.S_IMODE(path.stat().st_mode)), oct(mode), f"{path.name} has mode {mode:o}")
    for certificate, key in ((one.server, one.server_key), (one.client, one.client_key)):
        check(key.read_text().startswith("-----BEGIN PRIVATE KEY-----\n"), f"{key.name} is unencrypted PKCS #8")
        check_equal(run(["openssl", "pkey", "-check", "-noout", "-in", key], check=True).text.strip(), "Key is valid", f"openssl finds {key.name} in order")
        public = run(["openssl", "pkey", "-pubout", "-in", key], check=True).stdout
        check_equal(public, run(["openssl", "x509", "-noout", "-pubkey", "-in", certificate], check=True).stdout, f"{key.name} is that of {certificate.name}")
        if one.key_type.startswith("rsa"):
            check_in("Exponent: 65537 (0x10001)", run(["openssl", "pkey", "-pubin", "-noout", "-text"], input=public, check=True).stdout, "exponent 65537")


def check_set(one):
    for part in (the_authority, the_server, the_client):
        part(one)
    read_by_people(one)
    the_files(one)
    if one.name == CONSTRAINED:
        constraints_in_words(one)


def serials_differ():
    serials = [CertificateNodes(path).serial.value for one in load_sets() for path in (one.ca, one.server, one.client)]
    check_equal(len(set(serials)), 3 * (len(KEY_TYPES) + 1), "no two serial numbers are the same")


def main():
    tests = [serials_differ]
    for one in load_sets():
        test = functools.partial(check_set, one)
        test.__name__ = f"profile: {one.name}"
        tests.append(test)
    run_tests(*tests)


if __name__ == "__main__":
    main()
