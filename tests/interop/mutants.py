"""DER that is almost right: one element left out, doubled, renamed, changed or given another value."""

CONSTRUCTED, OCTET_STRING = 0x20, 4
TAGS = (1, 2, 3, 4, 5, 6, 10, 12, 19, 20, 22, 23, 24, 28, 30, 0x30, 0x31, 0x80, 0x81, 0x82, 0x86, 0x87, 0xA0, 0xA1, 0xA2, 0xA3, 0xA4)
VALUES = (b"", b"a.example", b"*.example", b"a..b", b".example", b"example.", b"\xe4x", b"a b", b"[::1]", b"user@x.example", b"http://a.example/c", b"http://[::1]:1/",
          b"127.0.0.1", bytes((127, 0, 0, 1)), bytes(16), bytes(10) + bytes((255, 255, 127, 0, 0, 1)), b"\xff" * 8, bytes((10, 0, 0, 0, 255, 0, 0, 0)), b"\x00", b"\x01",
          b"\x80", b"\xff", b"\x05\xa0", b"\x07\x80", b"20491231235959Z", b"20000101000000Z", b"261122000000Z", b"500101000000Z", b"2611220000Z")


def length(size):
    if size < 128:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def element(tag, contents):
    return bytes([tag]) + length(len(contents)) + contents


def split(octets):
    """[tag, contents or a list of the same] of each element. Raises IndexError or ValueError if there is anything else."""
    found = []
    while octets:
        tag, size, start = octets[0], octets[1], 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(octets[2:start], "big")
        if start + size > len(octets):
            raise ValueError("too long")
        contents = octets[start:start + size]
        if tag & CONSTRUCTED or tag == OCTET_STRING:
            try:
                contents = split(contents) or contents
            except (IndexError, ValueError):
                pass  # octets that only look like elements
        found.append([tag, contents])
        octets = octets[start + size:]
    return found


def join(elements):
    return b"".join(element(tag, contents if isinstance(contents, bytes) else join(contents)) for tag, contents in elements)


def places(elements):
    """(list, index) of every element."""
    for index, (_, contents) in enumerate(elements):
        yield elements, index
        if not isinstance(contents, bytes):
            yield from places(contents)


def change_one(elements, random):
    siblings, index = random.choice(list(places(elements)))
    tag, contents = siblings[index]
    octets = contents if isinstance(contents, bytes) else join(contents)
    what = random.randrange(9)
    if what == 0 and len(siblings) > 1:
        del siblings[index]
    elif what == 1:
        siblings.insert(index, [tag, contents])
    elif what == 2:
        siblings[index] = [random.choice((*TAGS, tag ^ CONSTRUCTED)), contents]
    elif what == 3 and octets:
        bit = random.randrange(len(octets) * 8)
        siblings[index] = [tag, (int.from_bytes(octets, "big") ^ 1 << bit).to_bytes(len(octets), "big")]
    elif what == 4 and isinstance(contents, bytes):
        siblings[index] = [tag, random.choice(VALUES)]
    elif what == 5:
        other = random.randrange(len(siblings))
        siblings[index], siblings[other] = siblings[other], siblings[index]
    elif what == 6:
        siblings[index] = [tag, octets + random.choice((b"\0", b"\5\0", b"\1\1\xff"))]
    elif what == 7 and tag != OCTET_STRING:
        siblings[index] = [tag, b""]
    elif what == 8:
        siblings[index] = [tag, b"\0" + octets]


def mutant(der, random, changes=1):
    elements = split(der)
    for _ in range(changes):
        change_one(elements[0][1], random)
    return join(elements)
