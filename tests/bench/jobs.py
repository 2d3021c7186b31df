"""What scripts/bench times: the same jobs as dockpki does them and as its users would do them otherwise. `{n}` is the number of the run."""
import base64
import dataclasses
import hashlib
import json
import os
import pathlib
import shutil
import subprocess

ALTERNATIVE_NAMES = "DNS:h{n}.example,DNS:docker,IP:192.0.2.1,IP:127.0.0.1"


@dataclasses.dataclass
class Job:
    name: str
    command: str  # for hyperfine -N: words, no shell
    note: str = ""


class Bench:
    """A folder with everything that the jobs need prepared once."""

    def __init__(self, program, work):
        self.program, self.work = pathlib.Path(program).resolve(), pathlib.Path(work)
        self.home = self.work / "user"
        self.home.mkdir(parents=True)
        self.env = {"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin:/usr/share/easy-rsa", "HOME": str(self.home), "LANG": "C.UTF-8", "TRUST_STORES": "none",
                    "CAROOT": str(self.work / "mkcert"), "EASYRSA_BATCH": "1", "EASYRSA_PKI": str(self.work / "easy-rsa")}

    def run(self, *words, cwd=None, stdin=None):
        done = subprocess.run([str(word) for word in words], env=self.env, cwd=cwd or self.work, input=stdin, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"failed to prepare: {' '.join(map(str, words))}\n{done.stderr}")
        return done.stdout

    def has(self, tool):
        return shutil.which(tool, path=self.env["PATH"]) is not None

    def script(self, name, text):
        """A shell script, for what takes more than one process; its first argument is the run's number."""
        path, folder = self.work / f"{name}.sh", self.work / name
        folder.mkdir(exist_ok=True)
        path.write_text(f"set -e\nn=$1\ncd {folder}\n{text}")
        return f"sh {path} {{n}}"

    # ---- one more P-256 server certificate from an authority that stands --------------------------------------------

    def one_more(self):
        jobs = [self.dockpki_one_more(), self.openssl_documented_one_more(), self.openssl_single_one_more()]
        for tool, make in (("mkcert", self.mkcert_one_more), ("minica", self.minica_one_more), ("cfssl", self.cfssl_one_more),
                           ("certtool", self.certtool_one_more), ("easyrsa", self.easy_rsa_one_more)):
            if self.has(tool):
                jobs.append(make())
        return jobs

    def dockpki_one_more(self):
        home = self.work / "dockpki"
        self.run(self.program, "--home", home, "init-ca", "--no-passphrase")
        return Job("dockpki", f"{self.program} --home {home} issue-server --dns h{{n}}.example --dns docker --ip 192.0.2.1 --ip 127.0.0.1")

    def fill(self, home, count):
        """A home with `count` servers' sets."""
        self.run(self.program, "--home", home, "init-ca", "--no-passphrase")
        for number in range(count):
            self.run(self.program, "--home", home, "issue-server", "--dns", f"old{number}.example")

    def fleet(self, count):
        """What a fleet's timers and monitors run all day, in a home with `count` sets."""
        home = self.work / f"fleet-{count}"
        self.fill(home, count)
        return [Job(f"dockpki {words}, {count:,} sets", f"{self.program} --home {home} {words}")
                for words in ("renew --check", "list --json", "list --format prometheus", "status")]

    def revoked(self, count):
        """The next revocation list of an authority that has revoked `count` clients, and of one that has revoked one."""
        jobs = []
        for number in (count, 1):
            home = self.work / f"revoked-{number}"
            self.run(self.program, "--home", home, "init-ca", "--no-passphrase")
            self.run(self.program, "--home", home, "issue-client", "--name", "client")
            revoke_many(home / "log.jsonl", number)
            self.run(self.program, "--home", home, "make-crl")
            crl = self.run("openssl", "crl", "-in", home / "authorities/g1/crl.pem", "-CAfile", home / "authorities/g1/ca.pem", "-noout", "-text")
            if crl.count("Key Compromise") != number:
                raise SystemExit(f"the list of {number} entries has {crl.count('Key Compromise')}")
            jobs.append(Job(f"dockpki make-crl, {number:,} revoked", f"{self.program} --home {home} make-crl", "aim: 200 ms, 50 MiB" if number == count else ""))
        return jobs

    def renewals(self, count, library_loop):
        """Sets that are all due, renewed in one run, and as many certificates made in one process without a home."""
        home = self.work / f"due-{count}"
        self.fill(home, count)
        jobs = [Job(f"dockpki renew{rekey}, {count:,} due", f"{self.program} --home {home} renew --before 400d{rekey}") for rekey in ("", " --rekey")]
        if library_loop:
            for words, where, sync in (("in memory", "memory", "none"), ("files, each synced", "files", "each")):
                script = self.script(f"loop-{sync}", f"mkdir $n\nexec {library_loop} {where} {sync} {count} 1 $n\n")
                jobs.append(Job(f"a loop of {count:,}, {words}", script, "new keys"))
        return jobs

    def growth(self, counts):
        """One more certificate in homes that hold `counts` of them already."""
        jobs = []
        for count in counts:
            home = self.work / f"grown-{count}"
            self.fill(home, count)
            jobs.append(Job(f"dockpki, {count:,} in the inventory", f"{self.program} --home {home} issue-server --dns h{{n}}.example"))
        return jobs

    def openssl_authority(self):
        folder = self.work / "openssl-authority"
        if not folder.exists():
            folder.mkdir()
            self.run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "ca-key.pem", cwd=folder)
            self.run("openssl", "req", "-new", "-x509", "-days", "3650", "-key", "ca-key.pem", "-sha256", "-subj", "/CN=bench CA", "-out", "ca.pem", cwd=folder)
        return folder

    def openssl_documented_one_more(self):
        authority = self.openssl_authority()
        return Job("openssl, three commands", self.script("openssl-documented", f"""mkdir $n; cd $n
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out server-key.pem 2>/dev/null
openssl req -subj /CN=h$n.example -sha256 -new -key server-key.pem -out server.csr
echo "subjectAltName = {ALTERNATIVE_NAMES.replace('{n}', '$n')}" > extfile.cnf
echo "extendedKeyUsage = serverAuth" >> extfile.cnf
openssl x509 -req -days 365 -sha256 -in server.csr -CA {authority}/ca.pem -CAkey {authority}/ca-key.pem -CAcreateserial -out server-cert.pem -extfile extfile.cnf 2>/dev/null
"""), "as Docker's documentation has it, P-256")

    def openssl_single_one_more(self):
        authority = self.openssl_authority()
        folder = self.work / "openssl-single"
        folder.mkdir()
        return Job("openssl, one command", "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
                   f"-keyout {folder}/{{n}}-key.pem -out {folder}/{{n}}.pem -days 365 -subj /CN=h{{n}}.example -CA {authority}/ca.pem -CAkey {authority}/ca-key.pem "
                   f"-addext basicConstraints=critical,CA:FALSE -addext subjectAltName={ALTERNATIVE_NAMES} -addext extendedKeyUsage=serverAuth")

    def mkcert_one_more(self):
        folder = self.work / "mkcert-out"
        folder.mkdir()
        self.run("mkcert", "-ecdsa", "-cert-file", folder / "0.pem", "-key-file", folder / "0-key.pem", "a.example")
        return Job("mkcert", f"mkcert -ecdsa -cert-file {folder}/{{n}}.pem -key-file {folder}/{{n}}-key.pem h{{n}}.example docker 192.0.2.1 127.0.0.1",
                   "its CA is RSA-3072")

    def minica_one_more(self):
        self.run("sh", self.work / self.script("minica", 'minica -type server "h$n.example"\n').split()[1], "0")
        return Job("minica", "sh " + str(self.work / "minica.sh") + " {n}", "RSA-2048 and one name: it knows no other")

    def cfssl_one_more(self):
        folder = self.work / "cfssl"
        folder.mkdir()
        key = {"algo": "ecdsa", "size": 256}
        (folder / "ca.json").write_text(json.dumps({"CN": "bench CA", "key": key}))
        (folder / "config.json").write_text(json.dumps({"signing": {"profiles": {
            "server": {"expiry": "8760h", "usages": ["digital signature", "server auth"]},
            "client": {"expiry": "8760h", "usages": ["digital signature", "client auth"]}}}}))
        (folder / "server.json").write_text(json.dumps({"CN": "docker", "hosts": ["h.example", "docker", "192.0.2.1", "127.0.0.1"], "key": key}))
        self.run("sh", "-c", "cfssl gencert -loglevel=5 -initca ca.json | cfssljson -bare ca", cwd=folder)
        return Job("cfssl", self.script("cfssl", "cfssl gencert -loglevel=5 -ca ca.pem -ca-key ca-key.pem -config config.json -profile server server.json 2>/dev/null "
                                        "| cfssljson -bare s$n\n"))

    def certtool_one_more(self):
        folder = self.work / "certtool"
        folder.mkdir()
        (folder / "ca.tmpl").write_text('cn = "bench CA"\nca\ncert_signing_key\ncrl_signing_key\nexpiration_days = 3650\n')
        (folder / "server.tmpl").write_text('cn = "docker"\ndns_name = "h.example"\ndns_name = "docker"\nip_address = "192.0.2.1"\nip_address = "127.0.0.1"\n'
                                            "tls_www_server\nsigning_key\nexpiration_days = 365\n")
        self.run("sh", "-c", "certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --outfile ca-key.pem 2>/dev/null; "
                 "certtool --generate-self-signed --load-privkey ca-key.pem --template ca.tmpl --outfile ca.pem 2>/dev/null", cwd=folder)
        return Job("certtool", self.script("certtool", "certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --outfile $n-key.pem 2>/dev/null\n"
                                           "certtool --generate-certificate --load-privkey $n-key.pem --load-ca-certificate ca.pem --load-ca-privkey ca-key.pem "
                                           "--template server.tmpl --outfile $n.pem 2>/dev/null\n"))

    def easy_rsa_one_more(self):
        self.run("easyrsa", "init-pki")
        self.run("easyrsa", "--use-algo=ec", "--curve=prime256v1", "--req-cn=bench", "build-ca", "nopass")
        return Job("easy-rsa", self.script("easy-rsa-run", f"easyrsa --use-algo=ec --curve=prime256v1 --subject-alt-name={ALTERNATIVE_NAMES.replace('{n}', '$n')} "
                                           "build-server-full h$n.example nopass >/dev/null 2>&1\n"))

    # ---- the whole job: authority, server certificate, client certificate --------------------------------------------

    def whole_p256(self):
        jobs = [self.dockpki_whole("p256"), self.openssl_documented_whole("p256")]
        if self.has("mkcert"):
            jobs.append(Job("mkcert", self.script("mkcert-whole", """mkdir $n; cd $n; export CAROOT=$PWD/ca; mkdir ca
mkcert -ecdsa -cert-file server-cert.pem -key-file server-key.pem h.example docker 192.0.2.1 127.0.0.1 >/dev/null 2>&1
mkcert -ecdsa -client -cert-file cert.pem -key-file key.pem client >/dev/null 2>&1
"""), "its CA is RSA-3072"))
        if self.has("cfssl"):
            jobs.append(Job("cfssl", self.script("cfssl-whole", f"""mkdir $n; cd $n; c={self.work}/cfssl
cfssl gencert -loglevel=5 -initca $c/ca.json 2>/dev/null | cfssljson -bare ca
for p in server client; do
  cfssl gencert -loglevel=5 -ca ca.pem -ca-key ca-key.pem -config $c/config.json -profile $p $c/server.json 2>/dev/null | cfssljson -bare $p
done
""")))
        if self.has("certtool"):
            jobs.append(Job("certtool", self.script("certtool-whole", f"""mkdir $n; cd $n; c={self.work}/certtool
for k in ca server client; do certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --outfile $k-key.pem 2>/dev/null; done
certtool --generate-self-signed --load-privkey ca-key.pem --template $c/ca.tmpl --outfile ca.pem 2>/dev/null
for k in server client; do
  certtool --generate-certificate --load-privkey $k-key.pem --load-ca-certificate ca.pem --load-ca-privkey ca-key.pem --template $c/server.tmpl --outfile $k.pem 2>/dev/null
done
""")))
        if self.has("easyrsa"):
            jobs.append(Job("easy-rsa", self.script("easy-rsa-whole", """export EASYRSA_PKI=$PWD/$n
easyrsa init-pki >/dev/null 2>&1
easyrsa --use-algo=ec --curve=prime256v1 --req-cn=bench build-ca nopass >/dev/null 2>&1
easyrsa --use-algo=ec --curve=prime256v1 --subject-alt-name=DNS:h.example,IP:192.0.2.1 build-server-full h nopass >/dev/null 2>&1
easyrsa --use-algo=ec --curve=prime256v1 build-client-full c nopass >/dev/null 2>&1
""")))
        return jobs

    def whole_rsa4096(self):
        return [self.dockpki_whole("rsa4096"), self.openssl_documented_whole("rsa4096")]

    def dockpki_whole(self, key):
        return Job("dockpki", self.script(f"dockpki-whole-{key}", f"""mkdir $n; cd $n; export HOME=$PWD
{self.program} init-ca --no-passphrase --key {key} >/dev/null 2>&1
{self.program} issue-server --key {key} --dns h.example --dns docker --ip 192.0.2.1 --ip 127.0.0.1 >/dev/null 2>&1
{self.program} issue-client --key {key} >/dev/null 2>&1
"""))

    def openssl_documented_whole(self, key):
        """The procedure of https://docs.docker.com/engine/security/protect-access/, its passphrase prompts answered."""
        def genkey(name, encrypt=""):
            if key == "p256":
                return f"openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 {encrypt and '-aes256 -pass pass:words'} -out {name} 2>/dev/null"
            return f"openssl genrsa {encrypt and '-aes256 -passout pass:words'} -out {name} 4096 2>/dev/null"
        return Job(f"openssl as Docker documents it, {'P-256' if key == 'p256' else 'RSA-4096'}", self.script(f"openssl-whole-{key}", f"""mkdir $n; cd $n
{genkey("ca-key.pem", "yes")}
openssl req -new -x509 -days 365 -key ca-key.pem -passin pass:words -sha256 -subj "/CN=bench CA" -out ca.pem
{genkey("server-key.pem")}
openssl req -subj /CN=h.example -sha256 -new -key server-key.pem -out server.csr
echo subjectAltName = DNS:h.example,DNS:docker,IP:192.0.2.1,IP:127.0.0.1 >> extfile.cnf
echo extendedKeyUsage = serverAuth >> extfile.cnf
openssl x509 -req -days 365 -sha256 -in server.csr -CA ca.pem -CAkey ca-key.pem -passin pass:words -CAcreateserial -out server-cert.pem -extfile extfile.cnf 2>/dev/null
{genkey("key.pem")}
openssl req -subj /CN=client -new -key key.pem -out client.csr
echo extendedKeyUsage = clientAuth > extfile-client.cnf
openssl x509 -req -days 365 -sha256 -in client.csr -CA ca.pem -CAkey ca-key.pem -passin pass:words -CAcreateserial -out cert.pem -extfile extfile-client.cnf 2>/dev/null
rm -v client.csr server.csr extfile.cnf extfile-client.cnf >/dev/null
chmod -v 0400 ca-key.pem key.pem server-key.pem >/dev/null
chmod -v 0444 ca.pem server-cert.pem cert.pem >/dev/null
"""))


def revoke_many(log, count):
    """Adds `count` clients to an audit log (docs/format.md), each issued and revoked, and like the last one that stands there but for
    its number: to run dockpki as often would take hours. The next command takes them over."""
    lines = log.read_text().splitlines()
    issued, entries = json.loads(lines[-1]), []
    der, serial = base64.b64decode(issued["certificate"]), bytes.fromhex(issued["serial"])
    for number in range(count):
        other = (0x40 << 8 * (len(serial) - 1) | number).to_bytes(len(serial), "big")
        client = {"authority": issued["authority"], "kind": "client", "name": f"client{number}", "serial": other.hex()}
        certificate = base64.b64encode(der.replace(serial, other, 1)).decode()
        entries.append(("certificate-issued", {**client, "folder": "", "layout": "client", "owner": "", "certificate": certificate}))
        entries.append(("certificate-revoked", {**client, "reason": "keyCompromise"}))
    sequence, seal = issued["seq"], issued["seal"]
    with open(log, "a", encoding="utf-8") as out:
        for event, members in entries:
            sequence += 1
            body = {"seq": sequence, "time": issued["time"], "event": event, "actor": issued["actor"], **members, "prev": seal}
            line = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
            seal = hashlib.sha256(line.encode()).hexdigest()
            out.write(f'{line[:-1]},"seal":"{seal}"}}\n')
