"""Bytes of files and pipes: unpacked within bounds, brought to UTF-8, cut into lines. All but Parquet use it."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from volteface.errors import InputError

CHUNK = 1 << 18
LARGEST_RATIO = 200  # news packs to a quarter or a tenth; more than this is a decompression bomb
_FREE = 64 << 20  # unpacked bytes before the ratio is looked at
_ENCODING_REMEDY = "name its encoding, for example --encoding latin-1"

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a media file"),
    (b"\x1f\x8b", "packed with gzip"),
    (b"BZh", "packed with bzip2"),
    (b"\xfd7zXZ", "packed with xz"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
)


class Broken(Exception):
    """A file that breaks off or is not what its name says; the message is one line with the remedy."""


def known_encoding(name: str | None) -> str | None:
    """The encoding's usual name. Raises InputError where there is none of this name."""
    if name is None:
        return None
    try:
        codec = codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError, TypeError):
        raise InputError(f"encoding {name!r}: there is none of this name; try latin-1, cp1252 or utf-16") from None
    return codec.name


def binary(head: bytes, encoding: str | None) -> str | None:
    """What a file's first bytes say that it is, where that is no text."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if encoding is None and b"\x00" in head and not any(head.startswith(mark) for mark, _ in _MARKS):
        return "binary (it holds NUL bytes)"
    return None


def chunks(path: Path) -> Iterator[bytes]:
    """A file's bytes, unpacked where its name ends in .gz. Raises Broken."""
    with path.open("rb") as file:
        read = iter(lambda: file.read(CHUNK), b"")
        yield from (_unpacked(read) if path.suffix.lower() == ".gz" else read)


def _unpacked(packed: Iterable[bytes]) -> Iterator[bytes]:
    """Gzip's members one after another, at most CHUNK bytes at once; zeros after a member are padding."""
    member: zlib._Decompress | None = zlib.decompressobj(wbits=31)
    taken = given = 0
    for rest in packed:
        taken += len(rest)
        full = False
        while rest or full:
            if member is None:
                rest = rest.lstrip(b"\x00")
                if not rest:
                    break
                member = zlib.decompressobj(wbits=31)
            before = member.copy()
            try:
                made = member.decompress(rest, CHUNK)
            except zlib.error as wrong:
                made = _saved(before, rest)
                yield made
                raise Broken(_gzip_trouble(wrong, given + len(made))) from None
            given += len(made)
            if given > _FREE and given > LARGEST_RATIO * taken:
                raise Broken(f"unpacks to over {LARGEST_RATIO} times its size; unpack it yourself if you trust it")
            yield made
            full = len(made) == CHUNK
            rest = member.unconsumed_tail
            if member.eof:
                rest, member, full = member.unused_data, None, False
    if member is not None:
        raise Broken(f"gzip ends early, after {given:,} unpacked bytes; fetch or pack the file again")


def _saved(member: zlib._Decompress, rest: bytes) -> bytes:
    """What can be unpacked before the damage: zlib itself drops all that the failing call had made."""
    made = bytearray()
    try:
        for at in range(len(rest)):
            made += member.decompress(rest[at : at + 1])
    except zlib.error:
        pass
    return bytes(made)


def _gzip_trouble(wrong: zlib.error, given: int) -> str:
    if "incorrect header" in str(wrong):
        if given:
            return "something else follows the gzip data; pack the file again"
        return "not gzip although its name ends in .gz; rename or pack it"
    fault = "has a wrong checksum" if "check" in str(wrong) else "is damaged"
    return f"gzip {fault} after {given:,} unpacked bytes; fetch or pack the file again"


def utf8(read: Iterable[bytes], encoding: str | None) -> Iterator[bytes]:
    """Bytes as UTF-8 without byte-order mark. UTF-8 passes unchecked; other encodings raise Broken at a wrong byte."""
    read = iter(read)
    head = b""
    for piece in read:
        head += piece
        if len(head) >= 4:
            break
    if encoding is None:
        encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
    if encoding in ("utf-8", "utf-8-sig"):
        yield head.removeprefix(codecs.BOM_UTF8)
        yield from read
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    passed = 0
    for piece in _with_end(head, read):
        waiting = len(decoder.getstate()[0])
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeError as wrong:
            at = f"byte {passed - waiting + wrong.start:,} is" if isinstance(wrong, UnicodeDecodeError) else "it is"
            raise Broken(f"{at} not {encoding}; {_ENCODING_REMEDY}") from None
        passed += len(piece)
        yield text.encode("utf-8", "replace")


def _with_end(head: bytes, read: Iterable[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from read
    yield b""


def lines(read: Iterable[bytes], longest: int) -> Iterator[tuple[int, bytes | None]]:
    """Each line's offset and bytes; None for a line beyond `longest` bytes, which is passed over in little memory."""
    held: list[bytes] = []
    size = start = 0
    for piece in read:
        *whole, tail = piece.split(b"\n")
        for part in whole:
            size += len(part)
            yield start, b"".join((*held, part)) if size <= longest else None
            start += size + 1
            held.clear()
            size = 0
        size += len(tail)
        if size > longest:
            held.clear()
        elif tail:
            held.append(tail)
    if size:
        yield start, b"".join(held) if size <= longest else None


def decoded(data: bytes, offset: int = 0) -> str:
    """UTF-8 bytes as text. Raises Broken with the offset of the first wrong byte."""
    try:
        return data.decode()
    except UnicodeDecodeError as wrong:
        raise Broken(f"byte {offset + wrong.start:,} is not UTF-8; {_ENCODING_REMEDY}") from None


def whole(read: Iterable[bytes], longest: int) -> bytes | None:
    """All bytes; None where there are more than `longest`."""
    held: list[bytes] = []
    size = 0
    for piece in read:
        size += len(piece)
        if size > longest:
            return None
        held.append(piece)
    return b"".join(held)
