"""What `dockpki --help` and `dockpki COMMAND --help` say, and what docgen makes of the same definitions."""
import contextlib
import os
import pathlib
import re

from harness import Failed, dockpki, run, temp_folder

# "  -h,--help                   Show this help", "  --key TYPE  ...", "  --dns NAME ...": names, then perhaps a value
OPTION_LINE = re.compile(r"^  (-\S+)(?: ([A-Z]+)\b)?", re.MULTILINE)


def help_of(*command):
    return run([dockpki(), *command, "--help"], check=True).stdout


def options_of(help_text):
    """Option name -> the name of its value ('' for a flag), as the help lists them."""
    found = {name: value for names, value in OPTION_LINE.findall(help_text) for name in names.split(",")}
    if "--help" not in found:
        raise Failed(f"no options were found in the help:\n{help_text}")
    return found


def command_names():
    """The commands, as the help lists them below its groups."""
    listed = help_of().split("Exit codes:")[0]
    names = re.findall(r"^  ([a-z][a-z-]+)  ", listed, re.MULTILINE)
    if "issue-server" not in names:
        raise Failed(f"no commands were found in the help:\n{listed}")
    return names


@contextlib.contextmanager
def generated_docs():
    """A folder with man/ and completion/, as docgen writes them."""
    with temp_folder() as folder:
        run([pathlib.Path(os.environ["DOCKPKI_DOCGEN"]), folder], check=True)
        yield folder
