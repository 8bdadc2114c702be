from __future__ import annotations

import json

from evals.cases import CORPORA
from evals.loaders.claims import own_claims


def test_our_claims_stand_in_the_corpus_and_cover_every_kind_of_error() -> None:
    claims = own_claims()
    assert len(claims) >= 200
    assert {c.kind for c in claims} >= {
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
    assert all(any(c.spans[0] in t for t in texts) for c in claims if c.set == "newswire")
    assert {c.part for c in claims} == {"fit", "test"}
    assert all(c.supported == (c.kind == "paraphrase") for c in claims)
