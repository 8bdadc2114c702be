"""What in a sentence can be right or wrong by itself: names, quotations, directions, speakers. No model is used."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from index.language.amounts import in_digits
from index.language.antonyms import NEGATIVE_PREFIXES, OPPOSITES
from index.language.words import IRREGULAR, STOP_WORDS, WORD, content_stems, plain, stem

# --- names -----------------------------------------------------------------------------------------------------

_PARTICLE = r"(?:von|van|der|den|de|del|della|di|da|la|le|al|bin|ibn|of|the|and the)"
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w.’'\-]*"
_NAME = re.compile(rf"{_CAPITALISED}(?:\s+(?:{_PARTICLE}\s+)*{_CAPITALISED})*")
NOT_NAMES = frozenset(
    """
    who whom whose what which when where why how is are was were did do does has have had can could will would
    should may might and but so in on at of for from to by with about tell give list name show explain describe
    the a an this that these those it he she they his her their there then after before during if according no
    yes ok please also i we you its our my as while since until because although despite under over both each
    every all some many most several few not only another other such one two three four five six seven eight nine ten
""".split()
)
"""Words that open a question or a sentence with a capital and are no part of a name."""
_TITLES = frozenset(
    """
    mr mrs ms dr sir president prime minister foreign interior finance health fisheries energy governor mayor
    judge chief inspector captain coach director spokesman spokeswoman chairman chairwoman senator secretary
    king queen pope professor general colonel former opposition leader deputy vice acting head minister's
    ministry justice defence defense monday tuesday wednesday thursday friday saturday sunday january february
    march april may june july august september october november december
""".split()
)
_ALIASES = {
    "us": "united states", "u.s": "united states", "usa": "united states", "america": "united states",
    "american": "united states", "americans": "united states", "uk": "united kingdom", "u.k": "united kingdom",
    "britain": "united kingdom", "british": "united kingdom", "eu": "european union", "un": "united nations",
    "u.n": "united nations", "french": "france", "dutch": "netherlands", "swiss": "switzerland", "spanish": "spain",
    "german": "germany", "germans": "germany", "greek": "greece", "welsh": "wales", "danish": "denmark",
    "turkish": "turkey", "polish": "poland", "thai": "thailand", "chinese": "china", "kyiv": "kiev",
}  # fmt: skip
_BARE_NOUNS = frozenset(
    """
    inflation unemployment police parliament power water rain nobody everyone everybody someone anyone
    government congress nothing everything something rescue traffic fire smoke snow oil gas gold trade growth
    demand output
""".split()
)
_VERB = re.compile(
    r"(?:said|says|told|has|had|was|is|will|would|did|does|wants?|won|lost|can|could|may|might|must|[a-z]+ed|[a-z]{3,}s)$"
)


def names(text: str) -> list[str]:
    """The names in a text: runs of capitalised words, without the question word or the like that opens it.

    >>> names("Where did Joe Biden meet Vladimir Putin in 2021?")
    ['Joe Biden', 'Vladimir Putin']
    """
    found: list[str] = []
    for match in _NAME.finditer(text):
        words = match[0].split()
        while words and words[0].lower().strip(".,'’") in NOT_NAMES:
            words.pop(0)
        name = re.sub(r"['’]s$", "", " ".join(words)).strip(".,'’-")
        if name and name not in found and len(name) > 1:
            found.append(name)
    return found


def missing_names(claim: str, evidence: str) -> list[str]:
    """The names of `claim` of which a part (a title aside) is not in `evidence`.

    A capitalised first word counts as a name only when it cannot be a common noun.

    >>> missing_names("Ukrainian officials met Marco Rubio in Bonn.", "Officials from Ukraine met Rubio in Paris.")
    ['Marco Rubio', 'Bonn']
    """
    return [name for name in names(claim) if not _opens(name, claim) and not _named(name, evidence)]


def _opens(name: str, claim: str) -> bool:
    """Whether a name is only the first word of the sentence, which may be any noun."""
    if " " in name or not re.match(rf"\W*{re.escape(name)}\b", claim):
        return False
    after = re.match(rf"\W*{re.escape(name)}(?P<owns>['’]s)? ([\w-]+)", claim)
    if after is not None and after["owns"] and name.lower() not in _BARE_NOUNS:
        return False
    if name.lower() in _BARE_NOUNS or name.endswith("s") or after is None or after[2].lower() in STOP_WORDS - {
        "was", "is", "has", "had", "will", "would", "did", "does",
    }:  # fmt: skip
        return True
    return not _VERB.match(after[2])


@lru_cache(maxsize=2048)
def _capitalised(evidence: str) -> tuple[frozenset[str], frozenset[str]]:
    """All words of the evidence, folded, and the initials of its names."""
    words = frozenset(_folded(w) for w in re.findall(r"[^\W\d_][\w.’'-]*", evidence))
    words |= {part for w in words for part in w.split("-")}
    aliased = frozenset(part for w in words if w in _ALIASES for part in _ALIASES[w].split())
    initials = frozenset(
        "".join(w[0] for w in name.split() if w[0].isupper()).lower() for name in names(evidence) if " " in name
    )
    return words | aliased, initials


def _named(name: str, evidence: str) -> bool:
    words, initials = _capitalised(evidence)
    whole = [w for w in name.split() if w[0].isupper() or w.lower() not in NOT_NAMES]
    parts = [_folded(p) for w in whole for p in ([w] if _folded(w) in words else w.split("-")) if p]
    short = "".join(w[0] for w in name.split() if w[0].isupper()).lower()
    if len(short) > 1 and short in words:
        return True
    for part in parts:
        if part in _TITLES or part in words or part in initials:
            continue
        if part in _ALIASES and all(p in words for p in _ALIASES[part].split()):
            continue
        if not any(_kin(part, w) for w in words):
            return False
    return True


def _kin(one: str, two: str) -> bool:
    """Whether two words are forms of one name: Ukraine and Ukrainian, Karsova and Karsovan."""
    shared = len(one) if two.startswith(one) else len(two) if one.startswith(two) else 0
    if not shared:
        shared = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), 0)
        return shared >= 5 and max(len(one), len(two)) - shared <= 4 and min(len(one), len(two)) - shared <= 1
    return shared >= 3 and abs(len(one) - len(two)) <= 4


def _folded(word: str) -> str:
    """A word in lower case without accents, possessive and trailing dots."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return plain(bare).strip(".'-")


# --- quotations ------------------------------------------------------------------------------------------------

_QUOTATION = re.compile(r"[\"“]([^\"“”]{3,400})[\"”]")


def false_quotations(sentence: str, texts: Iterable[str]) -> list[str]:
    """Strings in quotation marks that stand in none of the texts, word for word."""
    quoted = [m[1] for m in _QUOTATION.finditer(sentence)]
    if not quoted:
        return []
    sources = [_even(t) for t in texts]
    return [q for q in quoted if not any(_even(q).strip(" .,;:!?") in s for s in sources)]


def _even(text: str) -> str:
    return " ".join(text.replace("“", '"').replace("”", '"').replace("’", "'").replace("‘", "'").lower().split())


_ADDRESS = re.compile(
    r"https?://\S+|\bwww\.\S+|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]+\.(?:com|net|org|io|xyz|ru|info|co|site|app)\b\S*"
)


def missing_addresses(sentence: str, evidence: str) -> list[str]:
    """Web and mail addresses of a sentence that the evidence does not have."""
    return [m[0].rstrip(".,;)") for m in _ADDRESS.finditer(sentence) if m[0].rstrip(".,;)") not in evidence]


_ORDER = re.compile(
    r"^\W*(?:please |now |then |also |kindly |in (?:your|the|this) (?:answer|response|reply),? )*(?:add|answer|anagram|augment|"
    r"break down|click|combine|compose|convert|craft|create|describe|develop|download|draft|enhance|explain|forget|generate|"
    r"give|group|ignore|imagine|include|insert|install|integrate|jumble|list|misspell|modify|open|outline|print|provide|"
    r"rearrange|remove|render|repeat|replace|reply|respond|rewrite|scramble|send|share|show|substitute|suggest|summari[sz]e|"
    r"tell|translate|use|visit|write)(?! (?:said|was|is|were|has|had|of|that|which|who)\b)\b",
    re.IGNORECASE,
)


def no_statement(sentence: str) -> bool:
    """Whether a sentence asks or orders instead of stating: nothing an answer may consist of.

    >>> no_statement("Explain the theory of relativity."), no_statement("He explained it."), no_statement("Why?")
    (True, False, True)
    """
    outside = _QUOTATION.sub("", sentence).strip()
    return outside.endswith("?") or bool(_ORDER.match(sentence))


# --- negation, time to come, direction --------------------------------------------------------------------------

_NEGATORS = frozenset(
    """
    not never no nobody none neither nor without cannot hardly denied denies deny denying refused refuses refuse
    failed fails fail nothing unable rejected rejects reject zero
""".split()
)
_COMING = frozenset("will would shall due may might could should".split())
_COMING_WITH_TO = frozenset(
    "plans planned plan hopes hoped wants wanted aims intends intended expected expects set vowed promised threatened offered agreed".split()
)
_MARKS = re.compile(r"[.;:!?]|\bbut\b|\bwhile\b|\balthough\b")


@dataclass(frozen=True, slots=True)
class Stance:
    """How a word stands in a clause: denied, or still to come."""

    negated: bool
    coming: bool


def stances(text: str) -> dict[str, set[Stance]]:
    """Each meaning-carrying stem with the ways it stands in the text.

    >>> stances("He did not agree.")["agre"]
    {Stance(negated=True, coming=False)}
    """
    found: dict[str, set[Stance]] = {}
    for clause in _MARKS.split(text):
        words = [(plain(w), w) for w in WORD.findall(clause)]
        denies = any(_negates(w) for w, _ in words)
        # Only the first word after a "not" is surely denied; what else is said in its clause may be either.
        elsewhere = {False, True} if denies else {False}
        negated = coming = open_ended = False
        for n, (word, written) in enumerate(words):
            following = words[n + 1][0] if n + 1 < len(words) else ""
            if _negates(word) or (word in ("declined", "declines", "decline") and following == "to"):
                if word in _NEGATORS and stem(word) in _REFUSING:
                    _stand(found, word, {negated}, {coming})
                negated = True
            elif word in _COMING or (word in _COMING_WITH_TO and following == "to"):
                coming = True
                if word in _OPPOSABLE:  # "agreed to sign" says that somebody agreed
                    _stand(found, word, {True} if negated else elsewhere, {False})
                    negated = False
            elif word == "to" and n and words[n - 1][0] in ("is", "are", "was", "were"):
                coming = True  # "peace is to begin"
            elif word == "to":
                open_ended = not coming  # "voted 640 million to rebuild": done or not, the sentence does not say
            elif word not in STOP_WORDS and not written[0].isdigit() and not word.endswith("ly"):
                _stand(found, word, {True} if negated else elsewhere, {False, True} if open_ended else {coming})
                negated = coming = open_ended = False
    return found


def _negates(word: str) -> bool:
    return word in _NEGATORS or word.endswith("n't")


def _stand(found: dict[str, set[Stance]], word: str, negated: set[bool], coming: set[bool]) -> None:
    found.setdefault(stem(word), set()).update(Stance(n, c) for n in negated for c in coming)


_OPPOSABLE = frozenset(["agreed", "offered", "promised"])
_REFUSING = frozenset(stem(w) for w in ("denied", "refused", "rejected", "failed"))


def reversals(claim: str, evidence: str) -> list[str]:
    """What `claim` says the other way round than `evidence`, in words: a "not", a direction, done for still to come.

    >>> reversals("Shares rose 6.1 percent.", "Norrvind shares fell 6.1 percent.")
    ['the source says “fell” where this says “rose”']
    """
    said, held = stances(claim), stances(evidence)
    problems = _opposed(claim, evidence, said, held)
    for word in sorted(said.keys() & held.keys()):
        mine, theirs = said[word], held[word]
        if {s.negated for s in mine}.isdisjoint({s.negated for s in theirs}):
            problems.append(
                f"“{_form(word, claim)}” is denied {'here' if next(iter(mine)).negated else 'in the source'} and not "
                f"{'in the source' if next(iter(mine)).negated else 'here'}"
            )
        elif {s.coming for s in mine}.isdisjoint({s.coming for s in theirs}) and _is_verb(word, claim, evidence):
            problems.append(
                f"“{_form(word, claim)}” is still to come {'here' if next(iter(mine)).coming else 'in the source'} and "
                f"done {'in the source' if next(iter(mine)).coming else 'here'}"
            )
    return list(dict.fromkeys(problems))


def _opposed(claim: str, evidence: str, said: dict[str, set[Stance]], held: dict[str, set[Stance]]) -> list[str]:
    problems = []
    mine, theirs = _stems_with_stop_words(claim), _stems_with_stop_words(evidence)
    for pair in OPPOSITES:
        for one, other in (pair, pair[::-1]):
            up, down = mine.keys() & one, theirs.keys() & other
            # Opposite words agree when one of them is denied ("did not accept" for "refused").
            if up and down and not theirs.keys() & one and not mine.keys() & other:
                denied = any(s.negated for w in up for s in said.get(w, ())) != any(
                    s.negated for w in down for s in held.get(w, ())
                )
                if not denied:
                    problems.append(
                        f"the source says “{theirs[sorted(down)[0]]}” where this says “{mine[sorted(up)[0]]}”"
                    )
    for word in sorted(mine.keys() - theirs.keys()):
        for prefix in NEGATIVE_PREFIXES:
            turned = word.removeprefix(prefix) if word.startswith(prefix) else f"{prefix}{word}"
            if len(word) > 3 and len(turned) > 3 and turned in theirs and turned not in mine:
                problems.append(f"the source says “{theirs[turned]}” where this says “{mine[word]}”")
    return problems


def _stems_with_stop_words(text: str) -> dict[str, str]:
    return {stem(plain(w)): w for w in WORD.findall(text)}


def _form(stemmed: str, text: str) -> str:
    return next((w for w in WORD.findall(text) if stem(plain(w)) == stemmed), stemmed)


def _is_verb(stemmed: str, *texts: str) -> bool:
    """Whether a stem has the form of a verb somewhere: -ed, -ing or irregular."""
    forms = {plain(w) for t in texts for w in WORD.findall(t) if stem(plain(w)) == stemmed}
    return any(f.endswith(("ed", "ing")) or f in IRREGULAR for f in forms)


# --- who says it, who does what to whom -------------------------------------------------------------------------

DATELINE = re.compile(r"^[A-Z][\w ,.'-]{1,60}(?:\([^)]{2,60}\))? [-–—] ")
"""Where a wire story comes from, before its first sentence."""
_SAYS = (
    r"(?:said|says|told|added|wrote|announced|denied|denies|claimed|confirmed|warned|argued|stated|insisted|explained)"
)
_SPEAKER = re.compile(
    rf"(?P<before>{_CAPITALISED}(?: (?:{_PARTICLE} )*{_CAPITALISED})*(?:, [^,.“”\"]{{2,60}},|,)?) {_SAYS}\b"
    rf"|\b{_SAYS} (?:[a-z][\w-]* ){{0,4}}(?P<after>{_CAPITALISED}(?: {_CAPITALISED})+)"
    rf"|[Aa]ccording to (?:[a-z'’\w-]+ ){{0,4}}?(?P<according>{_CAPITALISED}(?: (?:{_PARTICLE} )*{_CAPITALISED})*)"
)


def speakers(text: str) -> list[str]:
    """Who is said to say something, by name.

    >>> speakers("The gates were open, its director Casimir Roe said. Henrike Lund, the governor, denied it.")
    ['Casimir Roe', 'Henrike Lund']
    """
    found = []
    for match in _SPEAKER.finditer(text):
        written = match["before"] or match["after"] or match["according"]
        for name in names(written):
            if _folded(name) not in _TITLES and name not in found:
                found.append(name)
    return found


def other_speaker(claim: str, evidence: str) -> str | None:
    """Whom `evidence` names as the speaker when `claim` names another; None when that is not so."""
    mine, theirs = speakers(claim), speakers(evidence)
    if not mine or not theirs or any(_named(m, t) or _named(t, m) for m in mine for t in theirs):
        return None
    return theirs[0]


def swapped(claim: str, evidence: str) -> tuple[str, str] | None:
    """Two names or numbers that stand in `claim` the other way round than in `evidence`, around the same words.

    >>> swapped("Lindhaven beat Merrow.", "Merrow beat Lindhaven.")
    ('Lindhaven', 'Merrow')
    >>> swapped("Lindhaven was beaten by Merrow.", "Merrow beat Lindhaven.")
    """
    return _swapped_names(claim, evidence) or _swapped_numbers(claim, evidence)


def _swapped_names(claim: str, evidence: str) -> tuple[str, str] | None:
    speaking = {_folded(w) for text in (claim, evidence) for name in speakers(text) for w in name.split()}
    placed = [p for p in _placed_names(claim) if _folded(p[0]) not in speaking]
    for n, (one, _, end) in enumerate(placed):
        for two, start, _ in placed[n + 1 :]:
            there, back = ([m.span() for m in re.finditer(rf"\b{re.escape(w)}\b", evidence)] for w in (two, one))
            if one == two or len(there) != 1 or len(back) != 1 or there[0][1] > back[0][0]:
                continue
            between, yonder = claim[end:start], evidence[there[0][1] : back[0][0]]
            mine, theirs = _connecting(between), _connecting(yonder)
            if not theirs or not mine or _passive(between) != _passive(yonder):
                continue
            if len(mine & theirs) / min(len(mine), len(theirs)) >= 0.5:
                return one, two
    return None


def _swapped_numbers(claim: str, evidence: str) -> tuple[str, str] | None:
    """Two numbers of which each stands between the words that the other stands between in the evidence."""
    mine, theirs = _surroundings(claim), _surroundings(evidence)
    both = [n for n in mine if n in theirs and mine[n] != theirs[n]]
    for k, one in enumerate(both):
        for two in both[k + 1 :]:
            if mine[one] == theirs[two] and mine[two] == theirs[one]:
                return one, two
    return None


def _surroundings(text: str) -> dict[str, tuple[str, str]]:
    """For each number that stands once: the connecting word before it and the stem of the word after it."""
    found: dict[str, tuple[str, str]] = {}
    words = re.findall(r"\d[\d,]*(?:\.\d+)?|[^\W\d_]+", in_digits(text))
    for n, word in enumerate(words):
        if word[0].isdigit():
            before = next((w.lower() for w in reversed(words[max(0, n - 2) : n]) if w.lower() in _CONNECTORS), "")
            after = stem(words[n + 1].lower()) if n + 1 < len(words) else ""
            found[word] = ("", "") if word in found else (before, after)
    return {word: around for word, around in found.items() if any(around)}


def _connecting(text: str) -> frozenset[str]:
    kept = {w.lower() for w in re.findall(r"[a-z]+", text.lower()) if w in _CONNECTORS}
    return content_stems(text) | frozenset(kept)


_CONNECTORS = frozenset("to from than instead not by of against for in".split())


def _passive(text: str) -> bool:
    return bool(re.search(r"\bby\b(?: \w+){0,4} ?$", text))


def _placed_names(text: str) -> list[tuple[str, int, int]]:
    placed = []
    for name in names(text):
        last = name.split()[-1]
        at = text.find(last, text.find(name))
        if last.lower() not in _TITLES:
            placed.append((last, at, at + len(last)))
    return sorted(placed, key=lambda p: p[1])
