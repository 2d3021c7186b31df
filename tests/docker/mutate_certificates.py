"""Changes of a set-up's certificates, each drawn at random. A change takes (random, set-up) and tells what it did, or None where it does not apply."""
import datetime

from certificate_maker import (AUTHORITY_KEY_ID, BASIC_CONSTRAINTS, BMP, CRL_POINTS, EXTENDED_KEY_USAGE, GENERALIZED_TIME, IA5, IAN, INHIBIT_ANY_POLICY,
                               KEY_USAGE, MUST_STAPLE,
                               NAME_CONSTRAINTS, NULL, POISON, POLICIES, POLICY_CONSTRAINTS, PRINTABLE, PRIVATE, PURPOSES, SAN, SUBJECT_KEY_ID, T61, UNIVERSAL,
                               USAGES, UTC_TIME,
                               UTF8, Extension, authority, basic_constraints, days, extended_key_usage, integer, key_usage, name, name_constraints,
                               octets, oid,
                               policies, san, sequence, tlv)

NAMES = ("DNS:docker.test", "DNS:localhost", "DNS:*.docker.test", "DNS:*.test", "DNS:*", "DNS:DOCKER.test", "DNS:docker.test.", "DNS:docker_host.test",
         "DNS:-a.docker.test", "DNS:",
         "DNS:.docker.test", "DNS:a..test", "DNS:docker.test:2376", "DNS:127.0.0.1", "DNS:[::1]", "DNS:d*.test", "DNS:xn--dcker-jua.test", "DNS:döcker.test",
         "DNS:docker", "DNS: docker.test",
         "IP:127.0.0.1", "IP:127.0.0.2", "IP:::1", "IPBYTES:00000000000000000000ffff7f000001", "IPBYTES:7f0000", "IPBYTES:", "URI:https://docker.test/",
         "URI:https://[::1]:1/",
         "URI:spiffe://a/b", "URI:x", "URI:", "URI:http://a b/", "URI:http://127.0.0.1/", "URI:%zz", "URI:mailto:a@b", "URI:http://a:port/",
         "email:root@docker.test", "email:", "email:@",
         "email:a b@c", "other:x", "DN:docker.test")
SUBTREES = ("DNS:docker.test", "DNS:.docker.test", "DNS:test", "DNS:localhost", "DNS:*.test", "DNS:", "DNS:DOCKER.TEST", "DNS:docker.test.", "DNS:https://x",
            "DNS:dök", "IP:127.0.0.0/8",
            "IP:10.0.0.0/8", "IP:0.0.0.0/0", "IP:::/0", "IPBYTES:7f000001", "IPBYTES:7f000000ff00ff00", "IPBYTES:", "email:docker.test",
            "email:root@docker.test", "email:.test",
            "email:@@", "URI:docker.test", "URI:.test", "URI:127.0.0.1", "URI:https://x", "DN:x", "other:x")
KEY_KINDS = ("p256", "p384", "p521", "p224", "rsa2048", "rsa1024", "rsa768", "rsa512", "rsa3072", "ed25519", "k256", "brainpool", "p256x", "ed448", "rsapss",
             "rsae", "dsa")
STRINGS = (UTF8, PRINTABLE, T61, IA5, UNIVERSAL, BMP, 0x12, 0x1B, 0x1A, 0x05)


def anyone(random, s):
    return random.choice([who for who in ("server", "client", "ca", "intermediate", "daemon_ca") if getattr(s, who)])


def _with(s, who, kind, *new):
    certificate = getattr(s, who)
    certificate.extensions = [one for one in certificate.extensions if one.type != kind] + list(new)


def names_of_leaf(random, s):
    who = random.choice(["server"] * 6 + [anyone(random, s)])
    chosen = [random.choice(NAMES) for _ in range(random.choice([0, 1, 1, 2, 2, 3, 4]))]
    critical = random.random() < 0.15
    _with(s, who, SAN, san(*chosen, critical=critical))
    return f"{who}: SAN {chosen}{' critical' * critical}"


def no_names(random, s):
    _with(s, "server", SAN)
    return "server: no SAN"


def purposes(random, s):
    who = anyone(random, s)
    chosen = random.sample(sorted(PURPOSES), random.choice([0, 1, 1, 1, 2, 3]))
    _with(s, who, EXTENDED_KEY_USAGE, *([extended_key_usage(*chosen, critical=random.random() < 0.3)] if chosen or random.random() < 0.3 else []))
    return f"{who}: EKU {chosen}"


def usages(random, s):
    who = anyone(random, s)
    chosen = random.sample(USAGES, random.choice([0, 1, 1, 2, 4]))
    _with(s, who, KEY_USAGE, *([] if random.random() < 0.25 else [key_usage(*chosen, critical=random.random() < 0.7)]))
    return f"{who}: KU {chosen if any(one.type == KEY_USAGE for one in getattr(s, who).extensions) else None}"


def constraints(random, s):
    who = anyone(random, s)
    new = random.choice([[], [basic_constraints(ca=False)], [basic_constraints(critical=False)], [basic_constraints(pathlen=random.choice([0, 0, 1, 2, 5]))],
                         [basic_constraints(ca=False, pathlen=0)], [basic_constraints(pathlen=-1)], [Extension(BASIC_CONSTRAINTS, sequence(), True)],
                         [basic_constraints(pathlen=1 << 40)], [Extension(BASIC_CONSTRAINTS, sequence(tlv(1, b"\0")), True)], [Extension(BASIC_CONSTRAINTS, NULL)]])
    _with(s, who, BASIC_CONSTRAINTS, *new)
    return f"{who}: basicConstraints {[one.value.hex() for one in new]}"


def name_limits(random, s):
    who = random.choice([who for who in ("ca", "intermediate", "daemon_ca") if getattr(s, who)])
    permitted, excluded = ([random.choice(SUBTREES) for _ in range(random.choice([0, 1, 1, 2]))] for _ in range(2))
    if random.random() < 0.5:
        excluded = []
    critical = random.random() < 0.6
    _with(s, who, NAME_CONSTRAINTS, name_constraints(permitted, excluded, critical))
    return f"{who}: permitted {permitted}, excluded {excluded}{' critical' * critical}"


def dates(random, s):
    who = anyone(random, s)
    certificate = getattr(s, who)
    kind = random.choice(["over", "not yet", "reversed", "far", "now", "odd"])
    if kind == "over":
        certificate.not_before, certificate.not_after = days(-30), days(random.choice([-1, -0.01]))
    elif kind == "not yet":
        certificate.not_before = days(random.choice([1, 0.01, 2000]))
    elif kind == "reversed":
        certificate.not_before, certificate.not_after = days(10), days(5)
    elif kind == "far":
        certificate.not_before, certificate.not_after = datetime.datetime(1950, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59)
    elif kind == "now":
        certificate.not_before, certificate.not_after = days(-0.001), days(0.2)
    else:
        tag, text = random.choice([(UTC_TIME, b"500101000000Z"), (UTC_TIME, b"491231235959Z"), (UTC_TIME, b"4912312359Z"), (UTC_TIME, b"360101000000+0100"),
                                   (UTC_TIME, b"360101000000-0000"),
                                   (UTC_TIME, b"361301000000Z"), (UTC_TIME, b"360230000000Z"), (UTC_TIME, b"360101240000Z"), (UTC_TIME, b"360101000060Z"),
                                   (UTC_TIME, b"20360101000000Z"),
                                   (UTC_TIME, b""), (GENERALIZED_TIME, b"20360101000000Z"), (GENERALIZED_TIME, b"20360101000000+0100"),
                                   (GENERALIZED_TIME, b"203601010000Z"),
                                   (GENERALIZED_TIME, b"20360101000000.5Z"), (GENERALIZED_TIME, b"20360101000000"), (GENERALIZED_TIME, b"00000101000000Z"),
                                   (IA5, b"360101000000Z")])
        certificate.not_after = tlv(tag, text)
        return f"{who}: notAfter {tag:#x} {text}"
    return f"{who}: dates {kind}"


def serial(random, s):
    who = anyone(random, s)
    chosen = random.choice([integer(0), integer(-1), integer(-(1 << 100)), integer(1 << 159), integer(1 << 320), tlv(2, b"\0\1"), tlv(2, b"\xff\xff"),
                            tlv(2, b""), tlv(2, b"\x80"), NULL])
    getattr(s, who).serial = chosen
    return f"{who}: serial {chosen.hex()}"


def key_kind(random, s):
    who, kind = anyone(random, s), random.choice(KEY_KINDS)
    certificate = getattr(s, who)
    certificate.key = s.key(f"{who}-other", kind)
    return f"{who}: key {kind}"


def _can_sign(kind, digest):
    if kind in ("ed25519", "ed448", "dsa"):
        return digest == "sha256"
    return kind.startswith("rsa") or digest != "md5"


def digest(random, s):
    who = anyone(random, s)
    certificate = getattr(s, who)
    signer = (certificate.issuer or certificate).key.kind
    chosen = random.choice([one for one in ("sha1", "md5", "sha224", "sha256", "sha384", "sha512") if _can_sign(signer, one)])
    certificate.digest = chosen
    if signer == "rsa2048" and chosen in ("sha256", "sha384", "sha512") and random.random() < 0.6:
        certificate.pss = True
    return f"{who}: signed with {chosen}{' PSS' * certificate.pss}"


def version(random, s):
    who = anyone(random, s)
    certificate = getattr(s, who)
    certificate.version = random.choice([1, 2, 3, 4, 5])
    if certificate.version != 3 or random.random() < 0.3:
        certificate.extensions = []
    return f"{who}: version {certificate.version}, {len(certificate.extensions)} extensions"


def odd_extension(random, s):
    who = anyone(random, s)
    kind = random.choice([PRIVATE, POISON, IAN, MUST_STAPLE, POLICY_CONSTRAINTS, INHIBIT_ANY_POLICY, POLICIES, CRL_POINTS, "1.3.6.1.5.5.7.1.1", "2.5.29.9",
                          "2.5.29.16", "2.5.29.33",
                          "2.5.29.46", SUBJECT_KEY_ID, AUTHORITY_KEY_ID])
    values = {POLICY_CONSTRAINTS: [sequence(tlv(0x80, b"\0")), sequence(tlv(0x80, b"\1")), sequence(tlv(0x81, b"\0")), sequence(), sequence(tlv(0x80, b"\xff"))],
              INHIBIT_ANY_POLICY: [integer(0), integer(3), integer(-1), NULL],
              POLICIES: [policies("2.5.29.32.0").value, policies("1.2.3").value, policies("1.2.3", "1.2.3").value, policies().value, NULL],
              SUBJECT_KEY_ID: [octets(b""), octets(b"\1" * 20), octets(b"\1" * 40), NULL, b""],
              AUTHORITY_KEY_ID: [sequence(), sequence(tlv(0x80, b"")), sequence(tlv(0x80, b"\1" * 20)), sequence(tlv(0x82, b"\1")), NULL],
              CRL_POINTS: [sequence(), sequence(sequence(tlv(0xA0, tlv(0xA0, tlv(0x86, b"http://x"))))), NULL],
              "2.5.29.33": [sequence(sequence(oid("1.2.3"), oid("1.2.4"))), sequence(sequence(oid("2.5.29.32.0"), oid("1.2.4"))), sequence()]}
    value = random.choice(values.get(kind, [NULL, octets(b"x"), sequence(), b"", sequence(tlv(0x82, b"a.test"))]))
    critical = random.random() < 0.5
    certificate = getattr(s, who)
    if kind in (SUBJECT_KEY_ID, AUTHORITY_KEY_ID):
        certificate.key_identifiers = False
    certificate.extensions.append(Extension(kind, value, critical, random.choice([None] * 8 + [tlv(1, b"\0"), tlv(1, b"\1"), tlv(1, b"")])))
    return f"{who}: extension {kind} {value.hex()}{' critical' * critical} {certificate.extensions[-1].critical_octets}"


def twice(random, s):
    who = anyone(random, s)
    certificate = getattr(s, who)
    if not certificate.extensions:
        return None
    again = random.choice(certificate.extensions)
    certificate.extensions.append(again)
    return f"{who}: {again.type} twice"


def bent_extension(random, s):
    """An octet of its value is another, or some are missing, or too many."""
    who = anyone(random, s)
    certificate = getattr(s, who)
    if not certificate.extensions:
        return None
    index = random.randrange(len(certificate.extensions))
    one = certificate.extensions[index]
    value, what = bend(random, one.value)
    certificate.extensions[index] = Extension(one.type, value, one.critical)
    return f"{who}: {one.type} with {what}: {value.hex()[:80]}"


def bend(random, value):
    if not value:
        return b"\0", "an octet"
    at = random.randrange(len(value))
    how = random.choice(["other", "other", "bit", "cut", "more", "gone"])
    if how == "other":
        return value[:at] + bytes([random.choice([0, 1, 2, 5, 0x30, 0x80, 0x81, 0x82, 0xA0, 0xFF, 0x7F, 0x2A, 0x2E])]) + value[at + 1:], f"octet {at} replaced"
    if how == "bit":
        return value[:at] + bytes([value[at] ^ 1 << random.randrange(8)]) + value[at + 1:], f"a bit of octet {at} turned"
    if how == "cut":
        return value[:at], f"all from octet {at} on gone"
    if how == "more":
        return value + random.choice([b"\0", b"\5\0", value]), "octets behind it"
    return value[:at] + value[at + 1:], f"octet {at} gone"


def bent_part(random, s):
    """The same with the subject, the dates, the key."""
    who, part = anyone(random, s), random.choice(["subject_encoded", "validity", "public"])
    certificate = getattr(s, who)
    whole = {"subject_encoded": certificate.subject_der(), "public": certificate.key.public,
             "validity": sequence(*(tlv(UTC_TIME, day.strftime("%y%m%d%H%M%SZ").encode()) for day in (days(-1), days(300))))}[part]
    value, what = bend(random, whole)
    setattr(certificate, part, value)
    return f"{who}: {part} with {what}: {value.hex()[:200]}"


def bent_signed_part(random, s):
    """Something more after the extensions, or after all."""
    who = anyone(random, s)
    certificate = getattr(s, who)
    field, value = random.choice([("within", NULL), ("within", integer(1)), ("within", tlv(0x81, b"\0\1")), ("trailing", b"\0"), ("trailing", NULL),
                                  ("signature_damaged", True),
                                  ("outer_algorithm", sequence(oid("1.2.840.113549.1.1.11"), NULL)), ("outer_algorithm", sequence(oid("1.2.840.113549.1.1.11"))),
                                  ("outer_algorithm", sequence(oid("1.2.840.10045.4.3.2"), NULL)), ("key_identifiers", False), ("authority_key_id", b"\1" * 20),
                                  ("authority_key_id", b"")])
    setattr(certificate, field, value)
    return f"{who}: {field} {value!r}"


def subject(random, s):
    who = anyone(random, s)
    text = random.choice(["docker.test", "", "a@b", "a_b", "a*b", "dö", "x" * 200, "a\0b", "A'B", "a?b", "\ud7ff"])
    string = random.choice(STRINGS)
    encoded = {BMP: lambda: text.encode("utf-16-be"), UNIVERSAL: lambda: text.encode("utf-32-be")}.get(string, lambda: text.encode(random.choice(["utf-8",
                                                                                                                                                  "latin-1"]),
                                                                                                                                                  "replace"))()
    if random.random() < 0.15:
        encoded += b"\xff"
    attributes = random.choice([[("CN", text, string, encoded)], [("CN", text, string, encoded), ("CN", "other")], [("O", text, string, encoded)], []])
    getattr(s, who).subject = attributes
    return f"{who}: subject {attributes}"


def issuer_name(random, s):
    who = random.choice(["server", "client"])
    issuer = getattr(s, who).issuer
    if issuer is None or issuer.subject_encoded:
        return None
    string = random.choice([PRINTABLE, UTF8, T61, IA5])
    attributes = [(kind, random.choice([value, value.upper()]), string) for kind, value, *_ in issuer.subject]
    random.shuffle(attributes)
    getattr(s, who).issuer_name = name(*attributes)
    return f"{who}: issuer {attributes}"


def other_issuer(random, s):
    who = anyone(random, s)
    kind = random.choice(["stranger", "same name", "itself", "leaf"])
    issuer = {"stranger": lambda: authority(s.key("stranger"), "Stranger CA"), "same name": lambda: authority(s.key("stranger")), "itself": lambda: None,
              "leaf": lambda: s.server if who == "client" else s.client if who == "server" else None}[kind]()
    getattr(s, who).issuer = issuer
    return f"{who}: by {kind}"


def chain_sent(random, s):
    if not s.intermediate:
        return None
    s.server_sends, s.client_sends = random.choice([(False, True), (True, False), (False, False)])
    return f"intermediates sent: {s.server_sends}, {s.client_sends}"


CHANGES = (names_of_leaf, names_of_leaf, no_names, purposes, purposes, usages, constraints, constraints, name_limits, name_limits, dates, dates, serial,
           key_kind, key_kind, digest, version,
           odd_extension, odd_extension, odd_extension, twice, bent_extension, bent_extension, bent_extension, bent_part, bent_part, bent_signed_part,
           bent_signed_part, subject, subject,
           issuer_name, other_issuer, chain_sent)
