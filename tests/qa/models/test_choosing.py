from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from qa import BadSetting, LLMModelMissing, LLMUnavailable, Settings
from qa.models.choosing import chat_models, choose_model
from tests.fakes import FakeOllama

NOWHERE = Settings(server_addresses={"ollama": "http://127.0.0.1:9"})


def settings(ollama: FakeOllama, **changes: Any) -> Settings:
    return replace(Settings(server_addresses={"ollama": ollama.url}, llm_timeout=5.0), **changes)


def test_embedding_models_are_never_chosen(ollama: FakeOllama) -> None:
    ollama.models = {"nomic-embed-text:latest": ["embedding"], "qwen3:4b": ["completion"], "all-minilm": []}
    assert chat_models(settings(ollama)) == ("qwen3:4b",)
    model, why = choose_model(settings(ollama))
    assert model is not None
    assert model.name == "ollama/qwen3:4b"
    assert "qwen3:4b" in why


def test_without_a_chat_model_it_quotes_and_says_why(ollama: FakeOllama) -> None:
    ollama.models = {"nomic-embed-text": ["embedding"]}
    model, why = choose_model(settings(ollama))
    assert model is None
    assert "only embedding models" in why
    with pytest.raises(LLMModelMissing, match="ollama pull"):
        choose_model(settings(ollama, answerer="ollama"))


def test_a_model_chosen_by_name(ollama: FakeOllama) -> None:
    ollama.models = {"a:latest": ["completion"], "b:1b": ["completion"]}
    chosen, _ = choose_model(settings(ollama, model="b:1b"))
    assert chosen is not None
    assert chosen.name == "ollama/b:1b"
    assert choose_model(settings(ollama, model="a"))[0] is not None
    with pytest.raises(LLMModelMissing, match="ollama pull c"):
        choose_model(settings(ollama, model="c"))


def test_an_embedding_model_that_is_named_like_any_other_is_passed_over(ollama: FakeOllama) -> None:
    ollama.models = {"vectors": ["embedding"], "talker": ["completion"]}
    model, _ = choose_model(settings(ollama))
    assert model is not None
    assert model.name == "ollama/talker"
    with pytest.raises(LLMModelMissing, match="vectors cannot chat"):
        choose_model(settings(ollama, model="vectors"))
    ollama.models = {"vectors": ["embedding"]}


def test_without_a_server_it_quotes_unless_a_model_was_asked_for() -> None:
    model, why = choose_model(NOWHERE)
    assert model is None
    assert why.startswith("Ollama not found")
    assert chat_models(NOWHERE) == ()
    for asked_for in ({"answerer": "ollama"}, {"model": "llama3.2"}):
        with pytest.raises(LLMUnavailable, match="ollama serve"):
            choose_model(replace(NOWHERE, **asked_for))  # type: ignore[arg-type]
    assert choose_model(replace(NOWHERE, answerer="quote"))[0] is None


def test_an_address_that_is_none_is_named() -> None:
    wrong = Settings(server_addresses={"ollama": "http://127.0.0.1:99999999"})
    assert "OLLAMA_HOST='http://127.0.0.1:99999999'" in choose_model(wrong)[1]
    with pytest.raises((BadSetting, LLMUnavailable), match="OLLAMA_HOST="):
        choose_model(replace(wrong, answerer="ollama"))


def test_500_models_cost_two_requests_and_no_time(ollama: FakeOllama) -> None:
    """As many questions as people ask one after the other: the list once, and the facts of the one that answers."""
    ollama.models = {f"model-{n}:latest": ["completion"] for n in range(500)}
    choose_model(NOWHERE)  # LlamaIndex is loaded
    begun = time.perf_counter()
    for _ in range(20):
        model, why = choose_model(settings(ollama))
        assert model is not None
        assert why == "Answering with model-0:latest on Ollama."
        assert len(chat_models(settings(ollama))) == 500
    assert ollama.asked == ["/api/tags", "/api/show"]
    assert time.perf_counter() - begun < 10  # the first of them loads LlamaIndex
    choose_model(settings(ollama, model="model-321"))
    assert ollama.asked == ["/api/tags", "/api/show", "/api/show"]
