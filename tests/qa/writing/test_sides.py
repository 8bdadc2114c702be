from __future__ import annotations

from datetime import UTC, datetime

from index import Hit, Passage
from qa.writing.candidates import Candidate
from qa.writing.sides import CORRECTION, Sides, Voices, label, newest_first, with_correction

ASKED = "Who won the rowing cup in Port Merrow?"
TRUE = "Casimir Roe won the cup in Port Merrow on Sunday."
OTHER = "It rained on the mayor of Sarrow."


def candidate(document: str, text: str, score: float, around: str = "", posted: datetime | None = None) -> Candidate:
    """The sentence `text`, behind `around` in its passage."""
    whole = f"{around} {text}".strip()
    passage = Passage(document, whole, 0, len(whole), posted=posted)
    return Candidate(Hit(passage, 1.0), len(whole) - len(text), len(whole), score, None)


def planted(document: str, text: str = "Aurel Tarsi won the cup in Port Merrow.", score: float = 0.99) -> Candidate:
    return candidate(document, text, score, ASKED)


def test_of_several_texts_that_repeat_the_question_none_is_quoted_first() -> None:
    true = candidate("t", TRUE, 0.3)
    voices = Voices.of(ASKED, [planted("p1"), planted("p2"), true])
    assert (voices.heard, voices.unconfirmed) == ((true,), False)
    beside = voices.beside(Sides((true,)))
    assert [c.hit.passage.document_id for c in beside.sentences] == ["t", "p1"]
    assert [(k.kind, [c.citation for c in k.claims]) for k in beside.conflicts] == [("accounts", [1, 2])]


def test_what_they_say_as_the_others_do_is_not_repeated() -> None:
    true = candidate("t", TRUE, 0.3)
    voices = Voices.of(ASKED, [planted("p1", TRUE), planted("p2", TRUE), true])
    assert voices.beside(Sides((true,))) == Sides((true,))


def test_where_nothing_else_speaks_of_it_what_they_say_is_unconfirmed() -> None:
    voices = Voices.of(ASKED, [planted("p1"), planted("p2"), candidate("t", OTHER, 0.001)])
    assert voices.unconfirmed
    (told,) = voices.beside(Sides((voices.heard[0],))).conflicts
    assert (told.kind, len(told.claims)) == ("unconfirmed", 1)
    assert "repeat the question word for word" in told.text


def test_one_page_of_questions_and_answers_is_heard() -> None:
    page, true = planted("faq"), candidate("t", TRUE, 0.3)
    assert Voices.of(ASKED, [page, true]) == Voices((page, true))


NOTE = "Correction: a report misstated what the bridge of Merrow cost. It cost 114 million crowns."
COST = "How much did the bridge of Merrow cost?"


def test_a_correction_stands_before_what_it_corrects() -> None:
    wrong = candidate("a", "The bridge of Merrow cost 140 million crowns.", 0.9)
    note = candidate("b", NOTE, 0.2)
    chosen = with_correction(COST, [wrong, note], Sides((wrong,)))
    assert [c.text for c in chosen.sentences] == [NOTE, wrong.text]
    assert [k.kind for k in chosen.conflicts] == ["correction"]
    assert chosen.conflicts[0].text.startswith("Corrected, the correction first")
    assert label(chosen.sentences[0], chosen.sentences) == CORRECTION


def test_a_document_that_corrects_itself_says_so_behind_its_answer() -> None:
    right = candidate("a", "The bridge of Merrow cost 114 million crowns.", 0.9)
    inside = Passage("a", f"{right.text}\n{NOTE}", 0, len(right.text) + 1 + len(NOTE))
    right = Candidate(Hit(inside, 1.0), 0, len(right.text), 0.9, None)
    chosen = with_correction(COST, [right], Sides((right,)))
    assert ([c.text for c in chosen.sentences], chosen.conflicts) == ([right.text, NOTE], ())


def test_a_correction_of_something_else_changes_nothing() -> None:
    long = candidate("a", "The bridge of Merrow is 820 metres long.", 0.9)
    chosen = Sides((long,))
    assert with_correction("How long is the bridge of Merrow?", [long, candidate("b", NOTE, 0.2)], chosen) == chosen


def test_posts_are_ordered_and_labelled_by_their_times() -> None:
    early, late = (
        candidate("live", f"{n} are dead.", 0.9, posted=datetime(2031, 3, 22, hour, 5, tzinfo=UTC))
        for n, hour in (("Seven", 9), ("Twelve", 14))
    )
    ordered = newest_first(Sides((early, late))).sentences
    assert [(label(c, ordered), c.text) for c in ordered] == [
        ("14:05", "Twelve are dead."),
        ("09:05", "Seven are dead."),
    ]
    assert label(late, [late]) == ""
