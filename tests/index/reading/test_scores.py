from __future__ import annotations

from index.language.sentences import sentences
from index.reading.scores import windows
from qa import Reader


def test_long_texts_are_read_to_their_end() -> None:
    long = "Nothing happened on that day in the village. " * 120 + "The bridge of Sarrow was built in 1878."
    best = Reader.open().read("When was the bridge of Sarrow built?", [long]).spans[0]
    assert long[best.start : best.end].endswith("1878.")


def test_a_text_is_cut_between_sentences_and_none_is_lost() -> None:
    text = " ".join(
        f"The council met for the {n}th time and spoke about the harbour of Port Merrow." for n in range(60)
    )
    cut = windows(text)
    assert len(cut) > 2
    assert [(s + offset, e + offset) for _, offset, spans in cut for s, e in spans] == sentences(text)
    assert all(text[offset:].startswith(part) for part, offset, _ in cut)
