"""Fits a classifier on the corpus: the teacher from MPNet; the student from MiniLM, on the teacher's answers too.

    python -m training.train WEIGHTS OUT [--epochs 3] [--rate 3e-5] [--seed 1] [--soft LABELS.npz]
        [--start RUN] [--share 0.5] [--frozen 4] [--without-hard] [--everything]

WEIGHTS is a folder with the base model. Writes OUT/model.pt and OUT/figures.json: what the held-back blocks show.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training import corpus
from training.corpus import FACTUALITIES
from training.examples import Example, examples, is_held_back
from training.model import CONTEXTS, KINDS, ROOT_OF, ROOTS, Classifier, root_log_probabilities

ROOT_WEIGHT, FACTUALITY_WEIGHT, CONTEXTS_WEIGHT = 0.5, 0.7, 0.3

Row = tuple[str, Any]  # the input, and an Example or the teacher's probabilities


def batches(rows: Sequence[Row], size: int, chance: random.Random) -> Iterator[list[Row]]:
    """The rows in a new order, those of like length together."""
    order = list(rows)
    chance.shuffle(order)
    pool = size * 30
    for start in range(0, len(order), pool):
        piece = sorted(order[start : start + pool], key=lambda row: len(row[0]))
        cut = [piece[i : i + size] for i in range(0, len(piece), size)]
        chance.shuffle(cut)
        yield from cut


def truths(rows: Sequence[Row]) -> tuple[Tensor, Tensor, Tensor]:
    """Target probabilities of kinds, factualities and contexts; a row of zeros where nothing is known."""
    kind = torch.zeros(len(rows), len(KINDS))
    factuality = torch.zeros(len(rows), len(FACTUALITIES))
    contexts = torch.full((len(rows), len(CONTEXTS)), -1.0)
    for i, (_, told) in enumerate(rows):
        if isinstance(told, Example):
            for name in told.kinds:
                kind[i, KINDS.index(name)] += 1 / len(told.kinds)
            if told.factuality is not None:
                factuality[i, FACTUALITIES.index(told.factuality)] = 1
            if told.contexts is not None:
                contexts[i] = 0
                for name in told.contexts:
                    contexts[i, CONTEXTS.index(name)] = 1
        else:
            kind[i], factuality[i], contexts[i] = (torch.from_numpy(part.astype(np.float32)) for part in told)
    return kind, factuality, contexts


def loss_of(logits: tuple[Tensor, Tensor, Tensor], wanted: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    kind, factuality, contexts = wanted
    roots = torch.zeros(len(kind), len(ROOTS)).index_add_(1, torch.tensor(ROOT_OF), kind)
    total = -(kind * functional.log_softmax(logits[0].float(), -1)).sum(-1).mean()
    total = total - ROOT_WEIGHT * (roots * root_log_probabilities(logits[0])).sum(-1).mean()
    total = total - FACTUALITY_WEIGHT * (factuality * functional.log_softmax(logits[1].float(), -1)).sum(-1).mean()
    known = contexts[:, :1] >= 0
    one = functional.binary_cross_entropy_with_logits(logits[2].float(), contexts.clamp(min=0), reduction="none")
    return total + CONTEXTS_WEIGHT * (one * known).sum(-1).mean() / 4


def probabilities(model: Classifier, texts: Sequence[str], size: int = 64) -> tuple[np.ndarray[Any, Any], ...]:
    """Kinds, factualities and contexts of masked sentences, in order."""
    model.eval()
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    made: list[list[np.ndarray[Any, Any]]] = [[], [], []]
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), size):
            kind, factuality, contexts = model(**model.tokens([texts[i] for i in order[start : start + size]]))
            made[0].append(torch.softmax(kind.float(), -1).numpy())
            made[1].append(torch.softmax(factuality.float(), -1).numpy())
            made[2].append(torch.sigmoid(contexts.float()).numpy())
    back = np.argsort(order)
    return tuple(np.concatenate(part)[back] for part in made)


def grown(state: dict[str, Tensor], model: Classifier) -> dict[str, Tensor]:
    """An earlier run's weights; the head has new rows where kinds were added at the end of kinds.tsv since."""
    for name, fresh in model.state_dict().items():
        old = state[name]
        if len(old) < len(fresh):
            state[name] = torch.cat([old, fresh[len(old) :]])
    return state


def figures(model: Classifier, rows: Sequence[Example]) -> dict[str, float]:
    """Accuracy of kinds and roots, macro-F1 of roots, accuracy of factuality, on examples with one kind."""
    kept = [row for row in rows if len(row.kinds) == 1]
    kind, _, _ = probabilities(model, [row.text for row in kept])
    told = [KINDS.index(row.kinds[0]) for row in kept]
    root = np.zeros((len(kept), len(ROOTS)))
    for column, of in enumerate(ROOT_OF):
        root[:, of] += kind[:, column]
    wanted = np.array([ROOT_OF[i] for i in told])
    said = root.argmax(-1)
    scores = []
    for which in set(wanted.tolist()):
        hit = ((said == which) & (wanted == which)).sum()
        scores.append(2 * hit / max(((said == which).sum() + (wanted == which).sum()), 1))
    facts = [row for row in rows if row.factuality]
    factuality = probabilities(model, [row.text for row in facts])[1]
    right = [FACTUALITIES[shares.argmax()] == row.factuality for row, shares in zip(facts, factuality, strict=True)]
    return {
        "examples": len(kept),
        "kind accuracy": float((kind.argmax(-1) == np.array(told)).mean()),
        "root accuracy": float((said == wanted).mean()),
        "root macro-F1": float(np.mean(scores)),
        "none recall": float((said[wanted == 0] == 0).mean()),
        "factuality accuracy": float(np.mean(right)),
    }


def soft_rows(file: Path) -> list[Row]:
    """What the teacher said of unlabelled sentences."""
    with np.load(file, allow_pickle=False) as told:
        parts = zip(told["kinds"], told["factualities"], told["contexts"], strict=True)
        return list(zip(map(str, told["texts"]), parts, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--rate", type=float, default=3e-5)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--soft", type=Path, help="the teacher's answers (training.label)")
    parser.add_argument("--start", type=Path, help="go on from what another run wrote")
    parser.add_argument("--share", type=float, default=1.0, help="of the corpus's examples, drawn anew each epoch")
    parser.add_argument("--frozen", type=int, default=0, help="lower layers that stay as they are, embeddings included")
    parser.add_argument("--without-hard", action="store_true", help="leave the hard neighbours out (for the ablation)")
    parser.add_argument("--everything", action="store_true", help="fit on the held-back blocks too")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    chance = random.Random(arguments.seed)
    sentences = list(corpus.read())
    soft = soft_rows(arguments.soft) if arguments.soft else []

    def drawn(epoch: int) -> list[Row]:
        """What an epoch sees: a share of the corpus's examples, and all that the teacher said."""
        given = [e for e in examples(sentences, arguments.seed + epoch) if chance.random() < arguments.share]
        kept = [e for e in given if arguments.everything or not is_held_back(e.where)]
        return [(e.text, e) for e in kept if not (arguments.without_hard and e.hard)] + soft

    held = [e for e in examples(sentences) if is_held_back(e.where)]
    model = Classifier(arguments.weights)
    if arguments.start:
        model.load_state_dict(grown(torch.load(arguments.start / "model.pt", weights_only=True), model))
    for layer in (
        [model.encoder.embeddings, *model.encoder.encoder.layer[: arguments.frozen]] if arguments.frozen else []
    ):
        layer.requires_grad_(False)
    heads = [p for name, p in model.named_parameters() if not name.startswith("encoder")]
    optimiser = torch.optim.AdamW(
        [
            {"params": model.encoder.parameters(), "lr": arguments.rate},
            {"params": heads, "lr": max(10 * arguments.rate, 3e-4)},
        ],
        weight_decay=0.01,
    )
    rows = drawn(0)
    steps = int(arguments.epochs * len(rows) / arguments.batch) + 1
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (0.06 * steps + 1)) * max(0.02, 1 - step / steps)
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    step, epoch, begun, smooth = 0, 0, time.monotonic(), 0.0
    print(f"{len(rows)} rows, {steps} steps", flush=True)
    while step < steps:
        for batch in batches(rows, arguments.batch, chance):
            model.train()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(**model.tokens([text for text, _ in batch]))
            loss = loss_of(logits, truths(batch))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            smooth = 0.98 * smooth + 0.02 * float(loss.detach())
            step += 1
            if step % 50 == 0:
                print(
                    f"{step}/{steps} loss {smooth / (1 - 0.98**step):.3f} {time.monotonic() - begun:.0f} s", flush=True
                )
            if step >= steps:
                break
        epoch += 1
        rows = drawn(epoch)
    torch.save(model.state_dict(), arguments.out / "model.pt")
    reached = figures(model, held)
    (arguments.out / "figures.json").write_text(json.dumps(reached, indent=2), encoding="utf-8")
    print(json.dumps(reached, indent=2))


if __name__ == "__main__":
    main()
