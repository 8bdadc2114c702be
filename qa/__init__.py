"""Newsdesk's answers: hits in, cited answers out. Nothing heavy is imported until it is used.

from qa import Answerer
answer = Answerer.open("my-index").answer("Who signed the treaty?")
print(answer.text)
for citation in answer.citations:
    print(citation.number, citation.title, citation.quote)
"""

from index.reading.reader import Reader

from .answerer import Answerer, Event, Finished, Found, Piece, SearchingFor
from .answers import Answer, Citation, Claim, Conflict, Sentence, Turn
from .checking.verdicts import Verdict, verify
from .errors import (
    AnswerError,
    BadQuestion,
    LLMBadReply,
    LLMConnectionLost,
    LLMError,
    LLMModelMissing,
    LLMStalled,
    LLMUnavailable,
)
from .models.ollama import ScriptedLLM
from .settings import BadSetting, Settings

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
