from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import cli
from index import CorpusError, NewsdeskError
from qa import AnswerError, BadQuestion, BadSetting
from tests.fakes import FakeOllama

ROOT = Path(__file__).parents[1]


def run(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str) -> tuple[int, str, str]:
    try:
        code = cli.main(arguments)
    except SystemExit as stopped:  # argparse
        code = int(stopped.code or 0)
    captured = capsysbinary.readouterr()
    return code, captured.out.decode(), captured.err.decode()


@pytest.fixture
def at(index: Path) -> list[str]:
    return ["--index", str(index)]


def test_ingest_reports_and_exits_by_what_happened(
    capsysbinary: pytest.CaptureFixture[bytes], reports: Path, tmp_path: Path
) -> None:
    (reports / "bad.pdf").write_bytes(b"nothing")
    index = str(tmp_path / "index")
    code, out, err = run(capsysbinary, "ingest", str(reports), "--index", index, "--json")
    assert code == cli.OK
    assert len(json.loads(out)["added"]) == 3
    assert "failed: bad.pdf: not a readable PDF" in err
    assert run(capsysbinary, "ingest", str(reports), "--index", index, "--strict")[0] == cli.FAILED
    code, out, _ = run(capsysbinary, "ingest", str(reports), "--index", index)
    assert (code, out.strip()) == (cli.OK, "0 added, 0 updated, 3 unchanged, 0 removed, 1 failed")
    assert run(capsysbinary, "ingest", str(tmp_path / "nowhere"), "--index", index)[0] == cli.FAILED


def test_search(capsysbinary: pytest.CaptureFixture[bytes], at: list[str]) -> None:
    code, out, _ = run(capsysbinary, "search", "Who discovered a comet?", "-k", "2", *at)
    assert code == cli.OK
    assert out.startswith("1. Comet found by schoolgirl · 2031-03-24\n   comet.txt [")
    hits = json.loads(run(capsysbinary, "search", "comet", "-k", "2", "--json", *at)[1])["hits"]
    assert len(hits) == 2
    assert hits[0]["document_id"] == "comet.txt"


def test_show_prints_exactly_the_text_that_citations_point_into(
    capsysbinary: pytest.CaptureFixture[bytes], at: list[str]
) -> None:
    answer = json.loads(run(capsysbinary, "ask", "Who discovered a comet?", "--json", *at)[1])
    cited = answer["citations"][0]
    code, out, err = run(capsysbinary, "show", cited["document_id"], *at)
    assert (code, err) == (cli.OK, "")
    assert out[cited["start"] : cited["end"]] == cited["quote"]
    assert out.endswith("said.")


def test_the_answer_object(capsysbinary: pytest.CaptureFixture[bytes], at: list[str]) -> None:
    code, out, _ = run(capsysbinary, "ask", "Who discovered a comet?", "--json", *at)
    answer = json.loads(out)
    assert code == cli.OK
    assert {
        "question",
        "search_query",
        "text",
        "abstained",
        "answerer",
        "sentences",
        "citations",
        "incomplete",
        "timings_ms",
    } <= set(answer)
    assert answer["asked"] == {
        "subject": "discovered a comet",
        "author": "",
        "time": "none",
        "since": None,
        "until": None,
    }
    assert answer["answerer"] == "quote"
    assert answer["sentences"][0]["citations"] == [1]
    assert set(answer["citations"][0]) >= {
        "number",
        "document_id",
        "title",
        "source",
        "published",
        "quote",
        "start",
        "end",
        "score",
    }
    assert answer["citations"][0]["published"] == "2031-03-24T00:00:00"


def test_an_abstention_has_no_citations(capsysbinary: pytest.CaptureFixture[bytes], at: list[str]) -> None:
    code, out, _ = run(capsysbinary, "ask", "What is the capital of Mongolia?", "--json", *at)
    answer = json.loads(out)
    assert (code, answer["abstained"], answer["citations"], answer["sentences"]) == (cli.OK, True, [], [])


def test_a_batch_keeps_order_and_ids_and_turns_errors_into_rows(
    capsysbinary: pytest.CaptureFixture[bytes], at: list[str], tmp_path: Path
) -> None:
    rows = [
        json.dumps({"id": "a", "question": "Who discovered a comet?"}),
        json.dumps(
            {
                "id": "b",
                "question": "And how old is she?",
                "history": [{"question": "Who discovered a comet?", "answer": "Ines Calloway [1]"}],
            }
        ),
        json.dumps({"id": "c", "question": ""}),
        "{broken",
        json.dumps({"id": "e", "question": "Who?", "history": [{"x": 1}]}),
        json.dumps({"id": 6, "question": "What is the capital of Mongolia?"}),
    ]
    (tmp_path / "batch.jsonl").write_text("\n".join(rows) + "\n\n")
    code, out, _ = run(capsysbinary, "ask", "--batch", str(tmp_path / "batch.jsonl"), *at)
    answers: list[dict[str, Any]] = [json.loads(line) for line in out.splitlines()]
    assert code == cli.OK
    assert [a.get("id") for a in answers] == ["a", "b", "c", None, "e", 6]
    assert "Ines Calloway" in answers[1]["search_query"]
    assert [("error" in a) for a in answers] == [False, False, True, True, True, False]
    assert answers[2]["error"] == {"type": "BadQuestion", "message": "The question is empty."}
    assert answers[5]["abstained"]


LINE_ENDS = "\u0085\u2028\u2029"
"""Characters that end a line for `str.splitlines` and for many tools, and not for JSON."""


def test_a_bad_row_of_a_batch_is_an_error_object_and_spoils_no_other(
    capsysbinary: pytest.CaptureFixture[bytes], at: list[str], tmp_path: Path
) -> None:
    good = {"id": "good", "question": "Who discovered a comet?"}
    bad: list[bytes] = [
        b"{broken",
        b'"text"',
        b"[1, 2]",
        b"null",
        b"{}",
        b'{"question": 7}',
        b'{"question": ["Who?"]}',
        b'{"question": "Who?", "history": "before"}',
        b'{"question": "Who?", "history": {"question": "Who?"}}',
        b'{"question": "Who?", "history": [7]}',
        b'{"question": "Who?", "history": [{"answer": "x"}]}',
        b'{"question": "Who is \\ud83d?"}',
        b'{"question": "Who?", "id": [1]}',
        b'{"question": "Who?", "id": NaN}',
        b'{"question": "Who?", "as_of": "soon"}',
        b'{"question": "Who?", "as_of": 20310304}',
        b'{"question": "Wh\xff?"}',
        b'{"question": "' + b"x" * 3000 + b'"}',
        b'{"question": "Who?", "deep": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"question": "Who?", "huge": ' + b"9" * 5_000 + b"}",
    ]
    rows = b"\n".join([b"\xef\xbb\xbf" + json.dumps(good).encode(), *bad, json.dumps(good).encode()])
    (tmp_path / "batch.jsonl").write_bytes(rows)
    code, out, err = run(capsysbinary, "ask", "--batch", str(tmp_path / "batch.jsonl"), *at)
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == cli.OK
    assert "Traceback" not in err
    assert len(answers) == len(bad) + 2
    assert [a["id"] for a in (answers[0], answers[-1])] == ["good", "good"]
    assert "Ines Calloway" in answers[0]["text"]
    assert all(a["error"]["type"] == "BadQuestion" for a in answers[1:-1])
    assert answers[1]["error"]["message"].startswith("line 2: not valid JSON")
    assert "must be text" in answers[6]["error"]["message"]


def test_a_row_is_asked_on_its_day(capsysbinary: pytest.CaptureFixture[bytes], at: list[str], tmp_path: Path) -> None:
    rows = [{"question": "What is the newest article?", "as_of": day} for day in ("2031-03-03", "2031-03-04T12:00")]
    (tmp_path / "batch.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    _, out, _ = run(capsysbinary, "ask", "--batch", str(tmp_path / "batch.jsonl"), *at)
    assert [json.loads(line)["citations"][0]["document_id"] for line in out.splitlines()] == ["flood.txt", "treaty.txt"]
    _, out, _ = run(capsysbinary, "ask", "Which articles are there?", "--as-of", "2031-03-03", *at)
    assert "Flood in Ostrell" in out
    assert "Treaty" not in out


def test_a_batch_may_come_from_standard_input(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, at: list[str]
) -> None:
    rows = b'\xef\xbb\xbf{"id": 1, "question": "Who discovered a comet?"}\r\n\xff\n'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(rows)))
    code, out, _ = run(capsysbinary, "ask", "--batch", "-", *at)
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == cli.OK
    assert "Ines Calloway" in answers[0]["text"]
    assert answers[1]["error"]["type"] == "BadQuestion"


def test_a_batch_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadQuestion, match="cannot be read"):
        next(cli._lines(tmp_path))


def test_what_ends_a_line_elsewhere_splits_neither_rows_nor_output(
    capsysbinary: pytest.CaptureFixture[bytes], at: list[str], tmp_path: Path
) -> None:
    question = f"Who {LINE_ENDS}discovered{LINE_ENDS} a comet?"
    row = json.dumps({"id": f"a{LINE_ENDS}", "question": question}, ensure_ascii=False)
    (tmp_path / "batch.jsonl").write_text(f"{row}\r\n{row}\n", encoding="utf-8", newline="")
    out = run(capsysbinary, "ask", "--batch", str(tmp_path / "batch.jsonl"), *at)[1]
    answers = [json.loads(line) for line in out.splitlines()]
    assert [(a["id"], a["question"]) for a in answers] == [(f"a{LINE_ENDS}", question)] * 2
    assert "Ines Calloway" in answers[0]["text"]
    out = run(capsysbinary, "ask", question, "--json", *at)[1]
    assert len(out.splitlines()) == 1


def test_every_error_has_an_exit_code_by_its_class() -> None:
    assert set(cli.EXIT_CODES.values()) <= {cli.FAILED, cli.USAGE, cli.NO_INDEX, cli.NO_MODEL, cli.NOT_FOUND}
    assert cli.EXIT_CODES[NewsdeskError] == cli.FAILED  # the root: nothing is without one
    assert {c for c in (CorpusError, AnswerError, BadSetting) if not issubclass(c, NewsdeskError)} == set()


def test_status(capsysbinary: pytest.CaptureFixture[bytes], at: list[str]) -> None:
    facts = json.loads(run(capsysbinary, "status", "--json", "--answerer", "quote", *at)[1])
    assert (facts["documents"], facts["earliest"], facts["latest"], facts["answerer"]) == (
        3,
        "2031-03-03",
        "2031-03-24",
        "quote",
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ask", "Who?", "--index", "/nowhere"], cli.NO_INDEX, "newsdesk ingest"),
        (["search", "x", "--index", "/nowhere"], cli.NO_INDEX, "no index"),
        (["show", "nothing"], cli.NOT_FOUND, "No document"),
        (["ask"], cli.USAGE, "QUESTION or --batch"),
        (["ask", "--batch", "/nowhere.jsonl"], cli.USAGE, "no such file"),
        (["ask", "   "], cli.USAGE, "empty"),
        (["search", "x", "-k", "0"], cli.USAGE, "positive"),
        (["frobnicate"], cli.USAGE, "invalid choice"),
        ([], cli.USAGE, "required"),
        (["ask", "Who?", "--answerer", "ollama"], cli.NO_MODEL, "ollama serve"),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, list) else None,
)
def test_wrong_input_says_what_to_do(
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    index: Path,
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.setenv("NEWSDESK_INDEX", str(index))
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    got, out, err = run(capsysbinary, *arguments)
    assert got == code
    assert said in err
    assert out == ""


def test_a_wrong_setting_is_named(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_WRONG_ACCEPTED", "often")
    code, _, err = run(capsysbinary, "status")
    assert code == cli.USAGE
    assert "NEWSDESK_WRONG_ACCEPTED='often'" in err


def test_an_error_is_an_object_in_json(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out, _ = run(capsysbinary, "ask", "Who?", "--json", "--index", "/nowhere")
    assert code == cli.NO_INDEX
    assert json.loads(out)["error"]["type"] == "IndexMissing"


def test_ask_with_a_model(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, at: list[str], ollama: FakeOllama
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", ollama.url)
    ollama.says("Ines Calloway discovered", " a comet [1", "].")
    code, out, _ = run(capsysbinary, "ask", "Who discovered a comet?", "--json", "--model", "llama3.2", *at)
    answer = json.loads(out)
    assert (code, answer["answerer"], answer["text"]) == (
        cli.OK,
        "ollama/llama3.2:latest",
        "Ines Calloway discovered a comet. [1]",
    )
    assert run(capsysbinary, "ask", "Who?", "--model", "gone", *at)[0] == cli.NO_MODEL


def test_the_installed_command_works_without_a_network(index: Path, tmp_path: Path) -> None:
    """A process of its own in which every socket but loopback's fails, from import to answer."""
    guard = tmp_path / "sitecustomize.py"
    guard.write_text(
        "import socket\n"
        "real = socket.socket.connect\n"
        "def connect(self, address):\n"
        "    if self.family != socket.AF_UNIX and address[0] not in ('127.0.0.1', '::1'):\n"
        "        raise SystemExit(f'a connection to {address} was tried')\n"
        "    return real(self, address)\n"
        "socket.socket.connect = connect\n"
        "lookup = socket.getaddrinfo\n"
        "def getaddrinfo(host, *rest, **more):\n"
        "    if host not in ('127.0.0.1', '::1', 'localhost', None):\n"
        "        raise SystemExit(f'the name {host} was looked up')\n"
        "    return lookup(host, *rest, **more)\n"
        "socket.getaddrinfo = getaddrinfo\n"
    )
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-m", "cli", "ask", "Who discovered a comet?", "--index", str(index)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "Ines Calloway" in done.stdout
    assert "Ollama not found" in done.stderr


def test_a_port_in_use_is_told(capsysbinary: pytest.CaptureFixture[bytes], at: list[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, _, err = run(capsysbinary, "chat", *at, "--port", port, "--no-browser")
    assert code == cli.USAGE
    assert err.splitlines()[-1].startswith(f"newsdesk: The page cannot be served on port {port}: it is in use.")


def test_removing_checking_and_moving_an_index(
    capsysbinary: pytest.CaptureFixture[bytes], reports: Path, tmp_path: Path
) -> None:
    at = ["--index", str(tmp_path / "index")]
    run(capsysbinary, "ingest", str(reports), *at)
    assert run(capsysbinary, "verify-index", *at)[1] == "everything holds\n"
    assert run(capsysbinary, "export", str(tmp_path / "one.file"), *at)[0] == cli.OK
    new = str(tmp_path / "new")
    imported = run(capsysbinary, "import", str(tmp_path / "one.file"), "--index", new, "--json")
    assert json.loads(imported[1]) == {"index": new, "documents": 3}
    sources = json.loads(run(capsysbinary, "status", *at, "--answerer", "quote", "--json")[1])["sources"]
    assert [(s["path"], s["documents"]) for s in sources] == [(str(reports), 3)]
    for file in reports.iterdir():
        file.unlink()
    code, _, err = run(capsysbinary, "ingest", str(reports), *at)
    assert code == cli.FAILED
    assert "--confirm-removals" in err
    assert run(capsysbinary, "remove", str(reports), *at)[1] == "3 documents removed\n"
    code, _, err = run(capsysbinary, "remove", str(reports), *at)
    assert code == cli.FAILED
    assert "was never ingested" in err


def test_searches_and_answers_are_narrowed(
    capsysbinary: pytest.CaptureFixture[bytes], index: Path, at: list[str]
) -> None:
    def found(*options: str) -> list[str]:
        out = run(capsysbinary, "search", "what happened", *at, "-k", "9", "--json", *options)[1]
        return sorted({h["document_id"] for h in json.loads(out)["hits"]})

    assert found("--since", "2031-03-04") == ["comet.txt", "treaty.txt"]
    assert found("--until", "2031-03-03") == ["flood.txt"]
    assert found("--speaking-of", "2031-03-03") == ["flood.txt"]
    assert found("--in", str(index.parent / "reports" / "comet.txt")) == ["comet.txt"]
    assert found("--author", "nobody") == []
    code, _, err = run(capsysbinary, "search", "what", *at, "--since", "March")
    assert code == cli.USAGE
    assert "not a day like 2025-03-18" in err
    asked = ["ask", "Who discovered a comet?", *at, "--answerer", "quote", "--json"]
    assert "Ines Calloway" in json.loads(run(capsysbinary, *asked)[1])["text"]
    assert json.loads(run(capsysbinary, *asked, "--until", "2031-03-10")[1])["abstained"]
