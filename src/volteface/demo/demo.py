"""The demonstration: the bundled sample through the whole house, to a brief on the terminal and a page."""

from __future__ import annotations

import tempfile
from importlib.resources import as_file, files
from pathlib import Path

from volteface.brief import brief
from volteface.errors import RecordError, VoltefaceError
from volteface.ingest import ingest
from volteface.record import Record
from volteface.report import page, terminal, words

_EXAMPLE = ("TUR", "RUS")
_EVERYTHING = 1_000  # lines of a section on the page: the sample has far fewer


def run(out: Path | None = None) -> Path:
    """Codes the sample into a record under `out` (a new temporary folder if None), prints a brief, writes the page.

    Returns the page's path. RecordError where the folder cannot be written.
    """
    folder = (out or Path(tempfile.mkdtemp(prefix="volteface-demo-"))).absolute()
    report = folder / "report.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise RecordError(f"cannot write {folder}: {e.strerror}; name a folder that you may write to") from e
    with as_file(files("volteface.demo") / "articles.jsonl") as sample:
        done = ingest([str(sample)], folder / "record", workers=1)
    if done.skipped or done.damaged:
        raise VoltefaceError(f"the bundled sample could not be read whole ({', '.join(done.skipped)}): install again")
    with Record.open(folder / "record") as record:
        everything = brief(record, listed=_EVERYTHING, weightiest=_EVERYTHING)
        example = brief(record, _EXAMPLE)
    span = f"{words.day(everything.first, 'year')} to {words.day(everything.last, 'year')}"
    documents = words.many(everything.documents, "short article")
    page_title = "Friends, foes and turns"
    lead = f"What {documents} of {span}, written for this demonstration, say about the dealings of states."
    try:
        report.write_text(page.render(everything, page_title, lead), encoding="utf-8")
    except OSError as e:
        raise RecordError(f"cannot write {report}: {e.strerror}; name a folder that you may write to") from e
    terminal.show_demo(everything, example, folder, report)
    return report
