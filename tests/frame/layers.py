"""Who may include whom: reads every #include of lib/ and cmd/ and fails with the reason beside the rule."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Each layer, what it may include besides itself, and why the line is drawn there.
RULES = {
    "base": (set(), "the foundation knows nothing of certificates"),
    "x509": ({"base"}, "encodings and keys know nothing of authorities, files or Docker"),
    "goverify": ({"x509", "base"}, "Docker's verdict depends on the bytes alone: neither on our profile nor on where they lie"),
    "pki": ({"goverify", "x509", "base"}, "decisions about certificates touch neither disk nor network"),
    "files": ({"x509", "base"}, "durable files must not depend on what is in them"),
    "store": ({"files", "pki", "x509", "base"}, "the store sees bytes, modes and rows, never Docker or the network"),
    "net": ({"goverify", "files", "pki", "x509", "base"}, "connections know nothing of the store or of Docker's files"),
    "docker": ({"goverify", "files", "pki", "x509", "base"}, "what Docker reads is the same with or without a PKI home"),
    "app": ({"goverify", "docker", "net", "store", "files", "pki", "x509", "base"}, "use cases print nothing: report does"),
    "report": ({"goverify", "app", "docker", "net", "store", "files", "pki", "x509", "base"}, "reports are text; the command line prints it"),
    "cmd": ({"goverify", "report", "app", "docker", "net", "store", "files", "pki", "x509", "base"}, "nothing includes the command line"),
}
# Third-party headers, and the layers that may see them.
FOREIGN = [
    (re.compile(r"openssl/"), {"x509", "net"}, "raw OpenSSL lives in lib/x509 and lib/net"),
    (re.compile(r"(CLI|spdlog)/"), {"cmd"}, "the library neither parses arguments nor logs"),
    (re.compile(r"(SQLiteCpp/|sqlite3)"), {"store"}, "the database is the store's own affair"),
    (re.compile(r"nlohmann/"), {"store", "docker", "report"}, "JSON is a form of storage, of Docker's own files, or of reports"),
    (re.compile(r"toml\+\+/"), {"app"}, "settings are read in one place"),
    (re.compile(r"kainjow/"), {"app", "report"}, "templates are filled in where the use case, or its report, is"),
]
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def layer_of(path):
    parts = path.relative_to(ROOT).parts
    if parts[0] == "cmd":
        return "cmd"
    inner = parts[3:] if parts[1] == "include" else parts[1:]
    return inner[0] if len(inner) > 1 else "base"


def target_layer(include):
    name = include.removeprefix("dockpki/")
    first = name.split("/")[0]
    return first if "/" in name and first in RULES else None


def faults(path):
    layer = layer_of(path)
    allowed, reason = RULES[layer]
    is_public = "include" in path.relative_to(ROOT).parts
    for include in INCLUDE.findall(path.read_text()):
        target = target_layer(include)
        if target and target != layer and target not in allowed:
            yield f"{layer} must not include {include}: {reason}"
        for pattern, layers, why in FOREIGN:
            if pattern.match(include) and (layer not in layers or is_public):
                yield f"{layer} must not include {include}: {why}" + (", and public headers show none of it" if is_public else "")


def main():
    sources = [p for folder in ("lib", "cmd") for p in (ROOT / folder).rglob("*") if p.suffix in (".cpp", ".hpp")]
    found = [f"{path.relative_to(ROOT)}: {fault}" for path in sorted(sources) for fault in faults(path)]
    print("\n".join(found) if found else f"{len(sources)} files include only what they may")
    assert len(sources) > 50, "the sources were not found"
    return 1 if found else 0


sys.exit(main())
