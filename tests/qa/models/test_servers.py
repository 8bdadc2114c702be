"""The server of docs/adding-a-model-server.md, exactly as it is printed there, from the settings to the answer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import cli
from index import Retriever
from qa import Answerer, BadSetting, LLMModelMissing, Settings
from qa.models.choosing import chat_models, choose_model
from qa.models.servers import SERVERS

DOCUMENT = Path(__file__).parents[3] / "docs" / "adding-a-model-server.md"


@pytest.fixture
def parrots(monkeypatch: pytest.MonkeyPatch) -> None:
    code = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)[0]
    names: dict[str, Any] = {}
    exec(compile(code, str(DOCUMENT), "exec"), names)
    monkeypatch.setitem(SERVERS, "parrot", names["ParrotServer"])


@pytest.mark.usefixtures("parrots")
def test_a_server_is_one_file_and_one_line(retriever: Retriever) -> None:
    environment = {"NEWSDESK_ANSWERER": "parrot", "PARROT_HOST": "http://127.0.0.1:1", "NEWSDESK_MODEL": "green"}
    settings = Settings.from_environment(environment)
    assert settings.connection("parrot").address == "http://127.0.0.1:1"
    model, why = choose_model(settings)
    assert why == "Answering with green on Parrot."
    answer = Answerer(retriever, model, settings=settings).answer("Who signed a fishing treaty?")
    assert answer.answerer == "parrot/green"
    assert answer.sentences[0].verdict == "supported"
    assert answer.citations[0].document_id == "treaty.txt"


@pytest.mark.usefixtures("parrots")
def test_auto_looks_on_every_server() -> None:
    nothing = {"ollama": "http://127.0.0.1:9"}
    assert chat_models(Settings(server_addresses=nothing)) == ("grey", "green")
    model, _ = choose_model(Settings(server_addresses=nothing))
    assert model is not None
    assert model.name == "parrot/grey"
    with pytest.raises(LLMModelMissing, match="no parrot 'blue'"):
        choose_model(Settings(server_addresses=nothing, model="blue"))


@pytest.mark.usefixtures("parrots")
def test_the_command_line_knows_it() -> None:
    assert cli._parser().parse_args(["ask", "Who?", "--answerer", "parrot"]).answerer == "parrot"


def test_a_kind_that_is_not_there_is_a_bad_setting() -> None:
    with pytest.raises(BadSetting, match="NEWSDESK_ANSWERER='parrot': use auto, quote or ollama"):
        Settings.from_environment({"NEWSDESK_ANSWERER": "parrot"})
