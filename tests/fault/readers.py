#!/usr/bin/env python3
"""Readers in a loop through a thousand renewals: no file is missing or half there, and certificate and key match, wherever that is promised.

Argument: how many renewals."""
import base64
import multiprocessing
import os
import sys

from harness import check, check_equal, run_dockpki, run_tests, temp_folder

RENEWALS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
POINT = b"\x03\x42\x00\x04"  # a BIT STRING that holds an uncompressed P-256 point: so it stands in a certificate, and in a key
END = {"CERTIFICATE": b"-----END CERTIFICATE-----\n", "KEY": b"-----END PRIVATE KEY-----\n"}


def public_point(pem, kind):
    """The public key that a certificate or private key holds; None if the file is not whole."""
    if not pem.endswith(END[kind]):
        return None
    der = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
    at = der.index(POINT) + len(POINT)
    return der[at:at + 64]


class Counts:
    def __init__(self):
        self.reads = self.missing = self.partial = self.mismatches = 0
        self.seen = set()

    def take(self, certificate, key):
        self.seen.add(certificate)
        self.compare(certificate, key)

    def compare(self, certificate, key):
        ends = public_point(certificate, "CERTIFICATE"), public_point(key, "KEY")
        self.reads += 1
        self.partial += None in ends
        self.mismatches += None not in ends and ends[0] != ends[1]

    def __str__(self):
        return (f"{self.reads} reads, {len(self.seen)} certificates, {self.missing} missing, {self.partial} partial, "
                f"{self.mismatches} mismatches ({100 * self.mismatches / max(1, self.reads):.2f} %)")


def contents(name, folder=None):
    file = os.open(name, os.O_RDONLY, dir_fd=folder)
    try:
        return os.read(file, 1 << 16)
    finally:
        os.close(file)


def read_by_path(folder, names, counts):
    try:
        counts.take(*[contents(folder / name) for name in names])
    except FileNotFoundError:
        counts.missing += 1


def read_by_descriptor(folder, names, counts):
    """Through one descriptor of the folder; where that folder is gone when the key is opened, again through a new one."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        counts.take(*[contents(name, opened) for name in names])
    except FileNotFoundError:
        counts.missing += 1
    finally:
        os.close(opened)


class Reader:
    """A process that reads until it is told to stop, and then tells what it saw."""

    def __init__(self, read, folder, names, counts=Counts):
        self.stopped, (self.result, self.told) = multiprocessing.Event(), multiprocessing.Pipe(False)
        self.process = multiprocessing.Process(target=self._loop, args=(read, folder, names, counts()), daemon=True)
        self.process.start()

    def _loop(self, read, folder, names, counts):
        os.nice(10)  # the one who writes is not to be kept waiting by those who read
        while not self.stopped.is_set():
            read(folder, names, counts)
        self.told.send(counts)

    def stop(self):
        self.stopped.set()
        counts = self.result.recv()
        self.process.join()
        return counts


SERVER, CLIENT = ("server-cert.pem", "server-key.pem"), ("cert.pem", "key.pem")


class Scene:
    """A set in a folder of its own, which is exchanged whole, and one in ~/.docker beside somebody else's file."""

    def __init__(self, folder):
        self.home, self.user = folder / "home", folder / ".docker"
        run_dockpki(self.home, "init-ca", "--no-passphrase")
        run_dockpki(self.home, "issue-server", "--dns", "localhost")
        self.user.mkdir(mode=0o700)
        (self.user / "config.json").write_text("{}\n")
        run_dockpki(self.home, "issue-client")
        self.server = self.home / "servers/localhost"

    def renew_all_the_while(self, readers, *options):
        for _ in range(RENEWALS):
            run_dockpki(self.home, "renew", "--before", "400d", *options)
        seen = {name: reader.stop() for name, reader in readers.items()}
        for name, counts in seen.items():
            print(f"  {name}: {counts}", flush=True)
            check(len(counts.seen) > RENEWALS / 20, f"{name}: it saw many of the sets", str(counts))
        return seen

    def with_the_key_kept_nothing_is_ever_wrong(self):
        readers = {"server by path": Reader(read_by_path, self.server, SERVER), "client by path": Reader(read_by_path, self.user, CLIENT)}
        for name, counts in self.renew_all_the_while(readers).items():
            check_equal((counts.missing, counts.partial, counts.mismatches), (0, 0, 0), f"{name}: nothing missing, partial or mismatched")

    def with_new_keys_nothing_is_missing_and_one_folder_matches(self):
        readers = {"server by path": Reader(read_by_path, self.server, SERVER), "client by path": Reader(read_by_path, self.user, CLIENT),
                   "server by descriptor": Reader(read_by_descriptor, self.server, SERVER)}
        seen = self.renew_all_the_while(readers, "--rekey")
        check_equal(seen["server by descriptor"].mismatches, 0, "by descriptor: certificate and key always match")
        check_equal(seen["server by descriptor"].partial, 0, "by descriptor: nothing partial")
        for name in ("server by path", "client by path"):
            check_equal((seen[name].missing, seen[name].partial), (0, 0), f"{name}: nothing missing or partial")


def main():
    with temp_folder() as folder:
        scene = Scene(folder)
        run_tests(scene.with_the_key_kept_nothing_is_ever_wrong, scene.with_new_keys_nothing_is_missing_and_one_folder_matches)


if __name__ == "__main__":
    main()
