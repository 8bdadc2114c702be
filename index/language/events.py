"""Who does what to whom, as a parse of a sentence has it: whether it is denied, and which way round it goes.

An event is a verb with its subject and its object, a passive turned round ("the pact was signed by Roe"), a verb without
a subject given that of the verb above it ("managed to sell", "left, saying"). One that somebody declines, refuses or fails
to do is denied, as one with a "not"; so is one of which somebody denies that it is so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .antonyms import opposites
from .names import TITLES, folded
from .parsing import Word, dependents, parsed, phrase
from .words import IRREGULAR_VERBS, content_stems, plain, stem

Party = frozenset[str]
"""Who or what takes part: the folded words of its names, else the stems of its content words."""
_SAME_SUBJECT = ("conj", "advcl", "xcomp", "acl")
_REFUSING = frozenset(map(stem, "decline refuse fail deny reject rebuff rebuffed oppose forbid resist".split()))
_DENYING = frozenset(map(stem, "deny dispute refute".split()))
_ASIDE = ("relcl", "acl", "appos", "advcl")
_PRONOUNS = ("he", "she", "they", "it")
_OPEN = ("whether", "if", "unless")
_PHASES = frozenset(map(stem, ("begin", "end")))
_OBJECTS = ("dobj", "attr", "oprd")


@dataclass(frozen=True, slots=True)
class Event:
    """`verb` is a stem. A party is empty where the sentence names none."""

    subject: Party
    verb: str
    obj: Party
    denied: bool


def events(sentence: str) -> list[Event]:
    """Every verb of a sentence that has a subject.

    >>> events("Merrow did not sign the pact.")[0]
    Event(subject=frozenset({'merrow'}), verb='sign', obj=frozenset({'pact'}), denied=True)
    """
    words = parsed(sentence)
    found = []
    for number, word in enumerate(words):
        helped = word.role == "ROOT" and any(words[n].role == "aux" for n in dependents(words, number))
        if _is_open(words, number):
            continue
        if (word.tag.startswith("VB") and not word.role.startswith("aux")) or helped:
            event = _event(words, number)
            if event.subject or event.obj:
                found.append(event)
        elif _between_names(words, number):  # taken for an adjective: "BYD outsold Tesla"
            parties = (_party(words, n, alone=True) for n in (number - 1, number + 1))
            found.append(Event(next(parties), stem(plain(word.text)), next(parties), denied=False))
    return found


def _is_open(words: tuple[Word, ...], number: int) -> bool:
    """Whether the verb's clause leaves open whether it is so: "would not confirm whether the call had ended"."""
    return any(words[n].role == "mark" and words[n].text.lower() in _OPEN for n in dependents(words, number))


def _between_names(words: tuple[Word, ...], number: int) -> bool:
    beside = words[max(0, number - 1) : number] + words[number + 1 : number + 2]
    return plain(words[number].text) in IRREGULAR_VERBS and len(beside) == 2 and all(w.is_name for w in beside)


def contradicts(said: Event, asked: Event, around: str) -> bool:
    """Whether an event of the source denies the one that a question takes for granted: the same with or without a "not",
    its opposite, or the other way round. `around` is the source's text, in which the object of `asked` must be spoken of.

    >>> one, other = events("BYD outsold Tesla.")[0], events("Tesla outsold BYD.")[0]
    >>> contradicts(one, other, ""), contradicts(one, one, "")
    (True, False)
    """
    if not asked.subject or not asked.verb:
        return False
    same_verb = said.verb == asked.verb
    if same_verb and asked.obj and said.denied == asked.denied and _turned_round(said, asked):
        return True
    if not said.subject & asked.subject:
        return False
    spoken_of = not asked.obj or bool(asked.obj & (said.obj | content_stems(around) | _folded(around)))
    if same_verb:
        return said.denied != asked.denied and spoken_of
    return said.denied == asked.denied and spoken_of and _opposite(said.verb, asked.verb)


def asserts(said: Event, asked: Event) -> bool:
    """Whether an event of the source is the one that a question takes for granted."""
    alike = said.verb == asked.verb and said.denied == asked.denied and bool(said.subject & asked.subject)
    return alike and (not asked.obj or not said.obj or bool(asked.obj & said.obj))


def _turned_round(said: Event, asked: Event) -> bool:
    return bool(
        said.subject & asked.obj
        and said.obj & asked.subject
        and not said.subject & asked.subject
        and not said.obj & asked.obj
    )


def _opposite(one: str, other: str) -> bool:
    # What ended had begun: of the opposites only these two do not exclude each other.
    pairs = ((a, b) for a, b in opposites() if not _PHASES & a)
    return any((one in a and other in b) or (one in b and other in a) for a, b in pairs)


def _event(words: tuple[Word, ...], number: int) -> Event:
    below = dependents(words, number)
    subject = next((n for n in below if words[n].role == "nsubj"), None)
    obj = next((n for n in below if words[n].role in _OBJECTS), None)
    if (patient := next((n for n in below if words[n].role == "nsubjpass"), None)) is not None:
        agents = [n for a in below if words[a].role == "agent" for n in dependents(words, a) if words[n].role == "pobj"]
        subject, obj = (agents[0] if agents else None), patient
    if subject is None and patient is None and words[number].tag == "NN":  # "did Roe resign?", taken for a noun
        subject = next((n for n in below if words[n].role == "compound" and words[n].is_name), None)
    denied = any(words[n].role == "neg" or words[n].text.lower() == "never" for n in below)
    for above, subjects in _governing(words, number):
        denied = denied or stem(plain(words[above].text)) in _REFUSING
        if subject is None and patient is None:
            subject = next((n for n in dependents(words, above) if words[n].role in subjects), None)
    denied = denied != _is_denied(words, number)
    if subject is not None and words[subject].text.lower() in _PRONOUNS:
        subject = _whoever_speaks(words, number)
    return Event(_party(words, subject), stem(plain(words[number].text)), _party(words, obj), denied)


def _governing(words: tuple[Word, ...], number: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The words above a verb whose subject is its subject too, nearest first, each with the roles of such a subject."""
    at = number
    while words[at].role in _SAME_SUBJECT and words[at].head != at:
        at = words[at].head
        yield at, ("nsubj", "nsubjpass")
        if not words[at].tag.startswith("VB") and words[at].head != at:  # "declined the request to sign"
            at = words[at].head
            yield at, ("nsubj",)


def _is_denied(words: tuple[Word, ...], number: int) -> bool:
    """Whether a verb above says that it is not so: "Roe denied that he had agreed to sign"."""
    at = number
    while words[at].role in (*_SAME_SUBJECT, "ccomp") and words[at].head != at:
        clause, at = words[at], words[at].head
        if clause.role == "ccomp" and stem(plain(words[at].text)) in _DENYING:
            return True
    return False


def _whoever_speaks(words: tuple[Word, ...], number: int) -> int | None:
    """The subject of the verbs above: "Roe said she would stay"."""
    at = number
    while words[at].head != at:
        at = words[at].head
        subject = next((n for n in dependents(words, at) if words[n].role == "nsubj"), None)
        if subject is not None and words[subject].text.lower() not in _PRONOUNS:
            return subject
    return None


def _party(words: tuple[Word, ...], head: int | None, *, alone: bool = False) -> Party:
    """Of the phrase around a word; `alone`: of the word itself."""
    if head is None:
        return frozenset()
    inside = {head} if alone else phrase(words, head, lambda word: word.role in _ASIDE)
    named = frozenset(folded(words[n].text) for n in inside if words[n].is_name) - TITLES
    return named or frozenset().union(*(content_stems(words[n].text) for n in inside))


def _folded(text: str) -> frozenset[str]:
    return frozenset(folded(w) for w in text.split())
