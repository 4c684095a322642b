"""What the importers share: a scratch database with the tables that translate codes, files read with line numbers."""

from __future__ import annotations

import csv
import gzip
import io
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa

from volteface import ontology
from volteface.actors import data
from volteface.actors.states import organisations, states
from volteface.errors import InputError
from volteface.terms import Kind

# How many rows a text file has is not known before it is read: without this, joins would hash the file and not the
# small tables that translate it, which takes its memory and its order.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "1500MB",
    "disabled_optimizers": "join_order,build_side_probe_side",
}
_HEAD = 1 << 18
_CHUNK = 1 << 22
_EMPTY = re.compile(rb"\n(?=\r?\n)")
_LONGEST = 4_000_000  # bytes in a line


@dataclass(frozen=True, slots=True)
class Source:
    """One format of event files: how it is known, read and coded.

    `rows` is a query for a file's rows, which `coded` then finds as `raw`. `coded` gives the columns of an imported
    row, with the reason where it is left out, and with its line or null: then rows are lines, in their order. Lines
    leave out what could not be read; a source whose cells wrap gives `breaks` too.
    """

    name: str
    label: str
    coder: str
    version: str
    known_by: Callable[[Sequence[str]], bool]  # the first lines
    rows: Callable[[Staging], str]
    coded: str
    wraps: bool = False  # whether a cell may run over several lines
    spare_encoding: str | None = None  # for files that turn out not to be UTF-8
    kind: Kind = "event"  # of statement that a row is


@dataclass(frozen=True, slots=True)
class Staging:
    """A scratch database and the file that is read into it."""

    database: duckdb.DuckDBPyConnection
    path: Path
    encoding: str = "utf-8"

    def head(self) -> list[str]:
        return first_lines(self.path)

    def cells(self, delimiter: str, names: Sequence[str], header: bool = False, quote: str = "") -> str:
        """A query for a table's rows with these columns, all of them text; bad rows go to reject_errors."""
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
        return f"""
            select * from read_csv({literal(str(self.path))}, columns = {{{columns}}}, delim = {literal(delimiter)},
                quote = {literal(quote)}, escape = {literal(quote)}, header = {header}, auto_detect = false,
                nullstr = '', encoding = {literal(self.encoding)}, max_line_size = {_LONGEST},
                store_rejects = true, rejects_limit = 0)
        """

    def note_empty_lines(self) -> None:
        """Writes down which lines are empty, for `cells` passes over them. InputError where the file breaks off."""
        try:
            empty = [{"line": line} for line in _empty_lines(self.path)]
        except (OSError, EOFError, zlib.error) as e:
            raise InputError(f"cannot read {self.path}: {e}; it is broken, so fetch it anew") from e
        self.table("empty_lines", empty, pa.schema([("line", pa.int64())]))

    def lines(self) -> str:
        """A query for a file's lines as they are: `line` and `text`."""
        return f"""
            select row_number() over () as line, rtrim(text, chr(13)) as text
            from read_csv({literal(str(self.path))}, columns = {{'text': 'VARCHAR'}}, delim = chr(1),
                quote = '', escape = '', header = false, auto_detect = false, encoding = {literal(self.encoding)},
                max_line_size = {_LONGEST}, store_rejects = true, rejects_limit = 0)
        """

    def named(self, wanted: Mapping[str, str]) -> str:
        """A query for the rows of a tab-separated file with a header: `line`, `excess` and the wanted, by new names.

        A wanted column may have several names, parted by |. Cells that are empty or hold the literal None are null.
        `excess` says how many columns a row has beyond the header's, but for stray tabs at its end.
        """
        header = self.head()[0].split("\t")
        size = len(header)
        picked = ", ".join(
            f"nullif(nullif(trim({found}), ''), 'None') as {new}"
            for new, found in _found(wanted, header, lambda at: f"cells[{at + 1}]")
        )
        return f"""
            select line, {picked},
                if(array_to_string(cells[{size + 1}:], '') = '', least(len(cells), {size}), len(cells))
                    - {size} as excess
            from (select line, string_split(text, chr(9)) as cells from ({self.lines()}) where line > 1 and text <> '')
        """

    def separated(self, wanted: Mapping[str, str], header: Sequence[str] | None = None) -> str:
        """The same for a comma-separated file with quoted cells; its columns may be given where it has no header.

        `breaks` says how many line breaks a row's cells hold.
        """
        columns = header or next(csv.reader([self.head()[0]]))
        unique = [f"{at} {name}" for at, name in enumerate(columns)]
        picked = ", ".join(
            f"nullif(trim({found}), '') as {new}"
            for new, found in _found(wanted, columns, lambda at: identifier(unique[at]))
        )
        text = " || ".join(f"coalesce({identifier(name)}, '')" for name in unique)
        return f"""
            select row_number() over () + {int(header is None)} as line, {picked},
                length({text}) - length(replace({text}, chr(10), '')) as breaks
            from ({self.cells(",", unique, header is None, quote='"')})
        """

    def table(self, name: str, rows: Sequence[Mapping[str, object]], schema: pa.Schema) -> None:
        """A small table that translates."""
        made = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
        self.database.register("given", made)
        self.database.execute(f"create or replace table {identifier(name)} as select * from given")
        self.database.unregister("given")


def stage(database: duckdb.DuckDBPyConnection, path: Path, encoding: str = "utf-8") -> Staging:
    """The file beside the tables that translate: `codes` (CAMEO), `roles`, `groups`, `parties` (states and bodies)."""
    made = Staging(database, path, encoding)
    text = pa.string()
    known = ontology.cameo_codes()
    codes = [
        {
            "code": one.code,
            "type": crossings[0].type if crossings else None,
            "mode": crossings[0].mode if crossings else None,
            "contexts": "|".join(crossings[0].contexts) if crossings else "",
            "goldstein": one.goldstein,
            "told": f"{one.name} (CAMEO {one.code})",
        }
        for one in known.values()
        for crossings in [ontology.crosswalk().get(one.code, ())]
    ]
    schema = [("code", text), ("type", text), ("mode", text), ("contexts", text), ("goldstein", pa.float32())]
    made.table("codes", codes, pa.schema([*schema, ("told", text)]))
    types = [{"type": one.name, "score": one.score} for one in ontology.types().values()]
    made.table("types", types, pa.schema([("type", text), ("score", pa.float32())]))
    made.table("roles", list(facts("cameo_roles.tsv")), pa.schema([("role", text), ("sector", text)]))
    made.table("groups", list(facts("cameo_groups.tsv")), pa.schema([("group", text), ("code", text)]))
    parties = [{"scheme": scheme, "given": given, "code": code} for (scheme, given), code in _parties().items()]
    made.table("empty_lines", [], pa.schema([("line", pa.int64())]))
    made.table("parties", parties, pa.schema([("scheme", text), ("given", text), ("code", text)]))
    return made


def _found(wanted: Mapping[str, str], header: Sequence[str], cell: Callable[[int], str]) -> Iterator[tuple[str, str]]:
    """The new name of each wanted column, and SQL for its cell; null where the header does not have it."""
    at = {name.strip().strip("\ufeff").casefold(): place for place, name in reversed(list(enumerate(header)))}
    for new, names in wanted.items():
        place = next((at[name.casefold()] for name in names.split("|") if name.casefold() in at), None)
        yield new, "null::varchar" if place is None else cell(place)


def facts(name: str) -> Iterator[dict[str, str]]:
    """The rows of a tab-separated file of this room's data, by its header."""
    lines = (files("volteface.record.exchange") / "data" / name).read_text(encoding="utf-8").splitlines()
    header, *rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return (dict(zip(header, row, strict=True)) for row in rows)


@cache
def _parties() -> Mapping[tuple[str, str], str]:
    """Codes of states and organisations by scheme: cameo, gw (Gleditsch and Ward's number), code, name (lower case)."""
    made: dict[tuple[str, str], str] = {}
    for one in states().values():
        for scheme, given in (("cameo", one.cameo), ("gw", one.gw), ("code", one.code), ("code", one.alpha3)):
            for part in filter(None, given.split("|")):
                made.setdefault((scheme, part), one.code)
        for name in (one.name, one.official):
            made.setdefault(("name", _plain(name)), one.code)
            made.setdefault(("name", f"the {_plain(name)}"), one.code)
    for code, name in organisations().items():
        made.setdefault(("code", code), code)
        made.setdefault(("name", _plain(name)), code)
    for row in data.rows("names"):
        if row["code"] in states() and row["kind"] != "demonym":
            made.setdefault(("name", _plain(row["alias"])), row["code"])
    for row in data.rows("organisations"):
        for name in (row["name"], *data.words(row["aliases"])):
            made.setdefault(("name", _plain(name)), row["code"])
    return made


def _plain(name: str) -> str:
    """The name as SQL's `lower(strip_accents(name))` has it."""
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()


def _opened(path: Path) -> io.BufferedIOBase:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


def _empty_lines(path: Path) -> Iterator[int]:
    before, end = 0, b"\n"
    with _opened(path) as file:
        while chunk := file.read(_CHUNK):
            joined = end + chunk
            for found in _EMPTY.finditer(joined):
                yield before + joined.count(b"\n", 0, found.end()) - len(end) + 1
            before += chunk.count(b"\n")
            end = b"\n" if chunk.endswith(b"\n") else b""


def first_lines(path: Path) -> list[str]:
    """A file's first lines, for telling its format; InputError where it cannot be read."""
    try:
        with _opened(path) as file:
            head = file.read(_HEAD)
    except (OSError, EOFError) as e:
        raise InputError(
            f"cannot read {path}: {getattr(e, 'strerror', None) or e}; check the path and its rights"
        ) from e
    if b"\0" in head:
        raise InputError(f"{path} is no text: unpack it first, or name another file")
    text = head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    return text.split("\n")[: -1 if len(head) == _HEAD else None]


def literal(text: str) -> str:
    """The text as a literal of SQL, where a parameter cannot stand."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """The name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'
