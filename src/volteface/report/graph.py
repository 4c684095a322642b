"""The network of states on a day as a graph file: GraphML or GEXF, each tie with its standing and a sentence."""

from __future__ import annotations

import io
from typing import Literal

import networkx as nx

from volteface.relations.snapshot import Snapshot
from volteface.report import words


def graph(told: Snapshot) -> nx.Graph[str]:
    """States as nodes with name and bloc (from 0; -1 for none); ties with sign, standing, interval and stories."""
    made: nx.Graph[str] = nx.Graph(on=told.on.isoformat(), since=told.since.isoformat())
    sides = told.sides
    for state in told.network.states:
        made.add_node(state, name=words.name(state), bloc=sides.get(state, -1))
    for tie in told.network.ties:
        one = told.dealings[tie.one, tie.other]
        best = next(iter(told.behind(tie)), {})
        made.add_edge(
            tie.one,
            tie.other,
            sign=int(tie.sign),
            standing=round(one.standing.value, 3),
            low=round(one.standing.low, 3),
            high=round(one.standing.high, 3),
            stories=one.stories,
            latest=one.latest.isoformat(),
            sentence=words.clean(best.get("sentence")),
            document=words.clean(best.get("document")),
        )
    return made


def written(told: Snapshot, form: Literal["graphml", "gexf"]) -> str:
    """The graph as the text of a file."""
    out = io.BytesIO()
    if form == "graphml":
        nx.write_graphml(graph(told), out)
    else:
        nx.write_gexf(graph(told), out)
    return out.getvalue().decode()
