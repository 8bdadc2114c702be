from __future__ import annotations

from index import Hit, Passage, Reader, Reading
from qa import Citation, Claim, Sentence
from qa.asking.compound import taken_apart
from qa.checking.conflicts import conflict
from qa.writing.composing import quote_parts, with_sides
from qa.writing.draft import Draft

STOLEN = "The bronze heron was stolen from the harbour of Sarrow on 3 March 2031."
FOUND = "The bronze heron was found in a barn near Ostrell on 9 March 2031."


def readings(question: str, *texts: str) -> list[Reading]:
    """The parts of a question, each read over all texts."""
    compound, reader = taken_apart(question), Reader.open()
    assert compound is not None
    hits = [Hit(Passage(f"d{n}", t, 0, len(t)), 1.0) for n, t in enumerate(texts)]
    return [reader.reading(reader.ranking(part, hits)) for part in compound.parts]


def composed(question: str, *texts: str, refuse_below: float = 0.3) -> Draft | None:
    compound = taken_apart(question)
    assert compound is not None
    return quote_parts(compound, readings(question, *texts), refuse_below)


def test_each_part_is_answered_and_cited() -> None:
    draft = composed("When was the bronze heron stolen and where was it found?", STOLEN, FOUND)
    assert draft is not None
    assert {c.document_id for c in draft.citations} == {"d0", "d1"}
    assert draft.missing == ()
    assert [c.number for c in draft.citations] == list(range(1, len(draft.citations) + 1))


def test_the_part_that_is_not_answered_is_named() -> None:
    draft = composed("When was the bronze heron stolen and who won the football cup of Brazil?", STOLEN)
    assert draft is not None
    assert draft.missing == ("who won the football cup of Brazil?",)
    assert composed("Who won the cup and where was it played?", STOLEN, refuse_below=1.1) is None


def test_what_follows_is_reckoned_and_cites_both() -> None:
    question = "How many days lay between the theft of the bronze heron and its return?"
    draft = composed(
        question, STOLEN.replace("was stolen", "theft was"), "The return of the bronze heron was on 9 March 2031."
    )
    assert draft is not None
    conclusion = draft.sentences[-1]
    assert conclusion.computed
    assert "6 days" in conclusion.text
    assert len(conclusion.citations) == 2


def test_a_model_is_given_the_other_side_and_what_was_reckoned() -> None:
    def citation(number: int, document: str) -> Citation:
        return Citation(number, document, "", "", None, "x", 0, 9, 1.0)

    sides = [Claim(1, "Croft", "a", None, "agreed"), Claim(2, "Tarsi", "b", None, "denied")]
    quotes = Draft(
        (Sentence("They agreed.", (1,)), Sentence("They did not.", (2,)), Sentence("6 days.", (1, 2), computed=True)),
        (citation(1, "a"), citation(2, "b")),
        conflicts=(conflict("accounts", sides),),
        verbatim=True,
    )
    written = Draft((Sentence("Tarsi denied it.", (1,)),), (citation(1, "b"),), notes=("kept",))
    both = with_sides(written, quotes)
    assert [s.text for s in both.sentences] == ["Tarsi denied it.", "6 days."]
    assert [(c.number, c.document_id) for c in both.citations] == [(1, "b"), (2, "a")]
    assert both.sentences[1].citations == (2, 1)
    assert [c.citation for c in both.conflicts[0].claims] == [2, 1]
    assert both.notes == ("kept",)
    alone = with_sides(written, Draft(quotes.sentences[:2], quotes.citations, conflicts=quotes.conflicts))
    assert alone.sentences[1] == Sentence(
        "“They agreed.”", (2,), reason="quoted word for word: another source says otherwise"
    )
