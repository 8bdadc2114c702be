from __future__ import annotations

from index.language.words import content_stems, stem, support


def test_support_counts_meaning_not_form() -> None:
    span = "Officials said that the two ministers had signed the treaties on Tuesday."
    assert support("The ministers signed a treaty.", span) == 1.0
    assert support("The ministers rejected a treaty.", span) < 1.0
    assert support("It rained.", span) == 0.0


def test_a_wrong_number_weighs_more_than_a_wrong_word() -> None:
    span = "Some 260 people were taken to a school."
    assert support("Some 270 people were taken to a school.", span) < support(
        "Some 260 people were brought to a school.", span
    )


def test_irregular_forms_go_by_their_base_form() -> None:
    assert stem("children") == stem("child")
    assert stem("overthrown") == stem("overthrow")
    assert stem("rose") == stem("rises") == stem("risen")
    assert content_stems("They won.") == content_stems("They win.")
