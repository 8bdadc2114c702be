"""Newsdesk's answers: hits in, cited answers out. Nothing heavy is imported until it is used.

from qa import Answerer
answer = Answerer.open("my-index").answer("Who signed the treaty?")
print(answer.text)
for citation in answer.citations:
    print(citation.number, citation.title, citation.quote)
"""

from index.reading.reader import Reader

from .answerer import Answerer
from .answers import Answer, Citation, Claim, Conflict, Sentence, Turn
from .checking.verdicts import Verdict, verify
from .errors import (
    AnswerError,
    BadQuestion,
    BadSetting,
    LLMBadReply,
    LLMConnectionLost,
    LLMCutShort,
    LLMError,
    LLMModelMissing,
    LLMStalled,
    LLMUnavailable,
)
from .events import Event, Finished, Found, Piece, SearchingFor
from .models.scripted import ScriptedLLM
from .settings import Settings

__all__ = [
    "Answer",
    "AnswerError",
    "Answerer",
    "BadQuestion",
    "BadSetting",
    "Citation",
    "Claim",
    "Conflict",
    "Event",
    "Finished",
    "Found",
    "LLMBadReply",
    "LLMConnectionLost",
    "LLMCutShort",
    "LLMError",
    "LLMModelMissing",
    "LLMStalled",
    "LLMUnavailable",
    "Piece",
    "Reader",
    "ScriptedLLM",
    "SearchingFor",
    "Sentence",
    "Settings",
    "Turn",
    "Verdict",
    "verify",
]
