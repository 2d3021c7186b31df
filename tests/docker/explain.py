"""`explain` knows every message of docker and dockerd in tests/data/corpus, and its likely causes name what the set-up's cause is."""
import json
import tarfile

from harness import SOURCE, check, dockpki, run, run_tests

MESSAGES = ("daemon_error", "client20_error", "client28_error")


def cases():
    with tarfile.open(SOURCE / "tests/data/corpus/cases.tar.gz") as archive:
        for member in archive:
            if member.name.endswith("/case.json"):
                yield json.load(archive.extractfile(member))


def every_recorded_message_leads_to_its_cause():
    causes_of = {}  # a message, and the sets of causes that it came with
    for case in cases():
        for verdict in case["verdicts"].values():
            for message in filter(None, map(verdict.get, MESSAGES)):
                causes_of.setdefault(message, set()).add(frozenset(case["cause"]))
    wrong = []
    for message, causes in sorted(causes_of.items()):
        done = run([dockpki(), "explain", "--json", "--", message])
        told = {cause["id"] for cause in done.json()["causes"]} if done.code == 0 else set()
        wrong += [f"{message}: {sorted(told)} and not {sorted(cause)}" for cause in causes if not told or (cause and not cause & told)]
    check(not wrong and len(causes_of) > 100, f"{len(causes_of)} messages", "\n".join(wrong))


run_tests(every_recorded_message_leads_to_its_cause)
