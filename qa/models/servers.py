"""The one place where kinds of model servers are known: by the name that NEWSDESK_ANSWERER and --answerer give them.

In the order in which `auto` looks for a model."""

from __future__ import annotations

from .ollama import OllamaServer
from .protocol import ModelServer

SERVERS: dict[str, type[ModelServer]] = {"ollama": OllamaServer}
