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
    elif target == "context":
        yield from contexts()
    elif target == "systemd_unit":
        yield from units()
    for path, contents in files():
        if target == "certificate" and path.suffix == ".pem":
            yield from certificates(contents)
        elif target in ("chain", "key_pair") and path.suffix == ".pem":
            yield contents
        elif target == "daemon_json" and path.name == "daemon.json":
            yield contents
        elif target == "context" and path.name in ("meta.json", "config.json"):
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


def contexts():
    """What docker writes, and what no docker has written."""
    meta = {"Name": "remote", "Metadata": {"Description": "ä"}, "Endpoints": {"docker": {"Host": "tcp://10.0.0.5:2376", "SkipTLSVerify": False}}}
    written = json.dumps(meta).encode()
    yield written
    yield json.dumps({"auths": {}, "currentContext": "remote", "HttpHeaders": {"a": "b"}}, indent=1).encode()
    yield b"\xef\xbb\xbf" + written
    yield json.dumps(meta).encode("utf-16")
    yield written.replace(b'"Host"', b'"host": 1, "HOST": null, "Host"').replace(b'"Name"', b'"name": "other", "Name"')
    yield written.replace(b"10.0.0.5", b"\\ud83d\\ude00\\udc00") + b" trailing"
    yield written[:-1] + b', "a": -0.0e+99, "b": [true, null, {}]}'
    for depth in (5, 64, 65, 10001):
        yield b'{"Name": "remote", "Endpoints": ' + b'{"docker": ' * depth + b"1" + b"}" * depth + b"}"
        yield b"[" * depth
    yield b'{"Name": "' + b"a" * 2 ** 20 + b'"}'


def units():
    """docker.service as it comes, with what people add to it."""
    stock = b"[Service]\nEnvironmentFile=-/environment\nExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock $DOCKER_OPTS\n"
    reset = b"\n===\n[Service]\nExecStart=\nExecStart=-/usr/bin/dockerd -D"
    yield stock + b'\n===\n[Service]\nEnvironment="A=b c" D=e\n\n===\nDOCKER_OPTS="--tlsverify --tlscert=/a\\x20b -H tcp://0.0.0.0:2376"\n# no\n'
    yield stock + reset + b" --host \"unix:///a b\" '--label=50%%' $DOCKER_OPTS ${DOCKER_OPTS}\\\n# between\n  -l warn\n===\nDOCKER_OPTS=\"-Hx --tls=false 'a\\\\\\\"b%'\"\n"
    yield stock + reset + b" --host=%h/%t ; /bin/true \\; \"\" $$HOME $A$B ${ ${} ${A --label x\\\\ '"
    yield b"[Service]\r\nExecStart = @/usr/bin/dockerd-rootless.sh dockerd --tlscacert \\u00e4\\101\r\nEnvironmentFile=/env*\n===\n[Service\n===\nA='b\nc'\n"
    yield b"[Service]\nExecStart=/usr/bin/dockerd " + b"-H a " * 2000 + b"\\"


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
