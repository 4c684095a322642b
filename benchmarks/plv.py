"""The classifier, the pair given: sentences with source and target marked and a PLOVER root that people coded.

    python -m benchmarks.plv ../shared/data/plv/plv_dev.tsv [--json] [--misses N]

PLV follows the CAMEO-to-PLOVER crosswalk of 2021 and knows no factuality, so our answers are told in its terms: CONCEDE
and RETREAT are one root YIELD; kinds take the root in kinds.tsv's column `crosswalk` (signing is SUPPORT, imposing
sanctions is COERCE, hacking and blockades are ASSAULT). What is only announced is CAMEO's intent: AGREE if cooperative,
else THREATEN; cooperation that does not come about (no deal, a visit cancelled) is its REJECT.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks import floors
from volteface.coding import classifier
from volteface.coding.given import Given
from volteface.coding.given import answers as given_answers
from volteface.coding.masked import Place

QUADS = {
    "verbal cooperation": ("AGREE", "CONSULT", "SUPPORT"),
    "material cooperation": ("COOPERATE", "AID", "YIELD"),
    "verbal conflict": ("REQUEST", "ACCUSE", "REJECT", "THREATEN"),
    "material conflict": ("PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"),
}
QUAD_OF = {root: quad for quad, roots in QUADS.items() for root in roots}
ROOTS = tuple(QUAD_OF)
UNDIRECTED = ("AGREE", "CONSULT", "COOPERATE", "SUPPORT")  # SUPPORT: the crosswalk has signing there

_MARK = re.compile(r"<(/?)([st])>")


class Row(NamedTuple):
    """A sentence with its pair, and its root."""

    pair: Given
    root: str


def rows(file: Path) -> Iterator[Row]:
    """The rows of a PLV file; of a party marked twice the first place."""
    with file.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Row(_unmarked(line["marked_sentence"]), line["root"])


def _unmarked(marked: str) -> Given:
    text, end = "", 0
    begun: dict[str, int] = {}
    places: dict[str, Place] = {}
    for mark in _MARK.finditer(marked):
        text += marked[end : mark.start()]
        end = mark.end()
        if mark[1] and mark[2] in begun:
            places.setdefault(mark[2], (begun[mark[2]], len(text)))
        elif not mark[1]:
            begun[mark[2]] = len(text)
    return Given(text + marked[end:], places.get("s"), places.get("t"))


def predict(given: Sequence[Row], swapped: bool = False) -> list[str]:
    """The root of each row, in PLV's terms."""
    pairs = [row.pair for row in given]
    answers = given_answers([Given(text, target, source) for text, source, target in pairs] if swapped else pairs)
    intended = answers.factualities[:, classifier.factualities().index("future")]
    failed = answers.factualities[:, classifier.factualities().index("negated")]
    weights = np.zeros((len(given), len(ROOTS)))
    for column, kind in enumerate(classifier.kinds()):
        if not kind.type:
            continue
        root = "YIELD" if kind.crosswalk in ("CONCEDE", "RETREAT") else kind.crosswalk
        cooperative = QUAD_OF[root].endswith("cooperation")
        intent = "AGREE" if cooperative else "THREATEN" if QUAD_OF[root] == "material conflict" else root
        failure = "REJECT" if cooperative else root
        weights[:, ROOTS.index(root)] += answers.kinds[:, column] * (1 - intended - failed)
        weights[:, ROOTS.index(intent)] += answers.kinds[:, column] * intended
        weights[:, ROOTS.index(failure)] += answers.kinds[:, column] * failed
    return [ROOTS[i] for i in weights.argmax(-1)]


def macro_f1(wanted: Sequence[str], said: Sequence[str]) -> float:
    """The mean over classes of the harmonic mean of precision and recall."""
    hits = Counter(one for one, other in zip(wanted, said, strict=True) if one == other)
    there, told = Counter(wanted), Counter(said)
    return float(np.mean([2 * hits[name] / (there[name] + told[name]) for name in there]))


def measure(file: Path) -> tuple[dict[str, Any], list[str]]:
    """The figures, and a line for each row that goes wrong."""
    given = list(rows(file))
    wanted, said, turned = [row.root for row in given], predict(given), predict(given, swapped=True)
    directed = [i for i, root in enumerate(said) if root not in UNDIRECTED]
    figures = {
        "rows": len(given),
        "root macro-F1": macro_f1(wanted, said),
        "quad macro-F1": macro_f1([QUAD_OF[root] for root in wanted], [QUAD_OF[root] for root in said]),
        "stays when the pair is swapped": sum(said[i] == turned[i] for i in directed) / max(len(directed), 1),
    }
    wrong = [f"{row.root} not {is_} | {row.pair.text}" for row, is_ in zip(given, said, strict=True) if row.root != is_]
    return figures, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="also print the first N rows that are wrong")
    arguments = parser.parse_args()
    figures, wrong = measure(arguments.file)
    for line in wrong[: arguments.misses]:
        print(line)
    floors.report("plv", figures, as_json=arguments.json)


if __name__ == "__main__":
    main()
