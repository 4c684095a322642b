"""Text in, statements out: a pure function from a table of documents to a table of events, claims and bonds."""

from __future__ import annotations

from volteface.coding.coder import CODER, VERSION, Coders, code_batch, code_document, explain, warm

__all__ = ["CODER", "VERSION", "Coders", "code_batch", "code_document", "explain", "warm"]
