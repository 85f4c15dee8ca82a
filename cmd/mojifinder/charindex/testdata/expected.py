"""Writes expected.json: what Python's unicodedata says of names, and finds.

    python3 expected.py > expected.json

An index as simple as can be, from each word of each name to a set of code
points, answers a thousand queries. The queries are drawn from the names with
a fixed seed, so the same Python writes the same file.
"""

import json
import platform
import random
import sys
import unicodedata
import zlib
from collections import defaultdict

QUERIES = 1200
BY_HAND = [
    "cat face", "CAT face", "cat-face", " face\tcat ", "cat cat face", "CaT  FaCe",
    "cjk", "cjk unified 4e00", "4e00", "04e00", "4E00 5E00", "cjk compatibility face",
    "beef", "hangul syllable", "hangul syllable gag", "gag", "hangul gag gags", "hih",
    "sign", "letter", "latin small letter a", "chess black", "registered", "brakcet",
    "gro\u00df", "s\u017fa", "\ufb02ag", "lat\u0131n kra", "mark\u00a0question",
    "question\u2003mark", "question\u001cmark", "question\u0085mark", "question\u200bmark",
    "nosuchword", "cat nosuchword", "a", "-", "a-", "", " ", "\u00e9", "\U0001f638",
    "nushu 1b170", "khitan 18b00", "tangut", "tangut component", "tangut ideograph",
    "17000", "null", "control", "private use", "surrogate", "<control>", "20", "2a6df",
    "2a6e0", "2b739", "31350", "9fff", "a000", "d7a3", "d7a4", "3400", "4dbf", "4dc0",
]


def tokenize(text):
    return text.upper().replace("-", " ").split()


def spans(codes):
    """Turns sorted code points into [first, last] pairs."""
    runs = []
    for code in codes:
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return runs


def text(codes):
    return ",".join(f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in spans(codes))


def draw(rng, names):
    """Draws words of one name, so that most queries find something."""
    words = tokenize(rng.choice(names))
    count = min(len(words), rng.choice([1, 1, 1, 2, 2, 3]))
    query = rng.choice([" ", " ", "-", "  "]).join(rng.sample(words, count))
    return rng.choice([str.lower, str.upper, str.title, lambda s: s.lower() + " s"])(query)


def main():
    names = {}
    for code in range(32, sys.maxunicode + 1):
        if name := unicodedata.name(chr(code), ""):
            names[code] = name
    index = defaultdict(set)
    for code, name in names.items():
        for word in tokenize(name):
            index[word].add(code)

    rng = random.Random(20)
    # Three names in four belong to ideographs and syllables, which are much alike.
    common = [n for n in names.values() if not n.startswith(("CJK U", "HANGUL SYL"))]
    ranged = [n for n in names.values() if n.startswith(("CJK U", "HANGUL SYL"))]
    queries = dict.fromkeys(BY_HAND)
    while len(queries) < QUERIES:
        queries[draw(rng, common if rng.random() < 0.8 else ranged)] = None

    def search(query):
        sets = [index.get(word, set()) for word in tokenize(query)]
        return sorted(set.intersection(*sets)) if sets else []

    # Characters that are assigned, but that Python has no name for.
    unnamed = [c for c in range(sys.maxunicode + 1) if c not in names
               and unicodedata.category(chr(c)) not in ("Cn", "Cc", "Cs", "Co")]
    blocks = defaultdict(list)
    for code in names:
        blocks[code >> 8].append(code)

    def line(value):
        return json.dumps(value)

    print("{")
    print(f' "python": "{platform.python_version()}", "unicode": "{unicodedata.unidata_version}",')
    print(f' "unnamed": "{text(unnamed)}",')
    print(' "names": [')
    print(",\n".join("  " + line({
        "codes": text(codes),
        "crc32": zlib.crc32("\n".join(names[c] for c in codes).encode()),
    }) for codes in blocks.values()))
    print(' ],\n "queries": [')
    print(",\n".join("  " + line({"query": q, "found": text(search(q))}) for q in queries))
    print(" ]\n}")


if __name__ == "__main__":
    main()
