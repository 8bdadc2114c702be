from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunking import MAX_CHARS, passage_spans, passages
from index.documents import Document
from index.language.sentences import sentences

words = st.lists(
    st.sampled_from(
        ["the", "treaty", "was", "signed", "at", "10", "a.m.", "ET", "by", "U.S.", "envoys", "in", "Geneva"]
    ),
    min_size=1,
    max_size=30,
)
texts = st.lists(words.map(lambda w: " ".join(w).capitalize() + "."), max_size=40).flatmap(
    lambda s: st.lists(st.sampled_from([" ", "\n", "\n\n", "  "]), min_size=len(s), max_size=len(s)).map(
        lambda gaps: "".join(a + b for a, b in zip(s, gaps, strict=True))
    )
)


@given(texts)
@settings(max_examples=60)
def test_offsets_are_exact_and_no_sentence_is_cut_or_lost(text: str) -> None:
    document = Document("d", text)
    found = passages(document)
    assert all(document.text[p.start : p.end] == p.text for p in found)
    inside = [(p.start, p.end) for p in found]
    for start, end in sentences(text):
        assert sum(a <= start and end <= b for a, b in inside) == 1


def test_a_passage_is_long_only_when_a_sentence_is() -> None:
    short, long = "One short sentence here. " * 60, "word " * 400 + "end."
    assert all(b - a <= MAX_CHARS for a, b in passage_spans(short))
    assert [b - a for a, b in passage_spans(long)] == [len(long)]


def test_a_heading_opens_the_passage_it_belongs_to() -> None:
    text = "They met in Slovenia in 2001.\nBARACK OBAMA\nObama had breakfast with him."
    assert [text[a:b] for a, b in passage_spans(text)] == [
        "They met in Slovenia in 2001.",
        "BARACK OBAMA\nObama had breakfast with him.",
    ]


def test_repeated_paragraphs_keep_their_own_places() -> None:
    text = "\n\n".join(["The same paragraph is here twice. " * 12] * 2)
    spans = passage_spans(text)
    assert len(spans) == len(set(spans))
    assert all(text[a:b].startswith("The same") for a, b in spans)


def test_a_timed_post_keeps_its_time() -> None:
    text = "He spoke on.\n10:31 p.m. - It goes to penalties\nExtra time brings no goal.\nAfter 12:35 p.m. ET\nThe call is over."
    assert [text[a:b].split("\n")[0] for a, b in passage_spans(text)] == [
        "He spoke on.",
        "10:31 p.m. - It goes to penalties",
        "After 12:35 p.m. ET",
    ]


def test_a_passage_says_of_which_days_it_speaks_seen_from_its_day() -> None:
    text = "It rained on Tuesday. The dam was built in 1998."
    written = datetime(2031, 3, 20, tzinfo=UTC)  # a Thursday
    (dated,), (undated,) = passages(Document("d", text, published=written)), passages(Document("d", text))
    assert [(text[t.start : t.end], t.first, t.last) for t in dated.times] == [
        ("Tuesday", date(2031, 3, 18), date(2031, 3, 18)),
        ("1998", date(1998, 1, 1), date(1998, 12, 31)),
    ]
    assert [text[t.start : t.end] for t in undated.times] == ["1998"]


def test_a_post_of_a_live_page_is_seen_from_its_own_day() -> None:
    text = "March 21, 11:50 p.m. - Late\nHe left today.\nMarch 22, 8:05 a.m. - Early\nHe came today."
    found = passages(Document("d", text, published=datetime(2031, 3, 22, tzinfo=UTC)))
    assert [(p.locator.split()[1], p.times[-1].first.day) for p in found] == [("21,", 21), ("22,", 22)]
    assert [p.written for p in found] == [p.posted for p in found]
