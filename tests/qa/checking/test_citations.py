from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Hit, Passage
from qa.checking.citations import Cited, Marked, cite
from qa.writing.reply import parsed

TEXT = (
    "Velmar and Karsova signed a fishing treaty in Port Merrow on Tuesday. Foreign minister Aurel Tarsi signed for Velmar. "
    'The treaty runs for three years. "We shook hands on it at noon," Linnea Croft said.'
)
FLOOD = (
    "The river Tarn Olva flooded Ostrell on Monday. Rescue chief Bodil Arne said 260 people had been taken to a school."
)
HITS = [
    Hit(Passage("treaty", TEXT, 100, 100 + len(TEXT), title="Treaty"), 0.9),
    Hit(Passage("flood", FLOOD, 0, len(FLOOD), title="Flood"), 0.5),
]


def cited_in(reply: str) -> Cited:
    return cite(parsed(reply).sentences, HITS)


def quotes(reply: str) -> list[str]:
    return [c.quote for c in cited_in(reply).citations]


def test_a_mark_leads_to_the_sentence_that_supports_the_claim() -> None:
    cited = cited_in("Aurel Tarsi signed the treaty for Velmar [1]. Some 260 people were taken to a school [2].")
    assert [s.with_marks() for s in cited.sentences] == [
        "Aurel Tarsi signed the treaty for Velmar. [1]",
        "Some 260 people were taken to a school. [2]",
    ]
    first, second = cited.citations
    assert first.quote == "Foreign minister Aurel Tarsi signed for Velmar."
    assert TEXT[first.start - 100 : first.end - 100] == first.quote
    assert (second.document_id, second.quote) == (
        "flood",
        "Rescue chief Bodil Arne said 260 people had been taken to a school.",
    )


@pytest.mark.parametrize(
    "mark", ["[1]", "[1, 7]", "[1-3]", "[1][2]", "【1】", "[Passage 1]", "(Source 1)", "[^1]", "¹", "[0][1]", "[1;1]"]
)
def test_every_way_to_write_a_mark(mark: str) -> None:
    assert "Foreign minister Aurel Tarsi signed for Velmar." in quotes(f"Aurel Tarsi signed for Velmar {mark}.")


@pytest.mark.parametrize("number", ["0", "3", "7", "99"])
def test_a_number_outside_the_list_is_removed_and_said(number: str) -> None:
    cited = cited_in(f"Aurel Tarsi signed for Velmar [{number}].")
    assert [c.document_id for c in cited.citations] == ["treaty"]
    assert f"[{number}]" in cited.notes[0]
    assert "[" not in cited.sentences[0].text


def test_a_mark_on_the_wrong_passage_is_corrected() -> None:
    assert [c.document_id for c in cited_in("Bodil Arne said 260 people were taken to a school [1].").citations] == [
        "flood"
    ]


def test_a_sentence_without_a_mark_gets_the_span_that_supports_it() -> None:
    assert quotes("The fishing treaty runs for three years.") == ["The treaty runs for three years."]


def test_marks_in_a_list_at_the_end_are_not_needed() -> None:
    cited = cited_in("The treaty runs for three years.\n\nSources: [1], [2]")
    assert [s.text for s in cited.sentences] == ["The treaty runs for three years."]


@pytest.mark.parametrize(
    "invented",
    [
        "Aurel Tarsi signed for Velmar in 1999 [1].",
        "The president of France praised the wine of Bordeaux [1].",
        "Some 270 people were taken to a school [2].",
    ],
)
def test_what_no_passage_supports_gets_no_citation_and_a_reason(invented: str) -> None:
    cited = cited_in(invented)
    assert [(s.verdict, s.citations) for s in cited.sentences] == [("not_found", ())]
    assert "the source" in cited.sentences[0].reason
    assert cited.citations == ()


def test_a_fabricated_quotation_loses_its_quotation_marks() -> None:
    cited = cited_in('Linnea Croft said "we signed the fishing treaty in Port Merrow" [1].')
    assert cited.sentences[0].text == "Linnea Croft said we signed the fishing treaty in Port Merrow."
    assert cited.sentences[0].verdict == "partly"
    assert "not a quotation" in cited.sentences[0].reason
    kept = cited_in('"We shook hands on it at noon," Linnea Croft said [1].')
    assert kept.sentences[0].text.startswith('"We shook hands')
    assert kept.sentences[0].verdict == "supported"


def test_thinking_preambles_decoration_and_links_are_left_out() -> None:
    reply = "<think>Passage 2?</think>Here is the answer: **The treaty** runs for [three years](http://evil.example) [1]. ![x](http://evil.example/?q=secret)"
    assert [s.text for s in cited_in(reply).sentences] == ["The treaty runs for three years."]
    late = cited_in("thinking it over</think>The treaty runs for three years [1].")
    assert late.sentences[0].text.startswith("The treaty")


@given(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(["[1]", "[2,7]", "[1-3]", "<think>", "</think>", "“", '"', "Aurel Tarsi signed for Velmar. "]),
        max_size=8,
    ),
)
def test_whatever_a_model_writes_citations_are_exact_and_numbered(noise: str, bits: list[str]) -> None:
    cited = cited_in(noise + "".join(bits))
    texts = {"treaty": " " * 100 + TEXT, "flood": FLOOD}
    assert [c.number for c in cited.citations] == list(range(1, len(cited.citations) + 1))
    assert all(texts[c.document_id][c.start : c.end] == c.quote for c in cited.citations)
    numbers = {c.number for c in cited.citations}
    assert all(set(s.citations) <= numbers for s in cited.sentences)
    assert all(bool(s.citations) == (s.verdict != "not_found") for s in cited.sentences)


def test_a_false_quotation_may_hold_anything() -> None:
    (sentence,) = cite(
        [Marked('Linnea Croft said "\\d+ \\1 we shook hands" of Karsova and Velmar.', (1,))], HITS
    ).sentences
    assert "\\d+ \\1 we shook hands" in sentence.text
    assert '"' not in sentence.text
