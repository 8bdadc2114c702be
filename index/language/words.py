"""Words that carry meaning: stems of a text, and how many of them another text shares."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

# Words that say nothing about the subject of a question. FTS5 would match them in every passage.
STOP_WORDS = frozenset(
    """
    a about an and any are as at be been being but by can could did do does doing for from had has have having
    he her here hers him his how i if in into is it its itself me more most my no nor not of on once only or
    other our out over own same she should so some such than that the their them then there these they this
    those through to too under until up very was we were what when where which while who whom whose why will
    with would you your
""".split()
)

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d[\d,.]*\d|\d")
_REPORTING = frozenset("say said says saying tell told add added report reported accord state stated also".split())
IRREGULAR = {
    form: base
    for line in [
        "rise rose risen",
        " fall fell fallen",
        " win won",
        " lose lost",
        " begin began begun",
        " hold held",
        " give gave given",
        "\n    take took taken",
        " steal stole stolen",
        " find found",
        " bring brought",
        " buy bought",
        " sell sold",
        " send sent",
        " meet met",
        "\n    leave left",
        " speak spoke spoken",
        " write wrote written",
        " break broke broken",
        " choose chose chosen",
        " become became",
        "\n    come came",
        " go went gone",
        " run ran",
        " see saw seen",
        " know knew known",
        " grow grew grown",
        " fly flew flown",
        " drive drove driven",
        "\n    shoot shot",
        " strike struck",
        " catch caught",
        " teach taught",
        " think thought",
        " fight fought",
        " seek sought",
        " build built",
        "\n    spend spent",
        " lend lent",
        " lead led",
        " feed fed",
        " flee fled",
        " keep kept",
        " sleep slept",
        " feel felt",
        " deal dealt",
        " mean meant",
        "\n    pay paid",
        " lay laid",
        " make made",
        " stand stood",
        " understand understood",
        " wear wore worn",
        " swear swore sworn",
        " bear bore born",
        "\n    sink sank sunk",
        " swim swam swum",
        " sing sang sung",
        " drink drank drunk",
        " ring rang rung",
        " withdraw withdrew withdrawn",
        "\n    throw threw thrown",
        " show showed shown",
        " hide hid hidden",
        " ride rode ridden",
        " shake shook shaken",
        " forbid forbade forbidden",
        "\n    forget forgot forgotten",
        " get got gotten",
        " sit sat",
        " die died dead dies death deaths dying",
        " kill killed",
        " overtake overtook overtaken",
        "\n    shut shut",
        " read read",
        " hear heard",
        " bind bound",
        " wind wound",
        " slide slid",
        " bite bit bitten",
        " eat ate eaten",
        " draw drew drawn",
    ]
    for base, *forms in [line.split()]
    for form in forms
}


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=20000)
def stem(word: str) -> str:
    """The stem of a word in lower case; irregular verbs of news go by their base form.

    >>> stem("rose"), stem("agreed")
    ('rise', 'agre')
    """
    return str(_stemmer().stemWord(IRREGULAR.get(word, word)))


def content_stems(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning, and the numbers, of a text.

    >>> sorted(content_stems("The ministers said 1,200 were freed."))
    ['1200', 'freed', 'minist']
    """
    found = set()
    for word in WORD.findall(text):
        lowered = plain(word)
        if lowered[0].isdigit():
            found.add(digits(lowered))
        elif lowered not in STOP_WORDS and lowered not in _REPORTING and len(lowered) > 1:
            found.add(stem(lowered))
    return frozenset(found)


def plain(word: str) -> str:
    """A word in lower case without the possessive."""
    return word.lower().replace("’", "'").removesuffix("'s")


def digits(written: str) -> str:
    """A number in digits without thousands separators and needless zeros.

    >>> digits("1,200"), digits("3.50"), digits("5.")
    ('1200', '3.5', '5')
    """
    number = written.rstrip(".,").replace(",", "")
    return number.rstrip("0").rstrip(".") if number.count(".") == 1 else number


def support(sentence: str, span: str) -> float:
    """The share of the sentence's meaning-carrying stems that the span has, in 0..1; numbers count three times.

    >>> support("The call lasted two hours.", "Officials said the call had lasted more than two hours.")
    1.0
    """
    wanted = content_stems(sentence)
    if not wanted:
        return 0.0
    held = content_stems(span)
    weight = {stem: 3.0 if stem[0].isdigit() else 1.0 for stem in wanted}
    return sum(weight[s] for s in wanted & held) / sum(weight.values())
