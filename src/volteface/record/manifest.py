"""The manifest: the one file that says which parts are published, so a reader sees all of a batch or nothing."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

import volteface
from volteface.errors import RecordError
from volteface.terms import identity

FORMAT = 1
NAME = "manifest.json"
PARTS = "parts"

SKIPPED = pa.schema([pa.field("place", pa.string(), nullable=False), pa.field("reason", pa.string(), nullable=False)])

PartKind = Literal["documents", "statements", "skipped", "imported"]


@dataclass(frozen=True, slots=True)
class Part:
    """One immutable Parquet file: its name tells its kind and content, `hash` is the BLAKE2 hash of its bytes."""

    name: str
    kind: PartKind
    rows: int
    bytes: int
    hash: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is published: the parts in their order, who coded them, and how many inputs were skipped by reason."""

    parts: tuple[Part, ...] = ()
    coders: tuple[str, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)

    def rows(self, kind: PartKind) -> int:
        """How many rows the parts of this kind hold together."""
        return sum(part.rows for part in self.parts if part.kind == kind)

    def of(self, kind: PartKind) -> tuple[Part, ...]:
        """The parts of this kind."""
        return tuple(part for part in self.parts if part.kind == kind)

    @property
    def digest(self) -> str:
        """The same for the same published parts in whatever order they came."""
        return identity(*sorted(part.name for part in self.parts))


def load(folder: Path) -> Manifest:
    """The folder's manifest.

    Raises RecordError where the folder is missing, holds no readable manifest, or was made by a newer Volteface.
    """
    if not folder.exists():
        raise RecordError(f"no record at {folder}: name a record's folder, or make one with volteface ingest")
    try:
        made: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as e:
        raise RecordError(f"{folder} is no record (it has no {NAME}): name a folder that volteface ingest made") from e
    except OSError as e:
        raise RecordError(f"cannot read {folder / NAME}: {e.strerror}; check that you may read it") from e
    except ValueError as e:
        raise RecordError(f"{folder / NAME} is damaged ({e}): restore it from a copy") from e
    version = made.get("format") if isinstance(made, dict) else None
    if not isinstance(version, int):
        raise RecordError(
            f"{folder} is no record (its {NAME} names no format): name a folder that volteface ingest made"
        )
    if version > FORMAT:
        raise RecordError(
            f"{folder} was made by a newer Volteface (format {version}, this one reads {FORMAT}): upgrade Volteface"
        )
    try:
        parts = tuple(Part(**part) for part in made["parts"])
        return Manifest(parts, tuple(made["coders"]), dict(made["skipped"]))
    except (KeyError, TypeError) as e:
        raise RecordError(f"{folder / NAME} is damaged ({e}): restore it from a copy") from e


def publish(folder: Path, manifest: Manifest) -> None:
    """Puts the manifest in place by one atomic rename; OSError where that fails."""
    made = {"format": FORMAT, "volteface": volteface.__version__, "coders": list(manifest.coders)}
    made |= {"skipped": dict(manifest.skipped), "parts": [asdict(part) for part in manifest.parts]}
    write(folder / NAME, json.dumps(made, indent=1, ensure_ascii=False).encode())


def write(path: Path, content: bytes) -> None:
    """Writes a file so that its name always stands for its whole content, even after a loss of power."""
    temporary = path.with_name(f"{path.name}.tmp")
    with temporary.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)


def settle(made: Path, path: Path) -> None:
    """Puts a file that is already whole under its name, even after a loss of power."""
    with made.open("rb+") as file:
        os.fsync(file.fileno())
    made.replace(path)


def content_hash(content: bytes) -> str:
    """The hash by which a part's content is known."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def file_hash(path: Path) -> str:
    """The same of a file, however large."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def checked(folder: Path, part: Part) -> Path:
    """The part's path once its bytes are known to be the published ones; else RecordError."""
    path = folder / PARTS / part.name
    try:
        size = path.stat().st_size
        told = size == part.bytes and file_hash(path) == part.hash
    except FileNotFoundError as e:
        raise RecordError(f"{path} is missing: restore it from a copy") from e
    except OSError as e:
        raise RecordError(f"cannot read {path}: {e.strerror}; check that you may read it") from e
    if size != part.bytes:
        raise RecordError(f"{path} is damaged ({size} bytes of {part.bytes}): restore it from a copy")
    if not told:
        raise RecordError(f"{path} is damaged (its content is not what was published): restore it from a copy")
    return path
