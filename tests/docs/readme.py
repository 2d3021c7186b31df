"""README: the marked sessions run as they stand, on a terminal, in an empty home; its table and its code are those of the program."""
import json
import os
import pty
import pwd
import re
import socket
import subprocess

import harness
from harness import SOURCE, check, check_equal, clean_env, run_tests, temp_folder
from help_text import command_names, help_of

README = (SOURCE / "README.md").read_text()
MARKED = re.compile(r"<!-- run by tests/docs/readme\.py.*?-->\n```console\n(.*?)```", re.DOTALL)
PROMPT = re.compile(rb"(passphrase[^\n]*|Passphrase[^\n]*|Once more): $")


def sessions():
    """[(command, the lines that README shows below it)]"""
    steps = []
    for block in MARKED.findall(README):
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            else:
                steps[-1][1].append(line)
    return steps


def run_on_terminal(command, home):
    """What a person sees who types the command and, when asked, a passphrase."""
    master, slave = pty.openpty()
    path = f"{harness.dockpki().parent}:{harness.search_path()}"
    child = subprocess.Popen(["sh", "-c", command], stdin=slave, stdout=slave, stderr=slave, cwd=home, env=clean_env(home=home, PATH=path), start_new_session=True)
    os.close(slave)
    seen = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # the last process has closed the terminal
            break
        seen += part
        if PROMPT.search(seen):
            os.write(master, b"correct horse\n")
    os.close(master)
    code = child.wait(60)
    shown = seen.decode().replace("\r\n", "\n")
    return shown + (f"[exit code {code}]\n" if code else "")


def masked(text, home):
    """The shape of an output: this machine's home, host and user become README's, numbers that change from day to day become N."""
    user = pwd.getpwuid(os.geteuid()).pw_name
    for real, shown in ((str(home), "/home/me"), (f"dockpki CA {socket.gethostname().split('.')[0]} ", "dockpki CA myhost "), (f"'{user}'", "'me'")):
        text = text.replace(real, shown)
    text = re.sub(r"\b[0-9a-f]{32}\b", "SERIAL", text)
    text = re.sub(r"\d{4}-\d\d-\d\d", "DATE", text)
    text = re.sub(r"in \d+ (year|month|day|hour)s?", "in N", text)
    return [line.rstrip() for line in text.splitlines()]


def pattern(lines):
    """A regular expression in which '...' stands for any number of lines."""
    return "".join(r"(?:[^\n]*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in lines)


def the_sessions_run_as_they_stand():
    steps = sessions()
    check(len(steps) >= 8, "README shows sessions")
    with temp_folder() as home:
        for command, shown in steps:
            actual = masked(run_on_terminal(command, home), home)
            wanted = masked("\n".join(shown), "/home/me")
            check(re.fullmatch(pattern(wanted), "\n".join(actual) + "\n"), f"$ {command}",
                  "    README:\n" + "\n".join(wanted) + "\n    now:\n" + "\n".join(actual))


def the_table_is_that_of_the_help():
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", README, re.MULTILINE))
    helped = {name: help_of(name).split("\n", 1)[0].rstrip(".") for name in command_names()}
    check_equal(listed, helped, "every command, with its summary")


def the_packages_are_those_of_the_script():
    script = (SOURCE / "scripts/packages").read_text()
    packages = set(re.search(r"^build_packages='([^']*)'", script, re.MULTILINE).group(1).split())
    named = set(re.search(r"apt-get install (.*)", README).group(1).split())
    check_equal(packages - named, {"ca-certificates", "ninja-build"} & packages, "README names what scripts/quickstart installs (make serves as well as ninja)")
    check(not named - packages, "and nothing else", f"    {named - packages}")


def in_order(wanted, lines):
    """True if the wanted lines are among the lines, in their order."""
    rest = iter(lines)
    return all(line in rest for line in wanted)


def the_library_example_is_one_that_is_built():
    project = SOURCE / "tests/consumer/project"
    for language, file in (("cmake", "CMakeLists.txt"), ("cpp", "main.cpp")):
        code = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL).group(1)
        wanted = [line.strip() for line in code.splitlines() if line.strip()]
        check(in_order(wanted, [line.strip() for line in (project / file).read_text().splitlines()]), f"its {language} stands in tests/consumer/project/{file}")


def the_configuration_of_the_daemon_names_the_set():
    configuration = json.loads(re.search(r"```json\n(.*?)```", README, re.DOTALL).group(1))
    options = dict(re.findall(r"--(tls\w+)=(/\S+?)[\s\"]", re.search(r"^sudo dockerd (.*?)```", README, re.DOTALL | re.MULTILINE).group(1)))
    check(len(options) == 3, "the command line names three files")
    check_equal(configuration, {"hosts": ["fd://", "tcp://0.0.0.0:2376"], "tlsverify": True, **options}, "daemon.json says the same as the command line")


def every_link_leads_somewhere():
    pages = sorted([*SOURCE.glob("*.md"), *(SOURCE / "docs").rglob("*.md")])
    missing = []
    for page in pages:
        targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        missing += [f"{page.relative_to(SOURCE)}: {target}" for target in targets if not (page.parent / target).exists()]
    check(len(pages) > 5 and not missing, f"the links of {len(pages)} pages", f"    missing: {missing}")


run_tests(the_sessions_run_as_they_stand, the_table_is_that_of_the_help, the_packages_are_those_of_the_script, the_library_example_is_one_that_is_built,
          the_configuration_of_the_daemon_names_the_set, every_link_leads_somewhere)
