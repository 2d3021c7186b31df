"""Set-ups made at random by spoiling good ones: the real dockerd and docker judge each as `verify` predicts it.

random_setups.py [COUNT [SEED [FIRST]]]: COUNT set-ups of that seed, from number FIRST on (0). Set-up N of a seed has the same recipe whenever it is made; only its
keys and serial numbers are new. One that is judged otherwise is kept as a case of predict-corpus where --keep names a folder."""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import shutil
import traceback

import mutate_certificates
import mutate_configurations
import mutate_files
import predict_corpus
import real_docker
from certificate_maker import Keys
from docker_client import find_clients
from hand_made import docs
from harness import check, dockpki, run_dockpki, run_tests, temp_folder
from set_up import SetUp

KINDS = ("p256",) * 5 + ("rsa2048",) * 3 + ("ed25519", "p384")
FIELDS = ("daemon_ok", "endpoint", "client20_ok", "client28_ok")


# ---- good ones ------------------------------------------------------------------------------------------------------

def ready_made(folder):
    """Sets by dockpki and by the recipe of Docker's documentation: by the maker's name, the files."""
    home, made = folder / "pki", folder / "docs"
    made.mkdir()
    (folder / "passphrase").write_text("correct horse\n")
    (folder / "passphrase").chmod(0o600)
    words = ("--passphrase-file", folder / "passphrase")
    run_dockpki(home, "init-ca", *words)
    run_dockpki(home, "issue-server", "--dns", "docker.test", "--dns", "localhost", "--ip", "127.0.0.1", "--out", folder / "host", *words)
    run_dockpki(home, "issue-client", "--name", "user", "--out", folder / "user", *words)
    docs(made)
    names = ("ca.pem", "server-cert.pem", "server-key.pem", "cert.pem", "key.pem")
    places = {"dockpki": {name: (folder / ("host" if name.startswith("server") else "user")) / name for name in names},
              "docs": {name: made / name for name in names}}
    return {maker: {name: path.read_bytes() for name, path in files.items()} for maker, files in places.items()}


def good_one(draw, keys, ready):
    """A set-up that is fine, and what it is."""
    maker = draw.choice(["own"] * 8 + sorted(ready))
    kind = draw.choice(KINDS) if maker == "own" else "p256"
    s, what = SetUp(keys, kind), [maker, kind]
    if maker != "own":
        s.files |= ready[maker]
    elif draw.random() < 0.3:
        s.with_intermediate()
        what.append("intermediate")
    elif draw.random() < 0.3:
        s.with_two_authorities()
        what.append("two authorities")
    if draw.random() < 0.35:
        s.by_daemon_json()
        what.append("daemon.json")
    if draw.random() < 0.2:
        s.by_context()
        what.append("context")
    elif draw.random() < 0.3:
        host = draw.choice(["localhost", "docker.test"])
        s.set_environment(DOCKER_HOST=f"tcp://{host}:{s.port}")
        what.append(host)
    return s, ", ".join(what)


# ---- spoiled --------------------------------------------------------------------------------------------------------

def make(seed, number, keys, ready):
    """Set-up `number` of a seed, and its recipe."""
    draw = random.Random(f"{seed}/{number}")
    s, what = good_one(draw, keys, ready)
    recipe = [what]
    wanted = draw.choice([1, 1, 1, 2, 2, 3])
    while len(recipe) <= wanted:
        groups = [mutate_files.CHANGES, mutate_configurations.CHANGES] + [mutate_certificates.CHANGES] * 2 * (not s.files.get("ca.pem"))
        if done := draw.choice(draw.choice(groups))(draw, s):
            recipe.append(done)
    return s, recipe


def insane(answers):
    """What the findings say against the verdict."""
    for client, answer in answers.items():
        blocked = {finding["blocks"] for finding in answer["findings"] if finding.get("blocks")} - {"nothing"}
        for side, refused in (("daemon", answer["daemon_ok"] is False), ("client", answer["client_ok"] is False)):
            if refused and side not in blocked:
                yield f"docker {client}: no finding blocks the {side}, which refuses"
            if not refused and side in blocked:
                yield f"docker {client}: a finding blocks the {side}, which does not refuse"


def judge(job):
    """In a process of its own, which has entered the world of the cases. Gives what is wrong, and the verdict."""
    seed, number, keys, ready, folder, clients = job
    recipe = ["(not made)"]
    try:
        s, recipe = make(seed, number, keys, ready)
        case = s.write(folder / str(number), f"{seed}-{number}")
        predicted, real = predict_corpus.predict(case, "dockerd20"), real_docker.judge(case, clients)
        wrong = [f"{field} is predicted {predicted[field]} and is {real[field]}" for field in FIELDS
                 if field in real and predicted[field] != real[field] and not (field == "endpoint" and real[field] is None)]
        wrong += insane(predict_corpus.answers(case, "dockerd20"))
    except Exception:  # the next ones are of use all the same
        return number, [traceback.format_exc()], recipe, "none", [], None
    verdict = "/".join(str(predicted[field]) for field in FIELDS)
    return number, wrong, recipe, verdict, predicted["findings"], real.get("said")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=300, metavar="COUNT")
    parser.add_argument("seed", nargs="?", default=None, metavar="SEED")
    parser.add_argument("first", type=int, nargs="?", default=0, metavar="FIRST")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--all", action="store_true", help="tell of every set-up")
    return parser.parse_args()


def every_set_up_as_predicted():
    given = parse()
    seed = given.seed or str(random.SystemRandom().randrange(10 ** 6))
    print(f"  seed {seed}", flush=True)
    clients = find_clients()
    wrong, verdicts = [], collections.Counter()
    with temp_folder() as folder, concurrent.futures.ProcessPoolExecutor(real_docker.WORKERS, initializer=real_docker.enter_world) as pool:
        folder.chmod(0o755)
        keys, ready = Keys(folder / "keys"), ready_made(folder)
        jobs = [(seed, number, keys, ready, folder, clients) for number in range(given.first, given.first + given.count)]
        for number, faults, recipe, verdict, findings, said in pool.map(judge, jobs):
            verdicts[verdict] += 1
            if faults or given.all:
                print(f"  {number}: {verdict} {findings}\n    " + "\n    ".join([*recipe, *(f"WRONG: {fault}" for fault in faults),
                                                                                 f"said: {said}" if faults else ""]).rstrip(), flush=True)
            if faults:
                wrong.append(f"random_setups.py 1 {seed} {number}: {'; '.join(faults)}")
                if given.keep and (folder / str(number)).exists():
                    shutil.copytree(folder / str(number), given.keep / f"{seed}-{number}", symlinks=True, dirs_exist_ok=True)
    print("  daemon_ok/endpoint/client20_ok/client28_ok: " + ", ".join(f"{verdict} {count}" for verdict, count in verdicts.most_common()), flush=True)
    check(not wrong, f"{given.count} set-ups of seed {seed} are judged as predicted", "\n".join(wrong))


if __name__ == "__main__":
    real_docker.need_what_it_takes()
    os.environ["DOCKPKI"] = str(dockpki())
    run_tests(every_set_up_as_predicted)
