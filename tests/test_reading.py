"""Reading files of every format, told apart from what is left out and what is broken."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volteface.errors import InputError
from volteface.reading import Damaged, Skipped, read
from volteface.reading.dates import date_in_name, date_of
from volteface.reading.english import is_english
from volteface.reading.markup import untagged, without_markdown
from volteface.reading.opening import lines
from volteface.terms import Document, identity, normalised

CORPUS = Path(__file__).parents[2] / "shared" / "data" / "current-events-2002-2022.jsonl.gz"
ITEM = {"id": "a1", "date": "2021-02-26", "text": "Turkey met Russia in Sochi."}

Write = Callable[[str, bytes | str], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, content: bytes | str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return written


def only_document(path: str, **asked: Any) -> Document:
    (found,) = read([path], **asked)
    assert isinstance(found, Document), found
    return found


def as_lines(*items: object) -> bytes:
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)


# --- plain text and Markdown


def test_a_text_s_first_short_line_is_its_title_and_stays_in_the_text(write: Write) -> None:
    found = only_document(write("a.txt", "Peru and Chile sign pact\n\nPeru signed a pact with Chile.\n"))
    assert found.title == "Peru and Chile sign pact"
    assert found.text == "Peru and Chile sign pact\n\nPeru signed a pact with Chile."
    assert found.id == identity(normalised(found.text))
    assert found.url is not None
    assert found.url.endswith("a.txt")


def test_a_first_line_that_is_a_sentence_is_no_title(write: Write) -> None:
    assert only_document(write("a.txt", "Peru signed a pact with Chile.\n\nIt was the first.")).title is None


def test_a_header_tells_date_and_outlet_and_is_not_coded(write: Write) -> None:
    found = only_document(
        write("a.txt", "Date: 26 February 2021\nSource: Nile Post\n\nPact signed\n\nEgypt met Sudan.")
    )
    assert (found.published, found.source, found.title) == (dt.date(2021, 2, 26), "Nile Post", "Pact signed")
    assert found.text == "Pact signed\n\nEgypt met Sudan."


def test_prose_that_begins_like_a_header_stays_prose(write: Write) -> None:
    for text in ("Source: the ministry said on Monday\nthat Egypt met Sudan.", "Date: Friday will bring a summit."):
        assert only_document(write("a.txt", text)).text == text


def test_a_file_s_name_may_hold_its_date(write: Write) -> None:
    assert only_document(write("2021-02-26-ankara.txt", "Turkey met Russia.")).published == dt.date(2021, 2, 26)


def test_arguments_fill_only_what_files_leave_open(write: Write) -> None:
    path = write("a.jsonl", as_lines({**ITEM, "source": "Nile Post"}, {"text": "Egypt met Sudan."}))
    told, untold = read([path], date=dt.date(2000, 1, 1), source="Other")
    assert isinstance(told, Document)
    assert isinstance(untold, Document)
    assert (told.published, told.source) == (dt.date(2021, 2, 26), "Nile Post")
    assert (untold.published, untold.source) == (dt.date(2000, 1, 1), "Other")


def test_markdown_loses_its_signs_and_code_and_keeps_its_words(write: Write) -> None:
    text = (
        "---\nlayout: post\ntitle: 'Ghana talks'\ndate: 2018-01-02\nsource: Volta Daily\n---\n"
        "# Ghana *talks* with Togo\n\n"
        "Ghana's [president](https://example.org/x_(y)) met **Togo's** leader, a snake_case_word.\n\n"
        "> Quoted.\n\n- first\n- second\n\n```python\nprint(1)\n```\n2021. was a year ![map](m.png)\n"
    )
    found = only_document(write("a.md", text))
    assert (found.title, found.source, found.published) == ("Ghana talks", "Volta Daily", dt.date(2018, 1, 2))
    assert found.text == (
        "Ghana talks with Togo\n\nGhana's president met Togo's leader, a snake_case_word.\n\n"
        "Quoted.\n\nfirst\nsecond\n\n2021. was a year"
    )


def test_a_rule_at_the_top_of_a_markdown_file_is_no_front_matter(write: Write) -> None:
    assert (
        only_document(write("a.md", "---\nGhana met Togo.\n\n---\nIt was late.")).text
        == "Ghana met Togo.\n\nIt was late."
    )


def test_a_first_heading_is_a_markdown_file_s_title(write: Write) -> None:
    assert only_document(write("a.md", "## Ghana talks ##\n\nGhana met Togo.")).title == "Ghana talks"


# --- HTML

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="{charset}">
<title>Kenya and Uganda open café line - The Nile Post</title>
<meta property="og:site_name" content="The Nile Post">
<meta property="article:published_time" content="2019-03-04T08:00:00+03:00">
<link rel="canonical" href="https://example.org/rail"></head>
<body><nav><a href="/">Home</a> <a href="/w">World</a></nav><article><h1>Kenya and Uganda open café line</h1>
<p>The presidents of Kenya and Uganda opened a rail line on Monday that links the port of Mombasa with Kampala.</p>
<p>Both governments agreed to share the cost of the next stretch, officials said, and to ease checks at the border.</p>
</article><footer>Copyright 2024 The Nile Post. Cookies.</footer>
<script>var a = "Cuba met Haiti";</script></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
def test_a_page_gives_its_article_title_outlet_address_and_date(write: Write, charset: str) -> None:
    found = only_document(write("a.html", PAGE.format(charset=charset).encode(charset)))
    assert found.title == "Kenya and Uganda open café line"
    assert (found.source, found.url) == ("The Nile Post", "https://example.org/rail")
    assert found.published == dt.date(2019, 3, 4)
    assert found.text.startswith("Kenya and Uganda open café line")
    assert "links the port of Mombasa with Kampala.\n\nBoth governments" in found.text
    assert not any(word in found.text for word in ("Cookies", "Cuba", "Home", "<"))


def test_a_page_without_an_article_still_gives_its_words(write: Write) -> None:
    found = only_document(write("a.htm", "<title>Chad</title><script>x()</script><b>Chad</b> met Mali &amp; Niger."))
    assert "Chad met Mali & Niger." in found.text


# --- JSON lines and JSON


def test_a_line_s_fields_become_a_document(write: Write) -> None:
    item = {
        **ITEM,
        "title": "Sochi talks",
        "sources": ["Nile Post", "", None, "Volta"],
        "url": "https://e.org",
        "x": {},
    }
    assert only_document(write("a.jsonl", as_lines(item))) == Document(
        "a1",
        "Sochi talks.\n\nTurkey met Russia in Sochi.",
        "Sochi talks",
        "Nile Post; Volta",
        "https://e.org",
        dt.date(2021, 2, 26),
    )


def test_a_title_that_begins_the_text_is_not_repeated(write: Write) -> None:
    item = {"title": "Turkey met  Russia", "text": "Turkey met Russia\n\nin Sochi."}
    assert only_document(write("a.jsonl", as_lines(item))).text == item["text"]


def test_a_title_that_ends_its_sentence_gets_no_second_stop(write: Write) -> None:
    assert only_document(write("a.jsonl", as_lines({"title": "War?", "text": "No, said Peru."}))).text[:6] == "War?\n\n"


def test_packed_lines_read_like_plain_ones(write: Write) -> None:
    plain = as_lines(ITEM, {"id": 7, "text": "Egypt met Sudan."})
    packed = gzip.compress(plain[:30]) + gzip.compress(plain[30:]) + b"\0" * 512
    assert list(read([write("a.jsonl.gz", packed)])) == list(read([write("a.jsonl", plain)]))


def test_a_json_file_holds_one_object_or_a_list(write: Write) -> None:
    one = only_document(write("a.json", json.dumps(ITEM)))
    listed = list(read([write("b.json", json.dumps([ITEM, 3]))]))
    assert listed[0] == one
    assert isinstance(listed[1], Skipped)
    assert (listed[1].where[-9:], listed[1].reason) == ("b.json[2]", "not an object")


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"id": "x"}, "no text field"),
        ({"id": "x", "text": None}, "no text field"),
        ({"id": "x", "text": 5}, "text is not a string"),
        ({"id": "x", "text": " \n\u200b "}, "empty"),
        ({"id": "x", "text": "--- 12 ---"}, "empty"),
        ({"id": "x", "text": "a" * 1001}, "too long"),
        ({"id": "x", "text": "El presidente de México viajó ayer a Washington para una reunión."}, "not English"),
    ],
)
def test_an_item_left_out_says_why_and_keeps_its_id(write: Write, item: dict[str, Any], reason: str) -> None:
    path = write("a.jsonl", as_lines(ITEM, item))
    kept, left = read([path], max_characters=1000)
    assert isinstance(kept, Document)
    assert left == Skipped(f"{path}:2", reason, "x")


@pytest.mark.parametrize("line", [b"[1]", b"3", b'"text"', b"null"])
def test_a_line_that_is_no_object_is_left_out(write: Write, line: bytes) -> None:
    (found,) = read([write("a.jsonl", line)])
    assert isinstance(found, Skipped)
    assert found.reason == "not an object"


def test_what_is_left_out_keeps_its_key_in_a_second_run(write: Write) -> None:
    path = write("a.jsonl", as_lines({"text": "Le président a rencontré son homologue dans la capitale."}, {}))
    first, second = (list(read([path])) for _ in range(2))
    assert first == second
    assert len({one.key for one in first if isinstance(one, Skipped)}) == 2


def test_malformed_json_names_its_line_and_reading_goes_on(write: Write) -> None:
    path = write("a.jsonl", as_lines(ITEM) * 6 + b'{"id": "x", "text": \n' + as_lines(ITEM))
    found = list(read([path]))
    assert [type(one) for one in found] == [Document] * 6 + [Damaged, Document]
    assert str(found[6]).startswith(f"{path}:7: malformed JSON at column 21 (")


@pytest.mark.parametrize("ending", ["jsonl", "json"])
@pytest.mark.parametrize(("bad", "says"), [(b'{"a":' * 100_000, "nested too deep"), (b"9" * 5000, "number")])
def test_hostile_json_is_damage(write: Write, ending: str, bad: bytes, says: str) -> None:
    (found,) = read([write(f"a.{ending}", bad)])
    assert isinstance(found, Damaged)
    assert says in found.message


def test_wrong_bytes_name_their_offset_and_the_remedy(write: Write) -> None:
    path = write("a.jsonl", as_lines(ITEM) + b'{"text": "caf\xe9"}\n' + as_lines(ITEM))
    first, damaged, last = read([path])
    assert first == last
    offset = len(as_lines(ITEM)) + 13
    expected = f"byte {offset} is not UTF-8; name its encoding, for example --encoding latin-1"
    assert damaged == Damaged(f"{path}:2", expected)


def test_control_characters_and_lone_surrogates_are_cleaned_away(write: Write) -> None:
    found = only_document(
        write("a.jsonl", b'{"text": "Pe\\u0000ru\\r\\nmet\\ud800 Ch\\u0007ile\\ufeff.", "id": "\\udfffa"}')
    )
    assert (found.text, found.id) == ("Peru\nmet Chile.", "a")


def test_a_line_of_a_hundred_megabytes_is_passed_over_in_little_memory() -> None:
    import tracemalloc

    pieces = (piece for piece in [b'{"text": "', *[b"a" * (1 << 20)] * 100, b'"}\n', b"next\n"])
    tracemalloc.start()
    found = list(lines(pieces, 1 << 20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [line for _, line in found] == [None, b"next"]
    assert peak < 8 << 20


@given(st.binary(max_size=200).map(lambda data: data.replace(b"b", b"\n")), st.integers(1, 20), st.integers(1, 30))
def test_lines_are_those_of_split_whatever_the_pieces(data: bytes, piece: int, longest: int) -> None:
    pieces = [data[at : at + piece] for at in range(0, len(data), piece)]
    expected = data.split(b"\n")
    expected = expected[:-1] if expected[-1] == b"" else expected
    found = list(lines(pieces, longest))
    assert [line for _, line in found] == [line if len(line) <= longest else None for line in expected]
    assert all(line is None or data[start:].startswith(line) for start, line in found)


# --- gzip


def test_a_gzip_that_ends_early_gives_what_it_holds_and_says_so(write: Write) -> None:
    items = [{"id": f"i{n}", "text": f"Peru met Chile {n * 7919} times."} for n in range(500)]
    found = list(read([write("a.jsonl.gz", gzip.compress(as_lines(*items))[:-100])]))
    assert len(found) > 300
    assert isinstance(found[-1], Damaged)
    assert "gzip ends early" in found[-1].message
    assert {type(one) for one in found[:-1]} == {Document}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (gzip.compress(as_lines(ITEM))[:-8] + b"\1\2\3\4" + b"\5\6\7\x08", "wrong checksum"),
        (gzip.compress(as_lines(ITEM)) + b"more", "something else follows"),
    ],
)
def test_a_gzip_damaged_at_its_end_still_gives_its_lines(write: Write, content: bytes, says: str) -> None:
    document, damaged = read([write("a.jsonl.gz", content)])
    assert isinstance(document, Document)
    assert isinstance(damaged, Damaged)
    assert says in damaged.message


@pytest.mark.parametrize("content", [as_lines(ITEM), b"", b"\x1f\x8b"])
def test_what_is_no_gzip_is_damage(write: Write, content: bytes) -> None:
    (found,) = read([write("a.jsonl.gz", content)])
    assert isinstance(found, Damaged)


def test_a_decompression_bomb_is_stopped(write: Write) -> None:
    start = time.perf_counter()
    (found,) = read([write("a.jsonl.gz", gzip.compress(b"\n" + b"a" * (200 << 20), 1))])
    assert isinstance(found, Damaged)
    assert "200 times" in found.message
    assert time.perf_counter() - start < 5


# --- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_marked_encodings_are_read(write: Write, encoding: str, name: str) -> None:
    text = "Le Drian met Gül in Çeşme and they talked of the war."
    content = json.dumps({"text": text}, ensure_ascii=False) + "\n" if name == "a.jsonl" else text
    assert only_document(write(name, content.encode(encoding))).text == text


def test_another_encoding_is_damage_until_it_is_named(write: Write) -> None:
    path = write("a.txt", "The café is in Chad.".encode("latin-1"))
    (damaged,) = read([path])
    assert isinstance(damaged, Damaged)
    assert damaged.message.startswith("byte 7 is not UTF-8")
    assert only_document(path, encoding="latin-1").text == "The café is in Chad."


def test_a_wrongly_named_encoding_is_damage_with_its_offset(write: Write) -> None:
    (damaged,) = read([write("a.txt", b"The caf\xe9 is in Chad.")], encoding="ascii")
    assert isinstance(damaged, Damaged)
    assert damaged.message.startswith("byte 7 is not ascii")


@pytest.mark.parametrize("name", ["klingon", "rot13", "base64", "a\0b", ""])
def test_an_encoding_that_is_none_is_an_input_error(write: Write, name: str) -> None:
    with pytest.raises(InputError, match="encoding"):
        read([write("a.txt", "Peru met Chile.")], encoding=name)


# --- feeds

RSS = """<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0"><channel><title>Example Wire</title><item>
<title>Chad recalls envoy</title>
<description>&lt;p&gt;Chad &lt;b&gt;recalled&lt;/b&gt; its envoy; Ren\u00e9 said so.&lt;/p&gt;</description>
<link>https://example.org/1</link><guid>g1</guid><pubDate>Fri, 26 Feb 2021 10:00:00 GMT</pubDate></item>
<item><title>Only a headline about Mali</title><pubDate>Fri, 99 Feb 2021 10:00:00 GMT</pubDate></item>
<item/></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>At Wire</title><entry><id>urn:1</id><title>Peru signs</title>
<updated>2020-05-06T00:00:00Z</updated><link href="https://example.org/2"/><content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>Peru signed a treaty.</p><p>It was the first.</p></div></content></entry>
</feed>"""


def test_the_items_of_an_rss_file_become_documents(write: Write) -> None:
    first, headline, empty = read([write("a.xml", RSS.encode("latin-1"))])
    text = "Chad recalls envoy.\n\nChad recalled its envoy; René said so."
    day = dt.date(2021, 2, 26)
    assert first == Document("g1", text, "Chad recalls envoy", "Example Wire", "https://example.org/1", day)
    assert isinstance(headline, Document)
    assert (headline.text, headline.published) == ("Only a headline about Mali", None)
    assert isinstance(empty, Skipped)


def test_the_entries_of_an_atom_file_become_documents(write: Write) -> None:
    found = only_document(write("a.atom", ATOM))
    assert (found.id, found.published, found.url) == ("urn:1", dt.date(2020, 5, 6), "https://example.org/2")
    assert found.text == "Peru signs.\n\nPeru signed a treaty.\nIt was the first."


def test_a_feed_that_breaks_off_gives_what_can_be_made_out(write: Write) -> None:
    found = list(read([write("a.rss", RSS.encode("latin-1")[:-60])]))
    assert isinstance(found[0], Document)
    assert isinstance(found[-1], Damaged)


def test_a_feed_in_another_encoding_than_it_declares_is_told(write: Write) -> None:
    path = write("a.xml", RSS.replace("ISO-8859-1", "UTF-8").encode("latin-1"))
    *_, last = read([path])
    assert isinstance(last, Damaged)
    assert "--encoding" in last.message
    first, *rest = read([path], encoding="latin-1")
    assert isinstance(first, Document)
    assert "René" in first.text
    assert not any(isinstance(one, Damaged) for one in rest)


def test_xml_that_is_no_feed_is_damage(write: Write) -> None:
    (found,) = read([write("a.xml", "<note><to>Peru</to></note>")])
    assert isinstance(found, Damaged)
    assert "no RSS or Atom feed" in found.message


def test_entities_are_neither_fetched_nor_blown_up(write: Write, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden treasure")
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = (
        f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "lol"><!ENTITY e SYSTEM "{secret.as_uri()}">{bomb}]>'
        "<rss version='2.0'><channel><item><title>Peru met &e; Chile &l9;</title></item></channel></rss>"
    )
    for found in read([write("a.xml", text)]):
        assert "hidden" not in str(found)
        assert len(str(found)) < 1000


# --- Parquet


def test_parquet_reads_like_the_same_lines(write: Write, tmp_path: Path) -> None:
    day = dt.date(2021, 2, 26)
    items = [{"id": f"i{n}", "text": f"Peru met Chile {n} times.", "sources": ["A", "B"]} for n in range(3000)]
    table = pa.Table.from_pylist(items).append_column("date", pa.array([day] * 3000))
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=700)
    found = list(read([str(tmp_path / "a.parquet")]))
    assert found == list(read([write("a.jsonl", as_lines(*({**item, "date": "2021-02-26"} for item in items)))]))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_parquet_s_times_become_days(tmp_path: Path, unit: str) -> None:
    times = pa.array([dt.datetime(2021, 2, 26, 9), None]).cast(pa.timestamp(unit))
    pq.write_table(pa.table({"text": ["Peru met Chile.", "Chile met Peru."], "date": times}), tmp_path / "a.parquet")
    days = [one.published for one in read([str(tmp_path / "a.parquet")]) if isinstance(one, Document)]
    assert days == [dt.date(2021, 2, 26), None]


def test_parquet_without_text_is_left_out_and_a_broken_one_is_damage(write: Write, tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "a.parquet")
    (left,) = read([str(tmp_path / "a.parquet")])
    assert isinstance(left, Skipped)
    assert left.reason == "no text field"
    (broken,) = read([write("b.parquet", (tmp_path / "a.parquet").read_bytes()[:-5])])
    assert isinstance(broken, Damaged)


# --- folders, paths and standard input


def test_a_folder_is_read_in_a_stable_order_without_its_hidden_files(write: Write, tmp_path: Path) -> None:
    for name in ("d/b.txt", "d/a/z.txt", "d/a.txt", "d/.hidden/x.txt", "d/.x.txt", "d/picture.jpg"):
        write(name, f"Peru met Chile in {name}.")
    found = list(read([str(tmp_path / "d")]))
    documents = [one.text for one in found if isinstance(one, Document)]
    assert documents == ["Peru met Chile in d/a/z.txt.", "Peru met Chile in d/a.txt.", "Peru met Chile in d/b.txt."]
    assert [one.reason for one in found if isinstance(one, Skipped)] == ["unsupported ending"]


def test_links_out_of_a_folder_and_rings_of_links_are_not_followed(write: Write, tmp_path: Path) -> None:
    write("d/a.txt", "Peru met Chile.")
    write("outside/o.txt", "Chad met Mali.")
    (tmp_path / "d" / "out.txt").symlink_to(tmp_path / "outside" / "o.txt")
    (tmp_path / "d" / "out").symlink_to(tmp_path / "outside")
    (tmp_path / "d" / "ring").symlink_to(tmp_path / "d")
    (tmp_path / "d" / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    counted = Counter(getattr(one, "reason", "read") for one in read([str(tmp_path / "d")]))
    assert counted == {"read": 1, "link not followed": 4}


def test_a_binary_in_a_folder_is_damage_and_the_rest_is_read(write: Write, tmp_path: Path) -> None:
    write("d/a.txt", b"%PDF-1.7 ...")
    write("d/b.txt", "Peru met Chile.")
    damaged, document = read([str(tmp_path / "d")])
    assert isinstance(damaged, Damaged)
    assert isinstance(document, Document)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.txt", b"%PDF-1.7", "a PDF"),
        ("a.txt", b"PK\x03\x04rest", "zip archive"),
        ("a.html", b"\x89PNG\r\n", "PNG"),
        ("a.md", b"text\x00more", "NUL"),
        ("a.jsonl", b"\x1f\x8b\x08", "gzip"),
        ("a.xml", b"\x00\x01", "NUL"),
        ("a.docx", b"x", "no ending that can be read"),
        ("a", b"x", "no ending that can be read"),
    ],
)
def test_a_file_that_is_no_text_is_an_input_error_of_one_line(
    write: Write, name: str, content: bytes, says: str
) -> None:
    path = write(name, content)
    with pytest.raises(InputError) as raised:
        read([write("good.txt", "Peru met Chile."), path])
    message = str(raised.value)
    assert message.startswith(f"{path}: ")
    assert says in message
    assert "\n" not in message


@pytest.mark.parametrize("name", ["missing.txt", "missing\n.txt", "nul\0.txt", "x" * 5000 + ".txt", ""])
def test_a_missing_path_is_an_input_error_of_one_line(name: str) -> None:
    with pytest.raises(InputError) as raised:
        read([f"nowhere/{name}"])
    assert "\n" not in str(raised.value)


def test_a_folder_without_a_readable_file_and_a_pipe_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no readable file"):
        read([str(tmp_path)])
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(InputError, match="standard input"):
        read([str(tmp_path / "pipe.txt")])


def from_standard_input(monkeypatch: pytest.MonkeyPatch, content: bytes) -> list[Document | Skipped | Damaged]:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    return list(read(["-"]))


def test_standard_input_is_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = from_standard_input(monkeypatch, b"{Peru} met Chile.\n\nIt was the first.")
    assert isinstance(found, Document)
    assert (found.text, found.url) == ("{Peru} met Chile.\n\nIt was the first.", None)


def test_standard_input_is_json_lines_where_it_begins_so(monkeypatch: pytest.MonkeyPatch) -> None:
    found = from_standard_input(monkeypatch, b"\n" + as_lines(ITEM) + b"{bad\n" + as_lines(ITEM))
    assert [type(one) for one in found] == [Document, Damaged, Document]
    assert isinstance(found[1], Damaged)
    assert found[1].where == "standard input:3"


def test_a_binary_on_standard_input_is_an_input_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="standard input"):
        from_standard_input(monkeypatch, b"\x7fELF\x00\x00")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.jsonl", "a.json", "a.html", "a.xml"])
def test_an_empty_file_is_left_out_as_empty_or_is_no_feed(write: Write, name: str) -> None:
    (found,) = read([write(name, b"")])
    assert isinstance(found, Damaged) if name == "a.xml" else isinstance(found, Skipped) and found.reason == "empty"


# --- dates


@pytest.mark.parametrize(
    "given",
    [
        "2021-02-26",
        " 2021-02-26T23:00:00Z",
        "2021/2/26",
        "20210226",
        20210226,
        "26 February 2021",
        "Friday, 26th Feb. 2021",
        "February 26, 2021",
        "Feb 26 2021 10:00",
        "Fri, 26 Feb 2021 10:00:00 GMT",
        1614333600,
        1614333600000,
        dt.date(2021, 2, 26),
        dt.datetime(2021, 2, 26, 10),
    ],
)
def test_dates_are_read_as_files_write_them(given: object) -> None:
    assert date_of(given) == dt.date(2021, 2, 26)


@pytest.mark.parametrize(
    "given",
    ["2021-02-30", "2021-13-01", "0000-00-00", "9999-01-01", "soon", "", "2021", None, [], True, 12, 1e308, "1" * 99],
)
def test_what_is_no_possible_day_is_no_date(given: object) -> None:
    assert date_of(given) is None


def test_a_name_s_other_numbers_are_no_date() -> None:
    assert date_in_name("report-2002-2022") is None
    assert date_in_name("x_20210226_y") == dt.date(2021, 2, 26)


@given(st.text() | st.floats() | st.integers())
def test_no_value_breaks_the_reading_of_dates(given: object) -> None:
    found = date_of(given)
    assert found is None or 1500 <= found.year <= 2200


# --- English

FOREIGN = """\
España retira a su embajador en Buenos Aires tras las declaraciones.
Rusia ataca la capital con drones y misiles.
Le président français s'est rendu à Berlin pour rencontrer la chancelière.
Paris rappelle son ambassadeur à Alger.
Die Bundesregierung verhängt neue Sanktionen gegen Russland.
Der Außenminister reiste am Montag nach Ankara.
Президент России прибыл в Пекин с официальным визитом.
Türkiye ile Ukrayna askeri işbirliği anlaşması imzaladı.
Cumhurbaşkanı Erdoğan, Putin ile telefonda görüştü.
Indonesia dan Malaysia menandatangani perjanjian perbatasan laut.
Presiden Joko Widodo bertemu dengan Perdana Menteri Malaysia di Jakarta.
中国外交部发言人周三表示,中方坚决反对美国对台军售。
وصل وزير الخارجية المصري إلى الخرطوم لإجراء محادثات.
日本の首相は韓国の大統領と会談した。
한국 대통령이 일본을 방문했다.
O presidente viajou para Buenos Aires e se reuniu com o presidente argentino.
Il ministro degli Esteri ha incontrato il suo omologo libico a Tripoli.
Premier Polski spotkał się z prezydentem Ukrainy w Kijowie.
Nederland levert tanks aan Oekraïne, maar niet voor volgend jaar.
L'Italia invia aiuti alla Libia.
Iran droht Israel mit Vergeltung.
Colombia rompe relaciones con Israel.
Pasukan Rusia menyerang kota Kharkiv.
भारत और चीन ने सीमा पर समझौता किया।"""
SHORT_ENGLISH = """\
Turkey shoots down Russian jet.
TURKEY SHOOTS DOWN RUSSIAN JET
Lula da Silva visits Buenos Aires.
Peace talks in Rio de Janeiro.
Trump, Putin meet.
Iran denies Saudi claims.
Côte d'Ivoire expels Malian envoys
Luiz Inácio Lula da Silva, Gustavo Petro, Andrés Manuel López Obrador attend CELAC summit.
Kuwaiti police arrest smuggler Jasim al-Otaibi.
Die Zeit reports Berlin aids Kyiv
Al-Shabaab seizes El Dhere
China's "中国" brand"""


@pytest.mark.parametrize("text", FOREIGN.split("\n"))
def test_another_language_is_noticed(text: str) -> None:
    assert not is_english(text)


@pytest.mark.parametrize("text", SHORT_ENGLISH.split("\n"))
def test_short_english_with_foreign_names_stays_english(text: str) -> None:
    assert is_english(text)


@pytest.mark.skipif(not CORPUS.is_file(), reason="../shared/data is absent")
def test_the_corpus_is_read_whole_in_seconds_and_is_english() -> None:
    start = time.perf_counter()
    counted = Counter(getattr(one, "reason", "read") for one in read([CORPUS]))
    assert counted.total() == 97_302
    assert counted["read"] >= 97_282
    assert time.perf_counter() - start < 30  # measured: 2.1


# --- nothing breaks it


@pytest.mark.parametrize("ending", ["txt", "md", "jsonl", "jsonl.gz", "json", "html", "xml", "parquet"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_bytes_give_items_or_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, ending: str, data: st.DataObject
) -> None:
    pieces = st.sampled_from(
        [
            b'{"text": "',
            b'"}\n',
            b"<pubDate>",
            b"<p>",
            b"<!--",
            b"&#xD800;",
            b"<rss version='2.0'><channel>",
            b"<item><title>",
        ]
    )
    content = data.draw(st.lists(st.binary(max_size=40) | pieces, max_size=12).map(b"".join))
    path = tmp_path_factory.getbasetemp() / f"any.{ending}"
    path.write_bytes(gzip.compress(content) if ending == "jsonl.gz" and len(content) % 2 else content)
    try:
        found = list(read([str(path)]))
    except InputError:
        return
    for one in found:
        assert isinstance(one, Document | Skipped | Damaged)
        assert "\n" not in str(getattr(one, "message", ""))
        if isinstance(one, Document):
            assert one.text.encode()
            assert "\x00" not in one.text


@given(st.text(alphabet="<>!-/ab&;#\n\"'*_[]()`~|\\ ", max_size=200))
def test_markup_of_any_kind_can_be_taken_off(text: str) -> None:
    assert "<script" not in untagged(text)
    prose, title = without_markdown(text)
    assert title is None or title in prose
