from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from index import AnswerSpan, Hit, Passage, Ranking, Reader, Reading
from index.models.embedding import Embedder
from qa.asking.speech import speech_asked
from qa.writing.draft import Draft
from qa.writing.quoting import quote, quote_without_reader


def hits(*texts: str) -> list[Hit]:
    return [Hit(Passage(f"d{n}", t, 0, len(t)), 1.0) for n, t in enumerate(texts)]


def drafted(question: str, *texts: str) -> Draft:
    reader = Reader.open()
    return quote(reader.reading(reader.ranking(question, hits(*texts))))


def quoted(question: str, *texts: str) -> list[str]:
    return [c.quote for c in drafted(question, *texts).citations]


def test_the_most_direct_sentence_comes_first_with_its_words_marked() -> None:
    text = "It rained in Sarrow. The bridge of Sarrow was built in 1878."
    first = drafted("When was the bridge of Sarrow built?", text, "The school is old.").citations[0]
    assert first.quote == "The bridge of Sarrow was built in 1878."
    assert first.highlight is not None
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


def test_a_further_sentence_says_something_new() -> None:
    said = "The bridge of Sarrow was closed on Friday after its cables had rusted through, the mayor said."
    again = "The mayor of Sarrow had the bridge closed on Friday."
    heading = "Rust found in cables beneath the river"
    new = "Divers found the damage in January, and a new bridge will cost 40 million."
    hit = Hit(Passage("d", "\n".join((heading, said, again, new)), 0, 300), 1.0)
    places = [(hit.passage.text.index(t), hit.passage.text.index(t) + len(t)) for t in (said, again, heading, new)]
    spans = tuple(AnswerSpan(0, a, b, a, b, score) for (a, b), score in zip(places, (0.8, 0.7, 0.6, 0.5), strict=True))
    ranking = Ranking("Why was the bridge of Sarrow closed on Friday?", (hit,), (), ())
    assert [c.quote for c in quote(Reading(ranking, spans, 0.9)).citations] == [said, new]


def test_who_made_a_report_is_not_quoted_beside_what_it_says() -> None:
    told, made = (
        "Russia and Ukraine will swap 175 prisoners of war.",
        "Origin: TASS as carried by the Reuters live page.",
    )
    passage = Passage("d", f"{told} {made}", 0, len(told) + 1 + len(made))
    spans = tuple(AnswerSpan(0, a, b, a, b, 0.5) for a, b in ((0, len(told)), (len(told) + 1, passage.end)))
    ranking = Ranking("How many prisoners will be swapped?", (Hit(passage, 1.0),), (), ())
    assert [c.quote for c in quote(Reading(ranking, spans, 0.9)).citations] == [told]


def test_of_a_figure_that_changes_the_last_comes_first_by_the_day_it_is_of() -> None:
    written = datetime(2031, 3, 20, tzinfo=UTC)
    texts = ("As of March 10, the lakes held 8.7% of their water.", "The lakes held 8.6% as of March 16.")
    found = [
        Hit(Passage(f"d{n}", t, 0, len(t), published=written - timedelta(days=n)), 1.0) for n, t in enumerate(texts)
    ]
    reader = Reader.open()
    draft = quote(reader.reading(reader.ranking("How full are the lakes?", found)), latest=True)
    assert [c.quote for c in draft.citations] == [texts[1], texts[0]]


def test_a_pronoun_is_shown_with_its_name_and_cited_verbatim() -> None:
    text = "Rescue chief Bodil Arne told reporters that the water was falling. She said 260 people had been taken to a school."
    draft = drafted("How many people had been taken to a school?", text)
    assert draft.sentences[0].text.startswith("She [Bodil Arne] said 260 people")
    assert draft.citations[0].quote.startswith("She said 260 people")


def test_nothing_found_is_nothing_quoted() -> None:
    assert drafted("Who?") == quote_without_reader("Who?", [], Embedder.open()) == Draft(verbatim=True)


def test_without_a_reader_words_and_meaning_choose() -> None:
    texts = hits("The bridge of Sarrow was built in 1878.", "The school is old.")
    draft = quote_without_reader("When was the bridge of Sarrow built?", texts, Embedder.open())
    assert draft.citations[0].quote == "The bridge of Sarrow was built in 1878."
    beside = quote_without_reader("Who won the football cup of Brazil?", texts, Embedder.open())
    assert draft.answerable > 0.5 > beside.answerable


def test_a_sentence_that_only_goes_on_is_followed_by_the_one_that_names_its_speaker() -> None:
    text = (
        "Shops in Sarrow opened again on Friday, Petra Vanmere said. The market was full. "
        "“Nobody had warned the people of the town,” she said."
    )
    others = (
        "Casimir Roe said that somebody should have warned Merrow of the flood.",
        "The mayor Max Lund said that Ostrell should have been warned of the water.",
        "Ivo Tarsi said that a warning reached Aldermouth too late.",
    )
    question, reader = "Who said that nobody had warned the people of the town?", Reader.open()
    reading = reader.reading(reader.ranking(question, hits(text, *others)))
    weighed = speech_asked(question).weighed(reading.spans, reading.ranking.hits, Embedder.open())
    found = [c.quote for c in quote(replace(reading, spans=weighed)).citations]
    assert found[0] == "“Nobody had warned the people of the town,” she said."
    assert found[1] == "Shops in Sarrow opened again on Friday, Petra Vanmere said."


def posts(*told: tuple[int, str]) -> list[Hit]:
    """Of one live page: the hour of each and what it says."""
    began = datetime(2031, 3, 22, tzinfo=UTC)
    return [
        Hit(Passage("live", t, 100 * n, 100 * n + len(t), "Live: blast at Sarrow", posted=began.replace(hour=h)), 1.0)
        for n, (h, t) in enumerate(told)
    ]


def test_within_a_live_page_the_later_post_comes_first_and_the_earlier_is_its_history() -> None:
    page = posts(
        (9, "At least two people are dead after the blast, police say."),
        (14, "Twelve people are dead after the blast, up from seven."),
    )
    reader = Reader.open()
    draft = quote(reader.reading(reader.ranking("How many people died in the blast?", page)))
    assert [(s.label, s.text.split()[0]) for s in draft.sentences] == [("14:00", "Twelve"), ("09:00", "At")]
    assert [k.kind for k in draft.conflicts] == ["over time"]


def test_a_later_post_that_turns_an_earlier_one_round_comes_first() -> None:
    page = posts((9, "The motorway to Port Merrow is closed."), (12, "The motorway has been reopened."))
    reader = Reader.open()
    draft = quote(reader.reading(reader.ranking("Is the motorway to Port Merrow closed?", page)))
    assert [s.text for s in draft.sentences] == [
        "The motorway has been reopened.",
        "The motorway to Port Merrow is closed.",
    ]
    assert draft.conflicts[0].text.startswith("Reports differ over time, newest first")
