from __future__ import annotations

import pytest
import torch
from tokenizers import Tokenizer

from evals.training import starting_weights as module
from evals.training.starting_weights import CONFIG, starting_weights
from index.reading.network import ReaderNetwork, bert, collate, lay_out
from index.reading.reader import WEIGHTS


def test_they_are_the_published_cross_encoder_which_knows_what_answers() -> None:
    network = ReaderNetwork(bert({**CONFIG, "attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.0}), 384)
    weights = {name: torch.tensor(weight) for name, weight in starting_weights().items()}
    missing = network.load_state_dict(weights, strict=False).missing_keys
    assert not any(name.startswith(("encoder.", "relevance.")) for name in missing)

    tokenizer = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    texts = ["Merrow has 41,000 inhabitants.", "Sarrow lies on the Olva, which flooded it."]
    examples = lay_out(tokenizer, "how many people live in merrow", texts, [[(0, len(t))] for t in texts], ["", ""], 64)
    with torch.inference_mode():
        answers, does_not = network.eval()(**collate(examples)).relevance.tolist()
    assert answers > does_not + 10


def test_another_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SHA256", "0" * 64)
    with pytest.raises(ValueError, match="not the file"):
        starting_weights()


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PACKAGE", "no_such_package")
    with pytest.raises(ModuleNotFoundError, match="training"):
        starting_weights()
