"""What kind of act a marked pair is in, and whether it happened, by a small model of our own (made by training/).
Reads masked sentences; the parse has said who and whom before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_MODEL = Path(__file__).parent / "data" / "model"
_LONGEST = 128  # tokens

Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of act: PLOVER's type ("" for no event) and mode, and the root that the CAMEO crosswalk gives."""

    name: str
    type: str
    mode: str | None
    crosswalk: str


@dataclass(frozen=True, slots=True)
class Answers:
    """Probabilities, one row a sentence: of each kind (the first is no event), factuality and context."""

    kinds: Probabilities
    factualities: Probabilities
    contexts: Probabilities


@cache
def kinds() -> tuple[Kind, ...]:
    """The kinds in the model's order; the first, named NONE, is no event."""
    return tuple(Kind(*row) for row in _facts()["kinds"])


@cache
def factualities() -> tuple[str, ...]:
    """The factualities in the model's order."""
    return tuple(_facts()["factualities"])


@cache
def contexts() -> tuple[str, ...]:
    """The contexts in the model's order."""
    return tuple(_facts()["contexts"])


@cache
def version() -> str:
    """The shipped model's name and version."""
    return str(_facts()["version"])


def answer(sentences: Sequence[str]) -> Answers:
    """The model's calibrated probabilities for masked sentences, in order."""
    tokenizer, session = _loaded()
    facts = _facts()
    made = [np.zeros((len(sentences), len(facts[name])), np.float32) for name in ("kinds", "factualities", "contexts")]
    for at, sentence in enumerate(sentences):
        # One by one: activations are scaled over what runs together, and no answer may hang on its neighbours.
        ids = np.array([tokenizer.encode(sentence).ids], np.int64)
        kind, factuality, context = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        made[0][at] = _softmax(kind[0] / facts["temperatures"][0])
        made[1][at] = _softmax(factuality[0] / facts["temperatures"][1])
        made[2][at] = 1 / (1 + np.exp(-context[0]))
    return Answers(*made)


def warm() -> None:
    """Loads the model, which the first answer would."""
    _loaded()


def _softmax(logits: Probabilities) -> Probabilities:
    raised = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(raised / raised.sum(-1, keepdims=True), np.float32)


@cache
def _facts() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((_MODEL / "facts.json").read_text(encoding="utf-8"))
    return loaded


@cache
def _loaded() -> tuple[Any, Any]:
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(_MODEL / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_LONGEST)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # documents are coded by one process a core
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return tokenizer, onnxruntime.InferenceSession(
        str(_MODEL / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )
