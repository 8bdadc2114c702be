from __future__ import annotations

from dataclasses import replace

from index import Hit, Passage
from qa import Answer, Citation, Claim, Sentence
from qa.checking.conflicts import conflict
from qa.writing.draft import Draft, appended, cited_again, finished

TEXT = "It rained. The river rose. Shout at the machine."
HIT = Hit(Passage("d", TEXT, 100, 100 + len(TEXT)), 1.0)
ASKED = Answer("What fell?", "What fell?", "", False, "quote", hits=(HIT,), notes=("found so",))


def citation(number: int, start: int, end: int, document: str = "d") -> Citation:
    return Citation(number, document, "", "", None, TEXT[start - 100 : end - 100], start, end, 1.0)


ONE = Draft((Sentence("It rained.", (1,)),), (citation(1, 100, 110),), 0.9, verbatim=True)
TWO = Draft(
    (Sentence("It rained.", (1,)), Sentence("The river rose.", (2,))),
    (citation(1, 100, 110), citation(2, 111, 126)),
    conflicts=(conflict("values", [Claim(1, "", "d", None, "rained"), Claim(2, "", "d", None, "rose")]),),
)


def test_an_answer_has_what_the_draft_says() -> None:
    quoted = finished(ASKED, ONE)
    assert (quoted.text, quoted.answerable, quoted.abstained, quoted.notes) == (
        "“It rained.” [1]",
        0.9,
        False,
        ("found so",),
    )
    written = finished(ASKED, replace(TWO, missing=("Why?",), notes=("more",)))
    assert written.text == "It rained. [1] The river rose. [2]\nThe corpus does not say: Why?"
    assert (written.outcome, written.notes) == ("partly", ("found so", "more"))


def test_without_a_cited_sentence_the_corpus_does_not_say() -> None:
    struck = Draft((Sentence("It snowed.", (), "not_found"),), answerable=0.1)
    answer = finished(ASKED, struck)
    assert (answer.text, answer.abstained, answer.sentences) == ("The corpus does not say.", True, ())
    broken_off = finished(ASKED, replace(struck, incomplete=True))
    assert (broken_off.text, broken_off.abstained, broken_off.incomplete) == ("", False, True)
    assert finished(ASKED, ONE.or_nothing(0.95)).abstained
    assert not finished(ASKED, ONE.or_nothing(0.9)).abstained


def test_a_citation_has_the_words_of_the_document_whatever_was_read() -> None:
    read = replace(citation(1, 100, 110), quote="          ")
    assert finished(ASKED, replace(ONE, citations=(read,))).citations[0].quote == "It rained."


def test_of_two_drafts_the_second_is_numbered_on_and_nothing_stands_twice() -> None:
    both = appended(ONE, TWO)
    assert [s.text for s in both.sentences] == ["It rained.", "The river rose."]
    assert [c.number for c in both.citations] == [1, 2]
    shifted = appended(Draft((Sentence("The river rose.", (1,)),), (citation(1, 111, 126),)), TWO)
    assert [(s.text, s.citations) for s in shifted.sentences] == [("The river rose.", (1,)), ("It rained.", (2,))]
    assert [c.citation for c in shifted.conflicts[0].claims] == [2, 1]


def test_an_overlapping_citation_is_used_again() -> None:
    citations = [citation(1, 100, 126)]
    assert cited_again(citations, citation(9, 111, 126)) == 1
    assert cited_again(citations, citation(9, 111, 126, "other")) == 2
    assert [c.number for c in citations] == [1, 2]
