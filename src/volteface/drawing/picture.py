"""A picture: SVG with its own style, to show in a notebook or to save."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from html import escape
from pathlib import Path

from volteface.errors import InputError

FONT = "13px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
GOOD, BAD, PLAIN, INK = "#2f7fc4", "#d9700a", "#8e9298", "#1d2126"


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """An SVG that needs nothing else. A notebook shows it; `save` writes it to a file."""

    title: str
    svg: str

    def save(self, path: str | Path) -> Path:
        """Writes the SVG to this file and returns its path. InputError where it cannot be written."""
        file = Path(path)
        try:
            file.write_text(self.svg, encoding="utf-8")
        except OSError as e:
            raise InputError(f"cannot write {file}: {e.strerror}; name a file that you may write") from e
        return file

    def __str__(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<Picture: {self.title}; .save(FILE) writes {len(self.svg) / 1024:.0f} KB of SVG>"

    def _repr_svg_(self) -> str:
        return self.svg


def picture(title: str, width: float, height: float, drawn: str) -> Picture:
    """A picture of this size on white, with its title for those who cannot see it."""
    return Picture(
        title,
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}"'
        f' height="{height:.0f}" role="img" font-family="{family()}" font-size="13" fill="{INK}">'
        f'<title>{safe(title)}</title><rect width="100%" height="100%" fill="#ffffff"/>{drawn}</svg>',
    )


def family() -> str:
    """The font's families, as an attribute takes them."""
    return FONT.split(" ", 1)[1]


def text(x: float, y: float, said: str, anchor: str = "start", **style: str) -> str:
    """A line of text, escaped; in `style` an underscore stands for a hyphen."""
    more = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{safe(said)}</text>'


def safe(said: str, longest: int = 240) -> str:
    """Words as they may stand in an SVG: on one line, no longer than this, no control characters, escaped."""
    folded = "".join(sign for sign in " ".join(said.split()) if unicodedata.category(sign)[0] != "C")
    return escape(folded if len(folded) <= longest else f"{folded[:longest]}…")
