"""What several test files share: the folder of real data beside the project, and a way to code one text."""

from __future__ import annotations

import datetime as dt
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from volteface import coding
from volteface.terms import Document, documents_table

Code = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> Iterator[None]:
    """A shell's background jobs ignore Ctrl-C, and what they start inherits that; the tests that send it need it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` beside the repository; the test skips where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "data").is_dir():
        pytest.skip(f"the shared data are absent: no {folder}")
    return folder


@pytest.fixture(scope="session")
def code() -> Code:
    """Codes a text as of a day and gives the rows."""

    def rows(text: str, on: dt.date | None = dt.date(2022, 3, 1)) -> list[dict[str, Any]]:
        table = coding.code_batch(documents_table([Document("d", text, published=on)]))
        return list(table.to_pylist())

    return rows
