"""The manual: mandoc finds nothing to object to, and every page says all that the help says."""
import re

import harness
from harness import SOURCE, check, check_equal, run, run_tests
from help_text import command_names, generated_docs, help_of, options_of

SCDOC = harness.need_tool("scdoc", "scdoc")
SCDOC_MANNER = (": PP empty", ": PP after SH", ": PP after SS")  # it puts a paragraph around whatever it writes, also around nothing
MANDOC = harness.need_tool("mandoc", "mandoc")


def squeezed(text):
    """Without white space: pages break their lines elsewhere than the help does."""
    return re.sub(r"\s+", "", text)


def roff(folder, page):
    return run([SCDOC], input=(folder / "man" / f"{page}.1.scd").read_text(), check=True).stdout


def plain(folder, page):
    """The page as a terminal shows it, without overstriking."""
    shown = run([MANDOC, "-T", "ascii", "-O", "width=500"], input=roff(folder, page), check=True).stdout
    return re.sub(".\b", "", shown)


def pages(folder):
    return sorted(path.name.removesuffix(".1.scd") for path in (folder / "man").iterdir())


def there_is_a_page_for_every_command():
    with generated_docs() as folder:
        check_equal(pages(folder), sorted(["dockpki", *(f"dockpki-{name}" for name in command_names())]), "a page a command, and one for all")


def mandoc_has_no_objection():
    with generated_docs() as folder:
        for page in pages(folder):
            lint = run([MANDOC, "-T", "lint", "-W", "warning"], input=roff(folder, page)).text
            objections = [line for line in lint.splitlines() if not line.endswith(SCDOC_MANNER)]
            check(not objections, f"{page}(1) is clean", "\n".join(objections))


def every_option_is_in_its_page():
    with generated_docs() as folder:
        common = options_of(help_of())
        for command in command_names():
            text = plain(folder, f"dockpki-{command}")
            for name, value in {**common, **options_of(help_of(command))}.items():
                term = f"{name} {value}".strip()
                check(re.search(rf"(^|,) *{re.escape(term)}$", text, re.MULTILINE) or re.search(rf"^ *{re.escape(name)},", text, re.MULTILINE),
                      f"dockpki-{command}(1) explains {term}", text)


def every_word_of_the_help_is_in_its_page():
    with generated_docs() as folder:
        for command in command_names():
            page = squeezed(plain(folder, f"dockpki-{command}"))
            description, examples = help_of(command).split("Usage:")[0], help_of(command).split("Examples:")[1].split("Every command also")[0]
            summary, _, paragraphs = description.partition("\n\n")
            missing = [line for line in [summary.rstrip(".\n"), *paragraphs.splitlines(), *examples.splitlines()] if squeezed(line) not in page]
            check(not missing, f"dockpki-{command}(1) has the summary, the description and the examples of the help", f"    missing: {missing}")


def the_exit_codes_are_in_every_page():
    codes = re.findall(r"^  (\d+) +(.*)$", help_of().split("Exit codes:")[1], re.MULTILINE)
    check(len(codes) >= 5, "the help has a table of exit codes")
    with generated_docs() as folder:
        for page in pages(folder):
            text = plain(folder, page)
            missing = [code for code, meaning in codes if not re.search(rf"^ +{code}\s+{re.escape(meaning)}", text, re.MULTILINE)]
            check(not missing, f"{page}(1) has them all", f"    missing: {missing}")


def every_environment_variable_is_in_the_manual():
    named = {name for path in (SOURCE / "cmd").glob("*.cpp") for name in re.findall(r'variable\("([A-Z_]+)"\)', path.read_text())}
    check(len(named) >= 4, "the source names environment variables")
    with generated_docs() as folder:
        section = plain(folder, "dockpki").split("\nENVIRONMENT\n")[1].split("\nFILES\n")[0]
        check_equal(set(re.findall(r"^ +([A-Z_]{4,})$", section, re.MULTILINE)), named, "dockpki(1) explains them, and no others")


run_tests(there_is_a_page_for_every_command, mandoc_has_no_objection, every_option_is_in_its_page, every_word_of_the_help_is_in_its_page,
          the_exit_codes_are_in_every_page, every_environment_variable_is_in_the_manual)
