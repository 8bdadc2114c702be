"""Words that turn a statement round: each line of the list holds two groups, any of one against any of the other.

Kept to words of which news makes statements. Groups that mean the same in different parts of speech stand in lines
of their own, so that "rain fell" is no opposite of "the highest rainfall".
"""

from __future__ import annotations

from index.language.words import stem

_LIST = """
rise increase climb grow gain jump surge soar raise lift widen/fall decrease drop decline slip plunge sink shrink cut reduce slash narrow lower
higher up growth increase rise/lower down reduction decrease fall
highest most/lowest least
agree accept approve back support welcome endorse/refuse reject oppose decline deny denied disagree veto
confirm admit acknowledge concede/deny dispute reject
win beat defeat survive pass/lose lost fail
begin start open launch resume/end stop close finish halt suspend conclude
more over above exceed/less fewer under below
before earlier early/after later late
first/last
largest biggest bigger larger most greater/smallest smaller least fewest
arrive enter join/leave depart quit exit
buy import/sell export
for favour/against
alive survive living/dead die kill
legal allow permit allowed/illegal ban banned forbid prohibit
release free/arrest detain jail imprison
north northern/south southern
east eastern/west western
oldest older/youngest younger
guilty convict/innocent acquit
include/exclude
optimistic/pessimistic
strengthen strong stronger/weaken weak weaker
success succeed successful/failure fail failed
male man men/female woman women
public/private
expand extend enlarge widen grow/reduce shrink cut contract narrow
improve better recover/worsen deteriorate worse
praise laud hail welcome applaud/criticise criticize condemn denounce rebuke slam blame
over end ended finish/begin begun start started ongoing
wartime/peacetime
peace truce/war
enemy foe rival/ally friend partner
safe safely/dangerous danger unsafe
lift ease relax loosen/impose tighten toughen
build construct erect/demolish destroy tear
hire recruit appoint name elect/fire dismiss sack oust resign
advance/retreat withdraw
attack/defend
borrow/lend
cause/prevent avert avoid
cheap cheaper/expensive dearer costly
clean/dirty polluted
deep/shallow
demand/supply
domestic/foreign
empty/full
fast faster quick quickly/slow slower slowly
fresh/stale
give/take receive
heavy/light
hide conceal/reveal disclose publish
hope optimism/fear pessimism despair
inside/outside
join/quit
love/hate
majority/minority
married/divorced single
maximum/minimum
near close/far distant
orders ordered/allowed allow permit
permanent/temporary
profit profitable surplus/loss deficit
push/pull
remember/forget
right correct/wrong incorrect false
richer wealthy/poorer poor
rural/urban
sunny dry drought/rainy wet flood
tall taller/short shorter
together/apart separate
top/bottom
trust/distrust
upper/lower
urban/rural
veto/sign
victory/defeat
voluntary/compulsory mandatory
winter/summer
worst/best
many much large/few little small
"""

Group = frozenset[str]
OPPOSITES: tuple[tuple[Group, Group], ...] = tuple(
    (frozenset(map(stem, one.split())), frozenset(map(stem, other.split())))
    for one, other in (line.split("/") for line in _LIST.strip().splitlines())
)
"""Pairs of groups of stems."""
NEGATIVE_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "mis")
