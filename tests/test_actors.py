"""Who is who: names found in texts, phrases resolved, states looked up."""

from __future__ import annotations

import datetime as dt
import gzip
import itertools
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volteface import actors
from volteface.actors import data
from volteface.errors import UnknownName
from volteface.terms import SECTORS


def codes(text: str, on: str | None = None) -> list[tuple[str, str | None]]:
    return [(m.text, m.code) for m in actors.find(text, dt.date.fromisoformat(on) if on else None)]


def who(phrase: str, on: str | None = None, context: str = "") -> tuple[str | None, str | None]:
    answer = actors.who(phrase, dt.date.fromisoformat(on) if on else None, context)
    return answer.code, answer.sector


# Names in a text


def test_a_name_is_found_as_a_whole_word_and_with_its_offsets() -> None:
    text = "Ankara said Türkiye's troops left; the Turkishness of it, no."
    found = actors.find(text)
    assert [(m.text, m.code, m.kind) for m in found] == [("Ankara", "TUR", "capital"), ("Türkiye", "TUR", "name")]
    assert all(text[m.start : m.end] == m.text for m in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the US-led coalition", [("US", "USA")]),
        ("Russia-backed fighters", [("Russia", "RUS")]),
        ("the Iran-Iraq war", [("Iran", "IRN"), ("Iraq", "IRQ")]),
        ("anti-Russian and pro-EU crowds", [("Russian", "RUS"), ("EU", "EU")]),
        ("it told us who is there", []),
        ("they ate turkey from fine china", []),
        ("Guinea-Bissau and Equatorial Guinea", [("Guinea-Bissau", "GNB"), ("Equatorial Guinea", "GNQ")]),
        ("Niger and Nigeria", [("Niger", "NER"), ("Nigeria", "NGA")]),
        ("North Korea and South Korea", [("North Korea", "PRK"), ("South Korea", "KOR")]),
        ("a bill of US$5 million", []),
    ],
)
def test_boundaries_case_and_the_longest_name(text: str, expected: list[tuple[str, str]]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Michael Jordan and Jordan Peele",
        "Chad Smith plays the drums",
        "a storm in Paris, Texas",
        "the USS Georgia sailed",
        "Turkey beat Wales 2-0 in the second game",
        "Paris Hilton sang",
        "Georgia's runoff was held in Fulton County, said its Republican governor",
    ],
)
def test_what_only_looks_like_a_state_is_left_alone(text: str) -> None:
    assert [code for _, code in codes(text) if code not in ("USA", None)] == []


def test_a_vote_is_no_match() -> None:
    assert ("Turkey", "TUR") in codes("Turkey won the vote in the Security Council, 12-3, over Iran.")


def test_an_ambiguous_name_is_read_by_the_words_around_it() -> None:
    assert ("Georgia", "GEO") in codes("Russia and Georgia fought over Abkhazia.")
    assert ("Congo", "COG") in codes("President Sassou Nguesso of Congo spoke in Brazzaville.")
    assert ("Congo", "COD") in codes("Rebels of M23 took Goma in eastern Congo.")
    assert ("Korea", "PRK") in codes("Pyongyang said that Korea will never yield.")


def test_a_headline_in_capitals_names_its_actors() -> None:
    found = codes("TURKEY SHOOTS DOWN RUSSIAN WARPLANE NEAR SYRIAN BORDER\nIt fell in Hatay.", "2015-11-24")
    assert found[:3] == [("TURKEY", "TUR"), ("RUSSIAN", "RUS"), ("SYRIAN", "SYR")]


def test_words_in_capitals_are_no_abbreviations() -> None:
    assert codes("SCIENTISTS WONDER WHO IS RIGHT ABOUT PLANETS") == []


def test_diacritics_and_combining_marks_do_not_move_the_offsets() -> None:
    text = "“Äöü” — Erdog\u0306an, Erdoğan and Erdogan met Iran"
    found = actors.find(text, dt.date(2020, 1, 1))
    assert [text[m.start : m.end] for m in found] == ["Erdog\u0306an", "Erdoğan", "Erdogan", "Iran"]
    assert {m.code for m in found} == {"TUR", "IRN"}


# People


@pytest.mark.parametrize(
    ("text", "on", "name"),
    [
        ("President Bush spoke.", "1990-08-02", "George H.W. Bush"),
        ("President Bush spoke.", "2003-03-20", "George W. Bush"),
        ("Prime Minister Brown spoke.", "2008-05-01", "Gordon Brown"),
        ("Aliyev spoke.", "1999-05-01", "Heydar Aliyev"),
        ("Aliyev spoke.", "2015-05-01", "Ilham Aliyev"),
    ],
)
def test_namesakes_are_told_apart_by_the_date(text: str, on: str, name: str) -> None:
    assert [m.name for m in actors.find(text, dt.date.fromisoformat(on))] == [name]


def test_the_state_before_a_title_tells_namesakes_apart() -> None:
    on = dt.date(2000, 8, 1)
    told = {phrase: actors.who(phrase, on).code for phrase in ("South Korean President Kim", "North Korean leader Kim")}
    assert told == {"South Korean President Kim": "KOR", "North Korean leader Kim": "PRK"}


def test_a_common_surname_counts_only_where_the_text_has_said_whose_it_is() -> None:
    assert codes("Brown and May went home.", "2008-05-01") == []
    found = actors.find("Gordon Brown went home. Brown slept.", dt.date(2008, 5, 1))
    assert [m.name for m in found] == ["Gordon Brown", "Gordon Brown"]


def test_another_persons_first_name_takes_the_surname_away() -> None:
    assert codes("Laura Putin and Emily Erdogan sang.", "2015-05-01") == []


def test_a_leader_is_not_named_before_the_time() -> None:
    assert codes("Macron opened the shop.", "2005-05-01") == []


def test_a_minister_nobody_knows_is_the_state_s_that_the_text_speaks_of() -> None:
    text = "Strikes spread across Bolivia. Mining minister Aurelio Quispe Vargas resigned."
    assert [(m.text, m.code, m.sector) for m in actors.find(text)][-1] == ("minister", "BOL", "GOV")
    assert codes("Mining minister Aurelio Quispe Vargas resigned.") == []
    assert codes("Iran and Iraq met. Oil minister Aurelio Quispe Vargas resigned.") == [
        ("Iran", "IRN"),
        ("Iraq", "IRQ"),
    ]


def test_a_body_that_every_state_has_is_the_state_s_beside_it_or_of_the_text() -> None:
    assert ("Parliament", "KEN") in codes("Kenya votes. Today, Parliament met.")
    assert ("Supreme Court", "NPL") in codes("Nepal's Supreme Court and the army of India met.")
    assert codes("Today, Parliament met.") == []


def test_a_chief_of_a_part_of_a_state_is_known() -> None:
    assert who("Vadim Shumkov") == ("RUS", "GOV")
    assert who("Ihsan Abdul Jabbar", "2021-05-05") == ("IRQ", "GOV")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The toll rose to nine. (Reuters)", []),
        ("The toll rose. (BBC), (CNN)", []),
        ("Agence France-Presse (AFP) was there.", [("Agence France-Presse", "FRA"), ("AFP", "FRA")]),
        ('The song "Havana" won.', []),
        ("Hassan II Avenue was closed.", []),
        ("Following Putin's report, shares fell.", [("Putin", "RUS")]),
        ("A fire in Macon, Georgia, United States, is out.", [("United States", "USA")]),
        ("Latin American, African American and Native American voters by the Persian Gulf", []),
        ("He came to the International Eucharistic Congress.", []),
        ("Chad Taylor and Jordan Moore sang of the Galwan Valley.", []),
    ],
)
def test_what_stands_around_a_name_tells_what_it_is(text: str, expected: list[tuple[str, str]]) -> None:
    assert codes(text, "2015-05-01") == expected


# Phrases


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("the Turkish defence ministry", ("TUR", "GOV")),
        ("Turkish embassy in Baghdad", ("TUR", "GOV")),
        ("Russian-backed separatists in Ukraine", ("UKR", "REB")),
        ("Azeri forces", ("AZE", "MIL")),
        ("Hamas fighters", ("PSE", "REB")),
        ("Erdogan supporters", ("TUR", "CVL")),
        ("people in the UK", ("GBR", "CVL")),
        ("Russia's ambassador to Poland", ("RUS", "GOV")),
        ("President of the United States", ("USA", "GOV")),
        ("US Senator John Doe", ("USA", "LEG")),
        ("troops", (None, "MIL")),
        ("Tehran", ("IRN", "GOV")),
        ("SECURITY COUNCIL", ("UN", "IGO")),
        ("Chile's Defense Department", ("CHL", "GOV")),
        ("a team of heavily armed police", (None, "GOV")),
        ("a roast turkey", (None, None)),
        ("", (None, None)),
    ],
)
def test_a_phrase_is_its_heads_sector_and_its_owners_state(
    phrase: str, expected: tuple[str | None, str | None]
) -> None:
    assert who(phrase) == expected


def test_a_led_coalition_is_its_leaders_and_a_backed_one_is_not() -> None:
    assert who("the US-led coalition")[0] == "USA"
    assert who("Iranian-backed militias in Iraq")[0] == "IRQ"


def test_the_parts_of_a_compound_are_all_there_and_share_their_head() -> None:
    answer = actors.who("Russian and Belarusian troops")
    assert [(a.code, a.sector) for a in (answer, *answer.also)] == [("RUS", "MIL"), ("BLR", "MIL")]
    answer = actors.who("Saudi Arabia, the UAE and Bahrain")
    assert [a.code for a in (answer, *answer.also)] == ["SAU", "ARE", "BHR"]


def test_the_context_gives_a_bare_office_its_state() -> None:
    assert who("the president", context="France and Germany met. France was pleased.") == ("FRA", "GOV")


def test_another_spelling_of_a_leaders_name_is_understood() -> None:
    assert who("President Yanukovytsch", "2013-05-05")[0] == "UKR"


def test_a_party_that_took_power_is_its_government_from_that_day() -> None:
    assert who("Taliban", "2015-05-01") == ("AFG", "REB")
    assert who("Taliban", "2022-05-01") == ("AFG", "GOV")


@pytest.mark.parametrize("place", ["Crimea", "Nagorno-Karabakh", "Golan Heights", "Kashmir", "Abkhazia"])
def test_a_contested_place_has_claims_and_no_owner(place: str) -> None:
    for phrase in (place, f"police in {place}"):
        answer = actors.who(phrase, dt.date(2016, 1, 1))
        assert answer.code is None
        assert len({c.code for c in answer.claims if c.relation in ("claimed_by", "controlled_by")}) > 1


def test_a_place_that_one_side_alone_claims_and_holds_on_the_day_is_that_sides() -> None:
    assert actors.who("Crimea", dt.date(2010, 1, 1)).code == "UKR"
    assert actors.who("Crimea", dt.date(2016, 1, 1)).code is None


def test_one_letter_amiss_in_a_states_name_is_understood() -> None:
    assert who("Iranina troops") == ("IRN", "MIL")
    assert who("Michael Smith") == (None, None)


def test_a_common_body_behind_a_city_is_not_another_states() -> None:
    assert who("Santa Marta Self Defense Forces") == ("COL", "REB")


def test_only_the_claims_of_the_day_are_told() -> None:
    def control(day: dt.date) -> set[str]:
        return {c.code for c in actors.who("Crimea", day).claims if c.relation == "controlled_by"}

    assert control(dt.date(2010, 1, 1)) == {"UKR"}
    assert control(dt.date(2020, 1, 1)) == {"RUS"}


def test_an_answer_is_json_and_says_why() -> None:
    answer = json.loads(json.dumps(actors.who("Kosovo").json()))
    assert answer["code"] == "XKX"
    assert "contested" in answer["why"]


@pytest.mark.parametrize(
    "phrase",
    [
        "x" * 100_000,
        "Georgia " * 12_500,
        "Kim, " * 20_000,
        "of the " * 14_000,
        "A" * 100_000,
        "minister " * 11_000,
        "Iran " * 20_000,
        "Supreme Court of " * 6_000,
        "(" * 100_000,
        "Президент Путин 总统 الرئيس " * 4_000,
        "Iran\x00\x07\u202e\u200b" * 12_000,
    ],
)
def test_a_huge_phrase_is_answered_in_bounded_time(phrase: str) -> None:
    begin = time.process_time()
    actors.who(phrase)
    actors.find(phrase)
    assert time.process_time() - begin < 5


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.dates())
def test_any_text_and_any_day_are_survived(text: str, on: dt.date) -> None:
    spans = [(m.start, m.end) for m in actors.find(f"{text} Iran {text}", on)]
    assert all(a_end <= b_start for (_, a_end), (b_start, _) in itertools.pairwise(spans))
    actors.who(text, on, text)


NAMES = [
    "Iran",
    "the Turkish army",
    "President Putin",
    "South Korea",
    "Erdoğan",
    "Guinea-Bissau",
    "U.S.",
    "Georgia",
    "“",
    "in",
    "é",
    "\n",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(NAMES), max_size=12))
def test_every_mention_is_its_span_of_the_text(words: list[str]) -> None:
    text = " ".join(words)
    assert all(text[m.start : m.end] == m.text for m in actors.find(text, dt.date(2018, 1, 1)))


# States, organisations and data


@pytest.mark.parametrize("asked", ["TUR", "tur", "TR", "Turkey", "turkey", "Türkiye", "Turkish", "Ankara"])
def test_a_state_is_found_by_code_and_by_any_name(asked: str) -> None:
    assert actors.state(asked).code == "TUR"


def test_an_unknown_state_suggests_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"Turkmenistan \(TKM\)"):
        actors.state("Turkmenistn")


def test_labels_are_names_and_unknown_codes_stay() -> None:
    assert [actors.label(code) for code in ("TUR", "EU", "QQQ")] == ["Turkey", "European Union", "QQQ"]


def test_members_follow_the_date() -> None:
    assert "GBR" in actors.members("EU", dt.date(2010, 1, 1))
    assert "GBR" not in actors.members("European Union", dt.date(2021, 1, 1))
    assert "FIN" in actors.members("NATO", dt.date(2024, 1, 1))


def test_a_sector_is_the_longest_noun_at_the_end() -> None:
    assert actors.sector_of("Turkish troops") == "MIL"
    assert actors.sector_of("the foreign ministries") == "GOV"
    assert actors.sector_of("policemen") == "GOV"
    assert actors.sector_of("a green apple") is None


def test_every_entry_has_a_known_code_and_sector_and_dates_in_order() -> None:
    known = set(data.state_names()) | {row["code"] for row in data.rows("organisations")} | {"NSA"}
    wrong = []
    for alias in data.index():
        for entry in data.entries(alias):
            stem = entry.stem
            if entry.code is not None and entry.code not in known:
                wrong.append(f"{stem}: {alias}: code {entry.code}")
            if entry.sector is not None and entry.sector not in SECTORS:
                wrong.append(f"{stem}: {alias}: sector {entry.sector}")
            if entry.first > entry.last:
                wrong.append(f"{stem}: {alias}: {entry.first} is behind {entry.last}")
    assert wrong == []


def test_states_follow_each_other() -> None:
    states = actors.states.states()
    assert set(states["RUS"].predecessors) == {"SUN"}
    assert all(code in states for one in states.values() for code in (*one.predecessors, *one.successors))


def test_the_scan_finds_the_parties_of_real_news(shared: Path) -> None:
    with gzip.open(shared / "data" / "current-events-2002-2022.jsonl.gz", "rt", encoding="utf-8") as lines:
        items = [json.loads(line) for _, line in zip(range(3000), lines, strict=False)]
    named = sum(bool(actors.find(item["text"], dt.date.fromisoformat(item["date"]))) for item in items)
    assert named > 0.85 * len(items)


def test_whom_the_text_introduces_is_known_by_surname_behind_that() -> None:
    text = "Gambian Health Minister Abubacarr Tambadou sued Myanmar. According to Tambadou, hearings start in March."
    met = [m for m in actors.find(text) if m.text == "Tambadou"]
    assert [(m.start, m.code, m.sector) for m in met] == [(text.rindex("Tambadou"), "GMB", "GOV")]
    assert "whom the text calls" in met[0].why


def test_a_singer_whom_the_text_introduces_is_no_actor() -> None:
    text = "Canadian singer Jonas Kettleby cancelled his tour. Kettleby apologised."
    assert [m.text for m in actors.find(text)] == ["Canadian"]


@pytest.mark.parametrize("text", ["The minister resigned.", "Troops fired on villagers.", "A judge was shot."])
def test_an_office_without_a_name_is_still_an_office(text: str) -> None:
    assert actors.speaks_of_office(text)


def test_weather_and_sport_speak_of_no_office() -> None:
    assert not actors.speaks_of_office("Tropical storm Arlene forms in the Gulf.")


@pytest.mark.parametrize(
    "text",
    [
        "A prize for Yves Chauvin, Robert H. Grubbs and Richard R. Schrock.",
        "An artwork worth AU$50,000 was destroyed.",
        "Homes in the Moreton Bay region were flooded.",
        "Francis Ford Coppola won. Francis thanked his crew.",
    ],
)
def test_a_name_within_another_is_no_actor(text: str) -> None:
    assert actors.find(text, dt.date(2005, 10, 5)) == []


def test_a_common_body_behind_a_place_is_the_places_own() -> None:
    found = actors.find(
        "The New Jersey General Assembly passed it; the UN General Assembly, Turkey's NATO envoy did not."
    )
    assert [m.code for m in found] == ["USA", "USA", "UN", "TUR", "NATO"]


def test_a_pope_is_known_by_his_name_alone_once_he_was_named_in_full() -> None:
    found = actors.find("Pope Francis wrote a letter. In June, Francis denounced the economy.", dt.date(2018, 6, 1))
    assert [m.name for m in found] == ["Pope Francis", "Pope Francis"]


def test_congress_is_nobodys_without_a_state() -> None:
    assert not [m for m in actors.find("Congress rejected the treaty on Monday.") if m.code]
    assert [m.code for m in actors.find("Peru's president spoke. Congress rejected the treaty.")] == ["PER", "PER"]
