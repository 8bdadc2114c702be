from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index import ModelError
from index.language.parsing import MAX_CHARS, model_path, parsed, verify_model
from index.language.wordlists import entries


def test_words_have_their_places_tags_and_heads() -> None:
    text = "“It is over,” the minister told Aurel Tarsi."
    words = {w.text: w for w in parsed(text)}
    assert all(text[w.start : w.end] == w.text for w in words.values())
    assert words["told"].is_verb
    assert [w for w in words if words[w].is_name] == ["Aurel", "Tarsi"]
    assert words["minister"].role == "nsubj"
    assert parsed(text)[words["minister"].head].text == "told"


def test_threads_may_parse_at_once_and_get_the_same() -> None:
    texts = [f"Minister number {n} resigned on Friday." for n in range(40)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(parsed, texts))
    parsed.cache_clear()
    assert together == [parsed(t) for t in texts]


def test_nothing_and_too_much_are_parsed_without_harm() -> None:
    assert parsed("") == ()
    assert parsed("word " * MAX_CHARS)[-1].end <= MAX_CHARS


def test_a_changed_or_missing_file_of_the_model_is_refused(tmp_path: Path) -> None:
    verify_model(model_path())
    copy = shutil.copytree(model_path(), tmp_path / "model")
    weights = copy / "tagger" / "model"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    with pytest.raises(ModelError, match="tagger"):
        verify_model(copy)
    weights.unlink()
    with pytest.raises(ModelError, match="tagger"):
        verify_model(copy)


def test_the_irregular_verbs_are_the_exceptions_of_the_models_lemmatizer() -> None:
    from spacy.lookups import Lookups

    bases = Lookups().from_disk(model_path() / "lemmatizer" / "lookups").get_table("lemma_exc")["verb"]
    listed = [(form, entry.split()[0]) for entry in entries("irregular_verbs") for form in entry.split()[1:]]
    assert len(listed) > 600
    for form, base in listed:
        seen = form
        while seen in bases and bases[seen][0] != seen and seen != base:
            seen = bases[seen][0]
        assert seen == base
