"""Whether the right one is said to have said it, on people's labels: `python -m evals.attribution`.

PolNeAR (Newell, Margolin and Ruths, 2018) has for every attribution in a news article its source, cue and content.
Measured are those whose cue reports speech ("said", "according to") and whose source is named: of the sentence in which
the middle of the content stands, is the source the one to whom `attributed` gives it? The baseline gives each sentence
to the name last mentioned before its end.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.language.attribution import attributed
from index.language.names import capitalised, folded
from index.language.words import REPORTING

from .loaders.shared import DATA

POLNEAR = DATA / "train" / "polnear" / "dev.jsonl"


@dataclass(frozen=True, slots=True)
class Statement:
    """Who said it by the label, whom we name ("" for nobody), and whom the baseline names."""

    source: str
    found: str
    last_named: str

    @staticmethod
    def _same(one: str, other: str) -> bool:
        return bool({folded(w) for w in one.split()} & {folded(w) for w in other.split()})

    @property
    def right(self) -> bool:
        return self._same(self.source, self.found)

    @property
    def right_by_last_name(self) -> bool:
        return self._same(self.source, self.last_named)


def statements(file: Path = POLNEAR, articles: int | None = None) -> Iterator[Statement]:
    """The labelled statements of the first `articles`, of all without. Raises OSError."""
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if articles is not None and number >= articles:
                return
            yield from _of_article(json.loads(line))


def _of_article(article: dict[str, Any]) -> Iterator[Statement]:
    text: str = article["text"]
    said = attributed(text)
    for labelled in article["attributions"]:
        source = " ".join(s["text"] for s in labelled["source"])
        cue = " ".join(c["text"] for c in labelled["cue"]).lower()
        if not labelled["content"] or not capitalised(source) or not ({*cue.split()} & REPORTING or "according" in cue):
            continue
        content = labelled["content"][0]
        middle = (content["start"] + content["end"]) // 2
        held = next((a for a in said if a.start <= middle < a.end), None)
        if held is not None:
            before = capitalised(text[: held.end])
            yield Statement(source, held.by, before[-1] if before else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, help="only so many")
    options = parser.parse_args()
    if not POLNEAR.exists():
        parser.exit(1, f"{POLNEAR.name}: the labelled attributions are not here\n")
    rows = list(statements(articles=options.articles))
    given = sum(bool(r.found) for r in rows)
    right = sum(r.right for r in rows)
    print(
        f"{len(rows)} labelled statements of named speakers: right {right / len(rows):.3f}, of those given to somebody {right / given:.3f}"
    )
    print(f"the name last mentioned: right {sum(r.right_by_last_name for r in rows) / len(rows):.3f}")


if __name__ == "__main__":
    main()
