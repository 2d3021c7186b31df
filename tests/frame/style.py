"""clang-format finds nothing to change; clang-tidy, by the build's own compile commands, nothing to say: style.py format|tidy."""
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def sources(*suffixes):
    listed = subprocess.run(["git", "ls-files", "-z", "cmd", "lib", "tests"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name.endswith(suffixes)]


def skip(tool, package):
    print(f"SKIPPED: no {tool} (Debian package {package})")
    return 77


def check_format():
    # Another version formats otherwise: only the one that the project is kept with may judge.
    tool = shutil.which("clang-format-14")
    if not tool:
        return skip("clang-format-14", "clang-format-14")
    files = sources(".cpp", ".hpp")
    assert len(files) > 100, "the sources were not found"
    return subprocess.run([tool, "--dry-run", "-Werror", *files], cwd=ROOT).returncode


def check_tidy():
    tool = shutil.which("clang-tidy-14")
    if not tool:
        return skip("clang-tidy-14", "clang-tidy-14")
    files = [name for name in sources(".cpp") if name.startswith(("cmd/", "lib/"))]
    runner = shutil.which("run-clang-tidy-14")
    done = subprocess.run([runner, "-clang-tidy-binary", tool, "-quiet", "-j", str(os.cpu_count()), "-p", os.environ["DOCKPKI_BUILD"],
                           *[f"^{ROOT}/{name}$" for name in files]], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    print("".join(line + "\n" for line in done.stdout.splitlines() if "error: " in line or "warning: " in line)[-8000:])
    return done.returncode


sys.exit({"format": check_format, "tidy": check_tidy}[sys.argv[1]]())
