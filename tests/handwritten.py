"""A small record whose statements were written by hand, for the tests of what people read."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from volteface.record import Record
from volteface.terms import (
    Actor,
    Claim,
    Commitment,
    Dependence,
    Document,
    Event,
    RedLine,
    Span,
    Statement,
    documents_table,
    row,
    statements_table,
)

TURKEY, RUSSIA, AMERICA = (
    Actor(code, "GOV", text) for code, text in (("TUR", "Turkey"), ("RUS", "Russia"), ("USA", "Washington"))
)


class Writer:
    """Collects documents and the statements about them; each call is a document of one sentence."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.statements: list[Statement] = []

    def document(self, text: str, on: str) -> tuple[str, Span, dt.date]:
        name, day = f"doc{len(self.documents)}", dt.date.fromisoformat(on)
        self.documents.append(Document(name, text, title=f"Title of {name}", source="The Sample", published=day))
        return name, Span(0, len(text), text), day

    def event(self, on: str, source: Actor, type_: str, target: Actor, score: float, text: str, **more: object) -> None:
        name, span, day = self.document(text, on)
        made = Event(
            name,
            span,
            Span(0, 4, text[:4]),
            source,
            target,
            type_,
            "actual",
            date=day,
            date_precision="day",
            score=score,
        )
        self.statements.append(replace(made, **more))  # type: ignore[arg-type]

    def record(self, folder: Path) -> Path:
        rows = statements_table(row(one, "hand", "1") for one in self.statements)
        with Record.create(folder) as record:
            record.append(documents_table(self.documents), rows)
        return folder


def turkey_and_russia() -> Writer:
    made = Writer()
    made.event("2014-05-06", TURKEY, "CONSULT", RUSSIA, 2.0, "Turkey held talks with Russia.")
    made.event("2014-09-01", RUSSIA, "AGREE", TURKEY, 5.0, "Russia signed a gas deal with Turkey.")
    made.event("2015-02-03", TURKEY, "COOPERATE", RUSSIA, 6.0, "Turkey bought helicopters from Russia.")
    made.event("2015-11-24", TURKEY, "ASSAULT", RUSSIA, -10.0, "Turkey shot down a Russian bomber.")
    made.event("2015-11-26", RUSSIA, "ACCUSE", TURKEY, -3.0, "Russia accused Turkey of treachery.")
    made.event("2015-11-28", RUSSIA, "SANCTION", TURKEY, -6.0, "Russia banned Turkish fruit.")
    made.event("2016-08-09", RUSSIA, "AGREE", TURKEY, 5.0, "Russia agreed with Turkey to trade again.")
    made.event("2016-10-10", TURKEY, "AGREE", RUSSIA, 5.0, "Turkey signed a pipeline deal with Russia.")
    made.event("2016-12-31", TURKEY, "CONSULT", RUSSIA, 2.0, "Turkey spoke with Russia on New Year's Eve.")
    made.event("2015-12-02", RUSSIA, "ASSAULT", TURKEY, -10.0, "Russia did not attack Turkey.", factuality="negated")
    made.event(
        "2015-12-03",
        RUSSIA,
        "COERCE",
        TURKEY,
        -7.0,
        "Russia may close its border with Turkey.",
        factuality="hypothetical",
    )
    made.event("2015-12-04", RUSSIA, "CONSULT", TURKEY, 2.0, "Russia will meet Turkey next week.", factuality="future")
    made.event("2015-12-05", RUSSIA, "THREATEN", TURKEY, -5.0, "Russia threatened Turkey with more.")
    made.event("2015-03-01", AMERICA, "SUPPORT", TURKEY, 3.0, "Washington praised Turkey.")
    name, span, day = made.document("Russia will help Armenia if Turkey attacks it.", "2015-12-06")
    trigger = Span(12, 16, "help")
    armenia = Actor("ARM", None, "Armenia")
    pattern = ("TUR", "ASSAULT", "ARM")
    made.statements += [
        Commitment(name, span, trigger, RUSSIA, armenia, "AID", "help Armenia", "Turkey attacks it", pattern, date=day),
        RedLine(name, span, trigger, RUSSIA, TURKEY, "an attack on Armenia", status="touched", date=day),
        Dependence(name, span, trigger, RUSSIA, TURKEY, "energy", "gas", "granted", date=day),
        Claim(name, span, trigger, RUSSIA, TURKEY, "strained", "worse", date=day),
    ]
    return made
