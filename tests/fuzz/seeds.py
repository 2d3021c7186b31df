"""Seeds for the fuzz targets, from the corpus of real set-ups: seeds.py TARGET PROGRAM runs them; seeds.py TARGET --into DIR lays them out."""
import base64
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tarfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "data" / "corpus" / "cases.tar.gz"
BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)-----END CERTIFICATE-----")


def files():
    with tarfile.open(CORPUS) as archive:
        for member in archive:
            if member.isfile():
                yield pathlib.PurePath(member.name), archive.extractfile(member).read()


def certificates(contents):
    return [base64.b64decode(block) for block in BLOCK.findall(contents)]


def seeds_of(target):
    if target == "command_line":
        yield from command_lines()
    for path, contents in files():
        if target == "certificate" and path.suffix == ".pem":
            yield from certificates(contents)
        elif target in ("chain", "key_pair") and path.suffix == ".pem":
            yield contents
        elif target == "daemon_json" and path.name == "daemon.json":
            yield contents


def command_lines():
    """dockerd's and docker's words, a line each, docker's variables in front."""
    for path, contents in files():
        if path.name == "case.json":
            case = json.loads(contents)
            for words in (case["daemon_args"], case["client_args"]):
                yield "\n".join(words).encode()
        elif path.name == "env":
            yield contents


def lay_out(target, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for seed in set(seeds_of(target)):
        (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)


def main():
    target, what = sys.argv[1:3]
    if what == "--into":
        lay_out(target, pathlib.Path(sys.argv[3]))
        return
    import harness
    with harness.temp_folder() as work:
        lay_out(target, work / target)
        done = subprocess.run([what, work / target], timeout=300)
        assert done.returncode == 0, f"the seeds of {target} ended with {done.returncode}"


if __name__ == "__main__":
    main()
