"""What if: who is bound, who backs whom, what follows from bonds, what it strains, and how the odds shift."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from handwritten import RUSSIA, TURKEY, Writer, turkey_and_russia

from volteface.errors import UnknownName, VoltefaceError
from volteface.foresight.obligations import Act, Kept, Obligations
from volteface.foresight.precedents import precedents
from volteface.foresight.scenario import scenario
from volteface.foresight.supposed import Supposed
from volteface.foresight.whatif import WhatIf, whatif
from volteface.ingest import ingest
from volteface.record import Record
from volteface.record.exchange.imports import import_file
from volteface.relations import standing
from volteface.report.whatif import run_whatif
from volteface.terms import Actor, Claim, Commitment, Span

ARMENIA, AZERBAIJAN, IRAN, GEORGIA = (
    Actor(code, "GOV", name)
    for code, name in (("ARM", "Armenia"), ("AZE", "Azerbaijan"), ("IRN", "Iran"), ("GEO", "Georgia"))
)
WAR = ("AZE", "ASSAULT", "ARM")


def bind(
    made: Writer,
    on: str,
    holder: Actor,
    type_: str,
    beneficiary: Actor,
    text: str,
    pattern: tuple[str, str, str] | None = None,
) -> None:
    name, span, day = made.document(text, on)
    condition = "if it is attacked" if pattern else None
    made.statements.append(
        Commitment(
            name, span, Span(0, 4, text[:4]), holder, beneficiary, type_, text[:30], condition, pattern, date=day
        )
    )


def caucasus() -> Writer:
    """Two earlier attacks, after the first of which Russia sent troops; friends of Armenia and of Azerbaijan."""
    made = Writer()
    made.event("2014-03-01", AZERBAIJAN, "ASSAULT", ARMENIA, -9.0, "Azerbaijan shelled a hill in Armenia.")
    made.event("2014-03-20", AZERBAIJAN, "ASSAULT", ARMENIA, -9.0, "Azerbaijan shelled a road in Armenia.")
    made.event("2014-05-20", RUSSIA, "MOBILIZE", ARMENIA, -5.5, "Russia sent troops to Armenia.")
    made.event("2015-06-01", AZERBAIJAN, "ASSAULT", ARMENIA, -9.0, "Azerbaijan raided a post of Armenia.")
    made.event("2016-01-05", TURKEY, "AID", AZERBAIJAN, 8.0, "Turkey gave drones to Azerbaijan.")
    made.event("2016-02-05", IRAN, "AID", ARMENIA, 8.0, "Iran sent fuel to Armenia.")
    for number in range(4):
        made.event(f"2016-0{number + 1}-10", RUSSIA, "AGREE", TURKEY, 5.0, f"Russia and Turkey signed deal {number}.")
        made.event(f"2016-0{number + 1}-12", GEORGIA, "AID", ARMENIA, 8.0, f"Georgia gave train {number} to Armenia.")
        made.event(
            f"2016-0{number + 1}-14", GEORGIA, "AID", AZERBAIJAN, 8.0, f"Georgia gave ship {number} to Azerbaijan."
        )
    bind(made, "2016-03-01", RUSSIA, "MOBILIZE", ARMENIA, "Russia must send troops if Azerbaijan attacks Armenia.", WAR)
    bind(made, "2016-03-02", TURKEY, "SUPPORT", AZERBAIJAN, "Turkey will always support Azerbaijan.")
    bind(
        made, "2016-03-03", IRAN, "AID", AZERBAIJAN, "Iran must aid it if Russia attacks it.", ("RUS", "ASSAULT", "AZE")
    )
    return made


def opened(made: Writer, folder: Path) -> Record:
    return Record.open(made.record(folder))


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    with opened(caucasus(), tmp_path_factory.mktemp("whatif") / "R") as made:
        yield made


@pytest.fixture(scope="module")
def war(record: Record) -> WhatIf:
    return whatif("AZE ASSAULT ARM", record)


@pytest.fixture(scope="module")
def seed(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> WhatIf:
    folder = tmp_path_factory.mktemp("seed") / "R"
    ingest([str(shared / "seed" / "article.txt")], folder, workers=1)
    with Record.open(folder) as made:
        return whatif("AZE ASSAULT ARM", made)


def sentences(told: Any) -> list[str]:
    """Every sentence that is cited anywhere below."""
    if isinstance(told, list):
        return [one for part in told for one in sentences(part)]
    if isinstance(told, dict):
        own = [told["sentence"]] if isinstance(told.get("sentence"), str) else []
        return own + [one for part in told.values() for one in sentences(part)]
    return []


# The article


def test_with_the_article_russia_is_bound_by_the_sentence_that_binds_it(seed: WhatIf) -> None:
    [russia] = [one for one in seed.chain.first if one.holder == "RUS"]
    assert (russia.type, russia.beneficiary, russia.against) == ("MOBILIZE", "ARM", "AZE")
    assert "Russia is bound to send troops to help" in russia.row["sentence"]
    assert "still hasn’t sent troops" in russia.denied[0]["sentence"]


def test_with_the_article_turkey_backs_azerbaijan(seed: WhatIf) -> None:
    assert seed.scenario.source == "AZE"
    assert [(one.code, one.of) for one in seed.backing[0]] == [("TUR", "AZE")]
    assert "Turkey Supports Azerbaijan" in seed.backing[0][0].evidence[0]["sentence"]


def test_with_the_article_russia_and_turkey_are_the_strained_pair_each_with_its_sentence(seed: WhatIf) -> None:
    [pair] = seed.opposed
    assert {pair.one.code, pair.other.code} == {"RUS", "TUR"}
    assert "would be on opposite sides" in pair.says
    told = {one.code: one.rows[0]["sentence"] for one in (pair.one, pair.other)}
    assert "bound to send troops" in told["RUS"]
    assert "support Azerbaijan" in told["TUR"]
    assert any("very good" in row["sentence"] for row in pair.stance.evidence)
    assert ("TUR", "ASSAULT", "RUS") in {(row["source_code"], row["type"], row["target_code"]) for row in seed.expected}


def test_with_the_article_alone_there_is_no_day_to_compare(seed: WhatIf) -> None:
    assert seed.shifts == ()
    assert seed.missing is not None
    assert "no story of this record has a date" in seed.missing


def test_the_first_line_says_that_it_is_a_scenario(record: Record, capsys: pytest.CaptureFixture[str]) -> None:
    run_whatif(record.folder, "AZE ASSAULT ARM", None, as_json=False)
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("A scenario, not evidence: what if Azerbaijan ASSAULT Armenia")
    assert any("Russia is bound to" in line for line in rest)
    assert any("The Sample" in line for line in rest)


def test_json_has_every_answer_with_sentences_and_documents(record: Record, capsys: pytest.CaptureFixture[str]) -> None:
    run_whatif(record.folder, "AZE ASSAULT ARM", None, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["evidence"] is False
    assert told["says"].startswith("A scenario, not evidence")
    assert "Russia must send troops if Azerbaijan attacks Armenia." in sentences(told["bound"])
    assert "Turkey gave drones to Azerbaijan." in sentences(told["backing"]["AZE"])
    assert told["bound"][0]["sentence"]["document"].startswith("doc")


# Bonds


def test_a_bond_tells_how_often_its_condition_was_met_and_the_act_followed(war: WhatIf) -> None:
    [russia] = [one for one in war.chain.first if one.holder == "RUS"]
    assert russia.kept == Kept(met=2, followed=1)  # what follows within ninety days is one occasion


def test_a_bond_with_another_condition_is_not_called_on(record: Record) -> None:
    called = Obligations(record, dt.date(2016, 5, 1)).called(Act("ARM", "ASSAULT", "AZE"))
    assert {one.holder for one in called} == {"TUR"}


def test_a_bond_told_only_later_does_not_bind_yet(record: Record) -> None:
    assert {one.holder for one in whatif("AZE ASSAULT ARM", record, dt.date(2016, 3, 1)).chain.first} == {"RUS"}


def test_a_pledge_of_long_ago_does_not_bind_for_ever(tmp_path: Path) -> None:
    made = caucasus()
    made.event("2030-01-01", RUSSIA, "CONSULT", TURKEY, 2.0, "Russia met Turkey.")
    with opened(made, tmp_path / "R") as late:
        assert whatif("AZE ASSAULT ARM", late).chain.first == ()


def test_an_attack_on_a_member_calls_on_those_bound_to_its_organisation(tmp_path: Path) -> None:
    made = Writer()
    america = Actor("USA", "GOV", "Washington")
    text = "Washington must defend any member of NATO that Russia attacks."
    bind(made, "2016-01-01", america, "MOBILIZE", Actor("NATO", "IGO", "NATO"), text, ("RUS", "ASSAULT", "NATO"))
    with opened(made, tmp_path / "R") as nato:
        on = dt.date(2016, 6, 1)
        assert [one.holder for one in whatif("RUS ASSAULT EST", nato, on).chain.first] == ["USA"]
        assert whatif("RUS ASSAULT UKR", nato, on).chain.first == ()


def test_a_defence_treaty_calls_on_the_ally_and_a_treaty_not_to_attack_binds_the_attacker(tmp_path: Path) -> None:
    caucasus().record(tmp_path / "R")
    table = tmp_path / "atop.csv"
    head = "ccode1,ccode2,year,atop_defense,atop_offense,atop_neutral,atop_nonagg,atop_consul"
    table.write_text(f"{head}\n365,371,2016,1,0,0,0,0\n371,365,2016,1,0,0,0,0\n373,371,2016,0,0,0,1,0\n", "utf-8")
    with Record.create(tmp_path / "R") as writing:
        import_file(writing, table)
    with Record.open(tmp_path / "R") as made:
        told = whatif("AZE ASSAULT ARM", made)
        assert [(one.holder, one.how) for one in told.chain.first] == [
            ("RUS", "condition"),
            ("RUS", "treaty"),
            ("TUR", "pledge"),
        ]
        treaty = told.chain.first[1]
        assert (treaty.beneficiary, treaty.against, treaty.row["title"]) == ("ARM", "AZE", "atop.csv, line 2")
        assert treaty.kept == Kept(2, 1)
        assert [(one.holder, one.beneficiary, one.how) for one in told.broken] == [("AZE", "ARM", "treaty")]
        assert whatif("AZE CONSULT ARM", made).broken == ()


# The chain


def test_a_bond_called_on_calls_on_the_next(war: WhatIf) -> None:
    iran = next(link for link in war.chain.links if link.bound.holder == "IRN")
    assert (str(iran.event), iran.depth) == ("RUS ASSAULT AZE", 2)
    assert war.chain.links[iran.after - 1].bound.holder == "RUS"


def test_a_cycle_is_told_once(tmp_path: Path) -> None:
    made = Writer()
    ring = (("AZE", "ARM", RUSSIA), ("RUS", "AZE", TURKEY), ("TUR", "RUS", ARMENIA))
    for number, (source, target, holder) in enumerate(ring):
        of = Actor(target, "GOV", target)
        bind(made, f"2016-01-0{number + 1}", holder, "MOBILIZE", of, f"Bond {number}.", (source, "ASSAULT", target))
    bind(made, "2016-01-05", RUSSIA, "MOBILIZE", ARMENIA, "Russia joins Armenia.", ("ARM", "ASSAULT", "TUR"))
    with opened(made, tmp_path / "R") as record:
        links = whatif("AZE ASSAULT ARM", record, dt.date(2016, 6, 1)).chain.links
    assert [link.bound.holder for link in links] == ["RUS", "TUR", "ARM", "RUS"]
    assert [link.depth for link in links] == [1, 2, 3, 4]
    assert [link.again for link in links] == [None, None, None, 1]


def test_the_chain_ends_at_its_depth(tmp_path: Path) -> None:
    made = Writer()
    attacker, attacked = "ARM", "AZE"
    for number, holder in enumerate(["GEO", "IRN", "TUR", "RUS", "USA", "FRA"]):
        condition = (attacker, "ASSAULT", attacked)
        for_whom = Actor(attacked, "GOV", attacked)
        bind(
            made, f"2016-01-{number + 10}", Actor(holder, "GOV", holder), "AID", for_whom, f"Bond {number}.", condition
        )
        attacker, attacked = holder, attacker
    with opened(made, tmp_path / "R") as line:
        links = whatif("ARM ASSAULT AZE", line, dt.date(2016, 6, 1)).chain.links
    assert [link.depth for link in links] == [1, 2, 3, 4]


# Backing and strain


def test_backers_are_third_parties_that_give_more_than_they_harm(tmp_path: Path) -> None:
    made = caucasus()
    made.event("2016-02-01", IRAN, "ASSAULT", AZERBAIJAN, -9.0, "Iran shot at Azerbaijan.")
    made.event("2016-02-02", IRAN, "AID", AZERBAIJAN, 8.0, "Iran gave bread to Azerbaijan.")
    with opened(made, tmp_path / "R") as mixed:
        told = whatif("AZE ASSAULT ARM", mixed)
    assert [one.code for one in told.backing[0]] == ["GEO", "TUR"]
    assert [one.code for one in told.backing[1]] == ["GEO", "IRN"]


def test_one_at_both_sides_is_torn_and_a_friend_of_both_is_strained(war: WhatIf) -> None:
    assert [one.code for one, _ in war.torn] == ["IRN", "GEO"]  # Iran by a bond further down the chain
    assert [one.third for one in war.strained] == ["GEO"]
    assert "stands well with both Azerbaijan and Armenia" in war.strained[0].says
    assert war.strained[0].stances[0].standing is not None


def test_friends_on_opposite_sides_are_told_with_how_they_stand(war: WhatIf) -> None:
    [pair] = [one for one in war.opposed if {one.one.code, one.other.code} == {"RUS", "TUR"}]
    assert pair.stance.sign == 1
    assert "who stand well (standing +" in pair.says


def test_an_agreement_strains_a_friend_of_one_who_is_at_odds_with_the_other(tmp_path: Path) -> None:
    made = Writer()
    for one, other, state in ((RUSSIA, TURKEY, "good"), (RUSSIA, GEORGIA, "hostile")):
        name, span, day = made.document(f"{one.text} and {other.text}: {state}.", "2016-01-01")
        made.statements.append(Claim(name, span, Span(0, 4, span.text[:4]), one, other, state, date=day))
    with opened(made, tmp_path / "R") as claims:
        told = whatif("TUR AGREE GEO", claims)
        assert [one.third for one in told.strained] == ["RUS"]
        assert told.opposed == ()
        assert whatif("TUR ASSAULT GEO", claims).strained == ()


# The odds, and events taken away


def test_the_event_moves_the_standing_of_the_two_and_leaves_the_record_alone(record: Record, war: WhatIf) -> None:
    before = standing.standing(record, "AZE", "ARM", dt.date(2016, 4, 14))
    [shift] = [one for one in war.shifts if {one.one, one.other} == {"AZE", "ARM"}]
    without, with_ = shift.standings
    assert without == before
    assert with_.value < without.value
    assert with_.volume == without.volume + 1
    assert standing.standing(record, "AZE", "ARM", dt.date(2016, 4, 14)) == before


def test_a_supposed_record_is_as_if_the_story_had_been_told(record: Record, tmp_path: Path) -> None:
    made = caucasus()
    made.event("2016-04-14", AZERBAIJAN, "ASSAULT", ARMENIA, -9.0, "Azerbaijan invaded.")
    supposed = Supposed(record, scenario("AZE ASSAULT ARM", record))
    months = "select * from dyad_months order by source, target, month"
    with opened(made, tmp_path / "R") as told:
        assert supposed.rows(months) == told.rows(months)
        assert standing.standings(supposed) == standing.standings(told)


def test_a_record_without_an_event_is_as_if_it_had_never_been_told(tmp_path: Path) -> None:
    with opened(turkey_and_russia(), tmp_path / "R") as record:
        told = scenario("not Turkey ASSAULT Russia", record)
        fewer = Supposed(record, told)
        assert told.removed[0]["sentence"] == "Turkey shot down a Russian bomber."
        found = fewer.rows("select volume from dyad_months where source = 'TUR' and month = '2015-11-01'")
        assert found == []
        shifts = whatif("not Turkey ASSAULT Russia", record).shifts
        assert shifts[0].standings[1].value > shifts[0].standings[0].value
        ids = {row["id"] for row in record.rows("select best as id from stories where type = 'ASSAULT'")}
        [name] = ids
        assert scenario(f"without {name}", record).stories == told.stories


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("AZE ASSAULT AZE", "contradicts itself"),
        ("Azerbaijan ASSAULT AZE", "contradicts itself"),
        ("Narnia ASSAULT ARM", "Narnia"),
        ("AZE ASAULT ARM", "did you mean ASSAULT"),
        ("AZE HUGS ARM", "there are ACCUSE"),
        ("not AZE AID ARM", "the record tells of no such event"),
        ("without deadbeef", "no event with this id"),
        ("without", "takes one id"),
        ("ASSAULT ARM", "has no source"),
        ("AZE ASSAULT", "has no target"),
        ("", "SOURCE TYPE TARGET"),
        ("SUN ASSAULT ARM", "there is no"),
    ],
)
def test_a_scenario_that_is_none_or_contradicts_itself_gets_one_clear_line(
    record: Record, text: str, says: str
) -> None:
    with pytest.raises((VoltefaceError, UnknownName), match=says) as wrong:
        whatif(text, record)
    assert "\n" not in str(wrong.value)


def test_names_of_several_words_and_lower_case_types_are_read(record: Record) -> None:
    told = scenario("United States aid South Korea", record)
    assert (told.source, told.type, told.target) == ("USA", "AID", "KOR")


def test_a_record_with_nothing_or_a_single_day_still_answers(tmp_path: Path) -> None:
    with Record.create(tmp_path / "empty") as empty:
        told = whatif("AZE ASSAULT ARM", empty)
        assert (told.chain.links, told.opposed, told.shifts) == ((), (), ())
    made = Writer()
    made.event("2016-01-01", TURKEY, "AID", AZERBAIJAN, 8.0, "Turkey gave drones to Azerbaijan.")
    with opened(made, tmp_path / "one") as single:
        told = whatif("AZE ASSAULT ARM", single)
        assert [one.code for one in told.backing[0]] == ["TUR"]
        assert told.shifts[0].standings[0].volume == 0


def test_an_attack_raises_the_fitted_risk_of_the_two_against_the_same_day_without_it(
    record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    shift = whatif("AZE ASSAULT ARM", record, horizon=90).shifts[0]
    assert shift.risks is not None
    without, with_ = shift.risks
    assert with_.probability > without.probability
    assert (shift.one, shift.other) == ("AZE", "ARM")
    run_whatif(record.folder, "AZE ASSAULT ARM", None, as_json=False, horizon="90d")
    said = f"material conflict within 90 days {without.probability:.0%} [{without.low:.0%}, {without.high:.0%}] → "
    assert said + f"{with_.probability:.0%}" in capsys.readouterr().out


def test_an_alliance_has_standings_and_no_fitted_risk(record: Record) -> None:
    shift = whatif("NATO ASSAULT RUS", record).shifts[0]
    assert shift.risks is None
    assert shift.standings[1].value < shift.standings[0].value


def test_a_record_that_dates_nothing_of_states_still_answers(tmp_path: Path) -> None:
    made = Writer()
    made.event(
        "2016-01-01",
        Actor("NATO", "IGO", "NATO"),
        "CONSULT",
        Actor("EU", "IGO", "EU"),
        2.0,
        "NATO met the European Union.",
    )
    with opened(made, tmp_path / "R") as alliances:
        shift = whatif("AZE ASSAULT ARM", alliances).shifts[0]
    assert shift.risks is None


def sanctions_answered() -> Writer:
    """Russia sanctions Turkey once a season, and each time but one is sanctioned back within the month."""
    made = Writer()
    for number in range(12):
        day = dt.date(2010, 1, 10) + dt.timedelta(92 * number)
        made.event(day.isoformat(), RUSSIA, "SANCTION", TURKEY, -6.0, f"Russia barred Turkish ship {number}.")
        again = (day + dt.timedelta(5)).isoformat()
        made.event(again, RUSSIA, "SANCTION", TURKEY, -6.0, f"Russia barred Turkish lorry {number}.")
        if number:
            back = (day + dt.timedelta(20)).isoformat()
            made.event(back, TURKEY, "SANCTION", RUSSIA, -6.0, f"Turkey barred Russian ship {number}.")
    made.event("2014-06-01", TURKEY, "CONSULT", RUSSIA, 1.0, "Turkey met Russia.")
    return made


def test_precedents_tell_what_followed_on_how_many_occasions(tmp_path: Path) -> None:
    with opened(sanctions_answered(), tmp_path / "R") as seasons:
        told = precedents(seasons, "RUS", "SANCTION", "TUR", dt.date(2014, 6, 1), 30)
        early = precedents(seasons, "RUS", "SANCTION", "TUR", dt.date(2010, 1, 20), 30)
        other = precedents(seasons, "USA", "SANCTION", "TUR", dt.date(2014, 6, 1), 30)
    assert (told.occasions, told.own) == (23, 12)  # two acts within thirty days are one occasion; Turkey's are eleven
    by = {(one.direction, one.type): one for one in told.follows}
    back = by["back", "SANCTION"]
    assert back.after[0] == pytest.approx(11 / 23)
    assert back.before[0] == 0
    assert back.after[1] > back.before[2]
    assert back.latest is not None
    assert back.latest["sentence"] == "Turkey barred Russian ship 11."
    assert early.occasions == 0
    assert (other.occasions, other.own) == (23, 0)


def test_what_came_next_is_told_with_the_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = sanctions_answered().record(tmp_path / "R")
    run_whatif(folder, "RUS SANCTION TUR", None, as_json=False)
    shown = capsys.readouterr().out
    assert "What came next after SANCTION between states  (23 occasions in the record, 12 of these two)" in shown
    assert "the target to the source, SANCTION: 48%" in shown
    run_whatif(folder, "RUS SANCTION TUR", None, as_json=True)
    [back, *_] = json.loads(capsys.readouterr().out)["came_next"]["follows"]
    assert back["after"]["low"] > back["before"]["high"]
    assert back["latest"]["document"]
