"""Builds one preset from the sources and runs its unit and command line tests: build.py PRESET [--no-tests]."""
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*command):
    done = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(done.stdout[-6000:])
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}"
    return done.stdout


def main():
    preset = sys.argv[1]
    if preset == "clang" and not shutil.which("clang++"):
        print("SKIPPED: no clang++ (Debian package clang)")
        return 77
    run("cmake", "--preset", preset, "-G", "Ninja", "-Wno-dev")
    output = run("cmake", "--build", "--preset", preset)
    assert "warning:" not in output
    if "--no-tests" not in sys.argv:
        # frame.build is labelled otherwise, so this does not call itself.
        run("ctest", "--test-dir", f"build/{preset}", "-L", "unit|cli", "--output-on-failure", "--parallel", str(os.cpu_count()))
    return 0


sys.exit(main())
