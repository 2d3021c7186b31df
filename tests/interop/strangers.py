"""Certificates, requests, lists and keys made by other programs, each in the forms that people have lying about.

Every maker takes a folder and gives [(what it is: a function of show.py, path, form), ..]."""
import json

from harness import clean_env, run
from sets import LEAF_EXTENSIONS

PASSPHRASE = "correct horse"
EASY_RSA_FOLDER = "/usr/share/easy-rsa"


def runner(folder):
    """A function that runs a command line, split at blanks, in the folder."""
    def command(line, *more, **options):
        return run([*line.split(), *more], cwd=folder, check=True, env=clean_env(folder), **options)
    return command


def openssl(folder):
    command = runner(folder)
    found = [*openssl_keys(folder, command), *openssl_certificates(folder, command), *openssl_requests(folder, command), *openssl_lists(folder, command)]
    return found


def openssl_keys(folder, command):
    made = []
    for name, line in {
            "rsa2048": "genrsa -out", "rsa1024": "genrsa -out %s 1024", "pkcs1": "genrsa -traditional -out %s 2048",
            "sec1": "ecparam -name prime256v1 -genkey -noout -out", "sec1-with-parameters": "ecparam -name secp384r1 -genkey -out",
            "p521": "genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-521 -out", "ed25519": "genpkey -algorithm ed25519 -out"}.items():
        path = folder / f"{name}.key"
        words = line if "%s" in line else line + " %s"
        command("openssl " + words % path.name)
        made.append(("key", path))
    for name, source in (("pkcs8-der", "p521"), ("pkcs8-der-rsa", "rsa2048")):
        command(f"openssl pkcs8 -topk8 -nocrypt -outform DER -in {source}.key -out {name}.key")
        made.append(("key", folder / f"{name}.key", "DER"))
    command("openssl rsa -in pkcs1.key -traditional -outform DER -out pkcs1-der.key")
    command("openssl ec -in sec1.key -outform DER -out sec1-der.key")
    made += [("key", folder / f"{name}.key", "DER") for name in ("pkcs1-der", "sec1-der")]
    command("openssl genpkey -algorithm rsa -aes256 -pass", f"pass:{PASSPHRASE}", "-out", "aes256.key")
    command("openssl pkcs8 -topk8 -v2 des3 -in sec1.key -out des3.key -passout", f"pass:{PASSPHRASE}")
    command("openssl pkcs8 -topk8 -outform DER -in sec1.key -out encrypted-der.key -passout", f"pass:{PASSPHRASE}")
    command("openssl pkcs8 -topk8 -scrypt -in sec1.key -out scrypt.key -passout", f"pass:{PASSPHRASE}")
    command("openssl genrsa -traditional -aes128 -out legacy.key -passout", f"pass:{PASSPHRASE}")
    return made + [("encrypted_key", folder / f"{name}.key") for name in ("aes256", "des3", "encrypted-der", "scrypt", "legacy")]


def openssl_certificates(folder, command):
    made = [("certificate", folder / "ca.pem")]
    # As the documentation of Docker does it.
    command("openssl req -new -x509 -days 365 -key rsa2048.key -sha256 -out ca.pem -subj", "/C=DE/ST=Somewhere/L=Here/O=Bücher \"&\" Co./OU=x+CN=Docs, CA", "-utf8")

    def leaf(name, subject, extensions, *options, key="sec1"):
        (folder / "extensions").write_text(extensions)
        command(f"openssl req -new -key {key}.key -out {name}.csr -utf8 -subj", subject)
        command(f"openssl x509 -req -in {name}.csr -CA ca.pem -CAkey rsa2048.key -CAcreateserial -out {name}.pem -extfile extensions", *options)
        made.append(("certificate", folder / f"{name}.pem"))
    leaf("server", "/CN=docker.example.com", LEAF_EXTENSIONS + "extendedKeyUsage=serverAuth\nsubjectAltName=DNS:docker.example.com,IP:10.0.0.1,IP:::1\n")
    leaf("everything", "/CN=everything", "basicConstraints=CA:TRUE,pathlen:7\nkeyUsage=digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment,"
         "keyAgreement,keyCertSign,cRLSign,encipherOnly,decipherOnly\nextendedKeyUsage=critical,serverAuth,clientAuth,codeSigning,anyExtendedKeyUsage,1.2.3.4\n"
         "authorityKeyIdentifier=keyid,issuer:always\nsubjectAltName=email:a@example.com,URI:https://example.com/,RID:1.2.3,otherName:1.2.3;UTF8:x,DNS:*.example.com\n"
         "nameConstraints=permitted;DNS:example.com,excluded;IP:10.0.0.0/255.0.0.0,permitted;email:example.com\ncertificatePolicies=1.2.3.4\n"
         "crlDistributionPoints=URI:http://example.com/crl\nauthorityInfoAccess=OCSP;URI:http://example.com/\ntlsfeature=status_request\n"
         "1.2.3.4.5=critical,ASN1:UTF8String:unheard of\n")
    leaf("version1", "/CN=no extensions", "")
    leaf("sha1", "/CN=sha1", LEAF_EXTENSIONS, "-sha1")
    leaf("pss", "/CN=pss", LEAF_EXTENSIONS, "-sigopt", "rsa_padding_mode:pss")
    leaf("forever", "/CN=forever", LEAF_EXTENSIONS, "-days", "36500", "-set_serial", "0x00")
    leaf("ed25519", "/emailAddress=a@example.com/CN=ed/serialNumber=1/DC=example", LEAF_EXTENSIONS, key="ed25519")
    command("openssl x509 -in server.pem -outform DER -out server.der")
    command("openssl x509 -in server.pem -text -out with-text.pem")
    (folder / "bundle.pem").write_text((folder / "ca.pem").read_text() + "\n# a comment\n" + (folder / "server.pem").read_text())
    (folder / "crlf.pem").write_bytes((folder / "server.pem").read_bytes().replace(b"\n", b"\r\n"))
    return made + [("certificate", folder / "server.der", "DER"), ("certificate", folder / "with-text.pem"), ("bundle", folder / "bundle.pem"),
                   ("certificate", folder / "crlf.pem")]


def openssl_requests(folder, command):
    (folder / "request.cnf").write_text("[req]\ndistinguished_name=dn\nattributes=attributes\nprompt=no\nreq_extensions=extensions\n[dn]\nCN=asks for much\n"
                                        "[attributes]\nchallengePassword=secret\n[extensions]\nbasicConstraints=critical,CA:TRUE\nsubjectAltName=DNS:a.example.com\n"
                                        "keyUsage=keyCertSign\n1.2.3.4.5=ASN1:UTF8String:unheard of\n")
    command("openssl req -new -key p521.key -config request.cnf -out much.csr")
    command("openssl req -in much.csr -outform DER -out much.der")
    command("openssl req -in much.csr -text -out much-with-text.csr")
    names = ("server.csr", "ed25519.csr", "much.csr", "much-with-text.csr")
    return [*(("request", folder / name) for name in names), ("request", folder / "much.der", "DER")]


def openssl_lists(folder, command):
    (folder / "ca.cnf").write_text("[ca]\ndefault_ca=own\n[own]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=30\n"
                                   "certificate=ca.pem\nprivate_key=rsa2048.key\ncrl_extensions=extensions\n[extensions]\nauthorityKeyIdentifier=keyid\n")
    (folder / "index.txt").touch()
    (folder / "crlnumber").write_text("1A2B\n")
    command("openssl ca -config ca.cnf -gencrl -out empty.crl")
    command("openssl ca -config ca.cnf -revoke server.pem -crl_reason keyCompromise")
    command("openssl ca -config ca.cnf -revoke everything.pem")
    command("openssl ca -config ca.cnf -revoke sha1.pem -crl_hold holdInstructionReject")
    command("openssl ca -config ca.cnf -gencrl -out three.crl")
    command("openssl crl -in three.crl -outform DER -out three.der")
    command("openssl ca -config ca.cnf -gencrl -crlexts extensions -sigopt rsa_padding_mode:pss -out pss.crl")
    return [("revocation_list", folder / "empty.crl"), ("revocation_list", folder / "three.crl"), ("revocation_list", folder / "three.der", "DER"),
            ("revocation_list", folder / "pss.crl")]


def certtool(folder):
    command = runner(folder)
    (folder / "ca.template").write_text('cn = "certtool CA"\norganization = "Übung"\nca\ncert_signing_key\ncrl_signing_key\nexpiration_days = 30\n'
                                        'nc_permit_dns = "example.com"\nnc_permit_ip = "10.0.0.0/8"\n')
    (folder / "leaf.template").write_text('cn = "docker.example.com"\ndns_name = "docker.example.com"\nip_address = "10.0.0.1"\ntls_www_server\n'
                                          'signing_key\nencryption_key\nexpiration_days = 20\n')
    made = []
    for name, options in {"ec": "--key-type=ecdsa --curve=secp256r1", "rsa": "--key-type=rsa --bits 2048", "ed25519": "--key-type=ed25519"}.items():
        command(f"certtool --generate-privkey {options} --outfile {name}.key")
        made.append(("key", folder / f"{name}.key"))
    command("certtool --generate-privkey --key-type=rsa --bits 2048 --pkcs8 --null-password --outfile null-password.key")
    command("certtool --generate-self-signed --load-privkey ec.key --template ca.template --outfile ca.pem")
    command("certtool --generate-request --load-privkey rsa.key --template leaf.template --outfile leaf.csr")
    command("certtool --generate-certificate --load-request leaf.csr --load-ca-certificate ca.pem --load-ca-privkey ec.key --template leaf.template --outfile leaf.pem")
    command("certtool --generate-certificate --load-privkey ed25519.key --load-ca-certificate ca.pem --load-ca-privkey ec.key --template leaf.template --outfile ed.pem")
    command("certtool --generate-crl --load-ca-privkey ec.key --load-ca-certificate ca.pem --template ca.template --outfile empty.crl")
    command("certtool --generate-crl --load-ca-privkey ec.key --load-ca-certificate ca.pem --load-certificate leaf.pem --template ca.template --outfile one.crl")
    command("certtool --to-p8 --load-privkey ec.key --outfile encrypted.key --password", PASSPHRASE)
    return made + [("encrypted_key", folder / "null-password.key"), ("encrypted_key", folder / "encrypted.key"), ("certificate", folder / "ca.pem"), ("request", folder / "leaf.csr"),
                   ("certificate", folder / "leaf.pem"), ("certificate", folder / "ed.pem"), ("revocation_list", folder / "empty.crl"),
                   ("revocation_list", folder / "one.crl")]


def mkcert(folder):
    env = clean_env(folder, CAROOT=folder)
    for name, options in {"rsa": [], "ec": ["-ecdsa"], "client": ["-client"]}.items():
        run(["mkcert", *options, "-cert-file", f"{name}.pem", "-key-file", f"{name}.key", "docker.example.com", "127.0.0.1", "::1", "a@example.com"],
            cwd=folder, env=env, check=True)
    return [("certificate", folder / "rootCA.pem"), ("key", folder / "rootCA-key.pem"),
            *((kind, folder / f"{name}.{end}") for name in ("rsa", "ec", "client") for kind, end in (("certificate", "pem"), ("key", "key")))]


def minica(folder):
    run(["minica", "-ca-cert", "ca.crt", "-ca-key", "ca.key", "docker.example.com"], cwd=folder, check=True)
    names = ("ca", "docker.example.com")
    return [(kind, folder / f"{name}.{end}") for name in names for kind, end in (("certificate", "crt"), ("key", "key"))]


def cfssl(folder):
    made = []

    def generate(name, *options, hosts=(), **key):
        wish = {"CN": name, "hosts": list(hosts), "key": key, "names": [{"O": "Example", "C": "DE"}]}
        (folder / f"{name}.json").write_text(json.dumps(wish))
        answer = json.loads(run(["cfssl", "gencert", *options, f"{name}.json"], cwd=folder, check=True, env=clean_env(folder)).stdout)
        for kind, field, end in (("certificate", "cert", "pem"), ("request", "csr", "csr"), ("key", "key", "key")):
            path = folder / f"{name}.{end}"
            path.write_text(answer[field])
            made.append((kind, path))
    generate("authority", "-initca", algo="ecdsa", size=256)
    signed = ("-ca", "authority.pem", "-ca-key", "authority.key")
    generate("server", *signed, hosts=["docker.example.com", "10.0.0.1"], algo="rsa", size=2048)
    generate("client", *signed, hosts=[""], algo="ecdsa", size=384)  # as its documentation makes clients: an empty name
    return made


def easy_rsa(folder):
    env = clean_env(folder, EASYRSA_BATCH=1, EASYRSA=EASY_RSA_FOLDER, EASYRSA_PKI=folder / "pki")

    def command(*words, **more):
        run([f"{EASY_RSA_FOLDER}/easyrsa", *words], cwd=folder, env={**env, **more}, check=True)
    command("init-pki")
    command("build-ca", "nopass", EASYRSA_REQ_CN="Easy-RSA CA")
    command("build-server-full", "server", "nopass")
    command("build-client-full", "client", "nopass", EASYRSA_ALGO="ec", EASYRSA_CURVE="secp384r1")
    command("build-client-full", "locked", EASYRSA_PASSOUT=f"pass:{PASSPHRASE}")
    command("revoke", "client")
    command("gen-crl")
    pki = folder / "pki"
    revoked = next((pki / "revoked/certs_by_serial").iterdir())
    return [("certificate", pki / "ca.crt"), ("key", pki / "private/ca.key"), ("certificate", pki / "issued/server.crt"), ("request", pki / "reqs/server.req"),
            ("key", pki / "private/server.key"), ("encrypted_key", pki / "private/locked.key"), ("certificate", revoked), ("revocation_list", pki / "crl.pem")]


easy_rsa.__name__ = "easy-rsa"
# What makes the files: (function, program, Debian package).
MAKERS = {"openssl": (openssl, "openssl", "openssl"), "certtool": (certtool, "certtool", "gnutls-bin"), "mkcert": (mkcert, "mkcert", "mkcert"),
          "minica": (minica, "minica", "minica"), "cfssl": (cfssl, "cfssl", "golang-cfssl"), "easy-rsa": (easy_rsa, f"{EASY_RSA_FOLDER}/easyrsa", "easy-rsa")}
