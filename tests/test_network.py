"""The network of states on a day: ties from standings, strained triangles with their sentences, and all its forms."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import networkx as nx
import pytest
from handwritten import RUSSIA, TURKEY, Writer, turkey_and_russia
from typer.testing import CliRunner, Result

from volteface.cli import app
from volteface.errors import VoltefaceError
from volteface.record import Record
from volteface.relations import standing
from volteface.relations.network import LEAST, Tie
from volteface.relations.snapshot import Snapshot, network_on, snapshot
from volteface.relations.yearly import yearly
from volteface.report import graph, network_formats, network_page, show_network, words
from volteface.terms import Actor

UKRAINE, GREECE, SOVIETS, NATO = (
    Actor(code, "GOV", text)
    for code, text in (("UKR", "Ukraine"), ("GRC", "Greece"), ("SUN", "The Soviet Union"), ("NATO", "NATO"))
)
ON = dt.date(2016, 12, 31)
FIGHT, HELP = ("ASSAULT", -9.0), ("AID", 8.0)
PLACES = "Rize Kars Van Bursa Izmir Adana Ordu Mardin Siirt Bitlis Tokat Sivas".split()


def deal(made: Writer, one: Actor, other: Actor, act: tuple[str, float], first: int, last: int) -> None:
    """A story each month of these years, each in a place of its own."""
    for year in range(first, last + 1):
        for month in range(1, 13):
            text = (
                f"{one.text} {'shelled' if act == FIGHT else 'helped'} {other.text} by {PLACES[month - 1]} in {year}."
            )
            made.event(f"{year}-{month:02}-05", one, act[0], other, act[1], text)


def strained() -> Writer:
    """Turkey helps both Russia and Ukraine, who fight; Greece spoke once with Turkey."""
    made = Writer()
    deal(made, TURKEY, RUSSIA, HELP, 2012, 2016)
    deal(made, TURKEY, UKRAINE, HELP, 2012, 2016)
    deal(made, RUSSIA, UKRAINE, FIGHT, 2012, 2016)
    deal(made, SOVIETS, GREECE, HELP, 2015, 2016)
    deal(made, NATO, GREECE, HELP, 2015, 2016)
    made.event("2016-03-01", GREECE, "CONSULT", TURKEY, 2.0, "Greece spoke with Turkey.")
    made.event("2017-06-01", RUSSIA, "AID", UKRAINE, 8.0, "Russia and Ukraine made up.")
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return strained().record(tmp_path_factory.mktemp("network") / "R")


@pytest.fixture(scope="module")
def record(folder: Path) -> Iterator[Record]:
    with Record.open(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def told(record: Record) -> Snapshot:
    return snapshot(record, ON)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], prog_name="volteface")


def one_line(result: Result) -> str:
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_the_network_keeps_neutral_ties_and_leaves_out_states_that_are_no_more_and_organisations(
    told: Snapshot,
) -> None:
    assert {(tie.one, tie.other): tie.sign for tie in told.network.ties} == {
        ("GRC", "TUR"): 0,
        ("RUS", "TUR"): 1,
        ("RUS", "UKR"): -1,
        ("TUR", "UKR"): 1,
    }
    assert told.network.states == ("GRC", "RUS", "TUR", "UKR")


def test_a_tie_needs_three_stories_of_the_window_to_be_more_than_neutral() -> None:
    assert Tie.of("RUS", "UKR", -8.0, -9.0, -7.0, stories=LEAST).sign == -1
    assert Tie.of("RUS", "UKR", -8.0, -9.0, -7.0, stories=LEAST - 1).sign == 0


def test_the_strained_triangle_is_told_in_plain_words_and_each_tie_of_it_leads_to_its_sentences(
    told: Snapshot,
) -> None:
    [triangle] = told.strained
    assert triangle.between == "TUR"
    standing_of = {(tie.one, tie.other): tie.standing for tie in told.network.ties}
    assert triangle.plain(words.name) == (
        f"Turkey stands well with both Russia and Ukraine, who stand at {standing_of['RUS', 'UKR']:.0f}."
    )
    for tie in triangle.ties:
        behind = told.behind(tie)
        assert len(behind) == 3
        assert all((row["score"] > 0) == (tie.sign > 0) for row in behind)
        assert all(row["outlet"] == "The Sample" and row["document"] and row["published"] for row in behind)
        assert behind[0]["date"] == dt.date(2016, 12, 5)  # of equal acts the latest


def test_the_blocs_are_proved_and_name_the_tie_against_them(told: Snapshot) -> None:
    assert (told.blocs.lower, told.blocs.upper) == (1, 1)
    assert len(told.blocs.frustrated) == 1
    assert show_network.proof(told) == (
        "1 tie against the best parting into two blocs, which need not be the only one: proved"
    )
    assert told.triads.share == 0.0


def test_nothing_later_than_the_day_is_known(record: Record, tmp_path: Path) -> None:
    early = strained()
    early.statements = [one for one in early.statements if one.date and one.date <= ON]
    with Record.open(early.record(tmp_path / "E")) as cut:
        assert snapshot(cut, ON).json() == snapshot(record, ON).json()
    assert snapshot(record, dt.date(2017, 12, 31)).json() != snapshot(record, ON).json()


def test_earlier_years_are_the_networks_of_the_last_days_of_their_months(record: Record) -> None:
    among = frozenset(("GRC", "RUS", "TUR", "UKR"))
    made = list(yearly(record, ON, 1096, among))
    assert [one.on for one in made] == [dt.date(year, 12, 31) for year in range(2012, 2016)]
    for one in made:
        assert one.on is not None
        assert one.ties == network_on(record, one.on, 1096, among).ties


def test_how_strained_triangles_fared_is_counted_over_the_years_before(told: Snapshot) -> None:
    assert told.years == (2012, 2013, 2014, 2015, 2016)
    assert (told.past.strained, told.past.stayed, told.past.ways) == (4, 4, {})


def test_a_window_leaves_out_who_had_no_dealings_in_it(record: Record) -> None:
    assert network_on(record, ON, 200).tie("GRC", "TUR") is None
    assert network_on(record, ON, 400).tie("GRC", "TUR") is not None


def test_a_network_between_some_states_has_those_alone(record: Record) -> None:
    made = snapshot(record, ON, among=("RUS", "UKR"))
    assert [(tie.one, tie.other) for tie in made.network.ties] == [("RUS", "UKR")]
    assert made.strained == ()


@pytest.mark.parametrize(
    ("on", "among", "blocs", "message"),
    [
        (dt.date(2011, 12, 31), (), 2, "the record begins on 2012-01-05: 2011-12-31 lies before it"),
        (dt.date(2030, 1, 1), (), 2, "no dealings between states"),
        (ON, ("BTN", "PER"), 2, "no dealings between these"),
        (ON, (), 0, "0 blocs"),
        (ON, (), 4, "4 blocs of 3 states"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(
    record: Record, on: dt.date, among: tuple[str, ...], blocs: int, message: str
) -> None:
    with pytest.raises(VoltefaceError, match=re.escape(message)):
        snapshot(record, on, among=among, blocs=blocs)


def test_an_empty_record_says_that_it_is_empty(tmp_path: Path) -> None:
    with Record.create(tmp_path / "R"):
        pass
    assert "no dealings between states yet" in one_line(run("network", "--on", "2016", "--record", tmp_path / "R"))


def test_the_json_form_has_every_tie_with_its_sentences_and_the_rule_that_made_it(told: Snapshot) -> None:
    made = json.loads(network_formats.written(told, "json"))
    ties = {tuple(tie["dyad"]): tie for tie in made["ties"]}
    assert ties["RUS", "UKR"]["tie"] == "negative"
    assert ties["RUS", "UKR"]["sentences"][0]["outlet"] == "The Sample"
    assert ties["GRC", "TUR"]["tie"] == "neutral"
    assert made["strained"][0]["states"] == ["RUS", "TUR", "UKR"]
    assert made["frustration"]["proved"] is True
    assert made["rule"] == {"margin": 0.5, "sure": 0.75, "least_stories": 3}
    assert {state["code"]: state["name"] for state in made["states"]}["GRC"] == "Greece"


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_a_graph_file_keeps_neutral_ties_signs_and_a_sentence(told: Snapshot, form: str) -> None:
    text = graph.written(told, "graphml" if form == "graphml" else "gexf")
    read = nx.read_graphml if form == "graphml" else nx.read_gexf
    made = read(io.BytesIO(text.encode()))
    assert {frozenset(ends): made.edges[ends]["sign"] for ends in made.edges} == {
        frozenset(("GRC", "TUR")): 0,
        frozenset(("RUS", "TUR")): 1,
        frozenset(("RUS", "UKR")): -1,
        frozenset(("TUR", "UKR")): 1,
    }
    assert "shelled" in made.edges["RUS", "UKR"]["sentence"]


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_shows_picture_triangle_and_sentences_and_hostile_text_stays_text(tmp_path: Path) -> None:
    made = strained()
    made.event(
        "2016-12-30", RUSSIA, "ASSAULT", UKRAINE, -10.0, "Russia <script>alert(1)</script> \x1b[31m hit Ukraine."
    )
    with Record.open(made.record(tmp_path / "R")) as record:
        told = snapshot(record, ON)
    page = network_page.render(told)
    found = _Tags(page)
    assert "svg" in found.tags
    assert "script" not in found.tags
    assert "\x1b" not in page
    assert "<script>alert(1)</script>" in " ".join(found.words)
    assert any(line.startswith("Turkey stands well with both") for line in found.words)


def test_objects_show_themselves_in_a_line_in_a_notebook_and_as_a_picture(told: Snapshot, tmp_path: Path) -> None:
    assert repr(told).startswith(
        "<Snapshot: Network of 4 states on 2016-12-31: 2 positive, 1 negative, 1 neutral ties;"
    )
    assert "Turkey stands well" in told._repr_html_()
    picture = told.network.plot()
    assert repr(picture).startswith("<Picture: Signed network of states on 2016-12-31; .save(FILE)")
    assert picture.save(tmp_path / "n.svg").read_text(encoding="utf-8") == picture._repr_svg_()
    assert ">Ukraine</text>" in str(picture)
    assert str(picture).count("stroke-dasharray") == 2  # the one bad tie, and the legend


def test_the_command_tells_people_the_blocs_and_triangles_with_sources(folder: Path) -> None:
    result = run("network", "--on", "2016-12", "--record", folder)
    assert result.exit_code == 0
    assert result.stdout.startswith("How states stood on 31 December 2016\n")
    assert "4 states; 2 pairs stand well, 1 badly, 1 neither." in result.stdout
    assert "Turkey stands well with both Russia and Ukraine" in result.stdout
    assert "“Russia shelled Ukraine by Sivas in 2016.”" in result.stdout
    assert "The Sample · 5 December 2016 · doc" in result.stdout
    assert "4 of 4 (100%): the same a year later" in result.stdout


@pytest.mark.parametrize("form", ["json", "graphml", "gexf", "html", "svg"])
def test_every_form_goes_to_standard_output_or_to_a_file(folder: Path, tmp_path: Path, form: str) -> None:
    given = ("network", "--on", "2016-12-31", "--record", folder, "--format", form)
    shown, kept = run(*given), run(*given, "--out", tmp_path / "out")
    assert (shown.exit_code, kept.exit_code, kept.stdout) == (0, 0, "")
    assert shown.stdout.strip() == (tmp_path / "out").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize(
    ("arguments", "told_"),
    [
        (("--on", "soon"), "YYYY-MM"),
        (("--on", "2016", "--format", "png"), "graphml"),
        (("--on", "2016", "--states", "Turkye,Russia"), "Turkey"),
        (("--on", "2016", "--states", "Russia"), "two or more"),
        (("--on", "2016", "--blocs", "9"), "9 blocs"),
        (("--on", "2010"), "begins on"),
        (("--on", "2016", "--out", "x.txt"), "--format"),
        (("--on", "2016", "--window-days", "0"), "--window-days"),
    ],
)
def test_a_wrong_question_is_one_line(folder: Path, arguments: tuple[str, ...], told_: str) -> None:
    assert told_ in one_line(run("network", *arguments, "--record", folder))


def test_two_sides_of_one_dyad_make_one_tie_of_their_common_standing(tmp_path: Path) -> None:
    with Record.open(turkey_and_russia().record(tmp_path / "R")) as record:
        made = network_on(record, ON)
        [found] = [one for one in standing.standings(record, ON) if (one.one, one.other) == ("RUS", "TUR")]
    tie = made.tie("TUR", "RUS")
    assert tie is not None
    assert tie.standing == found.value
