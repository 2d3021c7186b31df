"""What openssl sees in a file, line by line: the reading of the tests is not that of the program under test."""
import re

from harness import run

LINE = re.compile(r"\s*\d+:d=(\d+)\s+hl=\d+\s+l=\s*\d+ (?:prim|cons): ([^:]*?)\s*(?:\[HEX DUMP\])?(?::(.*))?$")


class Node:
    """One element: its type ("INTEGER", "cont [ 3 ]"), its value as openssl writes it, and what it holds."""

    def __init__(self, kind, value=""):
        self.kind, self.value, self.children = kind, value, []

    def __getitem__(self, index):
        return self.children[index]

    def __len__(self):
        return len(self.children)

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()


def parse_file(path, form="PEM"):
    """The element that a file holds, by `openssl asn1parse`."""
    open_nodes = [Node("file")]
    for line in run(["openssl", "asn1parse", "-inform", form, "-in", path], check=True).stdout.splitlines():
        depth, kind, value = LINE.match(line).groups()
        del open_nodes[int(depth) + 1:]
        node = Node(kind, value or "")
        open_nodes[-1].children.append(node)
        open_nodes.append(node)
    return open_nodes[0][0]


class CertificateNodes:
    """The parts of a certificate, RFC 5280 4.1."""

    def __init__(self, path):
        self.whole = parse_file(path)
        (self.version, self.serial, self.signature, self.issuer, self.validity, self.subject, self.public_key, extensions) = self.whole[0].children
        self.extensions = [Extension(node) for node in extensions[0].children]

    def extension(self, name):
        return next((one for one in self.extensions if one.name == name), None)


class Extension:
    def __init__(self, node):
        self.name = node[0].value.removeprefix("X509v3 ")
        self.critical = len(node) == 3 and node[1].kind == "BOOLEAN" and node[1].value == "255"
        self.default_encoded = len(node) == 3 and not self.critical  # a FALSE that DER leaves out
        self.hex = node.children[-1].value
