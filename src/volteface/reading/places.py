"""Which files the given paths stand for: files as named, folders in a stable order. Reading's first step."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from volteface.errors import InputError
from volteface.reading.items import Skipped, left_out

ENDINGS = (".txt", ".md", ".html", ".htm", ".jsonl", ".jsonl.gz", ".json", ".parquet", ".xml", ".rss", ".atom")
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Place:
    """A file to read. `named`: the person named it, so that it being unreadable is an error and not a skip."""

    path: Path
    ending: str
    named: bool

    @property
    def shown(self) -> str:
        return shown(self.path)


def shown(path: os.PathLike[str] | str) -> str:
    """A path as text that can be printed on one line."""
    name = os.fspath(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "?" for sign in name)


def places(paths: Iterable[str | os.PathLike[str]]) -> list[Place | Skipped | None]:
    """The files in order; None for standard input. Raises InputError for a path that is missing or no readable kind."""
    made: list[Place | Skipped | None] = []
    for given in paths:
        name = os.fspath(given)
        if name == STANDARD_INPUT:
            made.append(None)
            continue
        path = Path(name)
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as wrong:
            reason = getattr(wrong, "strerror", None) or "no usable path"
            raise InputError(f"{shown(name)}: {reason}; check the path") from None
        if stat.S_ISDIR(mode):
            found = list(_inside(path, path.resolve()))
            if not any(isinstance(one, Place) for one in found):
                raise InputError(f"{shown(name)}: no readable file in this folder; it may hold {_listed()}")
            made += found
        elif not stat.S_ISREG(mode):
            raise InputError(f"{shown(name)}: no regular file; pipe it to standard input and give - instead")
        elif ending := _ending(path.name):
            made.append(Place(path, ending, named=True))
        else:
            raise InputError(f"{shown(name)}: no ending that can be read; give {_listed()}, or pipe text to -")
    return made


def _ending(name: str) -> str | None:
    lower = name.lower()
    return next((one for one in ENDINGS if lower.endswith(one)), None)


def _inside(folder: Path, root: Path) -> Iterator[Place | Skipped]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield left_out(shown(folder), "unreadable folder")
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path = folder / entry.name
        if entry.is_symlink() and (entry.is_dir() or not _stays(path, root)):
            yield left_out(shown(path), "link not followed")
        elif entry.is_dir():
            yield from _inside(path, root)
        elif entry.is_file() and (ending := _ending(entry.name)):
            yield Place(path, ending, named=False)
        else:
            yield left_out(shown(path), "unsupported ending")


def _stays(path: Path, root: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False


def _listed() -> str:
    return f"{', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
