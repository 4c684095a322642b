"""Lets the teacher label pairs of unlabelled news for the student (Hinton et al., 2015).

    python -m training.label NEWS.jsonl.gz WEIGHTS TEACHER OUT.npz [--pairs N] [--without GOLD.jsonl]

NEWS has one item a line with id, date and text. Items whose ids stand in GOLD are left out. The pairs are those that
the rules code, with the act marked and without, and pairs of actors that stand in a sentence together.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training.model import Classifier
from training.train import probabilities
from volteface import actors, coding
from volteface.coding.masked import Name, masked, names, place
from volteface.coding.sentences import split
from volteface.terms import Document, documents_table

ITEMS_AT_ONCE = 400


def pairs(items: list[dict[str, Any]], chance: random.Random) -> Iterator[str]:
    """Masked sentences with a marked pair."""
    documents = [Document(str(i), item["text"], published=_day(item)) for i, item in enumerate(items)]
    for row in coding.code_batch(documents_table(documents), by="rules").to_pylist():
        if row["kind"] != "event":
            continue
        low, high = row["sentence_start"], row["sentence_end"]
        item = items[int(row["document"])]
        text = item["text"][low:high]
        trigger = (row["trigger_start"] - low, row["trigger_end"] - low)
        source, target = (place(text, row[f"{side}_text"], trigger) for side in ("source", "target"))
        if source and target and source != target:
            yield masked(text, _names(text, item), source, target, trigger if chance.random() < 0.7 else None)
    for item in items:
        for span in split(item["text"]):
            known = _names(span.text, item)
            if len({name.code for name in known}) > 1:
                one, other = chance.sample(known, 2)
                if one.code != other.code:
                    yield masked(span.text, known, one[:2], other[:2])


def _day(item: dict[str, Any]) -> dt.date:
    return dt.date.fromisoformat(item["date"])


def _names(text: str, item: dict[str, Any]) -> list[Name]:
    return names(actors.find(text, _day(item)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("news", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("teacher", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--without", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    left_out = set()
    if arguments.without:
        left_out = {json.loads(line)["id"] for line in arguments.without.read_text(encoding="utf-8").splitlines()}
    with gzip.open(arguments.news, "rt", encoding="utf-8") as lines:
        items = [item for item in map(json.loads, lines) if item["id"] not in left_out]
    chance.shuffle(items)
    texts: dict[str, None] = {}
    for start in range(0, len(items), ITEMS_AT_ONCE):
        texts.update(dict.fromkeys(pairs(items[start : start + ITEMS_AT_ONCE], chance)))
        print(f"{len(texts)} pairs", end="\r", flush=True)
        if len(texts) >= arguments.pairs:
            break
    model = Classifier(arguments.weights)
    model.load_state_dict(torch.load(arguments.teacher / "model.pt", weights_only=True))
    kept = list(texts)[: arguments.pairs]
    kinds, factualities, contexts = (part.astype(np.float16) for part in probabilities(model, kept))
    np.savez_compressed(arguments.out, texts=np.array(kept), kinds=kinds, factualities=factualities, contexts=contexts)
    print(f"{len(kept)} pairs labelled")


if __name__ == "__main__":
    main()
