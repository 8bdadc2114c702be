"""Is every citation an exact span of its document?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qa import Answer

from ..cases import Case


def citation_validity(texts: Mapping[str, str]) -> Callable[[Case, Answer], float | None]:
    """The share of citations that are exact, non-empty spans of their document; None for an answer without citations.

    `texts` maps document ids to texts."""

    def validity(case: Case, answer: Answer) -> float | None:
        if not answer.citations:
            return None
        exact = [bool(c.quote) and texts.get(c.document_id, "")[c.start : c.end] == c.quote for c in answer.citations]
        return sum(exact) / len(exact)

    return validity
