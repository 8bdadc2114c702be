"""Both sides: `python -m evals.conflicts FILE.jsonl` measures answers to questions whose documents disagree.

The file is like RAMDocs' (`loaders/ramdocs.py`): a question, its documents, and the answers that are valid and that
are planted. Each question's documents are one corpus.
Prints how often all valid answers are in the answer (and any of them), how often a planted one is, and how
often that one is not marked as one side of a disagreement; and of the disagreements that are shown, for how many two
sides give two of the known answers (a namesake whose answer the file does not list counts against it).
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from tqdm import tqdm

from qa import Answer, Answerer, Settings

from .indexing import index_of
from .loaders.ramdocs import Disagreement, disagreements_of
from .metrics.matching import occurs


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question; shares are of its own answers."""

    valid: int
    valid_given: int
    planted_given: bool
    planted_unmarked: bool
    abstained: bool
    shown: bool = False
    two_known: bool = False


def outcome(case: Disagreement, answer: Answer) -> Outcome:
    """Pure: a question with its valid and planted answers, and the answer given to it."""
    claims = [[c.words for c in conflict.claims] for conflict in answer.conflicts]
    sides = " ".join(words for of_one in claims for words in of_one)
    planted = [w for w in case.planted if w and not any(occurs(w, v) for v in case.valid)]
    given = [w for w in planted if occurs(w, answer.text)]
    return Outcome(
        valid=len(case.valid),
        valid_given=sum(occurs(v, answer.text) for v in case.valid),
        planted_given=bool(given),
        planted_unmarked=any(not occurs(w, sides) for w in given),
        abstained=answer.abstained,
        shown=bool(claims),
        two_known=any(_two_known(of_one, (*case.valid, *case.planted)) for of_one in claims),
    )


def _two_known(claims: Sequence[str], known: Sequence[str]) -> bool:
    """Whether two claims give known answers, and not the same."""
    given = [{w for w in known if w and occurs(w, words)} for words in claims]
    return any(a and b and not a & b for a, b in combinations(given, 2))


def ask(case: Disagreement, settings: Settings) -> Answer:
    """Answers a question over its own documents."""
    with tempfile.TemporaryDirectory() as folder:
        records = ({"id": f"d{n}", "text": text} for n, text in enumerate(case.documents))
        retriever = index_of(records, Path(folder))
        answer = Answerer(retriever, None, settings=settings).answer(case.question)
        retriever.close()
        return answer


def report(outcomes: Sequence[Outcome]) -> str:
    several = [o for o in outcomes if o.valid > 1]
    lines = [f"{len(outcomes)} questions, {sum(o.abstained for o in outcomes)} refused"]
    for name, members in (("all", list(outcomes)), ("several valid answers", several)):
        if members:
            lines.append(
                f"{name}: all valid answers given {sum(o.valid_given == o.valid for o in members) / len(members):.3f}, any "
                f"{sum(o.valid_given > 0 for o in members) / len(members):.3f}, of the valid answers "
                f"{sum(o.valid_given for o in members) / sum(o.valid for o in members):.3f}"
            )
    shown = sum(o.shown for o in outcomes)
    lines.append(
        f"disagreements shown {shown}, two known answers in {sum(o.two_known for o in outcomes) / max(shown, 1):.3f} of them"
    )
    lines.append(
        f"planted answer given {sum(o.planted_given for o in outcomes) / len(outcomes):.3f}, not marked as one side "
        f"{sum(o.planted_unmarked for o in outcomes) / len(outcomes):.3f}"
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--questions", type=int, default=1000, help="at most this many, sampled with a fixed seed")
    options = parser.parse_args()
    cases = disagreements_of(options.file)
    cases = random.Random(7).sample(cases, min(options.questions, len(cases)))
    print(report([outcome(c, ask(c, Settings())) for c in tqdm(cases, desc="asking", disable=None)]))


if __name__ == "__main__":
    main()
