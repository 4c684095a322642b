"""The classifier while it is trained: a sentence encoder; heads for the marked act's kind, factuality, contexts.

The sentence is pooled in four parts (all of it, and the marks of source, target and act), after the entity markers of
Baldini Soares et al. (2019) and Zhou and Chen (2021), so that the exported graph needs no input beside the tokens.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

from training.corpus import FACTUALITIES, NONE, kinds
from volteface.coding.masked import ACT, SOURCE, TARGET
from volteface.ontology import all_contexts

KINDS = (NONE, *kinds())
ROOTS = (NONE, *dict.fromkeys(kind.type for kind in kinds().values()))
CONTEXTS = tuple(all_contexts())
ROOT_OF = [0, *(ROOTS.index(kind.type) for kind in kinds().values())]
LONGEST = 128  # tokens


class Classifier(nn.Module):
    """Logits of kinds, factualities and contexts from tokens."""

    def __init__(self, weights: Path, dropout: float = 0.1) -> None:
        super().__init__()
        self.tokenizer = AutoTokenizer.from_pretrained(weights)
        self.encoder = AutoModel.from_pretrained(weights, add_pooling_layer=False)
        width = self.encoder.config.hidden_size
        self.marks = [self.tokenizer.convert_tokens_to_ids(mark) for mark in (SOURCE, TARGET, ACT)]
        self.dense = nn.Linear(4 * width, width)
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleList(nn.Linear(width, size) for size in (len(KINDS), len(FACTUALITIES), len(CONTEXTS)))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        parts = [_mean(states, attention_mask)]
        parts += [_mean(states, (input_ids == mark).to(attention_mask.dtype)) for mark in self.marks]
        pooled = self.dropout(torch.nn.functional.gelu(self.dense(torch.cat(parts, dim=-1))))
        kind, factuality, contexts = (head(pooled) for head in self.heads)
        return kind, factuality, contexts

    def tokens(self, texts: list[str]) -> dict[str, Tensor]:
        made = self.tokenizer(texts, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
        return {name: made[name] for name in ("input_ids", "attention_mask")}


def _mean(states: Tensor, chosen: Tensor) -> Tensor:
    weights = chosen.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(1) / weights.sum(1).clamp(min=1)


def root_log_probabilities(kind_logits: Tensor) -> Tensor:
    """Log-probabilities of the roots: a root has what its kinds have together."""
    logs = torch.log_softmax(kind_logits.float(), dim=-1)
    columns = [
        torch.logsumexp(logs[:, [i for i, of in enumerate(ROOT_OF) if of == root]], dim=-1)
        for root in range(len(ROOTS))
    ]
    return torch.stack(columns, dim=-1)
