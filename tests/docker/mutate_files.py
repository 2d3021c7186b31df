"""Changes of the files of a set-up, each drawn at random; see mutate_certificates.py."""
import base64

from certificate_maker import authority, openssl, to_pem
from set_up import Folder, Link

CERTIFICATES, KEYS = ("ca.pem", "server-cert.pem", "cert.pem"), ("server-key.pem", "key.pem")
LABELS = (b"TRUSTED CERTIFICATE", b"X509 CERTIFICATE", b"certificate", b"CERTIFICATE ", b"PRIVATE KEY", b"RSA PRIVATE KEY", b"EC PRIVATE KEY",
          b"ENCRYPTED PRIVATE KEY", b"ANY PRIVATE KEY", b"PUBLIC KEY",
          b"CERTIFICATE REQUEST", b"", b"X509 CRL")


def _relabel(random):
    label = random.choice(LABELS)
    both = random.random() < 0.7

    def change(text):
        for word in (b"CERTIFICATE", b"PRIVATE KEY"):
            text = text.replace(b"-----BEGIN " + word, b"-----BEGIN " + label)
            text = text.replace(b"-----END " + word, b"-----END " + label) if both else text
        return text
    return f"label {label.decode()!r}{'' if both else ' in BEGIN only'}", change


def _wrap(size):
    def change(text):
        lines = text.splitlines()
        body = b"".join(line for line in lines if not line.startswith(b"-"))
        return b"\n".join([lines[0], *(body[at:at + size] for at in range(0, len(body), size)), lines[-1], b""])
    return change


def _random_edit(random):
    at, how, octet = random.random(), random.choice(["insert", "delete", "replace", "insert"]), random.choice([b" ", b"\n", b"-", b"=", b"@", b"\0", b":",
                                                                                                               b"\t", b"A", b"\r\n", b"\xff"])

    def change(text):
        place = int(at * len(text))
        return text[:place] + (octet if how != "delete" else b"") + text[place + (how != "insert"):]
    return f"{how} {octet!r} at {at:.3f}", change


EDITS = {
    "CRLF": lambda text: text.replace(b"\n", b"\r\n"), "CR": lambda text: text.replace(b"\n", b"\r"), "BOM": lambda text: b"\xef\xbb\xbf" + text,
    "UTF-16": lambda text: ("\ufeff" + text.decode("latin-1")).encode("utf-16-le"), "no final newline": lambda text: text.rstrip(b"\n"), "empty": lambda text: b"",
    "text before": lambda text: b"some words\n" + text, "text on the line": lambda text: b"words " + text, "text behind": lambda text: text + b"more words\n",
    "text behind on the line": lambda text: text.rstrip(b"\n") + b" words\n", "blank lines": lambda text: text.replace(b"\n", b"\n\n"),
    "blanks at the ends": lambda text: text.replace(b"\n", b"  \n"), "tabs in front": lambda text: text.replace(b"\n", b"\n\t"),
    "indented": lambda text: b" " + text.replace(b"\n", b"\n "),
    "twice": lambda text: text + text, "twice, glued": lambda text: text.rstrip(b"\n") + text, "cut": lambda text: text[:len(text) * 2 // 3],
    "cut at the end": lambda text: text[:-12],
    "no BEGIN": lambda text: text.partition(b"\n")[2], "headers": lambda text: text.replace(b"-----\n", b"-----\nSubject: x\n", 1),
    "headers and blank": lambda text: text.replace(b"-----\n", b"-----\nSubject: x\n\n", 1), "one line": lambda text: text.replace(b"\n", b""),
    "blanks for newlines": lambda text: text.replace(b"\n", b" "),
    "lines of 76": _wrap(76), "lines of 1000": _wrap(1000), "lines of 3": _wrap(3), "four dashes": lambda text: text.replace(b"-----", b"----"),
    "six dashes": lambda text: text.replace(b"-----", b"------"),
    "DER": lambda text: base64.b64decode(b"".join(line for line in text.splitlines() if not line.startswith(b"-")) + b"===", validate=False),
    "base64 again": base64.b64encode,
    "padding gone": lambda text: text.replace(b"=", b""), "a block that never ends before": lambda text: b"-----BEGIN CERTIFICATE-----\nMIIB\n" + text,
    "an empty block before": lambda text: b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n" + text,
    "a bad block before": lambda text: to_pem(b"\x30\x03\x02\x01\x01") + text,
    "a bad block behind": lambda text: text + to_pem(b"\x30\x03\x02\x01\x01"), "a key before": lambda text: to_pem(b"\x30\x00", "PRIVATE KEY") + text,
    "parameters before": lambda text: to_pem(bytes.fromhex("06082a8648ce3d030107"), "EC PARAMETERS") + text,
}


def edit(random, s):
    name = random.choice([*CERTIFICATES * 2, *KEYS])
    if random.random() < 0.25:
        what, change = _random_edit(random)
    elif random.random() < 0.15:
        what, change = _relabel(random)
    else:
        what, change = random.choice(sorted(EDITS.items()))
    s.edit(name, change)
    return f"{name}: {what}"


def more_certificates(random, s):
    name = random.choice(CERTIFICATES)
    others = {"stranger": lambda: authority(s.key("stranger"), "Stranger CA").pem(), "same name": lambda: authority(s.key("stranger")).pem()}
    if not s.files.get("ca.pem"):
        others |= {"ca": lambda: s.ca.pem(), "server": lambda: s.server.pem(), "client": lambda: s.client.pem()}
    which, before = random.choice(sorted(others)), random.random() < 0.4
    s.edit(name, lambda text: others[which]() + text if before else text + others[which]())
    return f"{name}: {which} {'before' if before else 'behind'}"


def instead(random, s):
    """Another of the set-up's files in its place, or none."""
    name = random.choice([*CERTIFICATES, *KEYS])
    other = random.choice([*CERTIFICATES, *KEYS, None, Folder, Link("{dir}/nowhere"), Link("/dev/null")])
    s.files[name] = other if other is not name else None
    return f"{name}: {other!r} in its place"


def key_form(random, s):
    name, who = random.choice([("server-key.pem", s.server), ("key.pem", s.client)])
    if name in s.files:
        return None
    path = who.key.path
    form = random.choice(["traditional", "encrypted pkcs8", "encrypted traditional", "with parameters", "public", "other", "other kind", "with certificate"])
    makers = {"traditional": lambda: openssl("pkey", "-in", path, "-traditional"), "encrypted pkcs8": lambda: openssl("pkcs8", "-topk8", "-in", path,
                                                                                                                      "-passout", "pass:x"),
              "encrypted traditional": lambda: openssl("pkey", "-in", path, "-traditional", "-aes128", "-passout", "pass:x"),
              "with parameters": lambda: openssl("ecparam", "-name", "prime256v1") + openssl("pkey", "-in", path, "-traditional"),
              "public": lambda: to_pem(who.key.public, "PUBLIC KEY"), "other": lambda: s.key("other").pem, "other kind": lambda: s.key("other",
                                                                                                                                       random.choice(["p256",
                                                                                                                                                      "rsa2048",
                                                                                                                                                      "ed25519"])).pem,
              "with certificate": lambda: who.pem() + who.key.pem}
    if form in ("traditional", "encrypted traditional", "with parameters") and not who.key.kind.startswith(("p", "rsa2", "rsa3")):
        return None
    s.files[name] = makers[form]()
    return f"{name}: {form}"


def bent_key(random, s):
    """An octet of the key is another one."""
    name = random.choice(KEYS)
    at, octet = random.random(), random.choice([0, 1, 2, 4, 0x30, 0x80, 0xFF])

    def change(text):
        lines = text.splitlines()
        try:
            der = bytearray(base64.b64decode(b"".join(line for line in lines if not line.startswith(b"-"))))
        except ValueError:
            return text
        if len(der) < 8:
            return text
        der[int(at * min(len(der), 60))] = octet
        return to_pem(bytes(der), lines[0].strip(b"-")[6:].decode())
    s.edit(name, change)
    return f"{name}: octet at {at:.3f} is {octet:#x}"


def modes(random, s):
    name, mode = random.choice([*CERTIFICATES, *KEYS]), random.choice([0o000, 0o400, 0o440, 0o444, 0o600, 0o644, 0o666, 0o777])
    s.modes[name] = mode
    s.client_uid = random.choice([None, 65534])
    if random.random() < 0.4:
        s.owners[name] = 65534
    return f"{name}: mode {mode:o}, owner {s.owners.get(name, 0)}, client {s.client_uid}"


CHANGES = (edit, edit, edit, edit, more_certificates, more_certificates, instead, key_form, key_form, bent_key, modes)
