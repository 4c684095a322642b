"""Finds every known name in a folded text: one Aho-Corasick pass, whole words, the longest name at each place."""

from __future__ import annotations

import re
from collections.abc import Set

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from volteface.actors import data
from volteface.actors.folding import plain

# A run of capitals that is longer than a list of abbreviations: a headline that shouts.
_SHOUTED = re.compile(r"[A-Z][^a-z\n]{11,}(?![a-z])")
_MAY_SHOUT = re.compile(r"[^a-z\n]{3}")  # so it looks if one reads every fourth letter only, in half the time
_WORD_WITHIN = re.compile(r"[^\w](?=\w)")
_SHOUTED_WORD = re.compile(r"[A-Z]{4,}")


_FEW_LETTERS, _FURTHER = 6, 14  # of a name: what an automaton knows at first, and what chooses among many names
_MUCH_TEXT = 500_000  # characters read, from which on an automaton of whole names is worth its building
_MANY = 4  # lengths of names that share a beginning, from which on further letters choose

_LONGEST = 120  # letters of a name

Hit = tuple[str, int, int]  # which alias, and from where to where in the folded text


class _Automaton:
    """Names as one automaton over their first letters, few to build it quickly, all to find names quickly.

    The few names that begin as the automaton says are then tried in turn.
    """

    def __init__(self, names: Set[str], letters: int) -> None:
        self._known = names
        begun: dict[str, str] = {}
        for name in names:
            beginning = name[:letters]
            known = begun.get(beginning)
            begun[beginning] = name if known is None else f"{known}\n{name}"
        self._beginnings = list(begun)
        self._begun = begun
        self._alone = [beginning if names == beginning else None for beginning, names in begun.items()]
        self._sizes: list[list[int] | None] = [None] * len(begun)
        self._choices: dict[int, dict[str, list[int]]] = {}
        self._machine = AhoCorasick(
            self._beginnings, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
        )

    def hits(self, text: str, before: int | None = None) -> list[Hit]:
        """Whole words only, left to right, the longest name at each place, not overlapping.

        Of those that begin in front of an offset, if `before` is one.
        """
        found: list[Hit] = []
        add = found.append
        names, sizes_of, known = self._alone, self._sizes, self._known
        cursor, length = 0, len(text)
        limit = length if before is None else before
        for which, start, matched in self._machine.find_matches_as_indexes(text):
            if start >= limit:
                break
            if start >= cursor and not (start and text[start - 1].isalnum()):
                alone = names[which]
                if alone is not None and (matched == length or not text[matched].isalnum()):
                    cursor = matched
                    add((alone, start, matched))
                    continue
                done = start
                for size in sizes_of[which] or self._chosen(which, text[start : start + _FURTHER]):
                    end = start + size
                    if end >= length:
                        if end > length:
                            continue
                    elif text[end].isalnum() and text[end - 1] != ".":
                        continue
                    name = text[start:end]
                    if name in known:
                        cursor = done = end
                        add((name, start, end))
                        break
            elif matched <= cursor:
                continue
            else:
                done = start if start > cursor else cursor
            if done < matched and (word := _WORD_WITHIN.search(text, done, min(matched, limit))) is not None:
                for hit in self._within(text, word.end(), min(matched, limit)):
                    add(hit)
                    cursor = hit[2]
        return found

    def _within(self, text: str, inner: int, end: int) -> list[Hit]:
        """The names that begin within a match that was not used to its end: the automaton went on behind it."""
        stop = text.find(" ", inner + _LONGEST)
        hits = self.hits(text[inner : stop if stop >= 0 else len(text)], end - inner)
        return [(name, inner + at, inner + to) for name, at, to in hits]

    def _chosen(self, which: int, further: str) -> list[int]:
        """The lengths of the names to try for a beginning, the longest first; of many, what the text's letters allow.

        Those that the beginning itself begins with are tried too.
        """
        choices = self._choices.get(which)
        if choices is None:
            beginning = self._beginnings[which]
            short = {size for size in range(1, len(beginning)) if beginning[:size] in self._known}
            long: dict[str, set[int]] = {}
            for name in self._begun[beginning].split("\n"):
                if len(name) < _FURTHER:
                    short.add(len(name))
                else:
                    long.setdefault(name[:_FURTHER], set()).add(len(name))
            every = short.union(*long.values())
            if len(every) < _MANY:
                self._sizes[which] = chosen = sorted(every, reverse=True)
                return chosen
            choices = {letters: sorted(sizes | short, reverse=True) for letters, sizes in long.items()}
            choices[""] = sorted(short, reverse=True)
            self._choices[which] = choices
        return choices.get(further) or choices[""]


class Gazetteer:
    """All aliases with their entries, and the phrases that only look like actors."""

    def __init__(self) -> None:
        self._lines = data.index()
        self.traps = {pattern if pattern.isascii() else plain(pattern) for pattern in data.traps()}
        self.sport = data.sport()
        self._names = self._lines.keys() | self.traps | self.sport | data.doubtful().keys() | data.bodies().keys()
        self._machine = _Automaton(self._names, _FEW_LETTERS)
        self._until_rebuilt = _MUCH_TEXT
        self._capitals: tuple[_Automaton, dict[str, str]] | None = None
        self._entries: dict[str, tuple[data.Entry, ...]] = {}

    def __contains__(self, alias: str) -> bool:
        return alias in self._lines

    def entries(self, alias: str) -> tuple[data.Entry, ...]:
        """What a folded alias may mean; nothing for an unknown one."""
        found = self._entries.get(alias)
        if found is None:
            found = data.entries(alias)
            self._entries[alias] = found
        return found

    def scan(self, text: str) -> list[Hit]:
        """Every name in a folded text, traps included; in lines of capitals also the names that are not written so."""
        if self._until_rebuilt > 0:
            self._until_rebuilt -= len(text)
            if self._until_rebuilt <= 0:  # much is to be read: the larger automaton is worth its time now
                self._machine = _Automaton(self._names, _LONGEST)
        hits = self._machine.hits(text)
        for line in _SHOUTED.finditer(text) if _MAY_SHOUT.search(text[::4]) else ():
            if len(_SHOUTED_WORD.findall(line[0])) > 1:
                hits = self._shouted(text, line.start(), line.end(), hits)
        return hits

    def _shouted(self, text: str, start: int, end: int, hits: list[Hit]) -> list[Hit]:
        if self._capitals is None:
            mixed = {a.lower(): a for a in [*self._lines, *self.traps] if not a.isupper() and len(a) > 2}
            self._capitals = _Automaton(mixed.keys(), _FEW_LETTERS), mixed
        machine, mixed = self._capitals
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text[start:end])
        loud = [(mixed[alias], at + start, to + start) for alias, at, to in machine.hits(lower)]
        inside = [h for h in hits if start <= h[1] < end and h[0] not in data.SHOUTED_WORDS]
        kept: list[Hit] = []
        for hit in sorted([*loud, *inside], key=lambda h: (h[1], -h[2])):
            if not kept or hit[1] >= kept[-1][2]:
                kept.append(hit)
        return sorted([h for h in hits if not start <= h[1] < end] + kept, key=lambda h: h[1])
