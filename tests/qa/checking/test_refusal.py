from __future__ import annotations

from index import Hit, Passage, Reader, Reading
from qa.checking.refusal import FEATURES, answerable, calibration, features, nearness, threshold

TEXT = "Russia and Ukraine will swap 175 prisoners of war from each side, the news agency said."
HITS = [Hit(Passage("d", TEXT, 0, len(TEXT), title="Swap"), 1.0)]


def reading(question: str, hits: list[Hit] = HITS) -> Reading:
    reader = Reader.open()
    return reader.reading(reader.ranking(question, hits))


def test_a_question_that_is_answered_is_likelier_than_one_that_is_not() -> None:
    asked = answerable(reading("How many prisoners will Russia and Ukraine swap?"))
    beside = answerable(reading("Who won the football cup of Brazil?"))
    assert asked > 0.5 > beside


def test_nothing_found_is_not_answerable() -> None:
    assert answerable(reading("Who?", [])) == 0.0


def test_features_say_what_the_passage_does_not_mention() -> None:
    named = FEATURES.index("names missing")
    number = FEATURES.index("numbers missing")
    held = features(reading("How many prisoners will Russia swap?"))
    missing = features(reading("How many prisoners will Poland swap in 1999?"))
    assert len(held) == len(FEATURES)
    assert (held[named], missing[named]) == (0.0, 1.0)
    assert (held[number], missing[number]) == (0.0, 1.0)


def test_empty_passages_have_features_too() -> None:
    assert len(features(reading("Who?", [Hit(Passage("d", "", 0, 0), 0.0)]))) == len(FEATURES)


def test_a_question_has_a_word_that_a_text_on_something_else_lacks() -> None:
    text = "Judge Boland ordered the ministry to halt the removals; 40 people had been injured."

    def least_covered(question: str) -> float:
        return min(nearness(question, [text])[0].values())

    assert (
        least_covered("What did Judge Boland order?") > 0.5 > least_covered("Which law firm represents Judge Boland?")
    )
    assert least_covered("How many people were wounded?") > least_covered("How many people were married?")
    assert nearness("What is it?", [text]) == [{}]
    assert nearness("Who won?", [""]) == [{(4, 7): 0.0}]


def test_the_sentence_that_answers_says_what_the_verb_and_the_names_of_the_question_say() -> None:
    verbs, named = FEATURES.index("verbs said"), FEATURES.index("names said")

    def of(question: str, text: str) -> tuple[float, float]:
        values = features(reading(question, [Hit(Passage("d", text, 0, len(text)), 1.0)]))
        return values[verbs], values[named]

    won = "Max Lund won the election in Merrow on Friday."
    ahead = "Ana Roe, who lives in Sarrow, polls well before the vote."
    asked = "Who won the election in Merrow?"
    assert of(asked, won)[0] > of(asked, ahead)[0] + 0.2
    assert of(asked, won)[1] > of(asked, ahead)[1] + 0.2
    assert of("Who is the mayor?", won) == (1.0, 1.0)


def test_the_fitted_weights_say_what_they_were_fitted_on() -> None:
    fitted = calibration()[1]
    assert set(fitted["weights"]) == set(FEATURES)
    assert fitted["fitted_on"]
    assert fitted["tested_on_other_articles"]["all"] > 0.8
    assert 0 < calibration()[0].probability([0.0] * len(FEATURES)) < 1


def test_the_threshold_has_a_meaning() -> None:
    """The more wrong answers are accepted, the lower the score that is enough."""
    steps = [threshold(share) for share in (0.0, 0.02, 0.05, 0.1, 0.15, 1.0)]
    assert steps == sorted(steps, reverse=True)
    assert steps[-1] == 0.0
    assert 0.2 < threshold(0.05) < 0.7
