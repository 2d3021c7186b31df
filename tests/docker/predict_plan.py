"""`verify --dockerd` predicts what the real Docker did with each set-up of tests/data/corpus, and in the same words where it refuses its configuration."""
import concurrent.futures
import json
import os
import re
import tarfile

import predict_corpus
from harness import SOURCE, check, check_equal, dockpki, need_root, run_tests, temp_folder

FIELDS = ("daemon_ok", "endpoint", "client20_ok", "client28_ok")


def unpacked(folder):
    with tarfile.open(SOURCE / "tests/data/corpus/cases.tar.gz") as archive:
        archive.extractall(folder, numeric_owner=True)
    found = sorted(path.parent for path in folder.rglob("case.json"))
    check(len(found) > 100, f"{len(found)} cases are unpacked")
    return found


def plain(text, port):
    """A message without what differs from run to run: the folder, the port."""
    return re.sub(r"/[^ \"']*/(running|case)(?=[/\"' ])", "{dir}", text or "").replace(str(port), "{port}")


def every_case_as_docker_judged_it():
    with temp_folder() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        cases = unpacked(folder)
        given = {case.name: json.loads((case / "case.json").read_text()) for case in cases}
        for world in predict_corpus.WORLDS:
            wrong = []
            for answer in pool.map(lambda case: predict_corpus.predict(case, world), cases):  # noqa: B023 (drained before the next world)
                verdict = given[answer["id"]]["verdicts"][world]
                wrong += [f"{answer['id']}: {field} is {answer[field]}, and was {verdict[field]}" for field in FIELDS if answer[field] != verdict[field]]
                if missing := set(given[answer["id"]]["cause"]) - set(answer["findings"]) if world == "dockerd28" else None:
                    wrong.append(f"{answer['id']}: the findings {answer['findings']} do not name {missing}")
                blocked = not answer["daemon_ok"] or not (answer["client20_ok"] and answer["client28_ok"])
                if blocked and not answer["findings"]:
                    wrong.append(f"{answer['id']}: refused, and no finding says why")
            check(not wrong, f"{world}: {len(cases)} cases", "\n".join(wrong))


def a_refused_configuration_in_dockerds_words():
    with temp_folder() as folder:
        for case in unpacked(folder):
            given = json.loads((case / "case.json").read_text())
            for world in ("dockerd20", "dockerd28"):
                error = given["verdicts"][world]["daemon_error"]
                if given["group"] in ("config", "flags") and error:
                    said = plain(predict_corpus.answers(case, world)["20.10"]["daemon_error"], given["port"])
                    check_equal(said, error, f"{given['id']}, {world}")


def titles():
    """By its id, what each finding says is wrong."""
    rows = [line.split(" | ") for line in (SOURCE / "docs/findings.md").read_text().splitlines() if line.startswith("| `")]
    return {row[0].strip("| `"): row[2] for row in rows if len(row) > 3}


def what_python_refuses_is_told_and_nothing_else():
    """py_ok is Python 3.11, pystrict_ok the same with the flags of Python 3.13. A title says which of them refuses."""
    wrong, compared = [], 0
    title = titles()
    with temp_folder() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        cases = unpacked(folder)
        given = {case.name: json.loads((case / "case.json").read_text()) for case in cases}
        for world in predict_corpus.WORLDS:
            for answer in pool.map(lambda case: predict_corpus.predict(case, world), cases):  # noqa: B023 (drained before the next world)
                verdict = given[answer["id"]]["verdicts"][world]
                if "py_ok" not in verdict or not (verdict["client20_ok"] or verdict["client28_ok"]):
                    continue
                claims = [title[found] for found in answer["findings"] if "Python" in title[found] and "refuse" in title[found]]
                before = any("Python 3.13" not in claim for claim in claims)
                since = any("Python before 3.13" not in claim for claim in claims)
                compared += 1
                if before is verdict["py_ok"] or since is verdict["pystrict_ok"]:
                    wrong.append(f"{world}, {answer['id']}: {claims}; {verdict['py_error']}; {verdict['pystrict_error']}")
    check(not wrong and compared > 60, f"{compared} set-ups that Docker takes, and Python's verdicts", "\n".join(wrong))


os.environ["DOCKPKI"] = str(dockpki())
need_root()  # modes and owners are what some of the cases are about
run_tests(every_case_as_docker_judged_it, a_refused_configuration_in_dockerds_words, what_python_refuses_is_told_and_nothing_else)
