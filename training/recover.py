"""Turns the shipped classifier back into a run's weights, so that training can go on from it.

    python -m training.recover WEIGHTS OUT [--model src/volteface/coding/data/model]

WEIGHTS is the base model's folder, for its shape. Writes OUT/model.pt; weights are what eight bits kept of them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from training.export import QUANTIZED, SCALE, SHIPPED
from training.model import Classifier

ZERO = "_zero_point"


def weights_of(graph: onnx.GraphProto) -> dict[str, Tensor]:
    """The state of the classifier that `training.export` wrote as this graph."""
    held = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    state = {name: value for name, value in held.items() if name.endswith((".weight", ".bias"))}
    whole = {}
    for name, value in held.items():
        if name.endswith(QUANTIZED):
            stem = name.removesuffix(QUANTIZED)
            shift = held.get(stem + ZERO, np.zeros(1)).astype(np.float32)
            whole[stem] = (value.astype(np.float32) - shift) * held[stem + SCALE]
    users = {name: node for node in graph.node for name in node.input}
    for stem, value in whole.items():
        if stem.endswith(".weight"):
            state[stem] = value
            continue
        node = users[stem + QUANTIZED]
        while not (biases := [name for name in node.input if name.endswith(".bias")]):
            node = users[node.output[0]]
        state[biases[0].removesuffix("bias") + "weight"] = value.T
    return {name: torch.from_numpy(np.array(value)) for name, value in state.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    arguments = parser.parse_args()
    model = Classifier(arguments.weights)
    model.load_state_dict(weights_of(onnx.load(arguments.model / "model.onnx").graph))
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), arguments.out / "model.pt")


if __name__ == "__main__":
    main()
