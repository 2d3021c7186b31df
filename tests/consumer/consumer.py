"""The installed tree serves others: a project that knows nothing of this one's sources builds against it, by CMake and by pkg-config."""
import os
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
EXPECTED = "CN=docker.example.com, signed by its key\nfailed to read request 'empty.csr': it is empty\n"


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    assert done.returncode == 0, f"{command}:\n{done.stdout}"
    return done.stdout


def assert_expected(printed):
    assert printed == EXPECTED, f"printed:\n{printed}"


def main():
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        installed = scratch / "installed"
        run("cmake", "--install", os.environ["DOCKPKI_BUILD"], "--prefix", installed)
        assert "OpenSSL" in run(installed / "bin/dockpki", "version")
        headers = [p for p in installed.rglob("*.hpp") if "openssl/" in p.read_text()]
        assert not headers, f"public headers that include OpenSSL: {headers}"

        run("cmake", "-G", "Ninja", "-S", HERE / "project", "-B", scratch / "build", f"-DCMAKE_PREFIX_PATH={installed}")
        run("cmake", "--build", scratch / "build")
        assert_expected(run(scratch / "build/consumer"))

        pkgconfig = next(installed.rglob("dockpki.pc")).parent
        environment = {**os.environ, "PKG_CONFIG_PATH": str(pkgconfig)}
        text = (pkgconfig / "dockpki.pc").read_text().replace(text_prefix(pkgconfig), f"prefix={installed}")
        (pkgconfig / "dockpki.pc").write_text(text)
        flags = run("pkg-config", "--cflags", "--libs", "dockpki", env=environment).split()
        run("c++", HERE / "project/main.cpp", *flags, "-o", scratch / "by-pkg-config")
        assert_expected(run(scratch / "by-pkg-config"))
    print("built against the installed tree by CMake and by pkg-config")


def text_prefix(pkgconfig):
    """The first line: the prefix that was configured, which --prefix at install time does not change."""
    return (pkgconfig / "dockpki.pc").read_text().splitlines()[0]


main()
