"""The network of states on a day in the forms that go to files: JSON, GraphML, GEXF, a page, a picture."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line asks for FORMATS before it loads anything heavy
    from volteface.relations.snapshot import Snapshot

FORMATS = ("table", "json", "graphml", "gexf", "html", "svg")


def written(told: Snapshot, form: str) -> str:
    """The snapshot in one of FORMATS but table, as text."""
    match form:
        case "json":
            return json.dumps(told.json(), ensure_ascii=False)
        case "html":
            from volteface.report import network_page

            return network_page.render(told)
        case "svg":
            return str(told.plot())
        case "graphml" | "gexf":
            from volteface.report import graph

            return graph.written(told, form)
    raise ValueError(f"{form} is none of {', '.join(FORMATS)}")
