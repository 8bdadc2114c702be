from __future__ import annotations

from index import Hit, Passage, Reader
from index.models.embedding import Embedder
from qa.writing.quoting import quote


def hits(*texts: str) -> list[Hit]:
    return [Hit(Passage(f"d{n}", t, 0, len(t)), 1.0) for n, t in enumerate(texts)]


def quoted(question: str, *texts: str) -> list[str]:
    return [c.quote for c in quote(question, hits(*texts), Reader.open(), Embedder.open()).citations]


def test_the_most_direct_sentence_comes_first_with_its_words_marked() -> None:
    found = quote(
        "When was the bridge of Sarrow built?",
        hits("It rained in Sarrow. The bridge of Sarrow was built in 1878.", "The school is old."),
        Reader.open(), Embedder.open(),
    )  # fmt: skip
    first = found.citations[0]
    assert first.quote == "The bridge of Sarrow was built in 1878."
    assert first.highlight is not None
    text = "It rained in Sarrow. The bridge of Sarrow was built in 1878."
    assert "1878" in text[slice(*first.highlight)]


def test_repeated_paragraphs_are_quoted_once() -> None:
    line = "The bridge of Sarrow was built in 1878, the museum said."
    assert quoted("When was the bridge of Sarrow built?", line, line, line) == [line]


def test_a_photo_credit_belongs_to_its_caption() -> None:
    caption = "The bridge at Sarrow, seen from the air, March 4, 2031. HARROW/Iwo Lantz"
    assert quoted("Who took the photo of the bridge at Sarrow?", f"{caption}\nIt rained.")[0] == caption


def test_headings_and_lone_names_are_not_quoted() -> None:
    assert "BARACK OBAMA" not in quoted(
        "Who is Barack Obama?", "BARACK OBAMA\nObama was president of the United States."
    )


def test_a_pronoun_is_shown_with_its_name_and_cited_verbatim() -> None:
    text = "Rescue chief Bodil Arne told reporters that the water was falling. She said 260 people had been taken to a school."
    found = quote("How many people had been taken to a school?", hits(text), Reader.open(), Embedder.open())
    assert found.sentences[0].text.startswith("She [Bodil Arne] said 260 people")
    assert found.citations[0].quote.startswith("She said 260 people")


def test_nothing_found_is_nothing_quoted() -> None:
    found = quote("Who?", [], Reader.open(), Embedder.open())
    assert (found.sentences, found.citations, found.answerable) == ((), (), 0.0)
