"""The domain's terms: what the rooms hand each other, as frozen dataclasses and as Arrow schemas. The ground floor."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa

Factuality = Literal["actual", "negated", "hypothetical", "future"]
Kind = Literal["event", "claim", "commitment", "red_line", "dependence"]
Precision = Literal["day", "month", "year"]

FACTUALITIES: tuple[Factuality, ...] = ("actual", "negated", "hypothetical", "future")
SECTORS = ("GOV", "MIL", "JUD", "LEG", "OPP", "REB", "CVL", "BUS", "CRM", "IGO")


def identity(*parts: object) -> str:
    """A stable id of 16 hexadecimal digits for these parts."""
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).hexdigest()


def normalised(text: str) -> str:
    """Text for hashing: NFKC, white space folded."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


@dataclass(frozen=True, slots=True)
class Document:
    """One text as published. `id` is the item's own where its file gives one, else a hash of the normalised text."""

    id: str
    text: str
    title: str | None = None
    source: str | None = None  # the outlet
    url: str | None = None  # address or path
    published: dt.date | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who: a state's or organisation's code, a sector, and the words that name it."""

    code: str | None
    sector: str | None
    text: str
    name: str | None = None  # a person or group with a name of its own

    def json(self) -> dict[str, str | None]:
        shown = {"code": self.code, "sector": self.sector, "text": self.text}
        return shown | {"name": self.name} if self.name else shown


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document's text, in characters from its start."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """A report of one event: who did what to whom, when, as fact or not, and who says so."""

    document: str
    sentence: Span
    trigger: Span
    source: Actor
    target: Actor
    type: str
    factuality: Factuality
    mode: str | None = None
    contexts: tuple[str, ...] = ()
    attribution: Actor | None = None
    date: dt.date | None = None
    date_precision: Precision | None = None
    score: float = 0.0
    confidence: float = 1.0
    kind: Kind = field(default="event", init=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that describes how a dyad stands instead of an act."""

    document: str
    sentence: Span
    trigger: Span
    source: Actor  # the dyad's one side
    target: Actor  # and its other
    state: str  # friendly, good, strained, broken, hostile
    direction: str | None = None  # better, worse
    period: str = "now"  # before, now, expected
    factuality: Factuality = "actual"
    attribution: Actor | None = None
    date: dt.date | None = None
    date_precision: Precision | None = None
    confidence: float = 1.0
    kind: Kind = field(default="claim", init=False)


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a holder is bound to do, for whom, and on what condition."""

    document: str
    sentence: Span
    trigger: Span
    source: Actor  # the holder
    target: Actor | None  # the beneficiary
    type: str | None  # the type of the act that the holder is bound to
    action: str  # that act in the text's words
    condition: str | None = None  # the condition in the text's words
    condition_pattern: tuple[str, str, str] | None = None  # who (code), type, to whom (code)
    basis: str | None = None  # the treaty, where one is named
    status: str = "standing"  # standing, honoured, unfulfilled
    attribution: Actor | None = None
    date: dt.date | None = None
    date_precision: Precision | None = None
    confidence: float = 1.0
    kind: Kind = field(default="commitment", init=False)


@dataclass(frozen=True, slots=True)
class RedLine:
    """A limit that its holder has drawn, what would cross it, and whether it was touched."""

    document: str
    sentence: Span
    trigger: Span
    source: Actor  # the holder
    target: Actor | None  # who touched it or is warned
    crossing: str  # what would cross it, in the text's words
    consequence: str | None = None
    status: str = "drawn"  # drawn, touched, crossed
    attribution: Actor | None = None
    date: dt.date | None = None
    date_precision: Precision | None = None
    confidence: float = 1.0
    kind: Kind = field(default="red_line", init=False)


@dataclass(frozen=True, slots=True)
class Dependence:
    """What a recipient has, seeks or is refused from a supplier."""

    document: str
    sentence: Span
    trigger: Span
    source: Actor  # the supplier
    target: Actor  # the recipient
    good: str  # arms, energy, grain, money, technology, goods
    item: str | None  # the good in the text's words
    status: str  # sought, granted, refused, embargoed
    attribution: Actor | None = None
    date: dt.date | None = None
    date_precision: Precision | None = None
    confidence: float = 1.0
    kind: Kind = field(default="dependence", init=False)


Statement = Event | Claim | Commitment | RedLine | Dependence

DOCUMENTS = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        ("title", pa.string()),
        ("source", pa.string()),
        ("url", pa.string()),
        ("published", pa.date32()),
        ("language", pa.string()),
    ]
)

# One table holds every kind; a column that a kind does not have is null there.
STATEMENTS = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("document", pa.string(), nullable=False),
        ("sentence", pa.string()),
        ("sentence_start", pa.int32()),
        ("sentence_end", pa.int32()),
        ("trigger", pa.string()),
        ("trigger_start", pa.int32()),
        ("trigger_end", pa.int32()),
        ("source_code", pa.string()),
        ("source_sector", pa.string()),
        ("source_text", pa.string()),
        ("source_name", pa.string()),
        ("target_code", pa.string()),
        ("target_sector", pa.string()),
        ("target_text", pa.string()),
        ("target_name", pa.string()),
        ("type", pa.string()),
        ("mode", pa.string()),
        ("contexts", pa.list_(pa.string())),
        ("factuality", pa.string()),
        ("attribution_code", pa.string()),
        ("attribution_text", pa.string()),
        ("date", pa.date32()),
        ("date_precision", pa.string()),
        ("score", pa.float32()),
        ("confidence", pa.float32()),
        ("state", pa.string()),
        ("direction", pa.string()),
        ("period", pa.string()),
        ("action", pa.string()),
        ("condition", pa.string()),
        ("condition_source", pa.string()),
        ("condition_type", pa.string()),
        ("condition_target", pa.string()),
        ("basis", pa.string()),
        ("status", pa.string()),
        ("crossing", pa.string()),
        ("consequence", pa.string()),
        ("good", pa.string()),
        ("item", pa.string()),
        ("coder", pa.string()),
        ("coder_version", pa.string()),
    ]
)

# The columns that a statement's own fields fill under the same name.
_OWN = frozenset(
    "type mode factuality date date_precision score confidence state direction period action condition basis status "
    "crossing consequence good item".split()
)
# What makes a statement this statement.
_IDENTITY = (
    "kind document sentence_start trigger_start source_code source_sector source_name target_code target_sector "
    "target_name type factuality state period status good".split()
)


def row(statement: Statement, coder: str, version: str) -> dict[str, Any]:
    """A statement as one row of the STATEMENTS schema; its id is a hash of what makes it this statement."""
    made: dict[str, Any] = {"kind": statement.kind, "document": statement.document}
    for name in ("sentence", "trigger"):
        span: Span = getattr(statement, name)
        made |= {name: span.text, f"{name}_start": span.start, f"{name}_end": span.end}
    for side in ("source", "target"):
        actor: Actor | None = getattr(statement, side)
        if actor is not None:
            made |= {f"{side}_code": actor.code, f"{side}_sector": actor.sector}
            made |= {f"{side}_text": actor.text, f"{side}_name": actor.name}
    if statement.attribution is not None:
        made |= {"attribution_code": statement.attribution.code, "attribution_text": statement.attribution.text}
    made |= {name: getattr(statement, name) for name in sorted(_OWN) if hasattr(statement, name)}
    if isinstance(statement, Event):
        made["contexts"] = list(statement.contexts)
    if isinstance(statement, Commitment) and statement.condition_pattern is not None:
        made |= dict(
            zip(("condition_source", "condition_type", "condition_target"), statement.condition_pattern, strict=True)
        )
    made["id"] = identity(*(made.get(name) for name in _IDENTITY))
    return made | {"coder": coder, "coder_version": version}


def statements_table(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows as an Arrow table of the STATEMENTS schema; absent columns are null."""
    return pa.Table.from_pylist([dict(one) for one in rows], schema=STATEMENTS)


def documents_table(documents: Iterable[Document]) -> pa.Table:
    """Documents as an Arrow table of the DOCUMENTS schema."""
    names = DOCUMENTS.names
    return pa.Table.from_pylist([{n: getattr(d, n) for n in names} for d in documents], schema=DOCUMENTS)


def statement_json(made: Mapping[str, Any]) -> dict[str, Any]:
    """One row of the STATEMENTS schema as the JSON object that `volteface code --json` prints."""

    def actor(side: str) -> dict[str, Any] | None:
        if made.get(f"{side}_text") is None:
            return None
        shown = {part: made.get(f"{side}_{part}") for part in ("code", "sector", "text")}
        return shown | {"name": made[f"{side}_name"]} if made.get(f"{side}_name") else shown

    source, target = actor("source"), actor("target")
    said_by = made.get("attribution_text")
    shown: dict[str, Any] = {"kind": made["kind"], "document": made["document"], "sentence": made["sentence"]}
    match made["kind"]:
        case "event":
            shown |= {"source": source, "target": target, "type": made["type"], "mode": made.get("mode")}
            shown |= {"contexts": list(made.get("contexts") or ()), "factuality": made["factuality"]}
        case "claim":
            shown |= {"dyad": [made["source_code"], made["target_code"]], "source": source, "target": target}
            shown |= {name: made.get(name) for name in ("state", "direction", "period", "factuality")}
        case "commitment":
            pattern = {name: made.get(f"condition_{name}") for name in ("source", "type", "target")}
            condition = pattern | {"text": made["condition"]} if made.get("condition") else None
            shown |= {"holder": source, "action": {"type": made.get("type"), "text": made.get("action")}}
            shown |= {"beneficiary": target, "condition": condition}
            shown |= {"basis": made.get("basis"), "status": made.get("status")}
        case "red_line":
            shown |= {"holder": source, "crossing": made.get("crossing"), "by": target}
            shown |= {"consequence": made.get("consequence"), "status": made.get("status")}
            shown |= {"crossed": made.get("status") in ("touched", "crossed")}
        case "dependence":
            shown |= {"supplier": source, "recipient": target, "good": made.get("good"), "item": made.get("item")}
            shown |= {"status": made.get("status")}
    shown["attribution"] = None if said_by is None else {"code": made.get("attribution_code"), "text": said_by}
    date = made.get("date")
    shown |= {"date": date.isoformat() if date else None, "date_precision": made.get("date_precision")}
    if made["kind"] == "event":
        shown["score"] = _rounded(made.get("score"))
    shown |= {"confidence": _rounded(made.get("confidence")), "trigger": made.get("trigger"), "id": made["id"]}
    return shown | {"coder": made.get("coder"), "coder_version": made.get("coder_version")}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
