#!/usr/bin/env python3
"""Makes one set of every key type, and one of an authority with name constraints, for all judges of a test run. Argument: the folder, made anew."""
import pathlib
import shutil
import sys

from harness import KEY_TYPES, run_dockpki
from sets import ADDRESSES, CLIENT_EMAIL, CLIENT_NAME, CONSTRAINED, SERVER_NAMES

CONSTRAINTS = ["--permit-dns", "example.com", "--permit-dns", "localhost", "--permit-ip", "127.0.0.0/8", "--permit-ip", "::1/128",
               "--permit-ip", "2001:db8::/32"]


def pairs(option, values):
    return [word for value in values for word in (option, value)]


def make_set(folder, key, *authority_options):
    def command(*args):
        run_dockpki(folder / "home", *args, "--key", key)
    folder.mkdir(parents=True)
    command("init-ca", "--no-passphrase", *authority_options)
    command("issue-server", *pairs("--dns", SERVER_NAMES), *pairs("--ip", ADDRESSES), "--out", folder / "server")
    command("issue-client", "--name", CLIENT_NAME, "--email", CLIENT_EMAIL, "--out", folder / "client")
    print(f"made {folder}", flush=True)


def main():
    folder = pathlib.Path(sys.argv[1])
    shutil.rmtree(folder, ignore_errors=True)
    for key in KEY_TYPES:
        make_set(folder / key, key)
    make_set(folder / CONSTRAINED, "p256", *CONSTRAINTS)


if __name__ == "__main__":
    main()
