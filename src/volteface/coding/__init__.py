"""Text in, statements out: a pure function from a table of documents to a table of events, claims and bonds."""

from __future__ import annotations

from volteface.coding.coder import CODER, VERSION, code_batch, code_document, warm

__all__ = ["CODER", "VERSION", "code_batch", "code_document", "warm"]
