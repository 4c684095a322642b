"""The command line: reads arguments, calls the rooms, prints. It loads a room only when a command needs it."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import sys
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

import volteface
from volteface.errors import InputError, VoltefaceError

if TYPE_CHECKING:
    from volteface.terms import Document

# Typer carries its own copy of click under a private name; this is the base of its usage errors under either name.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]
_BATCH = 64  # documents coded at once: `code` prints early and memory stays flat


class _Stopped(VoltefaceError):
    """A command that ended before its end: by Ctrl-C, or because nobody reads on."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class _Commands(TyperGroup):
    """Shows every error that is meant for a person as one line on standard error; no tracebacks for those."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError as e:
            _let_go_of_output()
            raise _Stopped("standard output was closed before everything was written", 2) from e

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        def run() -> Any:
            return super(_Commands, self).main(args, prog_name, complete_var, False, windows_expand_args, **extra)

        if not standalone_mode:
            return run()
        try:
            code = run()
        except _Stopped as stopped:
            _fail(str(stopped), stopped.code)
        except (KeyboardInterrupt, typer.Abort):
            _fail("stopped", 130)
        except VoltefaceError as wrong:
            _fail(str(wrong), 2)
        except _UsageError as wrong:
            _fail(_one_line(wrong), 2)
        except OSError as wrong:
            place = f"{wrong.filename}: " if wrong.filename else ""
            _fail(f"{place}{wrong.strerror or wrong}", 2)
        if code == 130:
            _fail("stopped", 130)
        sys.exit(code if isinstance(code, int) else 0)


app = typer.Typer(
    cls=_Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Reads news about states' dealings and keeps a sourced record of who did what to whom, how each pair stands,"
    " what binds them and when they turned.",
)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    if version:
        print(f"volteface {volteface.__version__}")
    elif context.invoked_subcommand is None:
        print(context.get_help())


def main() -> None:
    """The entry point `volteface`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what a terminal's encoding lacks must not end a command
    app(prog_name="volteface")


def _let_go_of_output() -> None:
    """The interpreter flushes standard output once more at its exit: that must not fail again."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123


def _fail(message: str, code: int) -> NoReturn:
    _note(message)
    sys.exit(code)


def _one_line(wrong: BaseException) -> str:
    shown: Callable[[], str] = getattr(wrong, "format_message", lambda: str(wrong))
    context = getattr(wrong, "ctx", None)
    command = context.command_path if context is not None else "volteface"
    return f"{shown().rstrip('.')}; see `{command} --help`"


def _day(given: str | None) -> dt.date | None:
    if given is None:
        return None
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter(f"{given!r} is no date; write it as YYYY-MM-DD") from None


def _month(given: str | None) -> dt.date | None:
    """The first day of a month given as YYYY, YYYY-MM or YYYY-MM-DD, or that day itself where one is given."""
    if given is None:
        return None
    for written in (given, f"{given}-01", f"{given}-01-01"):
        try:
            return dt.date.fromisoformat(written)
        except ValueError:
            continue
    raise typer.BadParameter(f"{given!r} is no month or day; write it as YYYY-MM or YYYY-MM-DD")


def _until(given: str | None) -> dt.date | None:
    """The last day that `given` includes: a month to its end, a year to its December."""
    first = _month(given)
    if first is None or given is None or len(given) > 7:
        return first
    month = 12 if len(given) <= 4 else first.month
    return first.replace(month=month, day=monthrange(first.year, month)[1])


def _window(since: str | None, until: str | None) -> tuple[dt.date | None, dt.date | None]:
    """The first and last day of a window, as far as they are given."""
    first, last = _month(since), _until(until)
    if first and last and first > last:
        raise typer.BadParameter(f"--since {since} lies after --until {until}")
    return first, last


def _on(given: str) -> dt.date:
    """The day that a month or year ends with, or the day itself."""
    day = _until(given)
    assert day is not None
    return day


Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Files or folders; - is standard input.")]
Published = Annotated[
    str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Published on, where a file does not tell.")
]
Outlet = Annotated[str | None, typer.Option("--source", metavar="NAME", help="Outlet, where a file does not tell.")]
Encoding = Annotated[str | None, typer.Option("--encoding", metavar="NAME", help="Encoding, if it is not UTF-8.")]
Folder = Annotated[Path, typer.Option("--record", metavar="DIR", help="The record's folder.")]
Since = Annotated[str | None, typer.Option("--since", metavar="YYYY[-MM[-DD]]", help="From this year, month or day.")]
Until = Annotated[
    str | None, typer.Option("--until", metavar="YYYY[-MM[-DD]]", help="To the end of this year, month or day.")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Standard output if not given.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output and nothing else there.")]


@app.command()
def code(
    files: Files,
    as_json: AsJson = False,
    explained: Annotated[
        bool, typer.Option("--explain", help="Below each event why: the words, the path to its parties, rule and odds.")
    ] = False,
    date: Published = None,
    source: Outlet = None,
    encoding: Encoding = None,
) -> None:
    """Say what texts report: who did what to whom."""
    from volteface.coding import code_batch, explain
    from volteface.report import words
    from volteface.terms import documents_table, statement_json

    published = _day(date)
    damaged: list[str] = []
    skipped: list[str] = []
    for documents in _batches(files, published, source, encoding, skipped, damaged):
        rows = code_batch(documents_table(documents)).to_pylist()
        for document in documents:
            reasons = explain(document) if explained else {}
            said = words.in_order(
                one | {"why": reasons.get(one["id"])} for one in rows if one["document"] == document.id
            )
            if as_json:
                for one in said:
                    why = {"why": one["why"]} if explained else {}
                    print(json.dumps(statement_json(one) | why, ensure_ascii=False))
            else:
                from volteface.report import terminal  # rich is slow to load, and a pipe needs none

                terminal.show_statements(document, said)
    if skipped:
        _note(f"{len(skipped)} skipped: " + "; ".join(skipped[:3]) + (" ..." if len(skipped) > 3 else ""))
    _finish(damaged)


def _batches(
    files: Sequence[str],
    published: dt.date | None,
    source: str | None,
    encoding: str | None,
    skipped: list[str],
    damaged: list[str],
) -> Iterator[list[Document]]:
    from volteface.reading import Damaged, Skipped, read

    batch: list[Document] = []
    for item in read(files, date=published, source=source, encoding=encoding):
        if isinstance(item, Damaged):
            damaged.append(str(item))
        elif isinstance(item, Skipped):
            skipped.append(str(item))
        else:
            batch.append(item)
            if len(batch) == _BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _note(message: str) -> None:
    """One line on standard error, without signs that could steer a terminal."""
    line = "".join(sign if sign.isprintable() else "?" for sign in " ".join(message.split()))
    print(f"volteface: {line}", file=sys.stderr, flush=True)


def _finish(damaged: Sequence[str]) -> None:
    """Names what could not be read, after all else is done."""
    for line in damaged:
        _note(line)
    if damaged:
        raise typer.Exit(2)


@app.command()
def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files or folders; - is standard input.")],
    record: Folder,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Processes that code; one a core if not given.")
    ] = None,
    as_json: AsJson = False,
    date: Published = None,
    source: Outlet = None,
    encoding: Encoding = None,
) -> None:
    """Read and code texts into a record."""
    import volteface.ingest
    from volteface.report import terminal

    published = _day(date)
    with terminal.progress() as progress:
        done = volteface.ingest.ingest(
            paths,
            record,
            workers=workers,
            date=published,
            source=source,
            encoding=encoding,
            progress=lambda made: progress(made.done, made.total),
        )
    if as_json:
        print(json.dumps(terminal.ingested_json(done), ensure_ascii=False))
    else:
        terminal.show_ingested(done, record)
    if done.interrupted:
        raise _Stopped(f"stopped; what was coded is kept in {record}, and the same command goes on from there", 130)
    _finish([str(one) for one in done.damaged])


@app.command()
def brief(
    states: Annotated[list[str], typer.Argument(metavar="STATE [STATE]", help="Names or codes.")],
    record: Folder,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Also write a page to this file.")] = None,
) -> None:
    """Tell where a state stands, or how two states went."""
    import volteface.brief
    from volteface.record import Record
    from volteface.report import terminal

    first, last = _window(since, until)
    if len(states) > 2:
        raise typer.BadParameter(
            f"a brief is on one state or on two, not on {len(states)}; quote names of several words"
        )
    with Record.open(record) as opened:
        told = volteface.brief.brief(opened, states, first, last)
    if as_json:
        print(json.dumps(told.json(), ensure_ascii=False))
    else:
        terminal.show_brief(told)
    if html is not None:
        from volteface.report import page

        html.write_text(page.render(told), encoding="utf-8")
        _note(f"wrote {html}")


@app.command()
def turns(
    record: Folder,
    states: Annotated[
        list[str] | None, typer.Argument(metavar="[STATE [STATE]]", help="Of one state, of a pair, else of all.")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="How many, the largest.")] = 20,
    every: Annotated[bool, typer.Option("--all", help="All there are.")] = False,
    as_json: AsJson = False,
) -> None:
    """List when relations turned, and by which stories."""
    from volteface import actors
    from volteface.record import Record
    from volteface.relations.turned import turns as turned

    first, last = _window(since, until)
    codes = [actors.state(one).code for one in states or ()]
    if len(codes) > 2 or len(set(codes)) < len(codes):
        raise typer.BadParameter("turns are of all, of one state or of two; quote names of several words")
    with Record.open(record) as opened:
        told = turned(opened, codes, first, last, None if every else limit)
    if as_json:
        print(json.dumps(told.json(), ensure_ascii=False))
    else:
        from volteface.report import show_turns

        show_turns.show(told)


@app.command()
def network(
    on: Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="The day; nothing later counts.")],
    record: Folder,
    window_days: Annotated[
        int, typer.Option("--window-days", metavar="N", min=1, help="Two must have dealt within so many days before.")
    ] = 1095,
    states: Annotated[
        str | None, typer.Option("--states", metavar="A,B,...", help="Between these alone (names or codes).")
    ] = None,
    blocs: Annotated[int, typer.Option("--blocs", metavar="K", help="Part the states into so many blocs.")] = 2,
    format: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="table, json, graphml, gexf, html or svg.")
    ] = "table",
    seconds: Annotated[
        float, typer.Option("--seconds", metavar="S", min=0.0, help="For proving the blocs; then bounds are told.")
    ] = 1.0,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Show who stood well and badly with whom on a day."""
    from volteface.report import network_formats

    form = "json" if as_json else format
    if form not in network_formats.FORMATS:
        raise typer.BadParameter(f"{form!r} is no format; choose {', '.join(network_formats.FORMATS)}")
    if form == "table" and out is not None:
        raise typer.BadParameter("a table goes to standard output; give --format json, html or another with --out")
    from volteface import actors
    from volteface.record import Record
    from volteface.relations.snapshot import snapshot

    among = tuple(dict.fromkeys(actors.state(one).code for one in (states or "").split(",") if one.strip()))
    if states is not None and len(among) < 2:
        raise typer.BadParameter("--states takes two or more, with commas between them")
    with Record.open(record) as opened:
        told = snapshot(opened, _on(on), window_days, among, blocs, seconds)
    if form == "table":
        from volteface.report import show_network

        show_network.show(told)
        return
    made = network_formats.written(told, form)
    if out is None:
        print(made)
    else:
        out.write_text(made, encoding="utf-8")
        _note(f"wrote {out}")


@app.command()
def bonds(
    state: Annotated[str, typer.Argument(metavar="STATE", help="Name or code.")],
    record: Folder,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind", metavar="KIND", help="commitment, red-line, dependence or contradiction; all if not given."
        ),
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="As known and standing on this day.")
    ] = None,
    with_: Annotated[str | None, typer.Option("--with", metavar="STATE", help="With this other state alone.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what binds a state, and what belies it."""
    from volteface import actors
    from volteface.record import Record
    from volteface.relations.bonds import KINDS
    from volteface.relations.bonds import bonds as registers

    asked = {one.replace("_", "-") for one in kind or KINDS}
    if strange := sorted(asked - {*KINDS}):
        raise typer.BadParameter(f"{strange[0]!r} is no kind of bond; choose {', '.join(KINDS)}")
    code, other = actors.state(state).code, actors.state(with_).code if with_ else None
    if code == other:
        raise typer.BadParameter(f"{state} and {with_} are one state; --with takes another")
    with Record.open(record) as opened:
        told = registers(opened, code, other, _until(on), [one for one in KINDS if one in asked])
    if as_json:
        print(json.dumps(told.json(), ensure_ascii=False))
    else:
        from volteface.report import show_bonds

        show_bonds.show(told)


On = Annotated[
    str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="As known on this day; the last if not given.")
]
Horizon = Annotated[str, typer.Option("--horizon", metavar="30d", help="Days (30d) or weeks (12w) ahead.")]
Picture = Annotated[Path | None, typer.Option("--picture", metavar="FILE.svg", help="Also draw the calibration.")]


@app.command()
def whatif(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help='"AZE ASSAULT ARM", or "without EVENT_ID".')],
    record: Folder,
    on: On = None,
    horizon: Horizon = "30d",
    as_json: AsJson = False,
) -> None:
    """Suppose an act: who is bound to do what, and what it strains."""
    from volteface.report.whatif import run_whatif

    run_whatif(record, scenario, _until(on), as_json, horizon)


@app.command("next")
def next_(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help='"TUR SANCTION ?" or "? SANCTION TUR".')],
    record: Folder,
    on: On = None,
    most: Annotated[int, typer.Option("--most", min=1, max=100, help="So many candidates.")] = 10,
    refit: Annotated[bool, typer.Option("--refit", help="First fit weights on this record; takes minutes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Rank whom an act will meet next, or who will do it, and why."""
    from volteface.report.coming import run_next

    run_next(record, question, _until(on), most, refit, as_json)


@app.command()
def forecast(
    states: Annotated[list[str], typer.Argument(metavar="STATE [STATE]", help="A state, or two for their dyad.")],
    record: Folder,
    on: On = None,
    horizon: Horizon = "30d",
    freeze: Annotated[bool, typer.Option("--freeze", help="Append the forecasts to the record's ledger.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell how likely conflict and turns are, with reasons."""
    from volteface.report.forecasts import run_forecast

    run_forecast(record, states, _until(on), horizon, freeze, as_json)


@app.command()
def score(record: Folder, on: On = None, picture: Picture = None, as_json: AsJson = False) -> None:
    """Score the frozen forecasts that have come due."""
    from volteface.report.forecasts import run_score

    run_score(record, _until(on), as_json, picture)


@app.command()
def backtest(
    states: Annotated[list[str], typer.Argument(metavar="STATE STATE...", help="All dyads between them are asked.")],
    record: Folder,
    since: Annotated[str, typer.Option("--since", metavar="YYYY[-MM[-DD]]", help="The first day to forecast from.")],
    until: Annotated[str, typer.Option("--until", metavar="YYYY[-MM[-DD]]", help="The last day to forecast from.")],
    step: Annotated[str, typer.Option("--step", metavar="30d", help="From one such day to the next.")] = "30d",
    horizon: Horizon = "30d",
    picture: Picture = None,
    as_json: AsJson = False,
) -> None:
    """Forecast as of past days, and score it."""
    from volteface.report.forecasts import run_backtest

    first, last = _window(since, until)
    assert first is not None
    assert last is not None
    run_backtest(record, states, first, last, step, horizon, as_json, picture)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Event files; .gz and one-file .zip too.")],
    record: Folder,
    format: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="polecat, gdelt, gdelt-mentions, icews, acled, ucdp or atop."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read other projects' events and treaties into a record."""
    from volteface.record import Record
    from volteface.record.exchange import SOURCES, guess_format, import_file

    if format is not None and format not in SOURCES:
        raise typer.BadParameter(f"no format {format!r} is read here; there are {', '.join(SOURCES)}")
    for file in files:
        guess_format(file)
    with Record.create(record) as opened:
        for file in files:
            report = import_file(opened, file, format)
            if as_json:
                print(json.dumps({"file": str(file), **report.json()}, ensure_ascii=False))
            else:
                print(f"{file}: {report.kept:,} of {report.read:,} rows kept, {report.known:,} known before")
                for reason, dropped in report.dropped.items():
                    print(f"  {dropped.count:,} left out: {reason} (lines {', '.join(map(str, dropped.lines))})")
        opened.counts()


@app.command()
def export(
    record: Folder,
    format: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="csv, jsonl, parquet, graphml, gexf, polecat and others.")
    ],
    out: Out = None,
) -> None:
    """Write a record out for other programs."""
    from volteface.record import Record
    from volteface.record.exchange import FORMATS
    from volteface.record.exchange import export as write

    chosen = next((one for one in FORMATS if one == format), None)
    if chosen is None:
        raise typer.BadParameter(f"{format!r} is no format; choose {', '.join(FORMATS)}")
    with Record.open(record) as opened:
        rows = write(opened, chosen, out or sys.stdout.buffer)
    if out is not None:
        what = "edge" if chosen == "graphml" else "statement"
        _note(f"wrote {rows:,} {what if rows == 1 else what + 's'} to {out}")


@app.command()
def who(
    phrase: Annotated[
        str, typer.Argument(metavar="PHRASE", help="Words that name an actor; - with --json reads lines.")
    ],
    on: Annotated[
        str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The day that the words stem from.")
    ] = None,
    context: Annotated[str, typer.Option("--context", metavar="TEXT", help="Text around the words.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say who a phrase names, and why."""
    from volteface import actors

    if phrase == "-":
        if not as_json:
            raise typer.BadParameter("reading phrases from standard input needs --json")
        for number, line in enumerate(sys.stdin.buffer, 1):
            if line.strip():
                print(json.dumps(actors.who(*_asked(line, number)).json(), ensure_ascii=False), flush=True)
        return
    found = actors.who(_whole(phrase), _day(on), _whole(context))
    if as_json:
        print(json.dumps(found.json(), ensure_ascii=False))
    else:
        from volteface.report import terminal

        terminal.show_resolution(found)


def _asked(line: bytes, number: int) -> tuple[str, dt.date | None, str]:
    """A line of `who -`: its text, date and context."""
    where = f"standard input, line {number}"
    try:
        asked = json.loads(line)
        text, date, context = asked["text"], asked.get("date"), asked.get("context") or ""
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError(
            f'{where}: no JSON object with a text; write {{"text": "...", "date": "YYYY-MM-DD"}}'
        ) from None
    if not isinstance(text, str) or not isinstance(context, str) or not isinstance(date, str | None):
        raise InputError(f"{where}: text, date and context must be strings")
    try:
        return _whole(text), dt.date.fromisoformat(date[:10]) if date else None, _whole(context)
    except ValueError:
        raise InputError(f"{where}: {date!r} is no date; write it as YYYY-MM-DD") from None


def _whole(text: str) -> str:
    """Text without halves of surrogate pairs, which bad bytes and JSON escapes can hold and no encoding can write."""
    return text.encode("utf-8", "replace").decode()


@app.command()
def demo(
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the report.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Put the record and the report here, not in a new folder."),
    ] = None,
) -> None:
    """Show Volteface at work on a bundled sample."""
    from volteface.demo.demo import run

    report = run(out)
    if not no_open:
        import webbrowser

        webbrowser.open(report.as_uri())


if __name__ == "__main__":
    main()
