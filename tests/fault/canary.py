"""What the tests of secrecy share: a passphrase that cannot be mistaken for anything else, and the ways in which it is handed over."""
import os
import pathlib

import cases
import disk
from harness import check

CANARY = "canary-Zq7Xw3Vt9Rk5"
SECOND = "second-Lm4Pn8Bs2Hd6"


def make_world(folder):
    world = cases.World(pathlib.Path(folder) / "world")
    world.root.mkdir(mode=0o700)
    return world


def secret_file(world, name, text):
    path = world.root / name
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


def pipe_with(text):
    """The reading end of a pipe that holds `text`."""
    reader, writer = os.pipe()
    os.write(writer, text.encode())
    os.close(writer)
    return reader


def judge_files(root, secret, but_for, what):
    holding = [str(path) for path in disk.walk(root) if path.is_file() and path not in but_for and secret in path.read_bytes()]
    check(not holding, f"{what}: in no file", "\n".join(holding))
