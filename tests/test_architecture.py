"""The rooms import in one direction only, as docs and design draw them."""

from __future__ import annotations

import ast
from pathlib import Path

import volteface

ROOT = Path(volteface.__file__).parent
# Each room may import the rooms of the rows above its own.
FLOORS = (
    ("errors", "terms"),
    ("actors", "ontology", "drawing"),
    ("reading", "coding"),
    ("record",),
    ("relations",),
    ("foresight",),
    ("ingest", "brief"),
    ("report",),
    ("demo",),
    ("cli",),
    ("__main__",),
)
FLOOR_OF = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}


def room_of(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(file: Path) -> set[str]:
    """The rooms that a file imports, also inside its functions; names for type checkers included."""
    rooms = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names = (
                [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "volteface" else [node.module]
            )
        rooms |= {name.split(".")[1] for name in names if name.startswith("volteface.")}
    return rooms - {"__version__"}


def test_every_file_stands_in_a_room_of_the_picture() -> None:
    assert {room_of(file) for file in ROOT.rglob("*.py")} - {"__init__"} == set(FLOOR_OF)


def test_rooms_import_only_what_lies_above_them() -> None:
    wrong = [
        f"{file.relative_to(ROOT)} imports {room}"
        for file in sorted(ROOT.rglob("*.py"))
        if room_of(file) in FLOOR_OF
        for room in sorted(imported(file) - {room_of(file)})
        if FLOOR_OF[room] >= FLOOR_OF[room_of(file)]
    ]
    assert wrong == []
