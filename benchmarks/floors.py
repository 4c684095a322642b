"""The quality floors: benchmarks/floors.json holds what each benchmark must reach; CI fails below it.

A change that lowers a floor must say why in its commit's message.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("floors.json")


def missed(benchmark: str, figures: Mapping[str, Any]) -> list[str]:
    """One line for each figure that is beyond its bound."""
    bounds = json.loads(FILE.read_text(encoding="utf-8")).get(benchmark, {})
    lines = []
    for name, bound in bounds.get("at least", {}).items():
        if figures[name] < bound:
            lines.append(f"{benchmark}: {name} is {figures[name]:.4g}, below its floor of {bound}")
    for name, bound in bounds.get("at most", {}).items():
        if figures[name] > bound:
            lines.append(f"{benchmark}: {name} is {figures[name]:.4g}, above its bound of {bound}")
    return lines


def report(benchmark: str, figures: Mapping[str, Any], as_json: bool) -> None:
    """Prints the figures and ends with exit code 1 if one is beyond its bound."""
    if as_json:
        print(json.dumps(dict(figures)))
    else:
        for name, value in figures.items():
            print(f"{name:>45}  {value:.3f}" if isinstance(value, float) else f"{name:>45}  {value}")
    lines = missed(benchmark, figures)
    for line in lines:
        print(line, file=sys.stderr)
    if lines:
        raise SystemExit(1)
