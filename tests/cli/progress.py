"""Many renewals show a bar on a terminal, which is gone when they are done; nobody else is shown one."""
from harness import check, check_equal, clean_env, dockpki, run_dockpki, run_tests, temp_folder
from terminal import Terminal


def renewals_show_a_bar_on_a_terminal_alone():
    with temp_folder() as folder:
        home = folder / "home"
        run_dockpki(home, "init-ca", "--no-passphrase")
        for number in range(3):
            run_dockpki(home, "issue-server", "--dns", f"h{number}.example")
        quiet = run_dockpki(home, "renew", "--before", "400d")
        check_equal(quiet.stderr, "", "no bar without a terminal")
        terminal = Terminal([dockpki(), "--home", home, "renew", "--before", "400d"], clean_env(folder))
        check_equal(terminal.finish(), 0, "the renewal succeeds")
        for done, bar in ((0, "." * 30), (1, "#" * 10 + "." * 20), (2, "#" * 20 + "." * 10)):
            check(f"\rrenewing [{bar}] {done} of 3" in terminal.output, f"{done} of 3 is shown", terminal.output)
        line = len("renewing [] 0 of 3") + 30
        check("\r" + " " * line + "\rRESULT" in terminal.output, "the bar is gone before the result", terminal.output)


if __name__ == "__main__":
    run_tests(renewals_show_a_bar_on_a_terminal_alone)
