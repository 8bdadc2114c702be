from __future__ import annotations

from evals.conflicts import Outcome
from evals.loaders.squad import Question
from evals.poison import PLANTED, poisoned, records, report


def question(number: int, answer: str) -> Question:
    context = f"The bridge of Sarrow {number} was painted by {answer} in the spring. It is closed."
    return Question(str(number), "squad-v1.1", f"Sarrow {number}", context, f"Who painted bridge number {number}?", ((answer, context.index(answer)),))  # fmt: skip


def test_each_planted_text_repeats_the_question_and_gives_the_answer_of_another() -> None:
    questions = [question(1, "Rolf Arne"), question(2, "Anna Berg")]
    cases = poisoned(questions, 2)
    assert {(c.question.id, c.wrong) for c in cases} == {("1", "Anna Berg"), ("2", "Rolf Arne")}
    for case in cases:
        assert len(case.planted) == PLANTED
        assert all(text.startswith(case.question.text) for text in case.planted)
        assert all(case.wrong in text and case.question.answer_texts[0] not in text for text in case.planted)
    assert len(list(records(questions, cases))) == 2 + 2 * PLANTED


def test_the_report_tells_given_from_unmarked() -> None:
    outcomes = [Outcome(1, 1, True, False, False), Outcome(1, 0, True, True, False)]
    said = report(outcomes, 0.5)
    assert "wrong answer given 1.000, not marked as one side 0.500, true one given 0.500" in said
