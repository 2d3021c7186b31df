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
    with world() as made:
        for text in ("0", "0d", "-1d", "", " ", "d", "1", "1.5d", "1 d", "9999999999999999999d", "101y", "forever", "1d1d", "+1d", "0x1d"):
            refuse(made, (*SERVER, f"--lifetime={text}"), 2, f"failed to read duration '{text}'", exact=False)
            refuse(made, ("issue-client", f"--lifetime={text}"), 2, f"failed to read duration '{text}'", exact=False)
        for text in ("826d", "3y", "20000h"):
            refuse(made, (*SERVER, "--lifetime", text), 1, "more than 825d", "--allow-long-lifetime", exact=False)
        made.must(*SERVER, "--lifetime", "825d")
    with world(prepare=None) as made:
        refuse(made, ("init-ca", "--no-passphrase", "--lifetime=0d"), 2, "failed to read duration '0d'", exact=False)
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
        for text, says in (("[server]\nlifetimes = \"90d\"\n", "lifetimes"), ("[servers]\nlifetime = \"90d\"\n", "servers"), ("colour = \"red\"\n", "colour"),
                           ("[server]\nlifetime = 90\n", "lifetime"), ("[server]\nlifetime = \"soon\"\n", "soon"), ("[server]\nkey = \"rsa1024\"\n", "rsa1024"),
                           ("[server\n", "line 1"), ("[server]\nlifetime = \"90d\"\nlifetime = \"91d\"\n", "line 3"), ("\x00\x01\x02", "dockpki.toml")):
            path.write_text(text)
            result = refuse(made, SERVER, 1, says, exact=False)
            check_in("dockpki.toml", result.stderr, "  and names the file")
        path.unlink()
        os.mkfifo(path)
        refuse(made, SERVER, 1, "dockpki.toml", exact=False)


def names():
    with world() as made:
        for name in ("", " ", "a b", "https://a.example", "a.example:2376", "DNS:a.example", "a.example,DNS:b.example", "a..example", "-a.example", "a.example.",
                     "a_b.example", "*", "*.example", "a.*.example", "x" * 64 + ".example", "192.0.2.1", "tcp://a.example", "a.example\n", "1.2.3"):
            refuse(made, ("issue-server", f"--dns={name}"), 2, "failed to read DNS name", exact=False)
        for address in ("", "192.0.2", "192.0.2.256", "192.0.2.1:2376", "192.0.2.1/24", "fe80::1%eth0", "a.example", "01.2.3.4", ":::", "IP:192.0.2.1"):
            refuse(made, ("issue-server", f"--ip={address}"), 2, "failed to read IP address", exact=False)
        for name in ("", "..", ".", "a/b", "/etc", "a\nb", "\x1b[31m", "../up"):
            refuse(made, (*SERVER, f"--name={name}"), 2, "failed to ", exact=False)
            refuse(made, ("issue-client", f"--name={name}"), 2, "failed to ", exact=False)
        for email in ("", "a", "a@", "@a.example", "a@b@c", "Name <a@b.example>", "a b@c.example"):
            refuse(made, ("issue-client", f"--email={email}"), 2, "failed to read e-mail address", exact=False)
        refuse(made, ("issue-client", "--name", "x" * 65), 2, "failed to read name", exact=False)
        refuse(made, ("issue-server",), 2, "failed to issue a server certificate: it needs at least one name or address", "--dns", exact=True)
        refuse(made, ("issue-server", "--dns", "a.example", "--key", "rsa1024"), 2, "rsa1024", exact=False)
        refuse(made, ("isue-server", "--dns", "a.example"), 2, "isue-server", "issue-server", exact=False)
        refuse(made, ("issue-server", "--dsn", "a.example"), 2, "--dsn", "--dns", exact=False)
        refuse(made, (), 2, "", exact=False)


# ---- passphrases ----------------------------------------------------------------------------------------------------

def passphrases():
    with world(prepare=None) as made:
        right = secret_file(made, "right", b"the right words\n")
        refuse(made, ("init-ca",), 2, "failed to get a passphrase: standard input is not a terminal", "--passphrase-file")
        made.must("init-ca", "--passphrase-file", right)
        wrong = secret_file(made, "wrong", b"the wrong words\n")
        key = "'{home}/authorities/g1/ca-key.pem'"
        for args in (SERVER, ("issue-client",), ("change-passphrase", "--no-passphrase"), ("change-passphrase", "--new-passphrase-file", right)):
            refuse(made, (*args, "--passphrase-file", wrong), 1, f"failed to decrypt key {key}: wrong passphrase")
            refuse(made, args, 2, "failed to get a passphrase: standard input is not a terminal", "--passphrase-file")
        for name, contents, code in (("empty", b"", 2), ("blank-line", b"\nthe right words\n", 2), ("prefix", b"the right word\n", 1),
                                     ("longer", b"the right words \n", 1), ("nul", b"the right words\0\n", 1), ("long", b"x" * 5000 + b"\n", 2)):
            refuse(made, (*SERVER, "--passphrase-file", secret_file(made, name, contents)), code, "passphrase", exact=False)
        with open(made.root / "huge", "wb") as huge:
            huge.truncate(GIB)
        refuse(made, (*SERVER, "--passphrase-file", made.root / "huge"), 1, "it is larger than 64 KiB", exact=False, limit_memory=True)
        refuse(made, (*SERVER, "--passphrase-file", made.root / "missing"), 1, "missing", exact=False)
        refuse(made, (*SERVER, "--passphrase-file", made.root), 1, "it is a folder, not a file", exact=False)
        refuse(made, (*SERVER, "--passphrase-fd", "77"), 1, "file descriptor 77", exact=False)
        refuse(made, (*SERVER, "--passphrase-fd", "0"), 2, "it is empty", exact=False)
        refuse(made, (*SERVER, "--passphrase-fd", "x"), 2, "--passphrase-fd", exact=False)
        for contents in (b"the right words", b"the right words\r\n", b"the right words\nmore\n"):
            path = secret_file(made, "variant", contents)
            made.must(*SERVER, "--passphrase-file", path, "--force")
        check(True, "a line end, CRLF, or none: the same passphrase")


def at_a_terminal(made, args, typed):
    """Runs a command on a terminal, answers each prompt with one of `typed` (None: Ctrl-C). Gives (exit code, all output)."""
    seen = ""
    with terminal.Terminal(made.argv(*args), harness.clean_env(home=made.root)) as person:
        for words in typed:
            person.wait_until_silent()
            seen += person.wait_for(": ")
            if words is None:
                person.interrupt()
            else:
                person.type(words + "\n")
                harness.wait_for(lambda: person.echoes() or person.ended(), "the end of the prompt")
        code = person.finish()
        check(person.echoes(), "  the terminal shows again what is typed")
        return code, seen + person.output


def interrupted_at_a_prompt():
    with world(prepare=None) as made:
        for typed in ([None], ["some words", None]):
            before = disk.snapshot(made.root, VOLATILE)
            code, output = at_a_terminal(made, ("init-ca",), typed)
            check_equal(code, 130, f"init-ca, Ctrl-C at prompt {len(typed)}: exit 130")
            check_equal(disk.snapshot(made.root, VOLATILE), before, "  nothing changed")
            check_in("interrupted", output, "  and it says so")
        code, output = at_a_terminal(made, ("init-ca",), ["some words", "other words"])
        check_equal(code, 2, "init-ca, two different passphrases: exit 2")
        check_equal(disk.snapshot(made.root, VOLATILE), before, "  nothing changed")
        right = secret_file(made, "right", b"the right words\n")
        made.must("init-ca", "--passphrase-file", right)
        for args, prompts in ((SERVER, [[None]]), (("issue-client",), [[None]]),
                              (("change-passphrase",), [[None], ["the right words", None], ["the right words", "new words", None]])):
            for typed in prompts:
                before = disk.snapshot(made.root, VOLATILE)
                code, output = at_a_terminal(made, args, typed)
                check_equal(code, 130, f"{args[0]}, Ctrl-C at prompt {len(typed)}: exit 130")
                after = disk.snapshot(made.root, VOLATILE)
                check(before == after, "  nothing changed", disk.difference(before, after))
        before = disk.snapshot(made.root, VOLATILE)
        code, output = at_a_terminal(made, SERVER, ["the wrong words"])
        check_equal(code, 1, "a wrong passphrase at the terminal: exit 1")
        check_in("wrong passphrase", output, "  and it says so")
        check_equal(disk.snapshot(made.root, VOLATILE), before, "  nothing changed")
        code, output = at_a_terminal(made, SERVER, ["the right words"])
        check_equal(code, 0, "the right one at the terminal works")


# ---- files that are read --------------------------------------------------------------------------------------------

def make_request(made):
    made.must("make-request", "--server", "--dns", "r.example", "--out", made.root / "request")
    return (made.root / "request" / "request.csr").read_bytes()


def der_of(pem):
    return base64.b64decode(b"".join(line for line in pem.splitlines() if not line.startswith(b"-----")))


def spoilt(pem, label):
    """(name, contents) of every way in which a PEM file goes wrong."""
    lines = pem.splitlines(keepends=True)
    middle = len(lines) // 2
    return [
        ("empty", b""),
        ("blank", b"\n\n"),
        ("binary", bytes(range(256)) * 64),
        ("text", b"hello\n" * 100),
        ("cut-off", pem[:len(pem) // 2]),
        ("without-end", b"".join(lines[:-1])),
        ("without-begin", b"".join(lines[1:])),
        ("line-missing", b"".join(lines[:middle] + lines[middle + 1:])),
        ("letter-changed", b"".join(lines[:middle] + [b"!" + lines[middle][1:]] + lines[middle + 1:])),
        ("other-label", pem.replace(label, b"CERTIFICATE REQUESTS")),
        ("other-end", pem.replace(b"END " + label, b"END CERTIFICATE REQUESTS")),
        ("byte-order-mark", b"\xef\xbb\xbf" + pem),
        ("utf-16", pem.decode().encode("utf-16")),
        ("der-cut-off", der_of(pem)[:-1]),
        ("der-and-more", der_of(pem) + b"\0"),
        ("nul-behind", pem + b"\0"),
    ]


def files_to_sign():
    with world() as made:
        pem = make_request(made)
        path = made.root / "input"
        out = made.root / "out"
        more = [("two-requests", pem + pem), ("der", der_of(pem)), ("certificate", (made.home / "authorities/g1/ca.pem").read_bytes()),
                ("key", (made.root / "request" / "server-key.pem").read_bytes()), ("text-before", b"some words\n" + pem)]
        for name, contents in [*spoilt(pem, b"CERTIFICATE REQUEST"), *more]:
            path.write_bytes(contents)
            result = refuse(made, ("sign-request", path, "--out", out), 1, "input", exact=False)
            check("PRIVATE" not in result.stderr or name == "key", f"  ({name})")
        refuse(made, ("sign-request", made.root / "missing", "--out", out), 1, "missing", exact=False)
        refuse(made, ("sign-request", made.root, "--out", out), 1, "it is a folder, not a file", exact=False)
        with open(path, "wb") as huge:
            huge.truncate(GIB)
        refuse(made, ("sign-request", path, "--out", out), 1, "it is larger than 4 MiB", exact=False, limit_memory=True)
        fifo = made.root / "fifo"
        os.mkfifo(fifo)
        refuse(made, ("sign-request", fifo, "--out", out), 1, "not a file", exact=False)
        path.write_bytes(pem.replace(b"\n", b"\r\n"))
        made.must("sign-request", path, "--out", out)
        check(True, "a request with CRLF line ends is signed")


def files_to_show():
    with world() as made:
        made.must(*SERVER)
        folder = made.home / "servers" / "a.example"
        pem = (folder / "server-cert.pem").read_bytes()
        path = made.root / "input"
        for name, contents in spoilt(pem, b"CERTIFICATE"):
            path.write_bytes(contents)
            refuse(made, ("show", path), 1, "input", exact=False)
            check(True, f"  ({name})")
        with open(path, "wb") as huge:
            huge.truncate(GIB)
        refuse(made, ("show", path), 1, "it is larger than 4 MiB", exact=False, limit_memory=True)
        refuse(made, ("show", made.root), 1, "it is a folder, not a file", exact=False)
        refuse(made, ("show", made.root / "missing"), 1, "missing", exact=False)
        refuse(made, ("show",), 2, "", exact=False)
        refuse(made, ("show", "-"), 1, "", exact=False)
        for name, contents in (("CRLF", pem.replace(b"\n", b"\r\n")), ("DER", der_of(pem)), ("a bundle", pem + (folder / "ca.pem").read_bytes())):
            path.write_bytes(contents)
            result = made.must("show", path)
            check_in("a.example", result.stdout, f"{name} is shown")
        secret = [line for line in (folder / "server-key.pem").read_text().splitlines() if not line.startswith("-----")]
        result = made.must("show", folder / "server-key.pem")
        check(all(line not in result.text for line in secret), "of a key only the public part is shown")


def endless_input():
    with world() as made:
        before = disk.snapshot(made.root, VOLATILE)
        feeder = subprocess.Popen(["yes", "-----BEGIN CERTIFICATE-----"], stdout=subprocess.PIPE, env=harness.clean_env())
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
    run_chosen(lifetimes, settings, names, passphrases, interrupted_at_a_prompt, files_to_sign, files_to_show, endless_input)
