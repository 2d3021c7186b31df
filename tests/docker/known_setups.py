"""Mistakes that people make with Docker's TLS: the prediction is the verdict of the real Docker, and names the mistake: known_setups.py [ID..].

Beside the sample of tests/data/corpus, which holds others of them. The world of dockerd 20.10 is run really; what dockerd 28 does is known."""
import concurrent.futures
import os
import pathlib
import sys

import known_certificates
import known_configurations  # noqa: F401 (adds to KNOWN)
import predict_corpus
import real_docker
from certificate_maker import Keys
from docker_client import find_clients
from harness import check, dockpki, run_tests, temp_folder
from set_up import SetUp

WORDS = {True: "ok", False: "no", None: "-"}


def verdict_text(answer):
    return "/".join(["up" if answer["daemon_ok"] else "DOWN", WORDS[answer["client20_ok"]], WORDS[answer["client28_ok"]]])


def wrong_predictions(case, folder):
    for world, expected in case["verdicts"].items():
        answer = predict_corpus.predict(folder, world)
        said = verdict_text(answer)
        if said != expected:
            yield f"{case['id']}, {world}: {said} {answer['findings']}, and it is {expected}"
        elif missing := case["findings"] - set(answer["findings"]) if world == "dockerd28" else None:
            yield f"{case['id']}: the findings {answer['findings']} do not name {missing}"
        if world == "dockerd20" and case["endpoint"] and answer["endpoint"] != case["endpoint"]:
            yield f"{case['id']}: its endpoint is {answer['endpoint']}, and it is {case['endpoint']}"


def wrong_reality(case, folder, clients):
    real = {"client20_ok": None, "client28_ok": None} | real_docker.judge(folder, clients)
    expected = case["verdicts"]["dockerd20"].split("/")
    for word, found in zip(verdict_text(real).split("/"), expected):
        if word not in ("-", found):
            yield f"{case['id']}: the real ones say {verdict_text(real)}: {real['said']}"
            return
    if case["endpoint"] and real["endpoint"] not in (None, case["endpoint"]):
        yield f"{case['id']}: the real endpoint is {real['endpoint']}"


def made(case, keys, folder):
    set_up = SetUp(keys, case["kind"])
    for change in case["changes"]:
        change(set_up)
    return set_up.write(folder / case["id"], case["id"])


def faults(case, keys, folder, clients):
    try:
        written = made(case, keys, folder)
        return [*wrong_predictions(case, written), *wrong_reality(case, written, clients)]
    except Exception as error:  # which one it was
        raise RuntimeError(case["id"]) from error


def judged(job):
    """In a process of its own, which has entered the world of the cases: lambdas stay where they are, so the case is told by its id."""
    case_id, *rest = job
    return faults(next(case for case in known_certificates.KNOWN if case["id"] == case_id), *rest)


def every_known_mistake():
    wanted = sys.argv[1:] or [case["id"] for case in known_certificates.KNOWN]
    clients = find_clients()
    with temp_folder() as folder, concurrent.futures.ProcessPoolExecutor(real_docker.WORKERS, initializer=real_docker.enter_world) as pool:
        folder.chmod(0o755)
        keys = Keys(pathlib.Path(os.environ.get("DOCKPKI_TEST_KEYS") or folder / "keys"))
        wrong = [fault for found in pool.map(judged, [(case_id, keys, folder, clients) for case_id in wanted]) for fault in found]
    check(not wrong, f"{len(wanted)} set-ups", "\n".join(wrong))


if __name__ == "__main__":
    real_docker.need_what_it_takes()
    os.environ["DOCKPKI"] = str(dockpki())
    run_tests(every_known_mistake)
