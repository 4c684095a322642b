"""JSON: one object a line (.jsonl, .jsonl.gz), or a file with one object or a list of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from volteface.reading.items import Asked, Damaged, Item, from_fields, left_out
from volteface.reading.opening import Broken, chunks, decoded, lines, utf8, whole

LARGEST_FILE = 128 << 20  # bytes of a .json file, which has to be read whole


def json_lines(path: Path, shown: str, asked: Asked) -> Iterator[Item]:
    """Each line of a file as a document."""
    return each_line(utf8(chunks(path), asked.encoding), shown, asked)


def each_line(read: Iterable[bytes], shown: str, asked: Asked) -> Iterator[Item]:
    """Each line of UTF-8 bytes as a document; a damaged line is told and passed over."""
    number = 0
    try:
        for offset, line in lines(
            read, 6 * asked.max_characters + (1 << 16)
        ):  # a character is six bytes at most, as \\uXXXX
            number += 1
            where = f"{shown}:{number}"
            if line is None:
                yield left_out(where, "too long")
            elif line and not line.isspace():
                try:
                    given = parsed(decoded(line, offset))
                except Broken as wrong:
                    yield Damaged(where, str(wrong))
                else:
                    yield _item(given, where, asked)
    except Broken as wrong:
        yield Damaged(f"{shown}:{number + 1}" if number else shown, str(wrong))
    else:
        if not number:
            yield left_out(shown, "empty")


def json_file(path: Path, shown: str, asked: Asked) -> Iterator[Item]:
    """A file's one object, or each of its list, as a document."""
    data = whole(utf8(chunks(path), asked.encoding), LARGEST_FILE)
    if data is None:
        raise Broken(f"more than {LARGEST_FILE >> 20} MB in one JSON value; write it as JSON lines (.jsonl)")
    if not data or data.isspace():
        yield left_out(shown, "empty")
        return
    given = parsed(decoded(data))
    if isinstance(given, list):
        for number, one in enumerate(given, 1):
            yield _item(one, f"{shown}[{number}]", asked)
    else:
        yield _item(given, shown, asked)


def parsed(text: str) -> object:
    """A JSON value. Raises Broken where it is malformed."""
    try:
        made: object = json.loads(text)
    except json.JSONDecodeError as wrong:
        place = f"column {wrong.colno}" if wrong.lineno == 1 else f"line {wrong.lineno}, column {wrong.colno}"
        remedy = (
            "name the file .jsonl if each line is an object" if wrong.msg == "Extra data" else "correct or remove it"
        )
        raise Broken(f"malformed JSON at {place} ({wrong.msg}); {remedy}") from None
    except RecursionError:
        raise Broken("JSON nested too deep; correct or remove it") from None
    except ValueError:
        raise Broken("JSON with a number that is too long; correct or remove it") from None
    return made


def _item(given: object, where: str, asked: Asked) -> Item:
    return from_fields(given, where, asked) if isinstance(given, dict) else left_out(where, "not an object")
