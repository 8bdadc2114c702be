from __future__ import annotations

import json

from evals.cases import CORPORA
from evals.support import ours


def test_our_pairs_stand_in_the_corpus_and_cover_every_kind_of_error() -> None:
    pairs = list(ours())
    assert len(pairs) >= 200
    assert {p.kind for p in pairs} >= {
        "paraphrase",
        "number",
        "name",
        "date",
        "negation",
        "speaker",
        "tense",
        "direction",
    }
    texts = [json.loads(line)["text"] for line in (CORPORA["newswire"] / "wire.jsonl").read_text().splitlines()]
    assert all(any(p.spans[0] in t for t in texts) for p in pairs if p.set == "newswire")
    assert {p.part for p in pairs} == {"fit", "test"}
