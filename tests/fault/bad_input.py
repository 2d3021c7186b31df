"""Bad words, settings, passphrases and files get a clear error, and nothing is lost.

Each case takes a picture of every file (name, mode, owner, size, time, digest), runs one command that must be refused, and compares.
"""
import base64
import os
import resource
import subprocess

import disk
import harness
import terminal
from harness import check, check_equal, check_in
from refusal import GIB, SERVER, VOLATILE, refuse, run_chosen, secret_file, world


# ---- lifetimes, settings, names -------------------------------------------------------------------------------------

def lifetimes():
    how = "write a whole number and a unit: 90d, 12h, 2w or 1y"
    with world() as made:
        for text, why in (("0", "not a number and a unit"), ("0d", "it must be more than zero"), ("-1d", "it must be more than zero"), (" ", "not a number and a unit"),
                          ("d", "not a number and a unit"), ("1.5d", "not a number and a unit"), ("1 d", "not a number and a unit"), ("forever", "not a number and a unit"),
                          ("9999999999999999999d", "too large"), ("101y", "over 100 years"), ("1d1d", "not a number and a unit"), ("+1d", "not a number and a unit"),
                          ("0x1d", "not a number and a unit")):
            for args in (SERVER, ("issue-client",)):
                refuse(made, (*args, f"--lifetime={text}"), 2, f"failed to read duration '{text}': {why}", how)
        for text, shown in (("826d", "826d"), ("3y", "1095d"), ("20000h", "20000h")):
            refuse(made, (*SERVER, "--lifetime", text), 1, f"failed to issue for {shown}: more than 825d is refused by many clients", "--allow-long-lifetime does it all the same")
        made.must(*SERVER, "--lifetime", "825d")
    with world(prepare=None) as made:
        refuse(made, ("init-ca", "--no-passphrase", "--lifetime=0d"), 2, "failed to read duration '0d': it must be more than zero", how)
    with world(("init-ca", "--no-passphrase", "--lifetime", "30d")) as made:
        result = made.must(*SERVER, "--lifetime", "60d")
        check("short" in result.text, "a lifetime past the authority's end is shortened, and that is said", str(result))
        result = made.must(*SERVER, "--lifetime", "60d", "--force", "--json")
        check(any("short" in note for note in result.json()["notes"]), "also in JSON", str(result))
        authority = harness.run(["openssl", "x509", "-in", made.home / "authorities/g1/ca.pem", "-noout", "-enddate"], check=True).stdout
        leaf = harness.run(["openssl", "x509", "-in", made.home / "servers/a.example/server-cert.pem", "-noout", "-enddate"], check=True).stdout
        check_equal(leaf, authority, "to the very second at which the authority ends")


def settings():
    with world() as made:
        path = made.home / "dockpki.toml"
        for text, line, says in (("[server]\nlifetimes = \"90d\"\n", 2, "unknown key 'server.lifetimes'"), ("[servers]\nlifetime = \"90d\"\n", 1, "unknown key 'servers'"),
                                 ("colour = \"red\"\n", 1, "unknown key 'colour'"), ("[server]\nlifetime = 90\n", 2, "'server.lifetime' must be a string"),
                                 ("[server]\nlifetime = \"soon\"\n", 2, "'server.lifetime': failed to read duration 'soon': not a number and a unit"),
                                 ("[server]\nkey = \"rsa1024\"\n", 2, "'server.key': unknown key type 'rsa1024'")):
            path.write_text(text)
            refuse(made, SERVER, 1, "failed to read settings '{home}/dockpki.toml', line " + f"{line}: {says}")
        for text, line in (("[server\n", 1), ("[server]\nlifetime = \"90d\"\nlifetime = \"91d\"\n", 3), ("\0\1\2", 1)):
            path.write_text(text)  # the rest of the words is the TOML reader's
            refuse(made, SERVER, 1, "failed to read settings '{home}/dockpki.toml', line " + f"{line}: ", exact=False)
        path.unlink()
        os.mkfifo(path)
        refuse(made, SERVER, 1, "failed to read settings '{home}/dockpki.toml': it is a FIFO, not a file")


NAMES = (  # option, what is given, why it is refused, hint
    ("dns", " ", "it has a blank in it", None),
    ("dns", "a b", "it has a blank in it", "give each name its own --dns"),
    ("dns", "https://a.example", "it is a URL", "give the bare name: --dns a.example"),
    ("dns", "tcp://a.example", "it is a URL", "give the bare name: --dns a.example"),
    ("dns", "a.example:2376", "it has a port", "give the bare name: --dns a.example"),
    ("dns", "DNS:a.example", "it begins with 'DNS:'", "give the bare name: --dns a.example"),
    ("dns", "a.example,DNS:b.example", "it has a comma in it", "give each name its own --dns"),
    ("dns", "a..example", "it has an empty label", "there is a dot too many"),
    ("dns", "-a.example", "label '-a' begins or ends with '-'", None),
    ("dns", "a.example.", "it ends with a dot", "give the bare name: --dns a.example"),
    ("dns", "a_b.example", "a host name must not have '_' in it", "write '-' in its place, and give the host that name"),
    ("dns", "*", "a wildcard needs two labels or more behind it", "a wildcard looks like this: *.docker.example"),
    ("dns", "*.example", "a wildcard needs two labels or more behind it", "a wildcard looks like this: *.docker.example"),
    ("dns", "a.*.example", "'*' can only stand alone as the first label", "a wildcard looks like this: *.docker.example"),
    ("dns", "192.0.2.1", "it is an IP address", "use --ip 192.0.2.1"),
    ("dns", "1.2.3", "its last label is all digits, as in an IP address", "an address has four parts from 0 to 255: --ip 192.168.1.10"),
    ("ip", "192.0.2", "it is neither IPv4, four numbers from 0 to 255 without leading zeros, nor IPv6", None),
    ("ip", "192.0.2.256", "it is neither IPv4, four numbers from 0 to 255 without leading zeros, nor IPv6", None),
    ("ip", "01.2.3.4", "it is neither IPv4, four numbers from 0 to 255 without leading zeros, nor IPv6", None),
    ("ip", ":::", "it is neither IPv4, four numbers from 0 to 255 without leading zeros, nor IPv6", None),
    ("ip", "192.0.2.1:2376", "it has a port", "give the bare address: --ip 192.0.2.1"),
    ("ip", "192.0.2.1/24", "it has a prefix length", "give the bare address: --ip 192.0.2.1 (a block goes with --permit-ip)"),
    ("ip", "fe80::1%eth0", "it has a zone", "give the bare address: --ip fe80::1"),
    ("ip", "a.example", "it is a DNS name", "use --dns a.example"),
    ("ip", "IP:192.0.2.1", "it begins with 'IP:'", "give the bare address: --ip 192.0.2.1"),
)
KINDS = {"dns": "DNS name", "ip": "IP address"}


def names():
    with world() as made:
        for option, text, why, hint in NAMES:
            refuse(made, ("issue-server", f"--{option}={text}"), 2, f"failed to read {KINDS[option]} '{text}': {why}", hint)
        for option in KINDS:
            refuse(made, ("issue-server", f"--{option}", ""), 2, f"failed to read {KINDS[option]} '': it is empty")
            refuse(made, ("issue-server", f"--{option}"), 2, f"--{option}", exact=False)
        for name, why in (("..", "it begins with '.'"), (".", "it begins with '.'"), ("a/b", "it contains '/'"), ("/etc", "it contains '/'"), ("../up", "it begins with '.'")):
            for args in (SERVER, ("issue-client",)):
                refuse(made, (*args, f"--name={name}"), 2, f"failed to use '{name}' as the name of a set: {why}", "give a plain name with --name")
        refuse(made, (*SERVER, "--name=a\nb"), 2, "failed to use 'a\\x0ab' as the name of a set: it contains a control character")
        refuse(made, ("issue-client", "--name=\x1b[31m"), 2, "failed to read name '\\x1b[31m': it has a control character in it")
        refuse(made, ("issue-client", "--name", "x" * 65), 2, f"failed to read name '{'x' * 65}': it has 65 octets, and 64 is the most")
        for email, why in (("a", "it must have one '@' in it"), ("a@b@c", "it must have one '@' in it"), ("a@", "'' behind the '@' is not a host name"),
                           ("@a.example", "'' before the '@' is not letters, digits and dots"), ("Name <a@b.example>", "it has a display name"),
                           ("a b@c.example", "'a b' before the '@' is not letters, digits and dots")):
            refuse(made, ("issue-client", f"--email={email}"), 2, f"failed to read e-mail address '{email}': {why}")


def command_lines():
    words = "failed to read the command line: "
    with world() as made:
        refuse(made, ("issue-server",), 2, "failed to issue a server certificate: it needs at least one name or address",
               "say how clients reach the daemon: --ip 192.168.1.10, --dns docker.example.com, or --local for this machine")
        refuse(made, ("issue-server", "--dns", "a.example", "--key", "rsa1024"), 2, "failed to read key type 'rsa1024': there is no such type",
               "p256, p384, rsa3072, rsa4096 and ed25519 are known")
        refuse(made, ("isue-server", "--dns", "a.example"), 2, words + "unknown command 'isue-server'", "did you mean 'issue-server'?")
        refuse(made, ("issue-server", "--dsn", "a.example"), 2, words + "unknown option '--dsn'", "did you mean '--dns'?")
        refuse(made, (), 2, words + "no command", "'dockpki --help' lists them; 'dockpki init-ca --home {home}' is where to begin")
        refuse(made, ("show",), 2, words + "FILE is required", "'dockpki show --help' tells more")


# ---- passphrases ----------------------------------------------------------------------------------------------------

def passphrases():
    with world(prepare=None) as made:
        right = secret_file(made, "right", b"the right words\n")
        refuse(made, ("init-ca",), 2, "failed to get a new passphrase: standard input is not a terminal", "--passphrase-file")
        made.must("init-ca", "--passphrase-file", right)
        wrong, other = secret_file(made, "wrong", b"the wrong words\n"), secret_file(made, "other", b"other words\n")
        key = "'{home}/authorities/g1/ca-key.pem'"
        for args in (SERVER, ("issue-client",), ("change-passphrase", "--no-passphrase"), ("change-passphrase", "--new-passphrase-file", other)):
            refuse(made, (*args, "--passphrase-file", wrong), 1, f"failed to decrypt key {key}: wrong passphrase")
            refuse(made, args, 2, "failed to get the passphrase: standard input is not a terminal", "--passphrase-file")
        cannot = "failed to read the passphrase from "
        for name, contents, code, why in (("empty", b"", 2, cannot + "'{root}/empty': it is empty"), ("blank", b"\nthe right words\n", 2, cannot + "'{root}/blank': it is empty"),
                                          ("long", b"x" * 5000 + b"\n", 2, cannot + "'{root}/long': longer than 1024 octets"),
                                          ("prefix", b"the right word\n", 1, f"failed to decrypt key {key}: wrong passphrase"),
                                          ("longer", b"the right words \n", 1, f"failed to decrypt key {key}: wrong passphrase")):
            refuse(made, (*SERVER, "--passphrase-file", secret_file(made, name, contents)), code, why)
        with open(made.root / "huge", "wb") as huge:
            huge.truncate(GIB)
        refuse(made, (*SERVER, "--passphrase-file", made.root / "huge"), 1, "failed to read passphrase file '{root}/huge': it is larger than 64 KiB", limit_memory=True)
        refuse(made, (*SERVER, "--passphrase-file", made.root / "missing"), 1, "failed to read passphrase file '{root}/missing': No such file or directory")
        refuse(made, (*SERVER, "--passphrase-file", made.root), 1, "failed to read passphrase file '{root}': it is a folder, not a file")
        refuse(made, (*SERVER, "--passphrase-fd", "77"), 1, cannot + "file descriptor 77: Bad file descriptor")
        refuse(made, (*SERVER, "--passphrase-fd", "0"), 2, cannot + "file descriptor 0: it is empty")
        refuse(made, (*SERVER, "--passphrase-fd", "x"), 2, "--passphrase-fd", exact=False)
        for contents in (b"the right words", b"the right words\r\n", b"the right words\nmore\n"):
            path = secret_file(made, "variant", contents)
            made.must(*SERVER, "--passphrase-file", path, "--force")
        check(True, "a line end, CRLF, or none: the same passphrase")


FIRST, NEW, AGAIN, OLD = "New passphrase for the authority's key: ", "New passphrase: ", "Once more: ", "Passphrase of authority g1: "


def at_a_terminal(made, args, *answers):
    """Runs a command on a terminal and answers each (prompt, words). Gives (exit code, all output)."""
    with terminal.Terminal(made.argv(*args), harness.clean_env(home=made.root)) as person:
        seen = "".join([person.answer(prompt, words) for prompt, words in answers])
        code = person.finish()
        check(person.echoes(), "  the terminal shows again what is typed")
        return code, seen + person.output


def refuse_at_a_terminal(made, args, code, says, *answers):
    """As refuse(), with a person at a terminal."""
    before = disk.snapshot(made.root, VOLATILE)
    ended, output = at_a_terminal(made, args, *answers)
    check_equal(ended, code, f"{args[0]}, {'Ctrl-C' if answers[-1][1] is None else repr(answers[-1][1])} at {answers[-1][0]!r}: exit {code}")
    check_in(says, output.replace("\r\n", "\n"), "  and it says so")
    after = disk.snapshot(made.root, VOLATILE)
    check(before == after, "  nothing changed", disk.difference(before, after))


def interrupted_at_a_prompt():
    interrupted = "dockpki: error: interrupted\n"
    with world(prepare=None) as made:
        refuse_at_a_terminal(made, ("init-ca",), 130, interrupted, (FIRST, None))
        refuse_at_a_terminal(made, ("init-ca",), 130, interrupted, (FIRST, "some words"), (AGAIN, None))
        refuse_at_a_terminal(made, ("init-ca",), 2, "the two entries differ", (FIRST, "some words"), (AGAIN, "other words"))
        refuse_at_a_terminal(made, ("init-ca",), 2, "it is empty", (FIRST, ""))
        made.must("init-ca", "--passphrase-file", secret_file(made, "right", b"the right words\n"))
        right = (OLD, "the right words")
        for args in (SERVER, ("issue-client",), ("change-passphrase",)):
            refuse_at_a_terminal(made, args, 130, interrupted, (OLD, None))
            refuse_at_a_terminal(made, args, 1, "wrong passphrase", (OLD, "the wrong words"))
        refuse_at_a_terminal(made, ("change-passphrase",), 130, interrupted, right, (NEW, None))
        refuse_at_a_terminal(made, ("change-passphrase",), 130, interrupted, right, (NEW, "new words"), (AGAIN, None))
        refuse_at_a_terminal(made, ("change-passphrase",), 2, "the two entries differ", right, (NEW, "new words"), (AGAIN, "other words"))
        check_equal(at_a_terminal(made, SERVER, right)[0], 0, "the right passphrase at the terminal works")


def interrupted_before_it_reads():
    """Ctrl-C in the moment between the prompt and the reading of the answer: strace holds the program there."""
    with world(prepare=None) as made:
        words = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=write", "-e", "inject=write:delay_exit=400000:when=1", "--", *made.argv("init-ca")]
        with terminal.Terminal(words, harness.clean_env(home=made.root)) as person:
            person.answer(FIRST, None)
            check_equal(person.finish(20), 130, "Ctrl-C right behind the prompt: exit 130")


# ---- files that are read --------------------------------------------------------------------------------------------

def make_request(made):
    made.must("make-request", "--server", "--dns", "r.example", "--out", made.root / "request")
    return (made.root / "request" / "request.csr").read_bytes()


def der_of(pem):
    return base64.b64decode(b"".join(line for line in pem.splitlines() if not line.startswith(b"-----")))


def spoilt(pem, label):
    """Contents by name: every way in which a PEM file goes wrong."""
    lines = pem.splitlines(keepends=True)
    middle = len(lines) // 2
    return {
        "empty": b"",
        "blank": b"\n\n",
        "binary": bytes(range(256)) * 64,
        "text": b"hello\n" * 100,
        "cut off": pem[:len(pem) // 2],
        "without END": b"".join(lines[:-1]),
        "without BEGIN": b"".join(lines[1:]),
        "a line missing": b"".join(lines[:middle] + lines[middle + 1:]),
        "a letter changed": b"".join(lines[:middle] + [b"!" + lines[middle][1:]] + lines[middle + 1:]),
        "another label": pem.replace(label, b"CERTIFICATE REQUESTS"),
        "another END": pem.replace(b"END " + label, b"END CERTIFICATE REQUESTS"),
        "a byte order mark": b"\xef\xbb\xbf" + pem,
        "UTF-16": pem.decode().encode("utf-16"),
        "DER, cut off": der_of(pem)[:-1],
        "DER and more": der_of(pem) + b"\0",
    }


def refuse_file(made, args, name, contents, error):
    """A file of these contents at {root}/input is refused."""
    (made.root / "input").write_bytes(contents)
    refuse(made, args, 1, error)
    check("PRIVATE KEY" not in error, f"  ({name})")


def files_to_sign():
    with world() as made:
        pem = make_request(made)
        args = ("sign-request", made.root / "input", "--out", made.root / "out")
        line = len(pem.splitlines()) // 2 + 1
        outside = "line 1: text outside of a PEM block"
        errors = {
            "empty": "it is empty", "blank": "it is empty", "binary": outside, "text": outside, "without BEGIN": outside,
            "cut off": "line 1: BEGIN CERTIFICATE REQUEST has no END: the file is cut off",
            "without END": "line 1: BEGIN CERTIFICATE REQUEST has no END: the file is cut off",
            "a line missing": "request: cut off (octet 0)", "a letter changed": f"line {line}: not base64",
            "another label": "it is a block 'CERTIFICATE REQUESTS', not a certificate request",
            "another END": f"line {len(pem.splitlines())}: END CERTIFICATE REQUESTS does not fit BEGIN CERTIFICATE REQUEST",
            "a byte order mark": "it begins with a byte order mark, which hides its first block from Docker", "UTF-16": "it is UTF-16",
            "DER, cut off": "it looks like DER, not PEM", "DER and more": "it looks like DER, not PEM",
        }
        more = [("two requests", pem + pem, "more than one block stands in it (CERTIFICATE REQUEST, CERTIFICATE REQUEST), and it must be a certificate request alone"),
                ("DER", der_of(pem), "it looks like DER, not PEM"), ("text before", b"some words\n" + pem, outside),
                ("NUL behind", pem + b"\0", f"line {len(pem.splitlines()) + 1}: text outside of a PEM block"),
                ("a certificate", (made.home / "authorities/g1/ca.pem").read_bytes(), "it is a certificate, not a certificate request"),
                ("a key", (made.root / "request" / "server-key.pem").read_bytes(), "it is a private key, not a certificate request")]
        for name, contents, why in [*((name, contents, errors[name]) for name, contents in spoilt(pem, b"CERTIFICATE REQUEST").items()), *more]:
            refuse_file(made, args, name, contents, "failed to read request '{root}/input': " + why)
        cannot = "failed to read certificate request '{root}"
        refuse(made, ("sign-request", made.root / "missing", "--out", made.root / "out"), 1, cannot + "/missing': No such file or directory")
        refuse(made, ("sign-request", made.root, "--out", made.root / "out"), 1, cannot + "': it is a folder, not a file")
        with open(made.root / "input", "wb") as huge:
            huge.truncate(GIB)
        refuse(made, args, 1, cannot + "/input': it is larger than 4 MiB", limit_memory=True)
        os.mkfifo(made.root / "fifo")
        refuse(made, ("sign-request", made.root / "fifo", "--out", made.root / "out"), 1, cannot + "/fifo': it is a FIFO, not a file")
        (made.root / "input").write_bytes(pem.replace(b"\n", b"\r\n"))
        made.must(*args)
        check(True, "a request with CRLF line ends is signed")


def files_to_show():
    with world() as made:
        made.must(*SERVER)
        folder = made.home / "servers" / "a.example"
        pem, path = (folder / "server-cert.pem").read_bytes(), made.root / "input"
        line, last = len(pem.splitlines()) // 2 + 1, len(pem.splitlines())
        nothing = "failed to read '{root}/input': it is no certificate, request, revocation list or private key, neither PEM nor DER"
        broken = "failed to read PEM '{root}/input': "
        errors = {
            "empty": "failed to read '{root}/input': the file is empty",
            "cut off": broken + "line 1: BEGIN CERTIFICATE has no END: the file is cut off",
            "without END": broken + "line 1: BEGIN CERTIFICATE has no END: the file is cut off",
            "a letter changed": broken + f"line {line}: not base64",
            "another label": "failed to read '{root}/input': it holds a 'CERTIFICATE REQUESTS', which is no certificate, request, revocation list or private key",
            "another END": broken + f"line {last}: END CERTIFICATE REQUESTS does not fit BEGIN CERTIFICATE",
            "a byte order mark": broken + "it begins with a byte order mark, which hides its first block from Docker",
        }
        for name, contents in spoilt(pem, b"CERTIFICATE").items():
            if name == "a line missing":
                path.write_bytes(contents)
                refuse(made, ("show", path), 1, "cut off", exact=False)
            else:
                refuse_file(made, ("show", path), name, contents, errors.get(name, nothing))
        with open(path, "wb") as huge:
            huge.truncate(GIB)
        refuse(made, ("show", path), 1, "failed to read file '{root}/input': it is larger than 4 MiB", limit_memory=True)
        refuse(made, ("show", made.root), 1, "failed to read file '{root}': it is a folder, not a file")
        refuse(made, ("show", made.root / "missing"), 1, "failed to read file '{root}/missing': No such file or directory")
        refuse(made, ("show", "-"), 1, "failed to read 'standard input': the file is empty")
        for name, contents in (("CRLF", pem.replace(b"\n", b"\r\n")), ("DER", der_of(pem)), ("a bundle", pem + (folder / "ca.pem").read_bytes())):
            path.write_bytes(contents)
            check_in("a.example", made.must("show", path).stdout, f"{name} is shown")
        secret = [line for line in (folder / "server-key.pem").read_text().splitlines() if not line.startswith("-----")]
        shown = made.must("show", folder / "server-key.pem")
        check(all(line not in shown.text for line in secret), "of a key only the public part is shown")


def endless_input():
    with world() as made:
        before = disk.snapshot(made.root, VOLATILE)
        feeder = subprocess.Popen(["yes", "--", "-----BEGIN CERTIFICATE-----"], stdout=subprocess.PIPE, env=harness.clean_env())
        try:
            done = subprocess.run(made.argv("show", "-"), stdin=feeder.stdout, env=harness.clean_env(home=made.root), capture_output=True, text=True, timeout=60,
                                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (GIB // 2, GIB // 2)))
        finally:
            feeder.kill()
            feeder.wait()
            feeder.stdout.close()
        check_equal(done.returncode, 1, "standard input that never ends is refused")
        check_in("larger than 4 MiB", done.stderr, "  with the bound that it passed")
        check_equal(disk.snapshot(made.root, VOLATILE), before, "  nothing changed")


if __name__ == "__main__":
    run_chosen(lifetimes, settings, names, command_lines, passphrases, interrupted_at_a_prompt, interrupted_before_it_reads, files_to_sign, files_to_show, endless_input,
               tools={"openssl": "openssl", "strace": "strace"})
