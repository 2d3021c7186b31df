#!/usr/bin/env python3
"""Readers in a loop through a hundred rotations: ca.pem is never missing nor half there, and certificate and key always match.

Argument: how many rotations."""
import functools
import sys

import disk
from harness import check, check_equal, run_dockpki, run_tests, temp_folder
from readers import CLIENT, SERVER, Counts, Reader, public_point, read_by_descriptor, read_by_path

ROTATIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 100
PHASES = ("begin", "reissue", "finish")


@functools.lru_cache(maxsize=None)
def subjects(trust):
    return {disk.Certificate.from_pem(block + disk.END_OF_CERTIFICATE).subject for block in trust.split(disk.END_OF_CERTIFICATE)[:-1]}


@functools.lru_cache(maxsize=None)
def issuer(certificate):
    return disk.Certificate.from_pem(certificate).issuer


class TrustCounts(Counts):
    """Of ca.pem, certificate and key, opened one after the other. A strayed read met an older ca.pem than the certificate's, or a newer."""

    def __init__(self):
        super().__init__()
        self.strayed = 0

    def take(self, trust, certificate, key):
        self.seen.add(trust)
        self.compare(certificate, key)
        is_whole = trust.endswith(disk.END_OF_CERTIFICATE)
        self.partial += not is_whole
        self.strayed += is_whole and public_point(certificate, "CERTIFICATE") is not None and issuer(certificate) not in subjects(trust)

    def __str__(self):
        return f"{super().__str__()}, {self.strayed} with the ca.pem of another phase".replace("certificates", "states of ca.pem")


class Scene:
    """A server's set in a folder of its own, a client's in ~/.docker beside somebody else's file, and a context's copy of it."""

    def __init__(self, folder):
        self.home, self.user = folder / "home", folder / ".docker"
        self.server, self.context = self.home / "servers/localhost", self.user / "contexts/tls/prod/docker"
        run_dockpki(self.home, "init-ca", "--no-passphrase")
        run_dockpki(self.home, "issue-server", "--dns", "localhost")
        self.user.mkdir(mode=0o700)
        (self.user / "config.json").write_text("{}\n")
        run_dockpki(self.home, "issue-client")
        self.context.mkdir(parents=True, mode=0o700)
        for name in disk.CLIENT:
            (self.context / name).write_bytes((self.user / name).read_bytes())

    def rotate_all_the_while(self, commands):
        """Runs the commands with readers at each place. Every ca.pem that was seen must be one that a command left."""
        trust = [folder / "ca.pem" for folder in (self.server, self.user, self.context)]
        left = {path.read_bytes() for path in trust}
        readers = {"server by path": Reader(read_by_path, self.server, ("ca.pem", *SERVER), TrustCounts),
                   "server by descriptor": Reader(read_by_descriptor, self.server, ("ca.pem", *SERVER), TrustCounts),
                   "client by path": Reader(read_by_path, self.user, ("ca.pem", *CLIENT), TrustCounts),
                   "context by path": Reader(read_by_path, self.context, ("ca.pem", *CLIENT), TrustCounts)}
        for command in commands:
            run_dockpki(self.home, "rotate-ca", *command)
            left |= {path.read_bytes() for path in trust}
        seen = {name: reader.stop() for name, reader in readers.items()}
        for name, counts in seen.items():
            print(f"  {name}: {counts}", flush=True)
            check(len(counts.seen) > len(commands) / 20, f"{name}: it saw many states", str(counts))
            check(counts.seen <= left, f"{name}: each was one that a command left", f"    {len(counts.seen - left)} others")
            check_equal((counts.missing, counts.partial, counts.mismatches), (0, 0, 0), f"{name}: nothing missing, partial or mismatched")

    def another_authority_takes_its_place(self):
        self.rotate_all_the_while([(phase,) for _ in range(ROTATIONS) for phase in PHASES])

    def the_same_key_lives_longer(self):
        self.rotate_all_the_while([("--same-key", "--lifetime", f"{4000 + number}d") for number in range(ROTATIONS)])


with temp_folder() as work:
    scene = Scene(work)
    run_tests(scene.another_authority_takes_its_place, scene.the_same_key_lives_longer)
