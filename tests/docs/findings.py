"""docs/findings.md is what docgen makes of the table of findings; --update writes it anew."""
import sys

import harness
from harness import SOURCE, check
from help_text import generated_docs


def main():
    committed = SOURCE / "docs" / "findings.md"
    with generated_docs() as folder:
        made = (folder / "findings.md").read_text()
    if "--update" in sys.argv:
        committed.write_text(made)
    check(committed.exists() and committed.read_text() == made, "docs/findings.md is what dockpki_docgen makes (else: findings.py --update)")
    print(f"{made.count(chr(10))} lines")


if __name__ == "__main__":
    main()
