"""Set-ups whose certificates or files people got wrong, each with the verdict of the real Docker and the findings that name the mistake."""
import base64
import subprocess

from certificate_maker import (EXTENDED_KEY_USAGE, GENERALIZED_TIME, IAN, INHIBIT_ANY_POLICY, KEY_USAGE, NAME_CONSTRAINTS, POISON, POLICY_CONSTRAINTS,
                               PRINTABLE, PRIVATE,
                               SAN, UTC_TIME, UTF8, Extension, authority, basic_constraints, bits, days, extended_key_usage, general_name, integer, key_usage, name,
                               name_constraints, octets, openssl, san, sequence, time, tlv, to_pem)
from set_up import PORT, Folder, Link

UP, NO, DOWN = "up/ok/ok", "up/no/no", "DOWN/-/-"
KNOWN = []


def known(case_id, verdict, findings, *changes, dockerd28=None, strict=None, endpoint=None, kind="p256"):
    """verdict: dockerd/docker 20.10/docker 28, as dockerd 20.10 gives it; that of dockerd 28 and of the strict world only where it differs."""
    newer = dockerd28 or verdict
    KNOWN.append({"id": case_id, "verdicts": {"dockerd20": verdict, "dockerd28": newer, "strict": strict or newer}, "findings": set(findings.split()),
                  "changes": changes, "endpoint": endpoint, "kind": kind})


# ---- the changes ----

def dial(host, port=PORT):
    return lambda s: s.set_environment(DOCKER_HOST=f"tcp://{host}:{port}")


def set_field(who, **fields):
    def change(s):
        for field, value in fields.items():
            setattr(getattr(s, who), field, value(s) if callable(value) else value)
    return change


def replace_extension(who, kind, *new):
    """Those of this type leave, the new ones come."""
    def change(s):
        certificate = getattr(s, who)
        certificate.extensions = [one for one in certificate.extensions if one.type != kind] + list(new)
    return change


def names(*given):
    return replace_extension("server", SAN, san(*given))


def usage(who, *purposes):
    return replace_extension(who, EXTENDED_KEY_USAGE, *([extended_key_usage(*purposes)] if purposes else []))


def key_usages(who, *usages):
    return replace_extension(who, KEY_USAGE, *([key_usage(*usages)] if usages != (None,) else []))


def add(who, extension):
    return lambda s: getattr(s, who).extensions.append(extension)


def intermediate(**more):
    return lambda s: s.with_intermediate(**more)


def two_authorities(s):
    s.with_two_authorities()


def key_kind(who, kind):
    return lambda s: setattr(getattr(s, who), "key", s.key(f"{who}-{kind}", kind))


def edit(name, change):
    return lambda s: s.edit(name, change)


def replace(name, make):
    """The file holds what make(set-up) gives."""
    def change(s):
        value = make(s)
        s.files[name] = value
    return change


def leave_out(*files):
    return lambda s: s.leave_out(*files)


def own_authority_file(s):
    """dockerd reads its own ca.pem: what happens to the client's does not concern it."""
    s.files["server-ca.pem"] = s.ca.pem()
    s.switches[1] = "--tlscacert={dir}/server-ca.pem"


def client_file_only(name, change):
    """An edit of ca.pem that only the client sees."""
    return lambda s: (own_authority_file(s), s.edit(name, change))


def der_of(pem):
    return base64.b64decode(b"".join(line for line in pem.splitlines() if not line.startswith(b"-")))


def as_bom(text):
    return b"\xef\xbb\xbf" + text


def constrained(*args, **more):
    return add("ca", name_constraints(*args, **more))


def stranger(s, use="stranger", common_name="Stranger CA"):
    return authority(s.key(use), common_name)


# ---- names ----
known("san-cn-only-dns", NO, "san-cn-only san-lost-extfile", dial("docker.test"), replace_extension("server", SAN))
known("san-v1-leaf", NO, "san-cn-only", dial("docker.test"), set_field("server", version=1, extensions=[]))
known("san-cn-only-ip", NO, "san-no-ip", set_field("server", subject=[("CN", "127.0.0.1")]), replace_extension("server", SAN))
known("san-ip-as-dns", NO, "san-no-ip", names("DNS:127.0.0.1"))
known("san-no-ip", NO, "san-no-ip san-lost-extfile", names("DNS:docker.test"))
known("san-wrong-ip", NO, "san-wrong-ip", names("DNS:docker.test", "IP:10.0.0.5"))
known("san-wrong-dns", NO, "san-wrong-dns", dial("docker.test"), names("DNS:other.test"))
known("san-short-name", NO, "san-wrong-dns", dial("docker"), names("DNS:docker.test"))
known("env-name-other", NO, "san-wrong-dns", dial("host.docker.internal"))
known("san-localhost-missing", NO, "san-localhost", dial("localhost"), names("IP:127.0.0.1"))
known("san-localhost-reverse", NO, "san-localhost", names("DNS:localhost"))
known("san-dind-alias", NO, "san-dind", dial("dind"), names("DNS:cf4b4945b471", "DNS:docker", "DNS:localhost", "IP:127.0.0.1"))
known("san-wild-two-levels", NO, "san-wild-depth", dial("a.b.docker.test"), names("DNS:*.docker.test"))
known("san-wild-partial", NO, "san-wild-bad", dial("docker.test"), names("DNS:do*.test"))
known("san-wild-ip", NO, "san-wild-bad", names("DNS:127.0.0.*"))
known("san-wild-ip-end", NO, "san-wild-bad", names("DNS:*.0.0.1"))
known("san-with-port", NO, "san-url", dial("docker.test"), names("DNS:docker.test:2376"))
known("san-with-scheme", NO, "san-url", dial("docker.test"), names("DNS:tcp://docker.test"))
known("san-leading-space", NO, "san-url", dial("docker.test"), names("DNS: docker.test"))
known("san-trailing-dot", NO, "san-dot", dial("docker.test"), names("DNS:docker.test."))
known("san-ipv6-as-dns", NO, "san-ipv6", dial("[::1]"), names("DNS:::1"), lambda s: s.hosts.append(f"tcp://[::1]:{PORT}"))
known("san-ipv6-missing", NO, "san-ipv6", dial("[::1]"), lambda s: s.hosts.append(f"tcp://[::1]:{PORT}"))
known("san-uri-only", NO, "san-none-usable", dial("docker.test"), names("URI:https://docker.test/"))
known("san-email-only", NO, "san-none-usable", dial("docker.test"), names("email:root@docker.test"))
known("san-empty", NO, "san-none-usable", dial("docker.test"), names())
known("san-ip-cidr", DOWN, "san-ip-bytes", names("IPBYTES:7f000001ff000000"))
known("san-ip-text", DOWN, "san-ip-bytes", names("IPBYTES:" + b"127.0.0.1".hex()))
known("san-non-ascii", DOWN, "san-non-ascii", names("DNS:döcker.test", "IP:127.0.0.1"))
known("san-duplicate", DOWN, "san-dup-ext", add("server", san("DNS:localhost")))
known("san-upper", UP, "san-not-mistake", dial("docker.test"), names("DNS:DOCKER.Test"))
known("san-host-upper", UP, "san-not-mistake", dial("DOCKER.TEST"))
known("san-cn-mismatch-ok", UP, "san-not-mistake", dial("docker.test"), set_field("server", subject=[("CN", "other.test")]))
known("san-wild-tld", UP, "san-not-mistake", dial("docker.test"), names("DNS:*.test"))
known("san-host-trailing-dot", UP, "san-not-mistake", dial("docker.test."))
known("san-many", UP, "san-not-mistake", names(*(f"DNS:host{i}.test" for i in range(300)), "IP:127.0.0.1"))
known("san-underscore", UP, "san-not-mistake", dial("docker_host.test"), names("DNS:docker_host.test"))
known("san-ipv6-mapped", UP, "san-ipv6-mapped", names("IPBYTES:" + "00" * 10 + "ffff7f000001"), dockerd28=DOWN)

# ---- usages ----
known("eku-server-client-only", NO, "eku-server", usage("server", "client"))
known("eku-server-email", NO, "eku-server", usage("server", "email"))
known("eku-server-mssgc", NO, "eku-server", usage("server", "sgc"))
known("eku-client-cert-as-server", NO, "eku-server", usage("server", "client"), names("IP:127.0.0.1"))
known("eku-client-server-only", NO, "eku-client", usage("client", "server"))
known("eku-same-cert-both", NO, "eku-client", replace("cert.pem", lambda s: s.server.pem()), replace("key.pem", lambda s: s.server.key.pem))
known("eku-client-email", NO, "eku-client", usage("client", "email"))
known("eku-ca-server-only", NO, "eku-ca-nesting", usage("ca", "server"))
known("eku-ca-client-only", NO, "eku-ca-nesting", usage("ca", "client"))
known("eku-ca-ocsp", NO, "eku-ca-nesting", usage("ca", "ocsp"))
known("eku-ca-code-srv", NO, "eku-ca-nesting", two_authorities, usage("ca", "code"))
known("eku-ca-code-cli", NO, "eku-ca-nesting", two_authorities, usage("daemon_ca", "code"))
known("eku-int-client-only", NO, "eku-int-nesting", intermediate(), usage("intermediate", "client"))
known("ku-ca-no-certsign", NO, "ku-ca", key_usages("ca", "digitalSignature", "cRLSign"))
known("ku-ca-crlsign-only", NO, "ku-ca", key_usages("ca", "cRLSign"))
known("ku-int-no-certsign", NO, "ku-ca", intermediate(), key_usages("intermediate", "digitalSignature"))
known("good-docs-recipe", UP, "ku-ca-missing-py", key_usages("ca", None), key_usages("server", None), key_usages("client", None), kind="rsa2048")
known("ku-server-enc-only", UP, "ku-leaf", key_usages("server", "keyEncipherment"), kind="rsa2048")
known("ku-client-enc-only", UP, "ku-leaf", key_usages("client", "keyEncipherment"), kind="rsa2048")
known("ku-ec-agree-only", UP, "ku-leaf", key_usages("server", "keyAgreement"))
known("ku-client-empty", UP, "ku-leaf", key_usages("client"))

# ---- authorities ----
known("ca-false-client-side", NO, "ca-no-bc", two_authorities, replace_extension("daemon_ca", "2.5.29.19", basic_constraints(ca=False)))
known("ca-int-no-bc", NO, "ca-int-flags", intermediate(extensions=[key_usage("keyCertSign")]))
known("ca-int-false", NO, "ca-int-flags", intermediate(extensions=[basic_constraints(ca=False), key_usage("keyCertSign")]))
known("ca-int-v1", NO, "ca-int-flags", intermediate(version=1, extensions=[]))
known("ca-leaf-signed-leaf", NO, "ca-leaf-signs", lambda s: setattr(s.client, "issuer", s.server),
      lambda s: s.edit("cert.pem", lambda text: text + s.server.pem()))
known("ca-pathlen0-int", NO, "ca-pathlen", replace_extension("ca", "2.5.29.19", basic_constraints(pathlen=0)), intermediate())

# ---- time ----
known("time-client-expired", NO, "time-client-expired", set_field("client", not_before=days(-20), not_after=days(-1)))
known("time-server-expired", NO, "time-server-expired", set_field("server", not_before=days(-20), not_after=days(-1)))
known("time-ca-expired", NO, "time-ca-expired", set_field("ca", not_before=days(-20), not_after=days(-1)))
known("time-int-expired", NO, "time-ca-expired", intermediate(not_before=days(-20), not_after=days(-1)))
known("time-ca-future", NO, "time-future", set_field("ca", not_before=days(10)))
known("time-client-future", NO, "time-future", set_field("client", not_before=days(10)))
known("time-utc-2050", NO, "time-encoding", set_field("server", not_after=tlv(UTC_TIME, b"500101000000Z")))
known("time-utc-offset", DOWN, "time-encoding", set_field("server", not_after=tlv(UTC_TIME, b"360101000000+0000")))
known("time-utc-offset-hour", UP, "", set_field("server", not_after=tlv(UTC_TIME, b"360101000000+0100")))
known("time-gen-fraction", DOWN, "time-encoding", set_field("server", not_after=tlv(GENERALIZED_TIME, b"20360101000000.5Z")))
known("time-reversed", NO, "time-reversed", set_field("server", not_before=days(100), not_after=days(50)))

# ---- files ----
known("file-server-key-mismatch", DOWN, "file-key-mismatch", replace("server-key.pem", lambda s: s.key("other").pem))
known("file-client-key-mismatch", NO, "file-key-mismatch", replace("key.pem", lambda s: s.key("other").pem))
known("file-client-key-type", NO, "file-key-mismatch", replace("key.pem", lambda s: s.key("other", "rsa2048").pem))


def encrypted(use, form):
    def make(s):
        path = s.key(use).path
        if form == "pkcs8":
            return openssl("pkcs8", "-topk8", "-in", path, "-passout", "pass:secret")
        return openssl("pkey" if form == "any" else "ec", "-in", path, "-aes128", "-passout", "pass:secret")
    return make


known("file-server-enc-pkcs8", DOWN, "file-key-encrypted-server", replace("server-key.pem", encrypted("server", "pkcs8")))
known("file-server-enc-trad", DOWN, "file-key-encrypted-server", replace("server-key.pem", encrypted("server", "ec")))
known("file-client-enc-pkcs8", NO, "file-key-encrypted-client", replace("key.pem", encrypted("client", "pkcs8")))
known("file-client-enc-trad", NO, "file-key-encrypted-client", replace("key.pem", encrypted("client", "ec")))
known("file-server-cert-der", DOWN, "file-der", edit("server-cert.pem", der_of))
known("file-ca-der-client", NO, "file-der", client_file_only("ca.pem", der_of))
known("file-ca-der-server", DOWN, "file-der", own_authority_file, edit("server-ca.pem", der_of))
known("file-client-cert-der", NO, "file-der", edit("cert.pem", der_of))


def p12(s):
    return openssl("pkcs12", "-export", "-nokeys", "-in", "/dev/stdin", "-passout", "pass:", data=s.server.pem())


known("file-p12", DOWN, "file-der", replace("server-cert.pem", p12))
known("file-pkcs7", DOWN, "file-der", edit("server-cert.pem", lambda text: openssl("crl2pkcs7", "-nocrl", "-certfile", "/dev/stdin", data=text)))
known("file-swapped-server", DOWN, "file-swapped", replace("server-cert.pem", lambda s: s.server.key.pem), replace("server-key.pem", lambda s: s.server.pem()))
known("file-swapped-client", NO, "file-swapped", replace("cert.pem", lambda s: s.client.key.pem), replace("key.pem", lambda s: s.client.pem()))
known("file-key-is-cert", DOWN, "file-swapped", replace("server-key.pem", lambda s: s.server.pem()))


def request(s):
    return openssl("req", "-new", "-key", s.server.key.path, "-subj", "/CN=docker.test")


known("file-csr-as-cert", DOWN, "file-csr", replace("server-cert.pem", request))
known("file-pubkey-as-key", DOWN, "file-csr", replace("server-key.pem", lambda s: to_pem(s.server.key.public, "PUBLIC KEY")))
known("file-client-pubkey-as-key", NO, "file-csr", replace("key.pem", lambda s: to_pem(s.client.key.public, "PUBLIC KEY")))


def openssh(s):
    path = s.key("server").path.with_suffix(".openssh")
    path.write_bytes(s.key("server").pem)
    path.chmod(0o600)
    subprocess.run(["ssh-keygen", "-q", "-p", "-N", "", "-f", str(path)], check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return path.read_bytes()


known("file-openssh-key", DOWN, "file-openssh", replace("server-key.pem", openssh))
known("file-bom-ca-server", DOWN, "file-bom", own_authority_file, edit("server-ca.pem", as_bom))
known("file-bom-cert", DOWN, "file-bom", edit("server-cert.pem", as_bom))
known("file-bom-key", DOWN, "file-bom", edit("server-key.pem", as_bom))
known("file-bom-client-cert", NO, "file-bom", edit("cert.pem", as_bom))
known("file-bom-bundle", NO, "file-bom-bundle", own_authority_file, lambda s: s.edit("ca.pem", lambda text: as_bom(text + stranger(s).pem())))
known("file-utf16", NO, "file-utf16", client_file_only("ca.pem", lambda text: ("\ufeff" + text.decode()).encode("utf-16-le")))
known("file-cr-only", NO, "file-mangled-newlines", client_file_only("ca.pem", lambda text: text.replace(b"\n", b"\r")))
known("file-indented", NO, "file-mangled-newlines", client_file_only("ca.pem", lambda text: b"".join(b"    " + line + b"\n" for line in text.splitlines())))
known("file-indented-body", NO, "file-mangled-newlines",
      client_file_only("ca.pem", lambda text: text.splitlines()[0] + b"\n" + b"".join(b"    " + line + b"\n" for line in text.splitlines()[1:])))
known("file-double-base64", NO, "file-mangled-newlines", client_file_only("ca.pem", base64.b64encode))
known("file-backslash-n", NO, "file-mangled-newlines", client_file_only("ca.pem", lambda text: text.replace(b"\n", b"\\n")))
known("file-one-line", NO, "file-mangled-newlines", client_file_only("ca.pem", lambda text: text.replace(b"\n", b" ")))
known("file-glued-bundle", NO, "file-glued", own_authority_file, lambda s: s.edit("ca.pem", lambda text: stranger(s).pem().rstrip(b"\n") + text))
known("file-glued-bundle-first", NO, "file-glued", own_authority_file, lambda s: s.edit("ca.pem", lambda text: text.rstrip(b"\n") + stranger(s).pem()))
for _id, _old, _new in (("file-trusted-cert", b" CERTIFICATE", b" TRUSTED CERTIFICATE"), ("file-x509-cert-label", b" CERTIFICATE", b" X509 CERTIFICATE"),
                        ("file-four-dashes", b"-----", b"----"), ("file-unicode-dashes", b"-----", "—————".encode()),
                        ("file-lower-case", b"CERTIFICATE", b"certificate"),
                        ("file-text-same-line", b"-----BEGIN", b"CA: -----BEGIN"), ("file-pem-headers-ca", b"CERTIFICATE-----\nM",
                                                                                    b"CERTIFICATE-----\nSubject: CA\nM")):
    known(_id, NO, "file-labels", client_file_only("ca.pem", lambda text, old=_old, new=_new: text.replace(old, new)))
known("file-ca-empty", NO, "file-truncated", client_file_only("ca.pem", lambda text: b""))
known("file-server-ca-empty", DOWN, "file-truncated", own_authority_file, edit("server-ca.pem", lambda text: b""))
known("file-server-cert-empty", DOWN, "file-truncated", edit("server-cert.pem", lambda text: b""))
known("file-client-cert-empty", NO, "file-truncated", edit("cert.pem", lambda text: b""))
known("file-client-key-empty", NO, "file-truncated", edit("key.pem", lambda text: b""))
known("file-server-key-empty", DOWN, "file-truncated", edit("server-key.pem", lambda text: b""))
known("file-truncated-cert", DOWN, "file-truncated", edit("server-cert.pem", lambda text: text[:len(text) // 2]))
known("file-truncated-client-key", NO, "file-truncated", edit("key.pem", lambda text: text[:len(text) // 2]))
known("file-ca-corrupt", NO, "file-truncated", client_file_only("ca.pem", lambda text: text[:100] + b"@@@" + text[103:]))
known("file-bundle-corrupt-first", UP, "file-bundle-skip", own_authority_file,
      lambda s: s.edit("ca.pem", lambda text: (lambda other: other[:100] + b"@@@" + other[103:])(stranger(s).pem()) + text))
known("file-bundle-corrupt-der", UP, "file-bundle-skip", own_authority_file,
      lambda s: s.edit("ca.pem", lambda text: to_pem(stranger(s).der()[:-20]) + text))
known("chain-wrong-order", DOWN, "file-wrong-order", intermediate(), lambda s: s.edit("server-cert.pem", lambda text: s.intermediate.pem() + s.server.pem()))
known("chain-ca-first", DOWN, "file-wrong-order", lambda s: s.edit("server-cert.pem", lambda text: s.ca.pem() + text))
known("chain-client-ca-first", NO, "file-wrong-order", lambda s: s.edit("cert.pem", lambda text: s.ca.pem() + text))
known("chain-client-wrong-order", NO, "file-wrong-order", intermediate(), lambda s: s.edit("cert.pem", lambda text: s.intermediate.pem() + s.client.pem()))
known("file-daemon-missing-ca", DOWN, "file-missing-daemon", own_authority_file, leave_out("server-ca.pem"))
known("file-daemon-missing-server-key", DOWN, "file-missing-daemon", leave_out("server-key.pem"))
known("file-client-missing-ca", NO, "file-missing-client-ca sur-dind-race", own_authority_file, leave_out("ca.pem"))
known("file-client-missing-cert", NO, "file-missing-client-pair", leave_out("cert.pem"))
known("file-client-missing-key", NO, "file-missing-client-pair", leave_out("key.pem"))
known("env-cert-no-key", NO, "file-missing-client-pair", leave_out("key.pem"))
known("file-client-names", NO, "file-missing-client-pair", leave_out("cert.pem", "key.pem"), replace("client-cert.pem", lambda s: s.client.pem()),
      replace("client-key.pem", lambda s: s.client.key.pem))
known("file-client-crt-names", NO, "file-missing-client-pair", leave_out("cert.pem", "key.pem"), replace("client.crt", lambda s: s.client.pem()),
      replace("client.key", lambda s: s.client.key.pem))
known("env-crt-names", NO, "file-crt-names", replace("crt/ca.crt", lambda s: s.ca.pem()), replace("crt/client.crt", lambda s: s.client.pem()),
      replace("crt/client.key", lambda s: s.client.key.pem), lambda s: s.set_environment(DOCKER_CERT_PATH="{dir}/crt"))
known("file-client-dir-ca", NO, "file-directory", own_authority_file, replace("ca.pem", lambda s: Folder))
known("file-client-dir-key", NO, "file-directory", replace("key.pem", lambda s: Folder))
known("file-daemon-dir-cert", DOWN, "file-directory", replace("server-cert.pem", lambda s: Folder))
known("file-daemon-dir-key", DOWN, "file-directory", replace("server-key.pem", lambda s: Folder))
known("file-daemon-broken-link", DOWN, "file-missing-daemon", replace("server-cert.pem", lambda s: Link("{dir}/nowhere")))
known("ext-duplicate-server", DOWN, "file-duplicate-ext", *[add("server", Extension(PRIVATE, octets(b"x")))] * 2)
known("ext-duplicate-client", NO, "file-duplicate-ext", *[add("client", Extension(PRIVATE, octets(b"x")))] * 2)
known("ext-duplicate-ca", DOWN, "file-duplicate-ext", *[add("ca", Extension(PRIVATE, octets(b"x")))] * 2)
known("enc-trailing-der", DOWN, "file-duplicate-ext", set_field("server", trailing=b"\0\0"))
known("enc-printable-at", DOWN, "file-duplicate-ext", set_field("server", subject=[("CN", "root@docker.test", PRINTABLE)]))
known("enc-bad-utf8", DOWN, "file-duplicate-ext", set_field("server", subject=[("CN", "", UTF8, b"d\xffcker")]))
known("serial-nonminimal-client", NO, "file-duplicate-ext", set_field("client", serial=tlv(0x02, b"\0\0\x01")))

# ---- who may read what ----
for _id, _name in (("perm-client-ca-root", "ca.pem"), ("perm-client-cert-root", "cert.pem"), ("perm-client-key-root", "key.pem")):
    known(_id, NO, "perm-client", lambda s, name=_name: (setattr(s, "client_uid", 65534), s.modes.update({"key.pem": 0o444, name: 0o400})))
known("perm-key-world-readable", UP, "perm-world", lambda s: s.modes.update({"key.pem": 0o644, "server-key.pem": 0o644}))
known("perm-ca-key-left", UP, "perm-ca-key", replace("ca-key.pem", lambda s: s.ca.key.pem))
known("file-ca-has-key", UP, "perm-ca-key", own_authority_file, lambda s: s.edit("ca.pem", lambda text: text + s.ca.key.pem))

# ---- chains ----
known("chain-wrong-ca-client", NO, "chain-wrong-ca-client", own_authority_file, replace("ca.pem", lambda s: stranger(s).pem()))
known("chain-server-other-ca", NO, "chain-wrong-ca-client", lambda s: setattr(s.server, "issuer", stranger(s)))
known("chain-separate-cas-swapped", NO, "chain-wrong-ca-client", two_authorities, replace("ca.pem", lambda s: s.daemon_ca.pem()),
      replace("server-ca.pem", lambda s: s.ca.pem()))
known("chain-ca-is-client-cert", NO, "chain-wrong-ca-client", own_authority_file, replace("ca.pem", lambda s: s.client.pem()))
known("env-context-bad-ca", NO, "chain-wrong-ca-client", lambda s: s.by_context(), own_authority_file, replace("ca.pem", lambda s: stranger(s).pem()))
known("chain-wrong-ca-daemon", NO, "chain-wrong-ca-daemon", own_authority_file, replace("server-ca.pem", lambda s: stranger(s).pem()))
known("chain-client-other-ca", NO, "chain-wrong-ca-daemon", lambda s: setattr(s.client, "issuer", stranger(s)))


def signed_anew(who, **more):
    """The authority was made anew under its old name, and `who` is by the old one."""
    return lambda s: setattr(getattr(s, who), "issuer", authority(s.key("old-ca"), **more))


known("chain-ca-regenerated-server", NO, "chain-same-subject sur-dind-race", signed_anew("server"), kind="rsa2048")
known("chain-ca-regenerated-noaki", NO, "chain-same-subject", signed_anew("server"), set_field("server", key_identifiers=False))
known("chain-ca-regenerated-client", NO, "chain-same-subject", signed_anew("client"))
known("chain-server-int-missing", NO, "chain-int-missing-server", intermediate(), lambda s: setattr(s, "server_sends", False))
known("chain-client-int-missing", NO, "chain-int-missing-client", intermediate(), lambda s: setattr(s, "client_sends", False))


def issuer_named(who, *attributes):
    return lambda s: setattr(getattr(s, who), "issuer_name", name(*attributes))


known("chain-dn-encoding", NO, "chain-dn", issuer_named("server", ("O", "Example", PRINTABLE), ("CN", "Docker Test CA", PRINTABLE)))
known("chain-dn-encoding-client", NO, "chain-dn", issuer_named("client", ("O", "Example", PRINTABLE), ("CN", "Docker Test CA", PRINTABLE)))
known("chain-dn-case", NO, "chain-dn", issuer_named("server", ("O", "EXAMPLE"), ("CN", "docker test ca")))
known("chain-dn-order", NO, "chain-dn", issuer_named("server", ("CN", "Docker Test CA"), ("O", "Example")))


def alone(who, *more, ca=False):
    """It signs itself."""
    return lambda s: (setattr(getattr(s, who), "issuer", None), getattr(s, who).extensions.extend([basic_constraints(ca=ca), *more]))


known("chain-self-signed-server", NO, "chain-selfsigned", alone("server"))
known("chain-self-signed-leaf-as-ca", UP, "chain-leaf-as-ca", own_authority_file, alone("server"), replace("ca.pem", lambda s: s.server.pem()))
known("chain-int-only-in-ca", UP, "chain-leaf-as-ca", intermediate(), replace("ca.pem", lambda s: s.intermediate.pem()))
known("chain-leaf-pinned", UP, "chain-leaf-as-ca", own_authority_file, replace("ca.pem", lambda s: s.server.pem()))
known("chain-self-signed-client", UP, "chain-leaf-as-ca", own_authority_file, alone("client"), replace("server-ca.pem", lambda s: s.client.pem()))
known("chain-self-signed-both-same", UP, "chain-leaf-as-ca", alone("server"), usage("server", "server", "client"), replace("ca.pem", lambda s: s.server.pem()),
      replace("cert.pem", lambda s: s.server.pem()), replace("key.pem", lambda s: s.server.key.pem))
known("chain-client-leaf-pinned", NO, "chain-client-pinned", own_authority_file, replace("server-ca.pem", lambda s: s.client.pem()))
known("chain-aki-wrong", UP, "chain-aki", set_field("server", authority_key_id=b"\x11" * 20))
known("chain-client-aki-wrong", UP, "chain-aki", set_field("client", authority_key_id=b"\x11" * 20))

known("chain-rotation-half", NO, "chain-rotation", own_authority_file, lambda s: s.files.update({"server-ca.pem": s.ca.pem() + stranger(s).pem()}),
      lambda s: setattr(s.server, "issuer", stranger(s)))
known("chain-rotation-half-alone", NO, "chain-rotation", own_authority_file, lambda s: setattr(s.server, "issuer", stranger(s)))


def revoked(s):
    """A list of its authority names the client."""
    s.client.serial = integer(0x1234)
    algorithm = s.ca.key.algorithm("sha256")
    entry = sequence(s.client.serial, time(days(-1)))
    body = sequence(integer(1), algorithm, s.ca.subject_der(), time(days(-1)), time(days(30)), sequence(entry))
    s.files["crl.pem"] = to_pem(sequence(body, algorithm, bits(s.ca.key.sign(body, "sha256"))), "X509 CRL")


known("chain-revoked-client", UP, "chain-revoked", revoked)

# ---- algorithms, serials, extensions ----
known("alg-sha1-server", NO, "alg-sha1", set_field("server", digest="sha1"), kind="rsa2048")
known("alg-sha1-client", NO, "alg-sha1", set_field("client", digest="sha1"), kind="rsa2048")
known("alg-sha1-ecdsa", NO, "alg-sha1", set_field("server", digest="sha1"))
known("alg-md5-server", NO, "alg-sha1", set_field("server", digest="md5"), kind="rsa2048")
known("alg-sha1-allowed", "up/ok/no", "alg-sha1", set_field("server", digest="sha1"), lambda s: s.set_environment(GODEBUG="x509sha1=1"), kind="rsa2048")
known("alg-rsa-limit", "up/ok/no", "alg-rsa-huge", lambda s: s.set_environment(GODEBUG="tlsmaxrsasize=1024"), kind="rsa2048")
known("alg-sha1-root", UP, "", set_field("ca", digest="sha1"), kind="rsa2048")
known("alg-sha224", NO, "alg-sha224", set_field("server", digest="sha224"), kind="rsa2048")
for _kind in ("brainpool", "k256", "p256x", "ed448", "dsa", "rsapss", "rsae"):
    known(f"alg-{_kind}-server", DOWN, "alg-unsupported-key", key_kind("server", _kind))
for _kind in ("brainpool", "k256", "p256x", "ed448", "dsa", "rsapss"):
    known(f"alg-{_kind}-client", NO, "alg-unsupported-key", key_kind("client", _kind))
known("alg-ed448-ca", NO, "alg-unsupported-key", key_kind("ca", "ed448"))
known("alg-k256-ca", DOWN, "alg-unsupported-key", key_kind("ca", "k256"))
known("alg-p224-server", NO, "alg-p224", key_kind("server", "p224"), endpoint="tls-handshake-failed")
known("alg-p224-client", NO, "alg-p224", key_kind("client", "p224"))
known("alg-p224-ca", UP, "alg-p224", key_kind("ca", "p224"))
known("alg-rsa512", NO, "alg-rsa-small", key_kind("server", "rsa512"))
known("alg-rsa768", UP, "alg-rsa-small", key_kind("server", "rsa768"), strict=NO)
known("alg-rsa1024", UP, "alg-rsa-small", key_kind("server", "rsa1024"))
known("alg-rsa512-ca", UP, "alg-rsa-small", key_kind("ca", "rsa512"), strict=NO)
known("alg-rsa8208-server", "up/ok/no", "alg-rsa-huge", key_kind("server", "rsa8208"))
known("alg-rsa8208-client", UP, "alg-rsa-huge", key_kind("client", "rsa8208"), dockerd28=NO)
known("alg-bad-signature", NO, "alg-bad-signature", set_field("server", signature_damaged=True))
known("alg-bad-signature-client", NO, "alg-bad-signature", set_field("client", signature_damaged=True))
known("alg-inner-outer", DOWN, "alg-bad-signature", set_field("server", outer_algorithm=lambda s: s.ca.key.algorithm("sha384")))
known("serial-negative-server", UP, "serial-negative", set_field("server", serial=integer(-5)), strict=DOWN)
known("serial-negative-client", UP, "serial-negative", set_field("client", serial=integer(-5)), strict=NO)
known("serial-zero-server", UP, "serial-ok", set_field("server", serial=integer(0)))
known("serial-21-octets-server", UP, "serial-ok", set_field("server", serial=integer(1 << 161)))
known("serial-40-octets-server", UP, "serial-ok", set_field("server", serial=integer(1 << 313)))
known("good-dup-serial", UP, "serial-ok", set_field("server", serial=integer(7)), set_field("client", serial=integer(7)))
known("nc-dns-not-permitted", NO, "nc-violation", dial("docker.test"), names("DNS:docker.test"), constrained(["DNS:other.test"]))
known("nc-dns-excluded", NO, "nc-violation", dial("docker.test"), names("DNS:docker.test"), constrained([], ["DNS:docker.test"]))
known("nc-one-san-outside", NO, "nc-violation", dial("docker.test"), names("DNS:docker.test", "DNS:localhost"), constrained(["DNS:docker.test"]))
known("nc-ip-not-permitted", NO, "nc-violation", names("IP:127.0.0.1"), constrained(["IP:10.0.0.0/8"]))
known("nc-noncritical", NO, "nc-violation", dial("docker.test"), names("DNS:docker.test"), constrained(["DNS:other.test"], critical=False))
known("nc-dirname-critical", NO, "nc-unknown", constrained(["DN:Example"]))
known("nc-star", NO, "nc-unknown", dial("a.docker.test"), names("DNS:a.docker.test"), constrained(["DNS:*.docker.test"]))
known("nc-url", NO, "nc-unknown", dial("docker.test"), names("DNS:docker.test"), constrained(["DNS:https://docker.test"]))
_bare = sequence(tlv(0xA0, sequence(general_name("IP:127.0.0.1"))))
_mask = sequence(tlv(0xA0, sequence(tlv(0x87, bytes([127, 0, 0, 0, 255, 0, 255, 0])))))
known("nc-ip-no-mask", DOWN, "nc-unknown", add("ca", Extension(NAME_CONSTRAINTS, _bare, True)))
known("nc-bad-mask", DOWN, "nc-unknown", add("ca", Extension(NAME_CONSTRAINTS, _mask, True)))
known("ext-critical-unknown-server", NO, "ext-critical", add("server", Extension(PRIVATE, octets(b"x"), True)))
known("ext-critical-unknown-client", NO, "ext-critical", add("client", Extension(PRIVATE, octets(b"x"), True)))
known("ext-ian-critical-client", NO, "ext-critical", add("client", Extension(IAN, sequence(general_name("DNS:ca.test")), True)))
known("ext-poison", NO, "ext-critical", add("server", Extension(POISON, tlv(0x05), True)))
known("ext-san-critical-unknown-type", NO, "ext-critical", replace_extension("server", SAN, san("other:x", critical=True)))
known("ext-inhibit-any-srv", "up/no/ok", "ext-policy", two_authorities, add("ca", Extension(INHIBIT_ANY_POLICY, integer(0), True)))
known("ext-policy-constraints-int", NO, "ext-policy", intermediate(),
      add("intermediate", Extension(POLICY_CONSTRAINTS, sequence(tlv(0x80, b"\0")), True)))
known("ext-policy-constraints-cli", NO, "ext-policy", two_authorities, add("daemon_ca", Extension(POLICY_CONSTRAINTS, sequence(tlv(0x80, b"\0")), True)),
      dockerd28=UP)
