"""Markup taken off: tags of HTML pieces, and Markdown's signs."""

from __future__ import annotations

import html
import re

_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|table|blockquote|section|article|figure|figcaption|hr|title)\b[^<>]*>", re.I
)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_SPACES = re.compile(r"[ \t\xa0]+")
_LINES = re.compile(r" ?\n[ \n]*")


def untagged(text: str) -> str:
    """The text of a piece of HTML, a line for each block."""
    for opening, closing in (("<!--", "-->"), ("<script", "</script"), ("<style", "</style")):
        text = _without(text, opening, closing)
    text = _BLOCK.sub("\n", text)
    text = html.unescape(_TAG.sub("", text))
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def _without(text: str, opening: str, closing: str) -> str:
    lower = text.lower() if text.isascii() else re.sub("[A-Z]+", lambda found: found[0].lower(), text)
    kept, at = [], 0
    while (start := lower.find(opening, at)) >= 0:
        kept.append(text[at:start])
        end = lower.find(closing, start)
        at = end + len(closing) if end >= 0 else len(text)
    return "".join((*kept, text[at:])) if kept else text


_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_HEADING = re.compile(r" {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_RULE = re.compile(r" {0,3}(?:[-*_=]\s*){3,}$")
_BULLET = re.compile(r"\s*(?:>\s?)*(?:[-*+]\s+|\d{1,3}[.)]\s+(?=\D))?")
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\([^()\s]*(?:\s[^()]*)?\)|\[[^\[\]]*\])")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)?(?:\s[^()]*)?\)|\[[^\[\]]*\])")
_REFERENCE = re.compile(r" {0,3}\[[^\[\]]+\]:\s")
_AUTOLINK = re.compile(r"<(?:https?://|mailto:)[^<>\s]*>")
_FOOTNOTE = re.compile(r"\[\^[^\[\]]*\]")
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])|(?<![\w_])(_{1,3})(?=\S)([^_\n]+?)(?<=\S)\3(?![\w_])"
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")


def without_markdown(text: str) -> tuple[str, str | None]:
    """A Markdown text's prose without its signs and code, and its first heading."""
    made: list[str] = []
    title = fence = None
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if fence is not None:
            if found and found[1].startswith(fence):
                fence = None
            continue
        if found:
            fence = found[1]
        elif heading := _HEADING.match(line):
            words = _inline(heading[1])
            title = title or words or None
            made += ["", words, ""]
        elif _RULE.match(line):
            if set(line.strip()) == {"="} and made and made[-1]:
                title = title or made[-1]
            made.append("")
        elif not _REFERENCE.match(line):
            made.append(_inline(_BULLET.sub("", line, count=1)))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(made)).strip(), title


def _inline(line: str) -> str:
    for pattern in (_IMAGE, _AUTOLINK, _FOOTNOTE):
        line = pattern.sub("", line)
    line = _LINK.sub(r"\1", line)
    line = _TAG.sub("", line).replace("`", "").replace("~~", "")
    for _ in range(2):
        line = _EMPHASIS.sub(lambda found: found[2] or found[4], line)
    if line.strip().startswith("|"):
        line = " ".join(line.replace("|", " ").split())
    return html.unescape(_ESCAPE.sub(r"\1", line)).rstrip()
