"""Plays a transcript: each command, its whole output, its exit code.

A transcript is a text file. "$ ..." is a command, run by sh in an empty home; what it printed follows, standard error behind "! ",
and "? N" is its exit code if it is not 0. "# ..." is a remark. What differs from run to run is masked: see MASKS.
"# needs root" on the first line skips it for anybody else. transcript.py FILE plays it; with --update the file is rewritten from what happened, to be read and judged by a person.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

MASKS = [
    (re.compile(r"\b[0-9a-f]{64}\b"), "<sha256>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<serial>"),
    (re.compile(r"\b([0-9a-f]{2}:){31}[0-9a-f]{2}\b"), "<sha256>"),
    (re.compile(r"\b([0-9a-f]{2}:){19}[0-9a-f]{2}\b"), "<key id>"),
    (re.compile(r"\b([0-9a-f]{2}:){15}[0-9a-f]{2}\b"), "<serial>"),
    (re.compile(r"\b[0-9a-f]{36,40}\b"), "<key id>"),
    (re.compile(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "<time>"),
    (re.compile(r"\b20\d\d\d\d\d\dT\d\d\d\d\d\dZ"), "<stamp>"),
    (re.compile(r"\b20\d\d-\d\d-\d\d\b"), "<day>"),
    (re.compile(r"\bin \d+ (hours|days|years)\b"), "in <while>"),
    (re.compile(r"OpenSSL 3\.\d+\.\d+ [^\n\"]*"), "<OpenSSL>"),
]


def masked(text, home, host):
    text = text.replace(str(home), "~")
    text = re.sub(rf"\b{re.escape(host)}\b", "<host>", text)
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    return text


def play(command, home, environment, host):
    done = subprocess.run(["sh", "-c", command], cwd=home, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="backslashreplace", timeout=120)
    lines = masked(done.stdout, home, host).splitlines()
    lines += ["! " + line for line in masked(done.stderr, home, host).splitlines()]
    return lines + ([f"? {done.returncode}"] if done.returncode else [])


def replay(lines, home):
    """The transcript as it happens now: remarks, blank lines and commands from `lines`, all else from the commands."""
    host = os.uname().nodename.split(".")[0]
    program = pathlib.Path(os.environ["DOCKPKI"]).resolve()
    environment = {"PATH": f"{program.parent}:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8"}
    happened = []
    for line in lines:
        if line.startswith("$ "):
            happened += [line] + play(line[2:], home, environment, host)
        elif line.startswith("#") or (not line and happened and happened[-1] != ""):
            happened.append(line)
    return happened


def main():
    path = pathlib.Path(sys.argv[1])
    written = path.read_text().splitlines()
    commands = [line for line in written if line.startswith("$ ")]
    assert commands, "a transcript without a command proves nothing"
    if written[0] == "# needs root" and os.geteuid() != 0:
        print("SKIPPED: only root can own the files as they are to be owned")
        return 77
    with tempfile.TemporaryDirectory() as scratch:
        happened = replay(written, pathlib.Path(scratch))
    if "--update" in sys.argv:
        path.write_text("\n".join(happened) + "\n")
        return 0
    if happened != written:
        import difflib
        print("\n".join(difflib.unified_diff(written, happened, "written", "happened", lineterm="")))
        return 1
    print(f"{len(commands)} commands did what the transcript says")
    return 0


sys.exit(main())
