"""Claims with a text that supports them or does not: what the reader learns verification from.

Two sources, both made from openly licensed questions and their paragraphs. A question with its answer
becomes a statement, and with another answer of the same kind from the same paragraph a false one
(after Demszky, Guu and Liang, 2018, "Transforming Question Answering Datasets Into Natural Language
Inference Datasets"). A sentence of the paragraph, shortened, is a true claim; with one fact changed, a
false one (after Kryscinski et al., 2020, "Evaluating the Factual Consistency of Abstractive Text
Summarization").
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from index.chunking import passage_spans
from index.language.moments import MONTHS, WEEKDAYS
from index.language.sentences import sentences

_WH = re.compile(
    r"\b(?P<wh>(?P<prep>in|on|at|by|from|to|for|of|with|during|under|through|into) (?:what|which|whom)(?: [\w'-]+)?"
    r"|who|whom|whose|what (?:year|month|day|date|city|country|percentage|type|kind|sort|number|name|amount)"
    r"|which [\w'-]+|what|which|when|where|how (?:many|much|long|old|far|high|tall|large|big|often)(?: [\w'-]+)?)\b",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"^(?P<aux>did|does|do|was|were|is|are|has|have|had|can|could|will|would|should|may|might)\b ?", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w,.]*\d)")
_NAME = re.compile(r"(?<![.!?:“\"] )(?<!^)\b[A-Z][\w'’-]+(?: (?:of |the |de |van |von )?[A-Z][\w'’-]+)*")
_WORDED = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty
""".split()
_OPPOSITES = [
    pair.split("/")
    for pair in """
    rose/fell increased/decreased increase/decrease higher/lower more/less more/fewer first/last before/after
    agreed/refused accepted/rejected won/lost began/ended started/stopped opened/closed gained/lost north/south
    east/west northern/southern eastern/western largest/smallest highest/lowest oldest/youngest major/minor
    early/late all/none most/few always/never above/below public/private male/female men/women true/false
    supported/opposed approved/rejected confirmed/denied failed/succeeded same/different positive/negative
    left/right old/new long/short success/failure allowed/banned included/excluded raised/cut up/down over/under
    many/few with/without can/cannot could/couldn't is/isn't was/wasn't are/aren't son/daughter father/mother
    husband/wife king/queen brother/sister morning/evening join/leave arrived/left buy/sell bought/sold
    export/import exports/imports strong/weak warm/cold hot/cold rich/poor import/export
""".split()
    if "/" in pair
]
_SWITCH = {a: b for pair in _OPPOSITES for a, b in (pair, pair[::-1])}
_BE = re.compile(r"\b(was|were|is|are|has|have|had|will|would|can|could|did|does|do|should|may)\b(?! not\b)(?!n['’]t)")


def claims_of(
    question: str, answers: Sequence[tuple[str, int]], others: Sequence[str], context: str, rng: random.Random
) -> list[tuple[str, str, bool]]:
    """True and false claims, each with the passage of the paragraph `context` that decides.

    `answers` are texts with their places in the paragraph; `others` the answers of other questions on it.
    """
    own = [slice(*span) for span in passage_spans(context)]
    made: list[tuple[str, str, bool]] = []
    places = [(a, p) for p in own for a, at in answers if p.start <= at < p.stop]
    if places:
        answer, place = rng.choice(places)
        made.append((statement(question, answer), context[place], True))
        if other := other_answer(answer, others, rng):
            made.append((statement(question, other), context[place], False))
    text = context[rng.choice(own)]
    telling = [text[a:b] for a, b in sentences(text) if b - a > 40]
    if telling:
        told = rng.choice(telling)
        made.append((shortened(told, rng), text, True))
        if false := changed(shortened(told, rng), [context], rng):
            made.append((false, text, False))
    return made


def statement(question: str, answer: str) -> str:
    """A question with its answer as one statement; rough where the grammar is not simple.

    >>> statement("Who signed the treaty?", "Velmar")
    'Velmar signed the treaty.'
    >>> statement("When did the Siege of Antioch take place?", "1097")
    'The Siege of Antioch did take place in 1097.'
    """
    asked, answer = question.strip().rstrip("?").strip(), answer.strip().rstrip(".")
    match = _WH.search(asked)
    if not match:
        return f"{asked}: {answer}."
    before, after, wh = asked[: match.start()].strip(), asked[match.end() :].strip(), match["wh"].lower()
    given = answer
    if match["prep"] and not answer.lower().startswith(f"{match['prep'].lower()} "):
        given = f"{match['prep'].lower()} {answer}"
    counted = re.match(r"how (?:many|much) ([\w'-]+)$", wh)
    if counted and counted[1] not in answer.lower() and not _AUXILIARY.match(counted[1]):
        given = f"{answer} {counted[1]}"
    if before:  # the wh-word stands inside: "the treaty was signed in which year"
        return _sentence(f"{before} {given} {after}")
    auxiliary = _AUXILIARY.match(after)
    place = "" if re.match(r"(?:in|on|at|from|by|since|after|before|during|near)\b", answer, re.IGNORECASE) else "in "
    if auxiliary and (
        wh.startswith(("when", "where", "how")) or match["prep"] or auxiliary["aux"].lower() in ("did", "does", "do")
    ):
        rest = after[auxiliary.end() :]
        subject = re.match(r"((?:the |a |an )?(?:[\w'’-]+ of )?(?:the )?[\w'’-]+(?: [A-Z][\w'’-]*)*) (.*)$", rest)
        if subject:
            end = f"{place}{given}" if wh.startswith(("when", "where")) else given
            return _sentence(f"{subject[1]} {auxiliary['aux'].lower()} {subject[2]} {end}")
        return _sentence(f"{rest} {auxiliary['aux'].lower()} {place if wh in ('when', 'where') else ''}{given}")
    return _sentence(f"{given} {after}")


def other_answer(answer: str, candidates: Sequence[str], rng: random.Random) -> str | None:
    """A candidate of the same kind (number, name, words) that neither contains the answer nor stands in it."""
    kind, low = _kind(answer), answer.lower()
    fitting = [c for c in candidates if _kind(c) == kind and c.lower() not in low and low not in c.lower()]
    return rng.choice(fitting) if fitting else None


def _kind(answer: str) -> str:
    if re.fullmatch(r"(?:in |on )?(?:\w+ )?(?:\d{1,2}(?:st|nd|rd|th)?,? ?)?(?:\w+ )?,? ?[12]\d{3}", answer):
        return "date"
    if re.search(r"\d", answer):
        return "number"
    return "name" if answer[:1].isupper() else "words"


def shortened(sentence: str, rng: random.Random) -> str:
    """The sentence with something left out or written otherwise, still true."""
    text = re.sub(r"\s*\([^()]*\)", "", sentence).strip()
    if rng.random() < 0.5 and (lead := re.match(r"^(?:In|On|At|During|After|By|However|Also|For)\b[^,]{2,40}, ", text)):
        text = text[lead.end() :]
    if rng.random() < 0.5 and (
        middle := re.search(r", (?:which|who|a|an|the|where|although|while|with|including) [^,]{4,80}(, |\.$)", text)
    ):
        text = text[: middle.start()] + (" " if middle[1] == ", " else ".") + text[middle.end() :]
    if rng.random() < 0.4 and (number := _NUMBER.search(text)) and number[0].isdigit() and int(number[0]) <= 20:
        text = text[: number.start()] + _WORDED[int(number[0])] + text[number.end() :]
    if rng.random() < 0.25:
        text = re.sub(r"\b(\w+) said\b", r"\1 stated", text)
    if rng.random() < 0.15 and (parts := re.match(r"^(.{20,}?)(?:;| but| and|, while| although) (.{20,})$", text)):
        text = parts[rng.choice((1, 2))]
    return _sentence(text)


def changed(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """The sentence with one fact changed: a number, a name, a date, a direction or a "not"; None when it has none."""
    ways = [_number_changed, _name_changed, _names_swapped, _calendar_changed, _opposed, _negated]
    rng.shuffle(ways)
    for way in ways:
        made = way(sentence, others, rng)
        if made and made != sentence:
            return made
    return None


def _number_changed(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    numbers = list(_NUMBER.finditer(sentence))
    if not numbers:
        return None
    number = rng.choice(numbers)
    elsewhere = [m[0] for o in others for m in _NUMBER.finditer(o) if m[0] != number[0] and len(m[0]) == len(number[0])]
    if elsewhere and rng.random() < 0.5:
        new = rng.choice(elsewhere)
    else:
        digits = list(number[0])
        place = rng.choice([i for i, d in enumerate(digits) if d.isdigit()])
        digits[place] = rng.choice([d for d in "123456789" if d != digits[place]])
        new = "".join(digits)
    return sentence[: number.start()] + new + sentence[number.end() :]


def _name_changed(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    names = list(_NAME.finditer(sentence))
    elsewhere = [m[0] for o in others for m in _NAME.finditer(o) if m[0] not in sentence]
    if not names or not elsewhere:
        return None
    name = rng.choice(names)
    return sentence[: name.start()] + rng.choice(elsewhere) + sentence[name.end() :]


def _names_swapped(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    names = list(_NAME.finditer(sentence))
    if len({m[0] for m in names}) < 2:
        return None
    one, two = sorted(rng.sample(names, 2), key=lambda m: m.start())
    between = sentence[one.end() : two.start()]
    # Swapping what is merely listed ("Rome and Paris") changes nothing.
    if one[0] == two[0] or len(between) < 8 or re.fullmatch(r"[\w\s]*,? (?:and|or) ", between):
        return None
    return sentence[: one.start()] + two[0] + between + one[0] + sentence[two.end() :]


def _calendar_changed(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    for kind in (MONTHS, WEEKDAYS):
        for word in kind:
            if word != "May" and re.search(rf"\b{word}\b", sentence):
                return re.sub(rf"\b{word}\b", rng.choice([w for w in kind if w != word]), sentence)
    return None


def _opposed(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    return opposite(sentence, rng)


def opposite(sentence: str, rng: random.Random) -> str | None:
    """The sentence with one word turned into its opposite; None when none of its words has one."""
    words = [w for w in re.findall(r"\b[a-z]+\b", sentence) if w in _SWITCH]
    if not words:
        return None
    word = rng.choice(words)
    return re.sub(rf"\b{word}\b", _SWITCH[word], sentence, count=1)


def _negated(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    if re.search(r"\b(?:not|never)\b", sentence):
        return re.sub(r" (?:not|never)\b", "", sentence, count=1)
    auxiliary = _BE.search(sentence)
    return f"{sentence[: auxiliary.end()]} not{sentence[auxiliary.end() :]}" if auxiliary else None


def _sentence(text: str) -> str:
    text = " ".join(text.split()).rstrip(" .,;") + "."
    return text[:1].upper() + text[1:]
