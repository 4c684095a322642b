"""Factuality, by cues and classifier, on token spans that people rated from -3 (did not happen) to 3 (happened).

    python -m benchmarks.factuality ../shared/data/factuality/uds_ih2_dev.jsonl [--json] [--misses N]

Of spans rated 2 or more, how many are not called negated or hypothetical; of spans rated -1 or less, how many are, and
how many are called so or future. Spans between are not counted. The ratings are of everyday web text.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from benchmarks import floors
from volteface.coding import classifier, factuality
from volteface.coding.masked import masked
from volteface.coding.parse import parser
from volteface.coding.votes import settled_factuality

HAPPENED, DID_NOT = 2.0, -1.0
UNREAL = ("negated", "hypothetical")


def measure(file: Path) -> tuple[dict[str, Any], list[str]]:
    """The figures, and a line for each span that goes wrong."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    pipeline = parser()
    trees = pipeline.pipe(Doc(pipeline.vocab, row["text"].split()) for row in rows)
    spans = [
        (row["text"], tree[slice(*t["span1"])], t)
        for row, tree in zip(rows, trees, strict=True)
        for t in row["targets"]
    ]
    places = [(span.start_char, span.end_char) for _, span, _ in spans]
    asked = [masked(span.doc.text, [], None, None, place) for (_, span, _), place in zip(spans, places, strict=True)]
    answers = classifier.answer(asked).factualities
    kept = happened = seen = foreseen = unreal = 0
    misses = []
    for (text, span, target), shares in zip(spans, answers, strict=True):
        value, why = factuality.of(span.root)
        value, share = settled_factuality(value, shares, value == "actual" and why != "")
        if target["label"] >= HAPPENED:
            happened += 1
            wrong = value in UNREAL
            kept += not wrong
        elif target["label"] <= DID_NOT:
            unreal += 1
            seen += value in UNREAL
            foreseen += value == "future"
            wrong = value == "actual"
        else:
            continue
        if wrong:
            misses.append(f"{target['label']:+.1f} {value} ({why}, {share:.2f}) {target['span_text']!r} in: {text}")
    figures = {
        "spans that happened": happened,
        "of these not called negated or hypothetical": kept / max(happened, 1),
        "spans that did not": unreal,
        "of these called negated or hypothetical": seen / max(unreal, 1),
        "of these called so or future": (seen + foreseen) / max(unreal, 1),
    }
    return figures, misses


def main() -> None:
    parser_ = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser_.add_argument("file", type=Path)
    parser_.add_argument("--json", action="store_true")
    parser_.add_argument(
        "--misses", type=int, default=0, metavar="N", help="also print the first N spans that go wrong"
    )
    given = parser_.parse_args()
    figures, misses = measure(given.file)
    for line in misses[: given.misses]:
        print(line)
    floors.report("factuality", figures, as_json=given.json)


if __name__ == "__main__":
    main()
