"""SARIF and JUnit of the sample audits, judged by others: audit_forms.py SAMPLES sarif|sarif-schema|junit|command.

SAMPLES writes the samples (audit_samples.cpp). The schema of SARIF is not ours: npm brings it, in @microsoft/jest-sarif."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree

import harness
from harness import check, check_equal

NAMES = ("rich", "empty", "hostile", "image")
LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
SCORES = {"critical": (9.0, 10.0), "high": (7.0, 8.9), "medium": (4.0, 6.9), "low": (0.1, 3.9)}


def samples(suffix):
    """The samples of one form, by name."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True, timeout=60)
        return {name: pathlib.Path(folder, name + suffix).read_bytes() for name in NAMES}


# ---- SARIF ----------------------------------------------------------------------------------------------------------

def check_rule(rule):
    properties = rule["properties"]
    check(rule["shortDescription"]["text"] and rule["help"]["text"], f"rule {rule['id']} says what is wrong and what helps")
    check_equal(rule["defaultConfiguration"]["level"], LEVELS[properties["severity"]], f"rule {rule['id']}: the level of its severity")
    check("security" in properties["tags"] and len(properties["tags"]) == len(set(properties["tags"])), f"rule {rule['id']}: tags")
    if properties["severity"] == "info":
        check("security-severity" not in properties, f"rule {rule['id']}: what works has no score")
    else:
        low, high = SCORES[properties["severity"]]
        check(isinstance(properties["security-severity"], str) and low <= float(properties["security-severity"]) <= high,
              f"rule {rule['id']}: a score of its severity, as a string")


def check_uri(artifact, bases):
    uri = artifact["uri"]
    check(re.fullmatch(r"(?:%[0-9A-F]{2}|[A-Za-z0-9._~/:-])*", uri) and uri, f"a URI without characters that it must not hold: {uri[:60]}")
    if "uriBaseId" in artifact:
        check(not uri.startswith("/") and bases[artifact["uriBaseId"]]["uri"].endswith("/"), "a relative URI, and a base that is a folder")
    else:
        check(uri.startswith("file:///"), "an absolute file URI")


def check_run(run):
    driver = run["tool"]["driver"]
    check_equal((driver["name"], driver["version"]), ("dockpki", "1.2.3"), "the tool and its version")
    rules = driver["rules"]
    check_equal(len({rule["id"] for rule in rules}), len(rules), f"{len(rules)} rules, each once")
    for rule in rules:
        if "properties" in rule:  # the hostile sample has an id that is none
            check_rule(rule)
    for result in run["results"]:
        check_equal(rules[result["ruleIndex"]]["id"], result["ruleId"], "ruleIndex points to the rule")
        check_equal(result["kind"], "fail", "a result is something to be mended")
        check_equal(result["level"], LEVELS[result["properties"]["severity"]], "the level of its severity")
        check_equal(len(result["locations"]), 1, "one place")
        check_uri(result["locations"][0]["physicalLocation"]["artifactLocation"], run.get("originalUriBaseIds", {}))
        check(not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e]", result["message"]["text"]), "a message without control characters")
    for kind in ("fingerprints", "partialFingerprints"):
        values = {tuple(result[kind].values()) for result in run["results"]}
        check_equal(len(values), len(run["results"]), f"{kind} differ")
    invocation = run["invocations"][0]
    check(invocation["executionSuccessful"] is True, "the run was successful")
    check_equal(invocation["startTimeUtc"], "2026-11-22T15:00:00Z", "the time of the audit")


def sarif():
    files = {name: json.loads(text) for name, text in samples(".sarif").items()}
    for name, document in files.items():
        print(name)
        check_equal((document["version"], len(document["runs"])), ("2.1.0", 1), "SARIF 2.1.0, one run")
        check_run(document["runs"][0])
    runs = {name: document["runs"][0] for name, document in files.items()}
    check_equal(runs["empty"]["results"], [], "no findings are an empty list, not a missing one")
    check_equal([result["ruleId"] for result in runs["rich"]["results"]],
                ["lst-plain", "time-server-expired", "san-wrong-dns", "cis-server-key-mode", "ku-ca-missing-py", "san-not-mistake"], "the findings, the worst first")
    check("perm-client" in {rule["id"] for rule in runs["rich"]["tool"]["driver"]["rules"]}, "a check that passed is a rule")
    check("CIS" in next(rule for rule in runs["rich"]["tool"]["driver"]["rules"] if rule["id"] == "cis-server-key-mode")["properties"]["tags"],
          "an item of the CIS benchmark is told as such")
    check("time-rotate" in {one["associatedRule"]["id"] for one in runs["rich"]["invocations"][0]["toolExecutionNotifications"]},
          "a check that could not be made is a notification")
    base = urllib.parse.unquote(runs["image"]["originalUriBaseIds"]["ROOT"]["uri"])
    check_equal(base, "file:///srv/images/grün 7/", "the base of an image is its root")
    check("originalUriBaseIds" not in runs["rich"], "a live machine needs no base")
    same = json.loads(samples(".sarif")["rich"])
    check_equal(same, files["rich"], "a second run writes the same")


def sarif_schema():
    npm = shutil.which("npm") or harness.skip("no schema: npm brings it, and is not installed (Debian package npm)")
    try:
        import jsonschema
    except ImportError:
        harness.skip("no jsonschema (Debian package python3-jsonschema)")
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run([npm, "pack", "--silent", "@microsoft/jest-sarif"], cwd=folder, capture_output=True, text=True, timeout=300)
        archives = list(pathlib.Path(folder).glob("*.tgz"))
        if packed.returncode != 0 or not archives:
            harness.skip(f"no schema: npm could not bring @microsoft/jest-sarif: {packed.stderr.strip()[-200:]}")
        subprocess.run(["tar", "-xzf", archives[0], "-C", folder], check=True)
        schema = json.loads(next(pathlib.Path(folder).rglob("sarif-2.1.0*.json")).read_text())
    judge = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())
    for name, text in samples(".sarif").items():
        faults = [f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}" for fault in judge.iter_errors(json.loads(text))]
        check(not faults, f"{name} is what the schema wants", "\n".join(faults))
    spoiled = json.loads(samples(".sarif")["rich"])
    spoiled["runs"][0]["results"][0]["level"] = "fatal"
    check(not judge.is_valid(spoiled), "the schema refuses a level that is none")


# ---- JUnit ----------------------------------------------------------------------------------------------------------

# What the schemas of Jenkins' xUnit plugin and of Ant's report have in common: attributes, and which children in which order.
ALLOWED = {
    "testsuites": ({"name", "tests", "failures", "errors", "time", "disabled"}, ["testsuite"]),
    "testsuite": ({"name", "tests", "failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id", "package"},
                  ["properties", "testcase", "system-out", "system-err"]),
    "properties": (set(), ["property"]),
    "property": ({"name", "value"}, []),
    "testcase": ({"name", "classname", "time", "assertions", "status"}, ["skipped", "error", "failure", "system-out", "system-err"]),
    "failure": ({"type", "message"}, []),
    "skipped": ({"message"}, []),
    "system-out": (set(), []),
    "system-err": (set(), []),
}


def check_element(element):
    attributes, children = ALLOWED[element.tag]
    check(set(element.attrib) <= attributes, f"<{element.tag}> has attributes that are known", str(set(element.attrib) - attributes))
    places = [children.index(child.tag) for child in element]
    check(places == sorted(places), f"the children of <{element.tag}> stand in order")
    for child in element:
        check_element(child)


def check_counts(name, root):
    suites = root.findall("testsuite")
    check_equal(len({suite.get("name") for suite in suites}), len(suites), f"{len(suites)} suites, each once")
    for suite in suites:
        check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp")), "a time without a zone, as the schema wants")
        for attribute, path in (("tests", "testcase"), ("failures", "testcase/failure"), ("skipped", "testcase/skipped")):
            check_equal(int(suite.get(attribute)), len(suite.findall(path)), f"{name}, {suite.get('name')}: {attribute} is their number")
    for attribute in ("tests", "failures"):
        check_equal(int(root.get(attribute)), sum(int(suite.get(attribute)) for suite in suites), f"{name}: {attribute} is the sum of the suites'")


def junit():
    xmllint = shutil.which("xmllint")
    for name, text in samples(".junit.xml").items():
        print(name)
        root = xml.etree.ElementTree.fromstring(text)
        check_element(root)
        check_counts(name, root)
        if xmllint:
            judged = subprocess.run([xmllint, "--noout", "-"], input=text, capture_output=True)
            check_equal(judged.returncode, 0, "xmllint finds it well formed")
        if name == "rich":
            failures = {case.get("name"): case.find("failure") for case in root.iter("testcase")}
            failure = failures["lst-plain: /etc/docker/daemon.json"]
            check_equal(failure.get("type"), "critical", "a failure has the severity")
            check("remedy: dockpki configure-daemon" in failure.text, "a failure tells what to do")
            check(any(case.find("skipped") is not None and case.find("skipped").get("message").startswith("unknown")
                      for case in root.iter("testcase")), "what could not be looked at is skipped, as unknown")
        if name == "hostile":
            check("<script>alert('1')</script>" in "".join(root.itertext()), "markup of a stranger is text")
    if not xmllint:
        harness.skip("all held, but no xmllint (Debian package libxml2-utils)")


# ---- the command ----------------------------------------------------------------------------------------------------

def command():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder, "image")
        for path, text in (("etc/passwd", "root:x:0:0::/root:/bin/sh\n"), ("etc/docker/daemon.json", '{"hosts": ["tcp://0.0.0.0:2375"]}'),
                           ("lib/systemd/system/docker.service", "[Service]\nExecStart=/usr/bin/dockerd\n")):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        written = {}
        for form in ("json", "sarif", "junit", "html"):
            done = subprocess.run([os.environ["DOCKPKI"], "audit", "--root", root, "--format", form], capture_output=True, text=True, timeout=60)
            check_equal((done.returncode, done.stderr), (3, ""), f"{form}: the exit code tells of the open port")
            written[form] = done.stdout
        ids = [finding["id"] for finding in json.loads(written["json"])["findings"]]
        check("lst-plain" in ids, "the open port is a finding")
        results = json.loads(written["sarif"])["runs"][0]["results"]
        check_equal([result["ruleId"] for result in results], ids, "SARIF has the findings")
        check_equal(results[ids.index("lst-plain")]["locations"][0]["physicalLocation"]["artifactLocation"],
                    {"uri": "etc/docker/daemon.json", "uriBaseId": "ROOT"}, "a place in the image")
        suites = xml.etree.ElementTree.fromstring(written["junit"])
        check_equal(int(suites.get("failures")), len(ids), "JUnit has the findings")
        check(all(f">{one}</dd>" in written["html"] for one in ids), "the page has the findings")


if __name__ == "__main__":
    harness.run_tests({"sarif": sarif, "sarif-schema": sarif_schema, "junit": junit, "command": command}[sys.argv[2]])
