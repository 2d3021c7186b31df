#!/usr/bin/env python3
"""Units as people write them, started by a real systemd before and after configure-daemon: dockerd gets the same words, but for those that moved to daemon.json."""
import json
import shutil

from harness import check, check_equal, dockpki, run_tests, temp_folder
from machine import Machine, image, run_in

# Writes down its words where systemd starts it, and cannot --validate.
DOCKERD = """#!/bin/sh
[ -n "$INVOCATION_ID" ] || { echo 'unknown flag: --validate' >&2; exit 125; }
printf '%s\\n' "$@" '' >/run/seen
"""
UNIT = "etc/systemd/system/docker.service"
OTHERS = ("tlsverify", "tls")
VALUES = ("host", "tlscacert", "tlscert", "tlskey")

# Each: what it shows, the lines of [Service], and further files.
CASES = (
    ("options in a variable of a file", ["EnvironmentFile=-/etc/default/docker", "ExecStart=/opt/dockerd -H fd:// $DOCKER_OPTS --log-level=warn"],
     {"etc/default/docker": "# DOCKER_OPTS=\"no\"\nDOCKER_OPTS=\"--dns 10.0.0.1 --tlsverify --label 'a b' -H tcp://0.0.0.0:2376\"\n"}),
    ("quotes in the middle of a value", ["EnvironmentFile=/etc/o", "ExecStart=/opt/dockerd $A ${B} x${B}y $C"],
     {"etc/o": "A=-D --label 'a b' -Hfd://\nB=\"x 'y\\\"$ z'\" 'w'\nC=a\"b\"c #d\n"}),
    ("a value that goes on over lines", ["EnvironmentFile=/etc/o", "ExecStart=/opt/dockerd $A"], {"etc/o": "A=-D \\\n  -H unix:///a\\ b \\\n  --label='l1\nB=x\n"}),
    ("escapes", [r"ExecStart=/opt/dockerd --label=a\x20b\101\u00e4 '-l\tq' \q -H unix:///\x41 \; ';' " r'"a"b'], {}),
    ("specifiers", ["Environment=A=%n/%h 'B=-H unix://%t/b --label %% '", "ExecStart=/opt/%p/../dockerd %%t %t/%p/%N/%u/%U/%E/%S/%C/%L/%T/%V/%y/%Y/%j$$ ${A} $B -H unix://%t/a 5%"],
     {"opt/docker/keep": ""}),
    ("a machine's own specifiers stay", ["ExecStart=/opt/dockerd --label %m/%H/%v -H fd://"], {}),
    ("dollars", ["Environment=H=h", "ExecStart=/opt/dockerd $H $$H x$H $1x $ ${N a${H}b$$ ${NONE} -H fd:// $NONE"], {}),
    ("another name of the program", ["ExecStart=-@/opt/dockerd -Hname -D -H fd://"], {}),
    ("no variables", ["Environment=A=-Hx", "ExecStart=:/opt/dockerd $A $$ ${A} -H fd://"], {}),
    ("all privileges", ["ExecStart=+/opt/dockerd -D -H fd://"], {}),
    ("comments between joined lines", ["ExecStart=/opt/dockerd -D \\", "# -H a", "   ; -H b", "  -H c \\", "", "ExecStartPre=-/opt/no"], {}),
    ("words before an escape that is none", [r"Environment=A=1 B=\q C=2", "Environment=\"D=1", "ExecStart=/opt/dockerd ${A} ${B} ${C} ${D} -H fd://"], {}),
    ("variables that are taken back", ["Environment=A=1", "Environment=", "Environment=B=2", "EnvironmentFile=/etc/o", "EnvironmentFile=", "ExecStart=/no",
                                       "ExecStart=", "ExecStart=/opt/dockerd -a${A} -b${B} -c${C} --tls"], {"etc/o": "C=3\n"}),
    ("files by a pattern", ["EnvironmentFile=/etc/env.d/*.env", "EnvironmentFile=-/none/*", "ExecStart=/opt/dockerd ${A} $B"],
     {"etc/env.d/2.env": "A=2\nexport B=1\n", "etc/env.d/1.env": "A=1\nB=-D -Hfd://\n", "etc/env.d/.3.env": "A=3\n"}),
    ("drop-ins of every kind", ["ExecStart=/opt/dockerd -D ${A} ${B} ${C} ${D} -H fd://"],
     {"run/systemd/system/docker.service.d/1.conf": "[Service]\nEnvironment=A=run\n", "usr/lib/systemd/system/docker.service.d/1.conf": "[Service]\nEnvironment=A=lib\n",
      "etc/systemd/system/service.d/1.conf": "[Service]\nEnvironment=A=type\n", "etc/systemd/system/service.d/2.conf": "[Service]\nEnvironment=B=type\n",
      "etc/systemd/system.control/docker.service.d/3.conf": "[Service]\nEnvironment=C=control\n", "etc/systemd/system/docker.service.d/3.conf": "[Service]\nEnvironment=C=etc\n",
      "usr/lib/systemd/system/docker.service.d/4.conf": "[Service]\nEnvironment=D=lib\n", "etc/systemd/system/docker.service.d/4.conf": ""}),
    ("lines that end as elsewhere", ["ExecStart=/opt/dockerd -D \\\r", "  -H fd:// -l warn\r"], {}),
)


def without_options(words):
    """(the words that stay, the hosts), as dockerd reads words."""
    stay, hosts, rest = [], [], list(words)
    while rest:
        word = rest.pop(0)
        name, _, value = word.removeprefix("--").partition("=")
        if word.startswith("--") and name in OTHERS:
            continue
        if word.startswith("--") and name in VALUES:
            value = value if "=" in word else rest.pop(0)
            hosts += [value] if name == "host" else []
        elif word.startswith("-H"):
            hosts.append(word[2:].removeprefix("=") if word != "-H" else rest.pop(0))
        else:
            stay.append(word)
    return stay, hosts


class Scene:
    def __init__(self, root, folder):
        self.root = root
        shutil.copy(dockpki(), root / "usr/local/bin/dockpki")
        (root / "opt/dockerd").write_text(DOCKERD)
        (root / "opt/dockerd").chmod(0o755)
        run_in(root, "sh", "-ec", """systemctl mask --quiet docker.socket containerd.service; rm -f /lib/systemd/system/docker.service /etc/init.d/docker
            dockpki init-ca --no-passphrase; dockpki issue-server --dns localhost --ip 127.0.0.1""")
        self.machine = Machine(root, folder / "machine.log")

    def write(self, path, text):
        # /run is the machine's own, not the image's
        self.machine.run("mkdir", "-p", f"/{path.rpartition('/')[0]}")
        self.machine.run("sh", "-c", 'printf %s "$1" >"$2"', "sh", text, f"/{path}")

    def words(self):
        """What dockerd gets from systemd."""
        self.machine.run("sh", "-ec", "rm -f /run/seen; systemctl daemon-reload; systemctl start docker.service")
        return self.machine.run("cat", "/run/seen").stdout.split("\n")[:-2]

    def one(self, lines, files):
        self.write(UNIT, "\n".join(["[Unit]", "Description=a test", "[Service]", "Type=oneshot", *lines, ""]))
        for path, text in files.items():
            self.write(path, text)
        try:
            stay, hosts = without_options(self.words())
            self.machine.run("dockpki", "configure-daemon", "--listen", "127.0.0.1:2376")
            self_hosts = json.loads((self.root / "etc/docker/daemon.json").read_text())["hosts"]
            check_equal(self_hosts, [*(hosts or ["unix:///var/run/docker.sock"]), "tcp://127.0.0.1:2376"], "daemon.json has the hosts")
            check_equal(self.words(), stay, "dockerd gets what else there was")
            self.machine.run("dockpki", "configure-daemon", "--undo")
        finally:
            self.machine.run("sh", "-ec", 'rm -rf /etc/docker "$@" /etc/systemd/system/docker.service.d/zz-dockpki.conf', "sh", *(f"/{path}" for path in files))

    def tests(self):
        for what, lines, files in CASES:
            def test(lines=lines, files=files):
                self.one(lines, files)
            test.__name__ = what
            yield test


def main():
    with temp_folder() as folder, image(folder) as root:
        scene = Scene(root, folder)
        with scene.machine:
            check(True, f"systemd {scene.machine.run('systemctl', '--version').stdout.split()[1]}")
            run_tests(*scene.tests())


if __name__ == "__main__":
    main()
