"""The lines of `dockpki env`, run by the shell that they are made for: env_shells.py bash|zsh|fish|pwsh."""
import sys

from harness import check_equal, clean_env, need_tool, run, run_dockpki, run_tests, temp_folder

SHELL = sys.argv[1]
# What a shell could take for its own: quotes of every kind, a variable, a command, a comment, an escape, a history mark.
ODD = "a 'b' \"c\" $HOME `id` $(id) \\n \\' !! #d ;e &f ‘g’ ‚h‛ %i ~ *"
PRINTS = {
    "bash": ('eval "$({})"', 'env -0'),
    "zsh": ('eval "$({})"', 'env -0'),
    "fish": ('{} | source', 'env -0'),
    "pwsh": ('{} | Out-String | Invoke-Expression', 'env -0'),
}


def variables_after(home, command, **before):
    """The environment of a program that the shell runs once it has taken the lines in."""
    take, show = PRINTS[SHELL]
    shown = run([need_tool(SHELL, SHELL), "-c", f"{take.format(command)}\n{show}"], env=clean_env(home, **before), check=True).stdout
    return dict(entry.split("=", 1) for entry in shown.split("\0") if entry)


def the_lines_mean_what_was_meant():
    with temp_folder() as folder:
        home, certificates = folder / "pki", folder / ODD
        run_dockpki(home, "init-ca", "--no-passphrase")
        run_dockpki(home, "issue-client", "--name", "alice", "--out", certificates)
        name = "powershell" if SHELL == "pwsh" else SHELL
        written = folder / "lines"
        written.write_text(run_dockpki(home, "env", "--cert", certificates, "--host", "tcp://[::1]:2376", "--shell", name).stdout)
        after = variables_after(folder, f"cat '{written}'")
        check_equal(after["DOCKER_HOST"], "tcp://[::1]:2376", "DOCKER_HOST")
        check_equal(after["DOCKER_TLS_VERIFY"], "1", "DOCKER_TLS_VERIFY")
        check_equal(after["DOCKER_CERT_PATH"], str(certificates), "DOCKER_CERT_PATH, whatever stands in it")

        written.write_text(run_dockpki(home, "env", "--unset", "--shell", name).stdout)
        before = {"DOCKER_HOST": "tcp://a:2376", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certs"}
        left = set(variables_after(folder, f"cat '{written}'", **before)) & set(before)
        check_equal(left, set(), "--unset takes them back")
        check_equal(set(variables_after(folder, f"cat '{written}'")) & set(before), set(), "and does no harm where they are not set")


need_tool(SHELL, "which Debian does not package" if SHELL == "pwsh" else SHELL)
run_tests(the_lines_mean_what_was_meant)
