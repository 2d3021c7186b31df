#!/usr/bin/env python3
"""`dockpki sign-request` on requests of other programs: honest ones get the plain profile, and hostile ones get nothing more or are refused."""
from asn1 import CertificateNodes
from harness import Failed, check, check_equal, check_in, need_tool, run, run_dockpki, run_tests, temp_folder

BASIC, USAGE, PURPOSE = ("Basic Constraints", True, "3000"), "Key Usage", "Extended Key Usage"
SERVER_AUTH, CLIENT_AUTH = "300A06082B06010505070301", "300A06082B06010505070302"
DIGITAL_SIGNATURE, DIGITAL_SIGNATURE_AND_KEY_ENCIPHERMENT = "03020780", "030205A0"
EC = "-newkey ec -pkeyopt ec_paramgen_curve:P-256"
SERVER_WISH = "subjectAltName=DNS:docker.example.com,IP:10.0.0.1\nextendedKeyUsage=serverAuth\n"


class Scene:
    """A home, and requests made beside it."""

    def __init__(self, folder, *init_options):
        self.folder, self.home = folder, folder / "home"
        run_dockpki(self.home, "init-ca", "--no-passphrase", *init_options)

    def make(self, extensions, subject="/CN=requester", key=EC, options="-sha256"):
        """A request by openssl with these extensions, as openssl.cnf writes them. Gives its path."""
        lines = f"req_extensions=wish\n[wish]\n{extensions}" if extensions else ""
        (self.folder / "request.cnf").write_text(f"[req]\ndistinguished_name=dn\n[dn]\n[req]\n{lines}\n")
        path = self.folder / "request.csr"
        run(["openssl", "req", "-new", *key.split(), "-nodes", "-keyout", self.folder / "requester.key", "-config", self.folder / "request.cnf", "-utf8",
             "-subj", subject, *options.split(), "-out", path], check=True)
        return path

    def sign(self, path, *options, input=None):  # noqa: A002
        return run_dockpki(self.home, "sign-request", path, "--json", *options, check=False, input=input)

    def granted(self, path, *options):
        """Signs, checks what must hold for every request, and gives (nodes of the certificate, the notes)."""
        result = self.sign(path, *options, "--out", self.folder / "out", "--force")
        if result.code != 0:
            raise Failed(f"not granted\n{result}")
        document = result.json()
        certificate, ca = self.folder / "out" / ("server-cert.pem" if document["kind"] == "server" else "cert.pem"), self.folder / "out/ca.pem"
        purpose = "sslserver" if document["kind"] == "server" else "sslclient"
        judged = run(["openssl", "verify", "-x509_strict", "-purpose", purpose, "-no-CApath", "-no-CAstore", "-CAfile", ca, certificate])
        check(judged.code == 0, f"openssl takes it as {purpose}", str(judged))
        public = run(["openssl", "req", "-in", path, "-noout", "-pubkey"], check=True).stdout
        check_equal(run(["openssl", "x509", "-in", certificate, "-noout", "-pubkey"], check=True).stdout, public, "the public key is the requester's")
        check(not list((self.folder / "out").glob("*key.pem")), "no key was made")
        return CertificateNodes(certificate), " / ".join(document["notes"])

    def refused(self, what, path, reason, *options, code=1):
        out = self.folder / "refused"
        before = run_dockpki(self.home, "list", "--all", "--json").json()
        result = self.sign(path, *options, "--out", out)
        check_equal(result.code, code, f"refused: {what}: {result.stderr.strip().splitlines()[0] if result.stderr.strip() else result}")
        check(reason in result.stderr and result.stderr.startswith("dockpki: error: failed to "), f"because of: {reason}", str(result))
        check(not out.exists() and result.json().keys() == {"error"}, "nothing was made, and its document says why", str(result))
        check_equal(run_dockpki(self.home, "list", "--all", "--json").json(), before, "nothing was issued")


def in_scene(*init_options):
    def decorate(test):
        def run_test():
            with temp_folder() as folder:
                test(Scene(folder, *init_options))
        run_test.__name__ = test.__name__
        return run_test
    return decorate


def is_plain(nodes, purpose, usage=DIGITAL_SIGNATURE, names=None):
    """The extensions of the profile, whatever the request asked for."""
    actual = [(one.name, one.critical, one.hex) for one in nodes.extensions]
    check_equal(actual[:3], [BASIC, (USAGE, True, usage), (PURPOSE, False, purpose)], "CA:FALSE, the plain usage, one purpose")
    rest = ["Subject Key Identifier", "Authority Key Identifier"] + (["Subject Alternative Name"] if names else [])
    check_equal([name for name, _, _ in actual[3:]], rest, "and no extension but those of the profile")
    if names:
        check_equal(actual[-1][2], names, "exactly the names that were asked for and allowed")


def dns(*names):
    contents = b"".join(bytes([0x82, len(name)]) + name.encode() for name in names)
    return contents


def alternative_names(contents):
    return (bytes([0x30, len(contents)]) + contents).hex().upper()


TWO_NAMES = alternative_names(dns("docker.example.com") + bytes([0x87, 4, 10, 0, 0, 1]))


@in_scene()
def an_honest_server(scene):
    nodes, notes = scene.granted(scene.make(SERVER_WISH, subject="/O=Evil/CN=evil.example.net"))
    is_plain(nodes, SERVER_AUTH, names=TWO_NAMES)
    subject = [node.value for node in nodes.subject.walk() if node.kind == "UTF8STRING"]
    check_equal(subject, ["docker.example.com"], "the subject is the first name, not what the request says")
    check("not granted" not in notes, "nothing was withheld", notes)


@in_scene()
def an_honest_client(scene):
    nodes, _ = scene.granted(scene.make("extendedKeyUsage=clientAuth\nsubjectAltName=email:alice@example.com\n", subject="/CN=alice"))
    is_plain(nodes, CLIENT_AUTH, names=alternative_names(bytes([0x81, 17]) + b"alice@example.com"))
    check_equal([node.value for node in nodes.subject.walk() if node.kind == "UTF8STRING"], ["alice"], "the user is the CN")


@in_scene()
def every_kind_of_key(scene):
    for key in ("-newkey rsa:2048", "-newkey rsa:3072", "-newkey rsa:4096", EC, "-newkey ec -pkeyopt ec_paramgen_curve:P-384",
                "-newkey ec -pkeyopt ec_paramgen_curve:P-521", "-newkey ed25519"):
        nodes, _ = scene.granted(scene.make(SERVER_WISH, key=key, options="" if "25519" in key else "-sha256"))
        is_plain(nodes, SERVER_AUTH, DIGITAL_SIGNATURE_AND_KEY_ENCIPHERMENT if "rsa" in key else DIGITAL_SIGNATURE, TWO_NAMES)
    for digest in ("-sha384", "-sha512"):
        scene.granted(scene.make(SERVER_WISH, options=digest))


@in_scene()
def requests_of_certtool(scene):
    (scene.folder / "template").write_text('cn = "docker.example.com"\ndns_name = "docker.example.com"\nip_address = "10.0.0.1"\ntls_www_server\nsigning_key\n'
                                           'encryption_key\nhonor_crq_extensions\n')
    path = scene.folder / "certtool.csr"
    for options in ("--key-type=rsa --bits 2048", "--key-type=ecdsa --curve=secp384r1", "--key-type=ed25519"):
        run(["certtool", "--generate-privkey", *options.split(), "--outfile", scene.folder / "certtool.key"], check=True)
        run(["certtool", "--generate-request", "--load-privkey", scene.folder / "certtool.key", "--template", scene.folder / "template", "--outfile", path], check=True)
        without_text = run(["openssl", "req", "-in", path], check=True).stdout  # certtool writes an explanation above
        path.write_text(without_text)
        nodes, _ = scene.granted(path)
        is_plain(nodes, SERVER_AUTH, DIGITAL_SIGNATURE_AND_KEY_ENCIPHERMENT if "rsa" in options else DIGITAL_SIGNATURE, TWO_NAMES)


# ---- hostile: more than the profile ---------------------------------------------------------------------------------

@in_scene()
def wishes_to_be_an_authority(scene):
    nodes, notes = scene.granted(scene.make(SERVER_WISH + "basicConstraints=critical,CA:TRUE,pathlen:5\nkeyUsage=critical,keyCertSign,cRLSign,digitalSignature\n"))
    is_plain(nodes, SERVER_AUTH, names=TWO_NAMES)
    for wish in ("CA:TRUE", "keyCertSign", "cRLSign"):
        check_in(wish, notes, f"a note: {wish} was not granted")
    check("digitalSignature" not in notes, "no note on what was granted", notes)


@in_scene()
def wishes_for_odd_extensions(scene):
    nodes, notes = scene.granted(scene.make(SERVER_WISH + "1.2.3.4.5=critical,ASN1:UTF8String:unheard of\ncertificatePolicies=1.2.3.4\n"
                                            "nameConstraints=permitted;DNS:example.com\ntlsfeature=status_request\nauthorityInfoAccess=OCSP;URI:http://evil.example/\n"))
    is_plain(nodes, SERVER_AUTH, names=TWO_NAMES)
    for wish in ("1.2.3.4.5", "certificatePolicies", "nameConstraints", "1.3.6.1.5.5.7.1.24", "authorityInfoAccess"):
        check(wish in notes or wish == "1.3.6.1.5.5.7.1.24" and "tlsFeature" in notes, f"a note: {wish} was not granted", notes)


@in_scene()
def wishes_for_other_usages(scene):
    path = scene.make("subjectAltName=DNS:docker.example.com,IP:10.0.0.1\nextendedKeyUsage=serverAuth,clientAuth,codeSigning,anyExtendedKeyUsage\n")
    scene.refused("both usages and no flag", path, "--server or --client", code=2)
    nodes, notes = scene.granted(path, "--server")
    is_plain(nodes, SERVER_AUTH, names=TWO_NAMES)
    for wish in ("clientAuth", "codeSigning", "anyExtendedKeyUsage"):
        check_in(wish, notes, f"a note: {wish} was not granted")
    nodes, notes = scene.granted(path, "--client")
    is_plain(nodes, CLIENT_AUTH)
    for wish in ("serverAuth", "docker.example.com", "10.0.0.1"):
        check_in(wish, notes, f"a client: a note: {wish} was not granted")


@in_scene()
def says_not_what_it_is_for(scene):
    path = scene.make("subjectAltName=DNS:docker.example.com,IP:10.0.0.1\n")
    scene.refused("no usage and no flag", path, "--server or --client", code=2)
    is_plain(scene.granted(path, "--server")[0], SERVER_AUTH, names=TWO_NAMES)
    is_plain(scene.granted(scene.make(""), "--client")[0], CLIENT_AUTH)


@in_scene()
def wishes_for_names_of_other_kinds(scene):
    nodes, notes = scene.granted(scene.make("extendedKeyUsage=serverAuth\nsubjectAltName=DNS:docker.example.com,IP:10.0.0.1,URI:https://evil.example/,"
                                            "email:evil@example.com,RID:1.2.3\n"))
    is_plain(nodes, SERVER_AUTH, names=TWO_NAMES)
    for wish in ("https://evil.example/", "evil@example.com"):
        check_in(wish, notes, f"a note: {wish} was not granted")


# ---- hostile: refused -----------------------------------------------------------------------------------------------

@in_scene()
def weak_keys(scene):
    scene.refused("RSA 1024", scene.make(SERVER_WISH, key="-newkey rsa:1024"), "1024")
    scene.refused("RSA with exponent 3", scene.make(SERVER_WISH, key="-newkey rsa:2048 -pkeyopt rsa_keygen_pubexp:3"), "exponent")
    scene.refused("secp256k1", scene.make(SERVER_WISH, key="-newkey ec -pkeyopt ec_paramgen_curve:secp256k1"), "urve")
    scene.refused("Ed448", scene.make(SERVER_WISH, key="-newkey ed448", options=""), "key")


@in_scene()
def bad_signatures(scene):
    scene.refused("SHA-1", scene.make(SERVER_WISH, options="-sha1"), "SHA")
    good = scene.make(SERVER_WISH)
    der = scene.folder / "broken.der"
    run(["openssl", "req", "-in", good, "-outform", "DER", "-out", der], check=True)
    whole = der.read_bytes()
    broken = scene.folder / "broken.csr"
    for what, octets in (("the signature's last octet", whole[:-1] + bytes([whole[-1] ^ 1])),
                         ("a name after signing", whole.replace(b"docker.example.com", b"docker.example.net"))):
        der.write_bytes(octets)
        run(["openssl", "req", "-inform", "DER", "-in", der, "-out", broken], check=True)
        scene.refused(f"changed: {what}", broken, "not signed by the key that it holds")


@in_scene()
def names_that_are_none(scene):
    for name in ("DNS:evil_host.example.com", "DNS:example.com.", "DNS:10.0.0.1", "DNS:a..example.com", "DNS:*.*.example.com", "DNS:https://example.com",
                 "DNS:-a.example.com", "DNS:*"):
        scene.refused(name, scene.make(f"extendedKeyUsage=serverAuth\nsubjectAltName=DNS:docker.example.com,{name}\n"), name.removeprefix("DNS:"))
    scene.refused("an empty name", scene.make("extendedKeyUsage=serverAuth\nsubjectAltName=DER:30:02:82:00\n"), "name")
    scene.refused("a NUL in a name", scene.make("extendedKeyUsage=serverAuth\nsubjectAltName=DER:30:0f:82:0d:61:2e:65:78:61:6d:70:6c:65:00:65:76:6c\n"), "name")
    scene.refused("a comma in a name", scene.make("extendedKeyUsage=serverAuth\nsubjectAltName=DER:30:0b:82:09:61:2c:44:4e:53:3a:62:2e:63\n"), "name")
    scene.refused("no name at all", scene.make("extendedKeyUsage=serverAuth\n"), "names no host")
    scene.refused("a user without a name", scene.make("extendedKeyUsage=clientAuth\n", subject="/O=nobody"), "name")


@in_scene("--permit-dns", "example.com", "--permit-ip", "10.0.0.0/8")
def names_outside_the_constraints(scene):
    is_plain(scene.granted(scene.make(SERVER_WISH))[0], SERVER_AUTH, names=TWO_NAMES)
    for name in ("DNS:docker.example.net", "DNS:notexample.com", "IP:11.0.0.1", "IP:2001:db8::1"):
        scene.refused(name, scene.make(f"extendedKeyUsage=serverAuth\nsubjectAltName=DNS:docker.example.com,{name}\n"), "permitted")


@in_scene()
def files_that_are_no_request(scene):
    good = scene.make(SERVER_WISH).read_text()
    bad = scene.folder / "bad.csr"
    der = run(["openssl", "req", "-in", scene.folder / "request.csr", "-noout", "-text"], check=True).stdout
    for what, text in (("empty", ""), ("text", der), ("a certificate", (scene.home / "authorities/g1/ca.pem").read_text()), ("two requests", good + good),
                       ("rubbish behind", good + "rubbish\n"), ("cut short", good[:200])):
        bad.write_text(text)
        scene.refused(what, bad, "bad.csr")
    result = scene.sign("-", "--out", scene.folder / "stdin", input=good)
    check(result.code == 0 and (scene.folder / "stdin/server-cert.pem").exists(), "a request on standard input is signed", str(result))


# ---- the other direction --------------------------------------------------------------------------------------------

@in_scene()
def own_requests_are_understood_by_others(scene):
    for kind, names, purpose, key in (("--server", ["--dns", "docker.example.com", "--ip", "10.0.0.1"], SERVER_AUTH, "server-key.pem"),
                                      ("--client", ["--name", "alice", "--email", "alice@example.com"], CLIENT_AUTH, "key.pem")):
        out = scene.folder / f"own{kind}"
        run_dockpki(scene.home, "make-request", kind, *names, "--out", out)
        path = out / "request.csr"
        read = run(["openssl", "req", "-in", path, "-noout", "-verify"])
        check(read.code == 0 and "verify OK" in read.text, "openssl verifies the request's signature", str(read))
        read = run(["certtool", "--crq-info", "--infile", path])
        check(read.code == 0 and "Self signature: verified" in read.stdout, "certtool too", str(read))
        check_equal(run(["openssl", "pkey", "-in", out / key, "-pubout"], check=True).stdout,
                    run(["openssl", "req", "-in", path, "-noout", "-pubkey"], check=True).stdout, f"its key is {key}")
        nodes, notes = scene.granted(path)
        check("not granted" not in notes, "dockpki grants all that its own request asks for", notes)
        by_others(scene, path, nodes, purpose)


def by_others(scene, path, nodes, purpose):
    authority, signed = scene.home / "authorities/g1", scene.folder / "by-openssl.pem"
    run(["openssl", "x509", "-req", "-in", path, "-CA", authority / "ca.pem", "-CAkey", authority / "ca-key.pem", "-copy_extensions", "copyall", "-set_serial", "77",
         "-out", signed], check=True)
    theirs = CertificateNodes(signed)
    check_equal(theirs.extension(PURPOSE).hex, purpose, "another authority reads the usage from the request")
    check_equal(theirs.extension("Subject Alternative Name").hex, nodes.extension("Subject Alternative Name").hex, "and the names")


need_tool("openssl", "openssl")
need_tool("certtool", "gnutls-bin")
run_tests(an_honest_server, an_honest_client, every_kind_of_key, requests_of_certtool, wishes_to_be_an_authority, wishes_for_odd_extensions,
          wishes_for_other_usages, says_not_what_it_is_for, wishes_for_names_of_other_kinds, weak_keys, bad_signatures, names_that_are_none,
          names_outside_the_constraints, files_that_are_no_request, own_requests_are_understood_by_others)
