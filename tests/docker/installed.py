"""Without a version, `verify` judges by the docker and dockerd that are installed, and knows their versions without running them."""
import re
import shutil

from harness import check, check_equal, clean_env, dockpki, need_tool, run, run_tests, search_path, temp_folder


def judged_by(*, path=None, options=()):
    """What `verify --json` says of whom it judged by: of dockerd, of docker."""
    with temp_folder() as folder:
        (folder / "daemon.json").write_text("{}")
        words = [dockpki(), "verify", "--dockerd", "dockerd", "--daemon-json", folder / "daemon.json", "--docker", "docker version", "--json", *options]
        told = run(words, env=clean_env(folder, PATH=path or search_path())).json()
    return told["daemon_by"], told["client_by"]


def the_version_is_what_the_program_says_of_itself():
    for program, told in zip(("dockerd", "docker"), judged_by()):
        said = re.search(r"version ([^,]+),", run([program, "--version"], env=clean_env(), check=True).stdout)[1]
        path, _, version = told["because"].partition(" is ")
        check_equal(path, shutil.which(program, path=search_path()), f"the {program} that is meant")
        check(version.startswith(said.split("+")[0]), f"{program} is {said}, and {version} was read")
        major = int(said.split(".")[0])
        check_equal(told["version"], "20.10" if major < 23 else "28" if major < 29 else "29", f"whose rules judge for {program} {said}")


def a_program_that_does_not_tell_is_taken_for_29():
    with temp_folder() as folder:
        for program in ("dockerd", "docker"):
            (folder / program).write_text("#!/bin/sh\necho ran >&2; exit 1\n")
            (folder / program).chmod(0o755)
        for told in judged_by(path=str(folder)):
            check_equal(told["version"], "29", told["because"])
            check(told["because"].endswith("does not tell its version"), told["because"])


def what_is_told_counts():
    for told in judged_by(options=("--daemon-version", "20.10", "--client-version", "20.10")):
        check_equal(told, {"version": "20.10", "because": "as told"}, "the version that was told")


for each in ("docker", "dockerd"):
    need_tool(each, "docker.io")
run_tests(the_version_is_what_the_program_says_of_itself, a_program_that_does_not_tell_is_taken_for_29, what_is_told_counts)
