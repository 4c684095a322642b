"""The page: self-contained, safe with hostile text, every number and mark leading to its sentence; and its pictures."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from handwritten import AMERICA, RUSSIA, TURKEY, Writer, turkey_and_russia
from hypothesis import given, settings
from hypothesis import strategies as st

from volteface.brief import Brief, Tie, brief
from volteface.drawing.layout import HEIGHT, WIDTH
from volteface.record import Record
from volteface.report import network, page, words

HOSTILE = (
    "Turkey </style><script>alert(1)</script> shot \" onmouseover='alert(2)' at"
    " <img src=x onerror=alert(3)> Russia \x1b[31m& co."
)


class Reader(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, found, value in self.attributes if found == name]


def told(written: Writer, folder: Path, *states: str) -> Brief:
    with Record.open(written.record(folder / "R")) as record:
        return brief(record, states, listed=100, weightiest=100)


def many_states() -> Writer:
    written = turkey_and_russia()
    written.event("2020-08-13", AMERICA, "CONSULT", RUSSIA, 2.0, "Washington spoke with Russia.")
    written.event("2021-08-13", AMERICA, "SANCTION", RUSSIA, -6.0, "Washington punished Russia.")
    return written


@pytest.fixture(scope="module")
def overview(tmp_path_factory: pytest.TempPathFactory) -> Brief:
    return told(many_states(), tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def html(overview: Brief) -> str:
    return page.render(overview, "All of it", "What there is.")


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    written = Writer()
    written.event("2015-11-24", TURKEY, "ASSAULT", RUSSIA, -10.0, HOSTILE)
    written.event("2015-11-25", RUSSIA, "ACCUSE", TURKEY, -3.0, "Russia accused Turkey.", mode="<b onclick=alert(4)>")
    hurt = written.documents[0]
    written.documents[0] = type(hurt)(
        hurt.id, hurt.text, '"><svg onload=alert(5)>', "<i>x</i>", "javascript:alert(6)", hurt.published
    )
    written.documents[1] = type(hurt)(
        "\"'><x>", "Russia accused Turkey.", None, None, 'https://x.example/?"><script>', hurt.published
    )
    written.statements[1] = type(written.statements[1])(
        **{
            name: getattr(written.statements[1], name)
            for name in written.statements[1].__slots__
            if name not in ("kind", "document")
        },
        document="\"'><x>",
    )
    found = Reader(page.render(told(written, tmp_path), "<script>", "<img>"))
    assert not {"script", "img", "iframe", "object", "embed", "form", "link", "base", "b onclick", "x"} & set(
        found.tags
    )
    assert not [name for _, name, _ in found.attributes if name.startswith("on") or name == "style"]
    assert {value[:8] for value in found.values("href") if not value.startswith("#")} == {"https://"}
    assert "<script>alert(1)</script>" in "".join(found.text)
    assert "\x1b" not in "".join(found.text)


def test_the_page_asks_nobody_for_anything(html: str) -> None:
    found = Reader(html)
    assert not {"script", "link", "img", "iframe", "video", "audio", "object", "embed", "base"} & set(found.tags)
    assert not found.values("src")
    assert not re.search(r"url\(|@import|https?://", html)


def test_the_policy_allows_this_style_sheet_and_nothing_else(html: str) -> None:
    [policy] = [value for value in Reader(html).values("content") if "default-src" in value]
    [style] = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")


@pytest.mark.parametrize("states", [(), ("TUR",), ("TUR", "RUS")])
def test_every_link_leads_to_a_place_on_the_page(states: tuple[str, ...], tmp_path: Path) -> None:
    found = Reader(page.render(told(many_states(), tmp_path, *states)))
    ids = found.values("id")
    assert len(ids) == len(set(ids))
    assert found.values("href")
    assert {value[1:] for value in found.values("href")} <= set(ids)


def test_every_mark_of_the_timeline_leads_to_its_sentence(overview: Brief, html: str) -> None:
    marks = re.findall(r'<a class="mark" href="#(s-[0-9a-f]+)"', html)
    assert sorted(marks) == sorted(f"s-{row['id']}" for row in overview.happened)


def test_every_sentence_stands_with_its_document_outlet_and_date(overview: Brief, html: str) -> None:
    text = " ".join(Reader(html).text)
    for row in overview.happened:
        assert words.clean(row["sentence"]) in text
        assert words.provenance(row) in text


def test_the_network_is_drawn_with_a_legend_and_a_mark_for_turns(html: str) -> None:
    assert 'class="network"' in html
    assert 'href="#turn-RUS-TUR"' in html
    for step in ("hostile", "strained", "mixed", "good", "friendly"):
        assert step in html


def test_a_page_on_nothing_says_so(tmp_path: Path) -> None:
    found = Reader(page.render(told(turkey_and_russia(), tmp_path, "Bhutan")))
    assert "The record knows of nothing in this window." in found.text


def test_a_page_is_the_same_each_time(overview: Brief, html: str) -> None:
    assert page.render(overview, "All of it", "What there is.") == html


CODES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH")
PAIRS = ((0, 1, 9), (0, 2, 7), (1, 2, 3), (2, 3, 5), (3, 4, 1), (3, 5, 1), (6, 7, 2))


def ties(codes: tuple[str, ...]) -> list[Tie]:
    made = []
    for one, other, stories in PAIRS:
        first, second = sorted((codes[one], codes[other]))
        made.append(Tie(first, second, stories, 1.0 * stories, 0.5 * stories, 0.5))
    return made


@settings(deadline=None, max_examples=30)
@given(st.permutations(CODES))
def test_the_layout_does_not_care_what_states_are_called(named: list[str]) -> None:
    plain, renamed = network.layout(ties(CODES)), network.layout(ties(tuple(named)))
    by_place = {code: renamed[name] for code, name in zip(CODES, named, strict=True)}
    swappable = {"EEE", "FFF"}, {"GGG", "HHH"}  # whose ties are alike may change places with each other
    for code in CODES[:4]:
        assert by_place[code] == plain[code]
    for group in swappable:
        assert {by_place[code] for code in group} == {plain[code] for code in group}


def test_no_two_labels_of_the_network_lie_over_each_other() -> None:
    hub = [Tie("AAA", f"S{at:02d}", at + 1, 1.0, 0.0, 1.0) for at in range(24)]
    places = list(network.layout(hub).values())
    for at, (x, y) in enumerate(places):
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT
        assert all(abs(x - other[0]) > 40 or abs(y - other[1]) > 14 for other in places[:at])


def test_tones_are_seven_steps_symmetric_around_nought() -> None:
    steps = [network.step(tone) for tone in (-10, -4.5, -3, -1, -0.2, 0, 0.2, 1, 3, 4.5, 10)]
    assert steps == [-3, -3, -2, -1, 0, 0, 0, 1, 2, 3, 3]


def test_a_date_of_which_only_the_month_or_year_is_known_claims_no_day() -> None:
    day = dt.date(2015, 11, 24)
    assert [words.day(day, precision) for precision in ("day", "month", "year")] == [
        "24 November 2015",
        "November 2015",
        "2015",
    ]
    assert words.day(None) == ""
