"""Pictures: self-contained SVG that hostile words cannot break, saved or shown."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from volteface.drawing import Picture, curve, signed, spans
from volteface.errors import InputError

HOSTILE = "\x1b[31m<script>\"'&\u202e"
DAYS = [dt.date(2014, 1, 31), dt.date(2015, 6, 30), dt.date(2016, 12, 31)]


def drawn() -> dict[str, Picture]:
    """One of each kind, with hostile names and titles."""
    line = spans.Line(HOSTILE, [spans.Bar(DAYS[0], DAYS[1], HOSTILE)], [spans.Mark(DAYS[2], HOSTILE, False)])
    return {
        "curve": curve.picture(HOSTILE, [(day, 2.0, 1.0, 3.0) for day in DAYS]),
        "spans": spans.picture(HOSTILE, [line], "good", "bad", "bar"),
        "signed": signed.picture(HOSTILE, [signed.Tie("A", "B", -1, 4.0)], lambda _: HOSTILE, {"A": 0, "B": 2}),
    }


@pytest.mark.parametrize("kind", ["curve", "spans", "signed"])
def test_a_picture_is_well_formed_asks_for_nothing_and_escapes_its_words(kind: str) -> None:
    picture = drawn()[kind]
    root = ET.fromstring(str(picture))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not [one for one in root.iter() if one.tag.endswith("script")]
    assert "<script>" in "".join(root.itertext())  # as words
    assert "\x1b" not in str(picture)
    assert "href" not in str(picture)


def test_a_curve_lies_within_its_band() -> None:
    root = ET.fromstring(str(curve.picture("standing", [(day, 2.0, 1.0, 3.0) for day in DAYS])))
    [line] = root.iter("{http://www.w3.org/2000/svg}polyline")
    [band] = root.iter("{http://www.w3.org/2000/svg}polygon")
    heights = [[float(point.split(",")[1]) for point in one.attrib["points"].split()] for one in (line, band)]
    assert min(heights[1]) < min(heights[0]) == max(heights[0]) < max(heights[1])


def test_a_picture_of_nothing_says_so() -> None:
    assert "nothing told" in str(curve.picture("x", []))
    assert "nothing told" in str(spans.picture("x", [], "good", "bad"))


def test_a_picture_that_cannot_be_saved_names_the_file(tmp_path: Path) -> None:
    picture = drawn()["curve"]
    assert picture.save(tmp_path / "x.svg").stat().st_size > 500
    with pytest.raises(InputError, match="nowhere"):
        picture.save(tmp_path / "nowhere" / "x.svg")
