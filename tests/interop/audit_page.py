"""The page of an audit: audit_page.py SAMPLES page|browser. Well formed, nothing from elsewhere, every finding there, what strangers wrote is
text, colours that can be read; and a browser shows it without a complaint.

The browser is not one of the packages that scripts/test installs: it is ten times as large as all of them that the page needs."""
import base64
import hashlib
import html.parser
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import harness
from harness import check, check_equal, check_in

NAMES = ("rich", "empty", "hostile", "image")
VOID = {"meta", "br", "hr", "img", "link", "input"}
SCRIPT = "<script>alert('1')</script>\"><img src=x onerror=alert(1)>&amp;{{host}}{{{host}}}]]>"


class Page(html.parser.HTMLParser):
    """What stands in a page, and whether each element that begins also ends."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.text, self.style, self.headings, self.faults = [], [], [], [], [], []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> does not end" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if len({name for name, _ in attrs}) != len(attrs):
            self.faults.append(f"an attribute of <{tag}> stands twice")
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> where another element ends")

    def handle_data(self, data):
        (self.style if self.open and self.open[-1] == "style" else self.text).append(data)


def samples(folder):
    subprocess.run([sys.argv[1], folder], check=True, timeout=60)
    return {name: pathlib.Path(folder, name + ".html") for name in NAMES}


# ---- the page by itself ---------------------------------------------------------------------------------------------

def check_self_contained(page):
    tags = {tag for tag, _ in page.elements}
    check(not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "image", "use"}, "no element that runs or loads something")
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            check(not name.startswith("on") and name not in ("src", "srcset", "style", "xlink:href", "action"), f"<{tag}> has no {name}")
            check(name != "href" or re.fullmatch(r"#[a-z]+", value), f"a link leads nowhere but into the page: {value}")
    style = "".join(page.style)
    check("url(" not in style and "@import" not in style and "@font-face" not in style, "the style loads nothing")
    policy = next(a["content"] for tag, a in page.elements if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    check_in("default-src 'none'", policy, "the policy lets nothing load")
    check_in(f"style-src 'sha256-{digest}'", policy, "the policy lets in our style alone")


def check_outline(page):
    check_equal(page.headings.count(1), 1, "one h1")
    check(all(b <= a + 1 for a, b in zip(page.headings, page.headings[1:])), "no level of headings is left out")
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    check_equal(len(ids), len(set(ids)), "an id stands once")
    targets = {a["href"][1:] for tag, a in page.elements if tag == "a"} | {a["aria-labelledby"] for _, a in page.elements if "aria-labelledby" in a}
    check(targets <= set(ids), "links and labels lead to something", str(targets - set(ids)))
    check(any(tag == "html" and a.get("lang") == "en" for tag, a in page.elements), "the language is told")
    check(any(tag == "meta" and a.get("name") == "viewport" for tag, a in page.elements), "it is made for phones too")


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def check_contrast(page):
    """WCAG 2 1.4.3: text has 4.5 to 1, on each ground that it may stand on."""
    schemes = re.findall(r":root\s*\{([^}]*)\}", "".join(page.style))
    check_equal(len(schemes), 3, "light, dark and print")
    for scheme, name in zip(schemes, ("light", "dark", "print")):
        colours = {key: (value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:]))
                   for key, value in re.findall(r"--([a-z]+):\s*(#[0-9a-f]{3,6})", scheme)}
        for ground in ("page", "card", "code"):
            inks = ("text", "quiet") if ground == "code" else ("text", "quiet", "critical", "high", "medium", "low", "info", "good")
            worst = min((contrast(colours[ink], colours[ground]), ink) for ink in inks)
            check(worst[0] >= 4.5, f"{name}: on {ground} the least contrast is {worst[0]:.1f} ({worst[1]})")


def page():
    with tempfile.TemporaryDirectory() as folder:
        for name, path in samples(folder).items():
            print(name)
            text = path.read_text()
            found = Page(text)
            check_equal(found.faults, [], "every element ends where it should")
            check_self_contained(found)
            check_outline(found)
            check_contrast(found)
            shown = "".join(found.text)
            for result in json.loads(path.with_suffix(".sarif").read_text())["runs"][0]["results"]:
                check_in(result["ruleId"], shown, f"finding {result['ruleId'][:30]} is there")
            check(not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text), "no character that hides or reverses text")
            if name == "rich":
                check_in("Whoever reaches tcp://0.0.0.0:2375 is root here", shown, "the verdict")
                check_in("dockpki 1.2.3", shown, "the version")
                check_in("over since 2026-11-19, 3 days ago", shown, "what is over is marked by a word")
                for result in ("✓ passed", "✗ failed", "– not applicable", "? unknown"):
                    check_in(result, shown, f"a check that is {result}")
                items = re.findall(r"<th scope=\"row\">([\d.]+)</th>", text)
                check_equal(items, ["2.7", "3.6", "3.12", "3.14", "3.21"], "the items of the CIS benchmark, by number")
            if name == "empty":
                check_in("No Docker daemon was found", shown, "a machine without Docker says so")
            if name == "hostile":
                check(shown.count(SCRIPT) > 20, "markup of strangers is shown as it was written")
                check_in(r"\xe2\x80\xaegpj.exe", shown, "what would turn the text around is shown as octets")


# ---- in a browser ---------------------------------------------------------------------------------------------------

def browser():
    chromium = shutil.which("chromium") or harness.skip("no chromium (Debian package chromium)")
    with tempfile.TemporaryDirectory() as folder:
        for name, path in samples(folder).items():
            command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile", "--window-size=390,1200",
                       "--enable-logging=stderr", "--v=0", "--dump-dom", path.as_uri()]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120)
            check_equal(done.returncode, 0, f"{name}: the browser shows it")
            shown = Page(done.stdout)
            written = Page(path.read_text())
            check_equal([tag for tag, _ in shown.elements], [tag for tag, _ in written.elements], "every element, and no other one")
            complaints = [line for line in done.stderr.splitlines() if "CONSOLE" in line or "Content Security Policy" in line]
            check_equal(complaints, [], "no word on the console")
        # The browser does tell when the policy refuses something: a changed style, and a script.
        spoiled = pathlib.Path(folder, "spoiled.html")
        spoiled.write_text(pathlib.Path(folder, "empty.html").read_text().replace("<style>", "<style> ").replace("</body>", "<script>1</script></body>"))
        done = subprocess.run([*command[:-1], spoiled.as_uri()], capture_output=True, text=True, timeout=120)
        check(sum("CONSOLE" in line for line in done.stderr.splitlines()) >= 2, "the policy refuses another style, and a script", done.stderr)


if __name__ == "__main__":
    harness.run_tests({"page": page, "browser": browser}[sys.argv[2]])
