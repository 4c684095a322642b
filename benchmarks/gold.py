"""End to end against the gold: codes its items and scores them with the gold's own score.py.

    python -m benchmarks.gold ../shared/data/gold [--json] [--misses N] [--by rules|classifier]

Both gold codings are by language models working blind; there is no human coder (see the gold's guide.md).
"""

from __future__ import annotations

import argparse
import datetime as dt
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import floors
from volteface import coding
from volteface.terms import Document, documents_table


def gold_file(path: Path) -> Path:
    return path / "gold_dev.jsonl" if path.is_dir() else path


def predict(items: list[dict[str, Any]], by: coding.Coders = "both") -> dict[int, dict[str, Any]]:
    """What the coder finds in each item, in the scorer's form."""
    documents = [
        Document(str(item["n"]), item["text"], published=dt.date.fromisoformat(item["date"])) for item in items
    ]
    predicted: dict[int, dict[str, Any]] = {item["n"]: {"n": item["n"], "events": []} for item in items}
    for row in coding.code_batch(documents_table(documents), by=by).to_pylist():
        if row["kind"] == "event":
            event = {"source": row["source_code"], "target": row["target_code"]}
            event |= {
                name: row[name]
                for name in ("type", "factuality", "trigger", "source_text", "target_text", "confidence")
            }
            predicted[int(row["document"])]["events"].append(event)
    return predicted


def measure(path: Path, by: coding.Coders = "both") -> tuple[dict[str, Any], dict[int, Any], dict[int, dict[str, Any]]]:
    """The scorer's figures, the gold and the predictions."""
    file = gold_file(path)
    scorer = runpy.run_path(str(file.parent / "score.py"))
    gold = scorer["load"](file)
    predicted = predict(list(gold.values()), by)
    figures = dict(scorer["score"](gold, predicted))
    wrong, of = map(int, figures["not actual, coded actual"].split("/"))
    figures["share of the non-actual coded as actual"] = wrong / max(of, 1)
    return figures, gold, predicted


def misses(gold: dict[int, Any], predicted: dict[int, dict[str, Any]]) -> Iterator[str]:
    """Each item that the coder gets wrong, with both sides, for people."""
    for n, item in gold.items():
        wanted = [g for g in item["events"] if g["src"] != g["tgt"]]
        made = {
            (e["source"], e["target"], e["type"], e["factuality"]): e
            for e in predicted[n]["events"]
            if e["source"] != e["target"]
        }
        lines = []
        for g in wanted:
            met = any(_meets(g, e) for e in made.values())
            if g["core"] and not met:
                lines.append(
                    f"   MISSED {g['src']} {'/'.join(g['types'])} {g['tgt']} {'/'.join(g['facts'])} | {g['evidence']}"
                )
        for e in made.values():
            hits = [g for g in wanted if _meets(g, e)]
            if not hits:
                lines.append(f"   EXTRA  {_told(e)} ({e['source_text']} -> {e['target_text']}) {e['confidence']:.2f}")
            elif not any(e["factuality"] in g["facts"] for g in hits):
                lines.append(f"   FACT   {_told(e)} not {hits[0]['facts']}")
        if lines:
            yield "\n".join([f"#{n} {item['date']} {item['text']}", *lines])


def _told(e: dict[str, Any]) -> str:
    return f"{e['source']} {e['type']} {e['target']} {e['factuality']} | {e['trigger']}"


def _meets(g: dict[str, Any], e: dict[str, Any]) -> bool:
    symmetric = {"AGREE", "CONSULT", "COOPERATE"}
    pair = (e["source"], e["target"])
    same = pair == (g["src"], g["tgt"]) or (
        pair == (g["tgt"], g["src"]) and e["type"] in symmetric and bool(symmetric & set(g["types"]))
    )
    return same and e["type"] in g["types"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--misses", type=int, default=0, metavar="N", help="also print the first N items that are wrong"
    )
    parser.add_argument("--by", choices=["both", "rules", "classifier"], default="both", help="for the ablation")
    arguments = parser.parse_args()
    figures, gold, predicted = measure(arguments.gold, arguments.by)
    for text in list(misses(gold, predicted))[: arguments.misses]:
        print(text)
    floors.report("gold", figures, as_json=arguments.json)


if __name__ == "__main__":
    main()
