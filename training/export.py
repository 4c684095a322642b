"""Writes the student as the shipped model: int8 ONNX, tokenizer and facts, temperatures fitted on held-back blocks.

    python -m training.export WEIGHTS STUDENT VERSION [--out src/volteface/coding/data/model]

Temperature scaling after Guo et al. (2017). Weights are quantised to eight bits, a scale a channel, those of words and
places a scale a row: one scale for all words cost .005 of macro-F1.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch.nn import functional

from training import corpus
from training.corpus import FACTUALITIES, NONE, kinds
from training.examples import examples, is_held_back
from training.model import CONTEXTS, KINDS, Classifier

QUANTIZED, SCALE = "_quantized", "_scale"  # what ends the names of eight-bit weights and of their scales
SHIPPED = Path(__file__).parent.parent / "src/volteface/coding/data/model"


def temperatures(model: Classifier) -> tuple[float, float]:
    """What logits of kinds and factualities are divided by, so that probabilities mean what they say."""
    held = [e for e in examples(corpus.read()) if is_held_back(e.where) and len(e.kinds) == 1]
    model.eval()
    kind, factuality = [], []
    with torch.no_grad():
        for start in range(0, len(held), 64):
            one, other, _ = model(**model.tokens([e.text for e in held[start : start + 64]]))
            kind.append(one)
            factuality.append(other)
    told = torch.tensor([KINDS.index(e.kinds[0]) for e in held])
    real = [i for i, e in enumerate(held) if e.factuality]
    facts = torch.tensor([FACTUALITIES.index(held[i].factuality or "") for i in real])
    return _temperature(torch.cat(kind), told), _temperature(torch.cat(factuality)[real], facts)


def _temperature(logits: torch.Tensor, told: torch.Tensor) -> float:
    grid = np.arange(0.5, 3.01, 0.05)
    return float(min(grid, key=lambda t: float(functional.cross_entropy(logits / t, told))))


def quantise_tables(file: Path) -> None:
    """Writes the vectors of words and of places in the sentence as bytes, with a scale a row, in place."""
    model = onnx.load(file)
    graph = model.graph
    tables = {table.name: table for table in graph.initializer if len(table.dims) == 2 and table.dims[0] > 100}
    steps: list[onnx.NodeProto] = []
    for node in graph.node:
        name = node.input[0] if node.op_type == "Gather" else ""
        if name not in tables:
            steps.append(node)
            continue
        values = numpy_helper.to_array(tables[name])
        scales = np.maximum(np.abs(values).max(axis=1, keepdims=True) / 127, 1e-9).astype(np.float32)
        whole = np.round(values / scales).astype(np.int8)
        graph.initializer.remove(tables[name])
        graph.initializer.append(numpy_helper.from_array(whole, name + QUANTIZED))
        graph.initializer.append(numpy_helper.from_array(scales, name + SCALE))
        steps += [
            helper.make_node("Gather", [name + QUANTIZED, node.input[1]], [f"{name} bytes"]),
            helper.make_node("Cast", [f"{name} bytes"], [f"{name} floats"], to=onnx.TensorProto.FLOAT),
            helper.make_node("Gather", [name + SCALE, node.input[1]], [f"{name} scales"]),
            helper.make_node("Mul", [f"{name} floats", f"{name} scales"], [node.output[0]]),
        ]
    del graph.node[:]
    graph.node.extend(steps)
    onnx.checker.check_model(model)
    onnx.save(model, file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("student", type=Path)
    parser.add_argument("version")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    arguments = parser.parse_args()
    model = Classifier(arguments.weights)
    model.load_state_dict(torch.load(arguments.student / "model.pt", weights_only=True))
    model.eval()
    arguments.out.mkdir(parents=True, exist_ok=True)
    sample = model.tokens(["@ Alpha @ * warned * # Beta # .", "@ Alpha @ met # Beta # in Gamma on Friday ."])
    axes = {0: "rows", 1: "tokens"}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "model.onnx"
        torch.onnx.export(
            model,
            (sample["input_ids"], sample["attention_mask"]),
            str(whole),
            input_names=["input_ids", "attention_mask"],
            output_names=["kinds", "factualities", "contexts"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes},
            opset_version=17,
            dynamo=False,
        )
        shipped = arguments.out / "model.onnx"
        quantize_dynamic(whole, shipped, ["MatMul"], per_channel=True, weight_type=QuantType.QInt8)
    quantise_tables(shipped)
    model.tokenizer.backend_tokenizer.save(str(arguments.out / "tokenizer.json"))
    known = kinds()
    facts = {
        "version": arguments.version,
        "temperatures": temperatures(model),
        "kinds": [[NONE, "", None, ""]]
        + [[k.name, k.type, k.mode or None, k.crosswalk] for k in (known[name] for name in KINDS[1:])],
        "factualities": list(FACTUALITIES),
        "contexts": list(CONTEXTS),
    }
    (arguments.out / "facts.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    size = sum(file.stat().st_size for file in arguments.out.iterdir())
    print(f"{size / 1e6:.1f} MB in {arguments.out}, temperatures {facts['temperatures']}")


if __name__ == "__main__":
    main()
