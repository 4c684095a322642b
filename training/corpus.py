"""The training corpus: read, checked and counted. Its text files are the source; guide.md says how they are written.

    python -m training.corpus [FILES] [--against DIR]

Checks every block, looks for near-duplicates (half of the three-word runs shared) and, with --against, for runs of
eight words that stand in a data folder too. Prints the counts; exits 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from volteface.ontology import all_contexts

HERE = Path(__file__).parent
NONE = "NONE"
UNSAID = ""  # the kind of an act of which only the factuality is marked
REGISTERS = "wire headline feature brief translation speech report local background everyday".split()
FACTUALITIES = ("actual", "negated", "hypothetical", "future")
RUN = 8  # words in a row that no other text may share

_SPAN = re.compile(r"\[(\d):([^\[\]]*)\]")
_EVENT = re.compile(r"(\d)>(\d) ([A-Z]+/[a-z-]+) (\w+) (\S+) : (.+)")
_NONE = re.compile(r"(\d)>(\d) NONE")
_UNSAID = re.compile(r"\* (\w+) : (.+)")
_WORD = re.compile(r"[a-z0-9']+")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of act: PLOVER's type and mode, and the root that the CAMEO crosswalk gives."""

    name: str
    type: str
    mode: str
    crosswalk: str


@dataclass(frozen=True, slots=True)
class Marked:
    """An event or its absence between two marked actors of a sentence, or an act of nobody marked (0, 0)."""

    source: int
    target: int
    kind: str  # NONE: no event from source to target; UNSAID: only its factuality is marked
    factuality: str = ""
    contexts: tuple[str, ...] = ()
    trigger: tuple[int, int] = (0, 0)  # characters of the sentence


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the corpus with its actors' spans (characters) by number, and its marked events."""

    where: str
    register: str
    hard: bool
    text: str
    spans: dict[int, list[tuple[int, int]]]
    events: tuple[Marked, ...]


class Wrong(ValueError):
    """A block that the schema does not allow: where, and what."""


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by name, from kinds.tsv."""
    lines = [line for line in (HERE / "kinds.tsv").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    rows = csv.DictReader(lines, delimiter="\t")
    return {r["kind"]: Kind(r["kind"], r["type"], r["mode"], r["crosswalk"] or r["type"]) for r in rows}


@cache
def _contexts() -> frozenset[str]:
    return frozenset(all_contexts())


def files() -> list[Path]:
    """The corpus's files, in order."""
    return sorted((HERE / "corpus").glob("*.txt"))


def blocks(file: Path) -> Iterator[tuple[str, list[str]]]:
    """Each block's place (file:line) and lines, comments left out."""
    block: list[str] = []
    start = 0
    for number, line in enumerate([*file.read_text(encoding="utf-8").splitlines(), ""], 1):
        if line.startswith("#"):
            continue
        if line.strip():
            start = start if block else number
            block.append(line.strip())
        elif block:
            yield f"{file.name}:{start}", block
            block = []


def parse(where: str, lines: list[str]) -> Sentence:
    """A block as a sentence. Raises Wrong."""
    head, bar, marked = lines[0].partition(" | ")
    register, _, flag = head.partition(" ")
    if not bar or register not in REGISTERS or flag not in ("", "hard"):
        raise Wrong(f"{where}: begins with a register ({', '.join(REGISTERS)}), 'hard' or nothing, and ' | '")
    spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
    text, end = "", 0
    for found in _SPAN.finditer(marked):
        text += marked[end : found.start()]
        spans[int(found[1])].append((len(text), len(text) + len(found[2])))
        text += found[2]
        end = found.end()
    text += marked[end:]
    if "[" in text or "]" in text:
        raise Wrong(f"{where}: a square bracket that marks no actor")
    if len(lines) < 2:
        raise Wrong(f"{where}: no event line and no NONE line")
    events = []
    for line in lines[1:]:
        events.append(_event(where, line, text, spans))
    return Sentence(where, register, flag == "hard", text, dict(spans), tuple(events))


def _event(where: str, line: str, text: str, spans: dict[int, list[tuple[int, int]]]) -> Marked:
    if unsaid := _UNSAID.fullmatch(line):
        factuality, trigger = unsaid[1], unsaid[2].strip()
        return Marked(0, 0, UNSAID, _factuality(where, line, factuality), (), _trigger(where, text, trigger))
    none, event = _NONE.fullmatch(line), _EVENT.fullmatch(line)
    if not (none or event):
        raise Wrong(
            f"{where}: not 'n>n KIND factuality contexts : trigger', 'n>n NONE' or '* factuality : trigger': {line}"
        )
    found = none or event
    assert found is not None
    source, target = int(found[1]), int(found[2])
    if source not in spans or target not in spans or source == target:
        raise Wrong(f"{where}: the sentence marks no such pair: {line}")
    if none:
        return Marked(source, target, NONE)
    kind, factuality, contexts, trigger = found[3], found[4], found[5], found[6].strip()
    if kind not in kinds():
        raise Wrong(f"{where}: no kind {kind} in kinds.tsv")
    named = () if contexts == "-" else tuple(contexts.split(","))
    if unknown := set(named) - _contexts():
        raise Wrong(f"{where}: no context {', '.join(sorted(unknown))}")
    return Marked(source, target, kind, _factuality(where, line, factuality), named, _trigger(where, text, trigger))


def _factuality(where: str, line: str, given: str) -> str:
    if given not in FACTUALITIES:
        raise Wrong(f"{where}: factuality is one of {', '.join(FACTUALITIES)}: {line}")
    return given


def _trigger(where: str, text: str, words: str) -> tuple[int, int]:
    at = text.find(words)
    if at < 0:
        raise Wrong(f"{where}: the sentence does not hold the trigger {words!r}")
    return at, at + len(words)


def read(paths: Iterable[Path] | None = None) -> Iterator[Sentence]:
    """The corpus's sentences. Raises Wrong at the first bad block."""
    for file in paths or files():
        for where, lines in blocks(file):
            yield parse(where, lines)


def runs(text: str, length: int = RUN) -> set[bytes]:
    """The hashes of the text's runs of words."""
    words = _WORD.findall(text.lower())
    return {
        hashlib.blake2b(" ".join(words[i : i + length]).encode(), digest_size=8).digest()
        for i in range(len(words) - length + 1)
    }


def near_duplicates(sentences: list[Sentence]) -> Iterator[str]:
    """Pairs of sentences that share half of the shorter one's three-word runs, actors left out."""
    seen: dict[bytes, list[int]] = defaultdict(list)
    shingles = []
    for number, sentence in enumerate(sentences):
        grams = runs(_without_actors(sentence), 3)
        shingles.append(grams)
        shared = Counter(other for gram in grams for other in seen[gram])
        for other, count in shared.items():
            if count >= 3 and count >= 0.5 * min(len(grams), len(shingles[other])):
                yield f"{sentence.where}: says nearly what {sentences[other].where} says: {sentence.text}"
                break
        for gram in grams:
            seen[gram].append(number)


def _without_actors(sentence: Sentence) -> str:
    text = sentence.text
    for start, end in sorted((span for spans in sentence.spans.values() for span in spans), reverse=True):
        text = text[:start] + "x" + text[end:]
    return text


def overlaps(sentences: list[Sentence], folder: Path) -> Iterator[str]:
    """Sentences with a run of eight words that stands in a file of the folder too."""
    ours: dict[bytes, list[Sentence]] = defaultdict(list)
    for sentence in sentences:
        for run in runs(sentence.text):
            ours[run].append(sentence)
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.suffix == ".py" or file.parent.name in ("ir", "icews14", "icews18"):
            continue
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        for line in data.decode().splitlines():
            for run in runs(line) & ours.keys():
                for sentence in ours[run]:
                    yield f"{sentence.where}: eight words in a row stand in {file.name} too: {sentence.text}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--against", type=Path, help="folder whose texts may share no run of eight words")
    arguments = parser.parse_args()
    wrong, sentences = [], []
    for file in arguments.files or files():
        for where, lines in blocks(file):
            try:
                sentences.append(parse(where, lines))
            except Wrong as error:
                wrong.append(str(error))
    wrong += near_duplicates(sentences)
    if arguments.against:
        wrong += dict.fromkeys(overlaps(sentences, arguments.against))
    for line in wrong:
        print(line)
    every = [event for sentence in sentences for event in sentence.events]
    marked = [event for event in every if event.kind != UNSAID]
    pairs = {(s.where, e.source, e.target) for s in sentences for e in s.events if e.kind != UNSAID}
    print(
        f"{len(sentences)} sentences ({sum(s.hard for s in sentences)} hard), {len(pairs)} marked pairs with "
        f"{len(marked)} lines, {len(every) - len(marked)} lines of factuality alone, {len(wrong)} wrong"
    )
    for title, values in (
        ("register", [s.register for s in sentences]),
        ("type", [kinds()[e.kind].type if e.kind != NONE else NONE for e in marked]),
        ("factuality", [e.factuality for e in every if e.kind != NONE]),
    ):
        print(f"{title}: " + ", ".join(f"{name} {count}" for name, count in Counter(values).most_common()))
    unused = kinds().keys() - {event.kind for event in marked}
    print(f"kinds not yet used: {', '.join(sorted(unused)) or 'none'}")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
