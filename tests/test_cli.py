"""The command line as people and scripts meet it: what stands on which stream, exit codes, one line for each error."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from handwritten import turkey_and_russia
from typer.testing import CliRunner, Result

import volteface
from volteface.cli import app
from volteface.record import Record

ARTICLE = "Turkey signed a military agreement with Ukraine on Tuesday.\n\nRussia has not attacked Turkey.\n"
COMMANDS = (
    *("code", "ingest", "brief", "turns", "network", "bonds", "whatif", "next", "forecast", "score", "backtest"),
    *("import", "export", "who", "demo"),
)


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], input=stdin, prog_name="volteface")


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "volteface.cli", *map(str, arguments)]


def one_line(result: Result) -> str:
    assert result.exit_code == 2
    assert result.stderr.startswith("volteface: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return turkey_and_russia().record(tmp_path_factory.mktemp("cli") / "R")


def test_code_prints_json_lines_and_nothing_else(article: Path) -> None:
    result = run("code", article, "--json", "--date", "2020-02-05", "--source", "The Outlet")
    made = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert result.stderr == ""
    agreed = next(one for one in made if one["kind"] == "event" and one["type"] == "AGREE")
    assert (agreed["source"]["code"], agreed["target"]["code"]) == ("TUR", "UKR")
    assert (agreed["date"], agreed["factuality"]) == ("2020-02-04", "actual")
    assert {one["factuality"] for one in made if one.get("type") == "ASSAULT"} <= {"negated"}


def test_the_readme_shows_what_code_prints(tmp_path: Path) -> None:
    [_, shown, *_] = (Path(__file__).parents[1] / "README.md").read_text("utf-8").split("```")
    _, _, *told = shown.strip().splitlines()
    sentences = [line for line in told if line and not line.startswith(" ")]
    (tmp_path / "news.txt").write_text("\n\n".join(sentences), encoding="utf-8")
    result = run("code", tmp_path / "news.txt", "--date", "2021-02-06")
    _, *lines = result.stdout.strip().splitlines()
    assert "\n".join(lines).strip() == "\n".join(told).strip()


def test_code_keeps_the_ids_and_the_order_of_a_jsonl_file(tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    items = [{"id": f"z{9 - at}", "date": "2020-01-01", "text": ARTICLE} for at in range(3)]
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    lines = run("code", path, "--json").stdout.splitlines()
    documents = list(dict.fromkeys(json.loads(line)["document"] for line in lines))
    assert documents == ["z9", "z8", "z7"]


def test_code_for_people_shows_each_sentence_once_and_what_it_says(article: Path) -> None:
    result = run("code", article, "--date", "2020-02-05", "--source", "The Outlet")
    assert result.exit_code == 0
    assert result.stdout.count("Turkey signed a military agreement with Ukraine on Tuesday.") == 1
    assert "Turkey → Ukraine AGREE" in result.stdout
    assert "4 February 2020" in result.stdout
    assert "The Outlet" in result.stdout


def test_a_broken_input_is_named_after_all_others_are_done(article: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl.gz"
    broken.write_bytes(b"\x1f\x8b\x08\x00 this is no archive")
    result = run("code", broken, article, "--json")
    assert "AGREE" in result.stdout
    assert "broken.jsonl.gz" in one_line(result)


def test_a_bad_item_is_skipped_and_counted_but_not_fatal(tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text(
        json.dumps({"id": "a", "text": ARTICLE}) + "\n" + json.dumps({"id": "b", "text": " "}) + "\n", encoding="utf-8"
    )
    result = run("code", path, "--json")
    assert result.exit_code == 0
    assert "AGREE" in result.stdout
    assert "1 skipped" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("code", "no-such-file.txt"), "no-such-file.txt"),
        (("code", "--date", "yesterday", "x.txt"), "YYYY-MM-DD"),
        (("code",), "FILE"),
        (("ingest", "no-such-file.txt", "--record", "R"), "no-such-file.txt"),
        (("ingest", "-", "--record", "/proc/nowhere"), "/proc/nowhere"),
        (("ingest", "x.txt", "--workers", "0", "--record", "R"), "--workers"),
        (("brief", "TUR", "--record", "no-such-record"), "no-such-record"),
        (("brief", "TUR"), "--record"),
        (("brief", "TUR", "RUS", "USA", "--record", "R"), "not on 3"),
        (("brief", "TUR", "--record", "R", "--since", "2015-13"), "2015-13"),
        (("brief", "TUR", "--record", "R", "--since", "2016", "--until", "2015"), "after"),
        (("export", "--record", "R", "--format", "xlsx"), "graphml"),
        (("export", "--record", "no-such-record", "--format", "csv"), "no-such-record"),
        (("who", "-"), "--json"),
        (("who", "Ankara", "--on", "2015-02-30"), "2015-02-30"),
        (("nonsense",), "nonsense"),
        (("brief", "--nonsense"), "--nonsense"),
        (("turns", "TUR", "--record", "no-such-record"), "no-such-record"),
        (("turns", "TUR", "TUR", "--record", "R"), "one state or of two"),
        (("turns", "--record", "R", "--since", "2016", "--until", "2015"), "after"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_with_exit_code_2(arguments: tuple[str, ...], told: str) -> None:
    result = run(*arguments)
    assert told in one_line(result)
    assert result.stdout == ""


def test_a_brief_on_an_unknown_name_suggests_the_nearest(record: Path) -> None:
    assert "Turkey" in one_line(run("brief", "Turkye", "--record", record))


def test_a_brief_on_a_dyad_cites_what_weighed_most_with_its_source(record: Path) -> None:
    result = run("brief", "Turkey", "RUS", "--record", record, "--since", "2015-01", "--until", "2016-12")
    assert result.exit_code == 0
    assert result.stdout.startswith("Turkey and Russia, January 2015 to December 2016\n")
    assert "24 November 2015  Turkey → Russia ASSAULT" in result.stdout
    assert "“Turkey shot down a Russian bomber.”" in result.stdout
    assert "The Sample · 24 November 2015 · doc3" in result.stdout
    assert "31 December 2016" in result.stdout
    assert "May 2014  " not in result.stdout


def test_the_months_of_a_window_are_included_whole(record: Path) -> None:
    made = json.loads(run("brief", "TUR", "RUS", "--record", record, "--until", "2014-09", "--json").stdout)
    assert [one["date"] for one in made["happened"]] == ["2014-05-06", "2014-09-01"]
    assert (made["until"], made["stories"]) == ("2014-09-30", 2)


@pytest.mark.parametrize(
    ("until", "last"),
    [("2016-02", "2016-02-29"), ("2015", "2015-12-31"), ("2015-11-24", "2015-11-24"), ("9999", "9999-12-31")],
)
def test_a_window_ends_with_the_last_day_that_was_meant(record: Path, until: str, last: str) -> None:
    assert json.loads(run("brief", "TUR", "--record", record, "--until", until, "--json").stdout)["until"] == last


def test_a_brief_writes_a_page_on_the_side(record: Path, tmp_path: Path) -> None:
    result = run("brief", "Turkey", "--record", record, "--json", "--html", tmp_path / "turkey.html")
    assert json.loads(result.stdout)["states"] == [{"code": "TUR", "name": "Turkey"}]
    assert (tmp_path / "turkey.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "nowhere" in one_line(run("brief", "Turkey", "--record", record, "--html", tmp_path / "nowhere" / "x.html"))


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "graphml"])
def test_a_record_goes_out_to_standard_output_or_to_a_file_alike(record: Path, tmp_path: Path, form: str) -> None:
    shown = run("export", "--record", record, "--format", form)
    result = run("export", "--record", record, "--format", form, "--out", tmp_path / "out")
    assert (shown.exit_code, result.exit_code, result.stdout) == (0, 0, "")
    assert shown.stdout_bytes == (tmp_path / "out").read_bytes()


def test_ingest_counts_and_the_same_input_twice_adds_nothing(article: Path, tmp_path: Path) -> None:
    first = json.loads(run("ingest", article, "--record", tmp_path / "R", "--workers", "1", "--json").stdout)
    assert (first["new"], first["known"]) == (1, 0)
    shown = run("ingest", article, "--record", tmp_path / "R")
    assert shown.exit_code == 0
    counts = dict(line.rsplit(maxsplit=2)[:2] for line in shown.stdout.splitlines() if line.startswith("documents"))
    assert counts["documents new"] == "0"
    with Record.open(tmp_path / "R") as opened:
        assert opened.counts().documents == 1


def test_a_stopped_ingest_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import volteface.ingest

    real = volteface.ingest.ingest

    def stopped(paths: list[str], record: Path, **more: object) -> object:
        done = real([], record)
        return SimpleNamespace(**{name: getattr(done, name) for name in done.__slots__} | {"interrupted": True})

    monkeypatch.setattr(volteface.ingest, "ingest", stopped)
    result = run("ingest", "x", "--record", tmp_path / "R")
    assert result.exit_code == 130
    assert result.stderr.count("\n") == 1
    assert "the same command goes on" in result.stderr


def test_who_answers_a_line_for_each_line() -> None:
    asked = '{"text": "Ankara"}\n\n{"text": "the Kremlin", "date": "2015-01-01", "context": ""}\n'
    result = run("who", "-", "--json", stdin=asked)
    assert [json.loads(line)["code"] for line in result.stdout.splitlines()] == ["TUR", "RUS"]
    assert json.loads(run("who", "the Kremlin", "--json").stdout)["sector"] == "GOV"
    assert run("who", "the Kremlin").stdout.startswith("RUS GOV")


@pytest.mark.parametrize(
    "line", ["nonsense", "[]", '{"date": "2015-01-01"}', '{"text": 1}', '{"text": "x", "date": "soon"}']
)
def test_who_names_the_line_that_is_no_question(line: str) -> None:
    result = run("who", "-", "--json", stdin=f'{{"text": "Ankara"}}\n{line}\n')
    assert "line 2" in one_line(result)
    assert json.loads(result.stdout)["code"] == "TUR"


def test_the_demo_tells_what_it_is_and_writes_its_report(tmp_path: Path) -> None:
    result = run("demo", "--no-open", "--out", tmp_path / "demo")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].startswith("Volteface read 18 short articles of 2010 to 2022")
    assert "Turkish fighter jets shot down a Russian warplane" in result.stdout
    assert "turned for the worse" in result.stdout
    assert str(tmp_path / "demo" / "report.html") in result.stdout
    assert 'class="network"' in (tmp_path / "demo" / "report.html").read_text(encoding="utf-8")


def test_the_demo_articles_are_short_and_say_whence_they_come() -> None:
    from importlib.resources import files

    text = (files("volteface.demo") / "articles.jsonl").read_text(encoding="utf-8")
    articles = [json.loads(line) for line in text.splitlines()]
    assert all(60 <= len(one["text"].split()) <= 160 for one in articles)
    assert {one["source"] for one in articles} == {"Volteface sample"}
    assert len({one["id"] for one in articles}) == len(articles)
    assert [one["date"] for one in articles] == sorted(one["date"] for one in articles)


def test_help_shows_every_command_and_no_command_shows_help() -> None:
    shown = run("--help")
    assert all(f"\n  {name} " in shown.stdout for name in COMMANDS)
    assert "..." not in shown.stdout.split("Commands:")[1]
    assert run().stdout == shown.stdout
    assert run("--version").stdout == f"volteface {volteface.__version__}\n"


def test_the_command_line_loads_no_room_before_a_command_needs_it() -> None:
    heavy = "{'spacy', 'duckdb', 'pyarrow', 'networkx', 'numpy', 'trafilatura', 'volteface.actors', 'volteface.record'}"
    script = f"import sys, volteface.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_reader_that_stops_reading_gets_no_traceback(record: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        command("export", "--record", record, "--format", "jsonl"), stdout=write, stderr=subprocess.PIPE, text=True
    )
    os.close(write)
    assert done.returncode == 2
    assert done.stderr == "volteface: standard output was closed before everything was written\n"


@pytest.fixture
def waiting() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command("who", "-", "--json"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="sends an interrupt as a terminal does")
def test_an_interrupt_ends_with_one_line_and_130(waiting: subprocess.Popen[str]) -> None:
    assert waiting.stdin is not None
    assert waiting.stdout is not None
    assert waiting.stderr is not None
    waiting.stdin.write('{"text": "Ankara"}\n' * 3000)
    waiting.stdin.flush()
    waiting.stdout.readline()
    time.sleep(0.1)
    waiting.send_signal(signal.SIGINT)
    assert waiting.wait(20) == 130
    assert waiting.stderr.read() == "volteface: stopped\n"


def test_turns_cite_the_stories_that_carry_them(record: Path) -> None:
    result = run("turns", "TUR", "RUS", "--record", record, "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 0
    assert told["states"] == ["TUR", "RUS"]
    assert told["turns"]
    for turn in told["turns"]:
        assert turn["dyad"] == ["RUS", "TUR"]
        assert turn["stories"]
        assert all(story["sentence"] and story["document"] for story in turn["stories"])


def test_turns_for_people_show_the_sentence_below(record: Path) -> None:
    result = run("turns", "TUR", "--record", record)
    assert result.exit_code == 0
    assert "24 November 2015  with Russia" in result.stdout


def test_code_explains_each_event(article: Path) -> None:
    result = run("code", article, "--json", "--explain")
    made = [json.loads(line) for line in result.stdout.splitlines()]
    assert all(("no event" in one["why"]) == (one["kind"] == "event") for one in made if one["why"])
    assert any(one["why"] for one in made)


def test_a_file_of_no_known_format_is_one_line_and_leaves_no_record_with_rows(tmp_path: Path) -> None:
    file = tmp_path / "events.txt"
    file.write_text("nothing that any project writes\n", encoding="utf-8")
    told = one_line(run("import", file, "--record", tmp_path / "R"))
    assert "events.txt" in told
    assert "weather" in one_line(run("import", file, "--record", tmp_path / "R", "--format", "weather"))
