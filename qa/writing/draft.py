"""What a way of writing makes of what was found, and how an answer is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index import Hit

from ..answers import Answer, Citation, Conflict, Sentence
from ..checking.conflicts import conflict
from ..errors import LLMError

NOT_SAID = "The corpus does not say."


@dataclass(frozen=True, slots=True)
class Draft:
    """Sentences with their citations, numbered from 1: the same of quoting and of a model.

    Without a cited sentence the corpus does not say. `answerable` in 0..1 says how likely it does; `missing` are the
    parts of the question that are left open; `verbatim` sentences are quotations. `incomplete` when the model broke
    off, and `failure` is why, when that is an error.
    """

    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    answerable: float = 0.0
    conflicts: tuple[Conflict, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    verbatim: bool = False
    denies: bool = False
    incomplete: bool = False
    failure: LLMError | None = None

    def or_nothing(self, refuse_below: float) -> Draft:
        """The draft, or one that says nothing when it is too unlikely that the corpus answers."""
        return self if self.denies or self.answerable >= refuse_below else Draft(answerable=self.answerable)


def cited_again(citations: list[Citation], wanted: Citation) -> int:
    """The number of the citation that overlaps `wanted`, which is added when there is none."""
    for c in citations:
        if c.document_id == wanted.document_id and c.start < wanted.end and wanted.start < c.end:
            return c.number
    citations.append(replace(wanted, number=len(citations) + 1))
    return len(citations)


def renumbered(conflicts: Sequence[Conflict], numbers: dict[int, int]) -> tuple[Conflict, ...]:
    """The same disagreements, their claims citing under new numbers."""
    return tuple(conflict(k.kind, [replace(c, citation=numbers[c.citation]) for c in k.claims]) for k in conflicts)


def appended(one: Draft, two: Draft) -> Draft:
    """Both, the second's citations numbered on; a sentence that both quote stands once."""
    known = {(c.document_id, c.start, c.end): c.number for c in one.citations}
    numbers: dict[int, int] = {}
    citations, sentences = list(one.citations), list(one.sentences)
    for cited, sentence in zip(two.citations, two.sentences, strict=True):
        key = (cited.document_id, cited.start, cited.end)
        if key not in known:
            known[key] = len(citations) + 1
            citations.append(replace(cited, number=known[key]))
            sentences.append(replace(sentence, citations=(known[key],)))
        numbers[cited.number] = known[key]
    conflicts = (*one.conflicts, *renumbered(two.conflicts, numbers))
    return replace(one, sentences=tuple(sentences), citations=tuple(citations), conflicts=conflicts)


def finished(answer: Answer, draft: Draft) -> Answer:
    """The answer, of which question and hits are known, with what the draft says: or that the corpus does not say."""
    answer = replace(answer, answerable=draft.answerable, notes=(*answer.notes, *draft.notes))
    cited = [s for s in draft.sentences if s.citations]
    if not cited and not draft.incomplete:
        return replace(answer, text=NOT_SAID, abstained=True)
    text = "\n".join(map(_in_quotes, cited)) if draft.verbatim else " ".join(s.with_marks() for s in cited)
    for part in draft.missing:
        text += f"\n{NOT_SAID.rstrip('.')}: {part}"
    return replace(
        answer,
        text=text,
        sentences=draft.sentences,
        citations=tuple(_exact(c, answer.hits) for c in draft.citations),
        conflicts=draft.conflicts,
        missing=draft.missing,
        premise_denied=draft.denies,
        incomplete=draft.incomplete,
    )


def _exact(citation: Citation, hits: Sequence[Hit]) -> Citation:
    """The citation with the words of the document itself, where what was read had parts left out."""
    for p in (h.passage for h in hits):
        if p.document_id == citation.document_id and p.start <= citation.start and citation.end <= p.end:
            return replace(citation, quote=p.text[citation.start - p.start : citation.end - p.start])
    raise AssertionError("a citation lies in a passage that was found")


def _in_quotes(sentence: Sentence) -> str:
    if sentence.computed:
        return sentence.with_marks()
    marks = "".join(f"[{n}]" for n in sentence.citations)
    before = f"{sentence.label}: " if sentence.label else ""
    return f"{before}“{sentence.text}” {marks}"
