"""The ledger: frozen forecasts in a file of a record's folder, each line hashed and chained to the one before.

Lines are only ever appended. A line that was changed, moved or taken out breaks the chain, and the file is refused.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import volteface
from volteface.errors import RecordError
from volteface.foresight.chance import Chance
from volteface.foresight.forecast import Forecast
from volteface.record import Record, lock

NAME = "ledger.jsonl"
FORMAT = 1
_FIRST = "0" * 32  # what the first line names as the hash of the line before


@dataclass(frozen=True, slots=True)
class Entry:
    """A frozen forecast: when it was made, by which coders and version, and its line's hash."""

    forecast: Forecast
    made_on: dt.date
    line: int
    hash: str

    @property
    def in_time(self) -> bool:
        """Whether it was made before it came due; else it tells nothing of foresight."""
        return self.made_on <= self.forecast.due


@dataclass(frozen=True, slots=True)
class Frozen:
    """What freezing did: how many lines were appended, and how many forecasts the ledger held already."""

    path: Path
    new: int
    known: int


def freeze(record: Record, made: Sequence[Forecast], today: dt.date | None = None) -> Frozen:
    """Appends forecasts to the record's ledger; the same one twice is kept once.

    RecordError where the ledger was edited, another process writes to the record, or the disk refuses.
    """
    path = record.folder / NAME
    try:
        held = lock.acquire(record.folder)
    except OSError as e:
        raise RecordError(f"cannot write {path}: {e.strerror}; name a record that you may write to") from e
    with held:
        lines = _checked(path)
        known = {_question(line) for line in lines}
        previous = lines[-1]["hash"] if lines else _FIRST
        fresh: list[str] = []
        for one in made:
            told = {"format": FORMAT, "line": len(lines) + len(fresh) + 1, "previous": previous}
            told |= {"made_on": (today or dt.date.today()).isoformat(), "volteface": volteface.__version__}
            told |= {"coders": list(record.manifest.coders), "record": record.manifest.digest} | one.json()
            if _question(told) in known:
                continue
            known.add(_question(told))
            previous = _hash(told)
            fresh.append(_written(told | {"hash": previous}))
        _append(path, fresh)
    return Frozen(path, len(fresh), len(made) - len(fresh))


def read(folder: Path) -> tuple[Entry, ...]:
    """The ledger's entries in their order; none where there is no ledger yet.

    RecordError, with the number of the line, where the file was edited or cut.
    """
    return tuple(map(_entry, _checked(folder / NAME)))


def _checked(path: Path) -> list[dict[str, Any]]:
    """The ledger's lines once each is known to be as it was written."""
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as e:
        raise _edited(path, e.object[: e.start].count(b"\n") + 1) from e
    except OSError as e:
        raise RecordError(f"cannot read {path}: {e.strerror}; check that you may read it") from e
    made: list[dict[str, Any]] = []
    previous = _FIRST
    *lines, rest = text.split("\n")
    for number, line in enumerate(lines, start=1):
        try:
            told = json.loads(line)
        except ValueError as e:
            raise _edited(path, number) from e
        whole = isinstance(told, dict) and told.get("previous") == previous and told.get("line") == number
        if not whole or told.get("hash") != _hash(told) or line != _written(told):
            raise _edited(path, number)
        if told["format"] != FORMAT:
            raise RecordError(f"{path}, line {number}: format {told['format']} of a newer Volteface; upgrade Volteface")
        previous = told["hash"]
        made.append(told)
    if rest:
        raise RecordError(f"{path}, line {len(lines) + 1} is cut off: restore the ledger from a copy")
    return made


def _edited(path: Path, number: int) -> RecordError:
    return RecordError(f"{path} was edited: line {number} is not what was frozen there; restore the ledger from a copy")


def _hash(told: Mapping[str, Any]) -> str:
    kept = {name: value for name, value in told.items() if name != "hash"}
    return hashlib.blake2b(_written(kept).encode(), digest_size=16).hexdigest()


def _written(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _append(path: Path, lines: Iterable[str]) -> None:
    content = "".join(f"{line}\n" for line in lines)
    if not content:
        return
    try:
        with path.open("ab") as out:
            out.write(content.encode())
            out.flush()
            os.fsync(out.fileno())
    except OSError as e:
        raise RecordError(f"cannot write {path}: {e.strerror}; name a record that you may write to") from e


def _question(told: Mapping[str, Any]) -> tuple[Any, ...]:
    return (*told["dyad"], *(told[name] for name in ("question", "as_of", "horizon_days", "model", "probability")))


def _entry(told: dict[str, Any]) -> Entry:
    one, other = told["dyad"]
    chance = Chance(
        probability=told["probability"],
        low=told["low"],
        high=told["high"],
        words=told["words"],
        reasons=tuple(told["reasons"]),
        model=told["model"],
    )
    made = Forecast(
        one=one,
        other=other,
        question=told["question"],
        as_of=dt.date.fromisoformat(told["as_of"]),
        horizon=told["horizon_days"],
        chance=chance,
        climatology=told["climatology"],
        persistence=told["persistence"],
        onset=told["onset"],
    )
    return Entry(made, dt.date.fromisoformat(told["made_on"]), told["line"], told["hash"])
