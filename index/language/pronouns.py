"""Who "he" or "she" is in a quoted sentence, when the sentence before leaves no doubt.

A reader who sees one sentence sees a pronoun without its name. The name is put in brackets behind the
pronoun for display; the citation stays verbatim. Certain means: the sentence opens with the pronoun
and the sentence before it, in the same paragraph, names exactly one person, as the one who speaks or
acts first. Anything less is left alone: a wrong name is worse than none.
"""

from __future__ import annotations

import re

_PRONOUN = re.compile(r"^(?:[\"“'‘]?)(He|She)\b(?!\s*\[)")
_PERSON = re.compile(
    r"\b(?:(?:[A-Z][a-z]+ )?(?:[Mm]inister|[Pp]resident|[Gg]overnor|[Mm]ayor|[Jj]udge|[Cc]aptain|[Cc]oach|[Cc]hief|"
    r"[Ss]pokes(?:man|woman)|[Dd]irector|[Pp]rofessor|Dr\.|Mr\.|Mrs\.|Ms\.|Sen\.|Gen\.) )?"
    r"([A-Z][\w'’-]+(?: (?:[A-Z]\.|von|van|der|de|al|bin))*(?: [A-Z][\w'’-]+)+)"
)
_NOT_PEOPLE = re.compile(
    r"\b(?:House|Bank|Ministry|Office|Court|Party|University|Company|Corp|Inc|Ltd|Union|States|Kingdom|Nations|Street|"
    r"River|Bay|Island|Islands|City|Sea|Street|Agency|Council|Commission|Museum|Airport|Hospital|News|Times|Newswire|"
    r"Academy|Palace|Observatory|Motors|Lines|Hydro|United|Athletic|Cup|Prize|East|West|North|South|New|Port|Saint|San|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|June|July|August|September|"
    r"October|November|December|The|FILE|PHOTO)\b"
)
_ACTS = re.compile(
    r"^[^.;]{0,80}?\b(?:said|says|told|added|wrote|called|announced|met|was|is|had|has|won|found|signed|resigned|denied)\b"
)


def resolved(sentence: str, before: str) -> str:
    """`sentence` with the name in brackets behind its opening pronoun, or unchanged.

    >>> resolved("He denied it.", "Aurel Tarsi met Linnea Croft.")
    'He denied it.'
    >>> resolved("She said 260 were safe.", "Rescue chief Bodil Arne told reporters that the water was falling.")
    'She [Bodil Arne] said 260 were safe.'
    """
    match = _PRONOUN.match(sentence)
    if not match or not before:
        return sentence
    named = {m[1] for m in _PERSON.finditer(before)}
    if len(named) != 1 or _NOT_PEOPLE.search(name := next(iter(named))):
        return sentence
    rest = before[before.index(name) + len(name) :]
    if not _ACTS.match(rest) or re.search(r"\b(?:he|she|his|her|him)\b", before):
        return sentence
    end = match.end(1)
    return f"{sentence[:end]} [{name}]{sentence[end:]}"
