"""Completion in a real shell: what the TAB key makes of half a command, and that no option of the help is missing."""
import os
import pty
import re
import select
import shlex
import sys
import time

import harness
from harness import KEY_TYPES, Failed, check, check_equal, clean_env, run, run_tests
from help_text import command_names, generated_docs, help_of, options_of

SHELL = sys.argv[1]
PROGRAM = harness.need_tool(SHELL, SHELL)
FILES = {"bash": "dockpki.bash", "zsh": "_dockpki", "fish": "dockpki.fish"}
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>()][0-9A-Z]?|\x07|\r")


class Terminal:
    """An interactive shell on a terminal of its own."""

    def __init__(self, args, folder, setup):
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            env = clean_env(home=folder, TERM="dumb", INPUTRC="/dev/null", PS1="ready> ", PROMPT="ready> ", HISTFILE="/dev/null")
            os.execve(args[0], args, env)
        self.output = ""
        self.send(setup + "; echo loa''ded\n")
        self.expect("loaded")

    def send(self, text):
        os.write(self.master, text.encode())

    def expect(self, wanted, seconds=30):
        deadline = time.monotonic() + seconds
        while wanted not in self.output:
            if not select.select([self.master], [], [], max(0, deadline - time.monotonic()))[0]:
                raise Failed(f"waited {seconds} s in vain for {wanted!r}; the terminal shows {self.output!r}")
            self.output = ESCAPES.sub("", self.output + os.read(self.master, 65536).decode(errors="replace"))

    def complete(self, typed, wanted):
        """Types, presses TAB, and waits for the line to become what is wanted."""
        self.output = ""
        self.send(typed + "\t")
        self.expect(wanted)
        self.send("\x15")  # Ctrl-U: the line is gone
        print(f"  ok: {typed}<TAB> becomes {wanted!r}", flush=True)

    def close(self):
        os.close(self.master)  # the shell gets SIGHUP
        os.waitpid(self.pid, 0)


def open_terminal(folder):
    script = folder / "completion" / FILES[SHELL]
    if SHELL == "bash":
        return Terminal([PROGRAM, "--norc", "--noprofile", "-i"], folder, f"bind 'set bell-style none'; source {script}")
    return Terminal([PROGRAM, "-f", "-i"], folder, f"fpath=({script.parent} $fpath); autoload -Uz compinit; compinit -u -D; unsetopt beep")


def options_of_command(command):
    return {**options_of(help_of()), **options_of(help_of(command))}


# ---- what the shell offers, as a set of words -----------------------------------------------------------------------

def offered_by_bash(folder, *words):
    """Calls the completion function as bash does; the last word is the one to complete."""
    lines = ["compopt() { echo \"compopt $*\"; }", f"source {folder / 'completion/dockpki.bash'}",
             "COMP_WORDS=(" + " ".join(shlex.quote(word) for word in words) + ")", f"COMP_CWORD={len(words) - 1}", "_dockpki",
             "printf '%s\\n' \"${COMPREPLY[@]}\""]
    return set(run([PROGRAM, "--norc", "--noprofile", "-c", "\n".join(lines)], check=True).stdout.split("\n")) - {""}


def offered_by_fish(folder, *words):
    script = f"source {folder / 'completion/dockpki.fish'}; complete -C {shlex.quote(' '.join(words))}"
    return {line.split("\t")[0] for line in run([PROGRAM, "--no-config", "-c", script], env=clean_env(home=folder), check=True).stdout.splitlines()}


def offered_by_zsh(folder, *words):
    """zsh offers only on a terminal: its script is read instead."""
    script = (folder / "completion/_dockpki").read_text()
    cases = script[script.index("  case $words[1] in"):]
    section = script if len(words) == 2 else cases.split(f"\n    {words[1]})\n")[1].split(";;")[0] + script.split("globals=(")[1].split("\n  )\n")[0]
    return set(re.findall(r"'(?:\*|\([^)]*\))(--?[a-z-]+)", section)) | set(re.findall(r"^    '([a-z-]+):", script, re.MULTILINE))


offered = {"bash": offered_by_bash, "fish": offered_by_fish, "zsh": offered_by_zsh}[SHELL]


# ---- tests ----------------------------------------------------------------------------------------------------------

def the_script_is_sound():
    with generated_docs() as folder:
        result = run([PROGRAM, "-n", folder / "completion" / FILES[SHELL]])
        check(result.code == 0 and not result.text, f"{SHELL} -n", str(result))


def every_command_is_offered():
    with generated_docs() as folder:
        missing = set(command_names()) - offered(folder, "dockpki", "")
        check(not missing, "all commands", f"    missing: {missing}")


def every_option_is_offered():
    with generated_docs() as folder:
        for command in command_names():
            missing = {name for name in options_of_command(command) if name.startswith("--")} - offered(folder, "dockpki", command, "--")
            check(not missing, f"all options of {command}", f"    missing: {missing}")


def tab_completes_on_a_terminal():
    if SHELL == "fish":
        return  # `complete -C` above is what its TAB key does
    with generated_docs() as folder:
        for name in ("some-folder", "other-folder"):
            (folder / name).mkdir()
        (folder / "some-file").touch()
        terminal = open_terminal(folder)
        try:
            terminal.complete("dockpki issue-s", "dockpki issue-server ")
            terminal.complete("dockpki issue-server --k", "dockpki issue-server --key")
            terminal.complete("dockpki issue-server --key p3", "dockpki issue-server --key p384")
            terminal.complete("dockpki issue-server --key=ed", "dockpki issue-server --key=ed25519")
            terminal.complete("dockpki --home x issue-cl", "dockpki --home x issue-client ")
            terminal.complete("dockpki issue-server --out so", "dockpki issue-server --out some-folder/")
            terminal.complete("dockpki show some-fi", "dockpki show some-file")
        finally:
            terminal.close()


def key_types_are_offered():
    if SHELL == "zsh":
        return  # tried on a terminal
    with generated_docs() as folder:
        check_equal(offered(folder, "dockpki", "issue-server", "--key", ""), set(KEY_TYPES), "all key types, and nothing else")


def another_command_s_options_are_not_offered():
    if SHELL == "zsh":
        return
    with generated_docs() as folder:
        check("--permit-dns" not in offered(folder, "dockpki", "status", "--"), "status does not offer init-ca's --permit-dns")
        check("--dns" in offered(folder, "dockpki", "make-request", "--server", "--"), "--server is a flag of make-request, though verify's takes a folder")


run_tests(the_script_is_sound, every_command_is_offered, every_option_is_offered, key_types_are_offered, another_command_s_options_are_not_offered,
          tab_completes_on_a_terminal)
