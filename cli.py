"""The `newsdesk` command. A composition root: it may import everything, and nothing imports it."""

from __future__ import annotations

import argparse
import codecs
import json
import math
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import (
    Filters,
    IndexMismatch,
    IndexMissing,
    NewsdeskError,
    Retriever,
    SyncReport,
    UnknownDocument,
    export_index,
    import_index,
    remove,
    sync,
    verify_index,
)
from index.models.hardware import numbers_for, use_numbers
from index.models.threads import share_heaps
from qa import Answer, Answerer, BadQuestion, BadSetting, LLMError, Settings
from qa.errors import error_object
from qa.settings import answerers

if TYPE_CHECKING:
    from index import Hit

OK, FAILED, USAGE, NO_INDEX, NO_MODEL, NOT_FOUND = 0, 1, 2, 3, 4, 5
EXIT_CODES: dict[type[BaseException], int] = {
    NewsdeskError: FAILED,
    IndexMissing: NO_INDEX,
    IndexMismatch: NO_INDEX,
    UnknownDocument: NOT_FOUND,
    BadSetting: USAGE,
    BadQuestion: USAGE,
    LLMError: NO_MODEL,
}
"""By the nearest class of an error in the tree of `index.errors`."""

_EPILOG = """\
exit codes:
  0  done (an abstention is an answer: see "abstained" in --json)
  1  failed: nothing could be ingested, every row of a batch failed, or an unexpected error
  2  wrong usage, or a setting or question that cannot be used
  3  no index at that place, or one built with another embedding model
  4  the language model failed: server down, model missing, stalled, connection lost
  5  no document with that id

environment:
  NEWSDESK_INDEX, NEWSDESK_ANSWERER, NEWSDESK_MODEL, OLLAMA_HOST, NEWSDESK_LLM_TIMEOUT,
  NEWSDESK_CONTEXT, NEWSDESK_WRONG_ACCEPTED, NEWSDESK_UNSUPPORTED, NEWSDESK_STORE,
  NEWSDESK_NUMBERS (see the README)
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit code. Results go to standard output, progress and errors to standard error."""
    _quiet_libraries()
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        settings = _settings(options)
        use_numbers(settings.numbers)
        code: int = options.run(options, settings)
        return code
    except BrokenPipeError:
        sys.stderr.close()
        return OK
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except NewsdeskError as error:
        if getattr(options, "json", False):
            _print_json(error_object(error, getattr(options, "question", None) or ""))
        print(f"newsdesk: {error}", file=sys.stderr)
        return next(EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES)


def _quiet_libraries() -> None:
    """Standard error is for our progress and errors; nothing may call home; idle threads leave the processor to others."""
    for name, value in (
        ("OMP_WAIT_POLICY", "PASSIVE"),  # before PyTorch is loaded: its idle threads sleep instead of spinning
        ("HF_HUB_DISABLE_TELEMETRY", "1"),
        ("HF_HUB_DISABLE_PROGRESS_BARS", "1"),
        ("TRANSFORMERS_VERBOSITY", "error"),
        ("TOKENIZERS_PARALLELISM", "false"),
        ("ANONYMIZED_TELEMETRY", "False"),
        ("GRADIO_ANALYTICS_ENABLED", "False"),
    ):
        os.environ.setdefault(name, value)


def _settings(options: argparse.Namespace) -> Settings:
    settings = Settings.from_environment()
    chosen = {
        "index": getattr(options, "index", None),
        "answerer": getattr(options, "answerer", None),
        "model": getattr(options, "model", None),
    }
    return replace(settings, **{k: v for k, v in chosen.items() if v is not None})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="newsdesk",
        description="Ask a corpus, get answers in which every sentence is cited and checked against its source.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, help: str, description: str = "", *, index: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, help=help, description=description or help, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if index:
            made.add_argument(
                "--index",
                type=Path,
                metavar="DIR",
                help="the index folder (default: NEWSDESK_INDEX or .newsdesk/index)",
            )
        made.add_argument("--json", action="store_true", help="print one JSON object instead of text")
        return made

    ingest = command(
        "ingest",
        "index files and folders, or bring an index up to date",
        "Indexes .txt .md .html .pdf .docx .json .jsonl .csv, files or folders, nested.\n"
        "Run it again after changes: unchanged files cost nothing, changed ones are replaced, moved ones keep their\n"
        "passages, and files deleted under an ingested folder are removed. When more than a fifth of a folder is\n"
        "gone, it asks first. What cannot be read is listed with its reason. Ctrl-C finishes the documents at hand.",
    )
    ingest.add_argument("sources", nargs="+", metavar="SOURCE", help="a file or a folder")
    ingest.add_argument(
        "--embedding-model",
        default=None,
        metavar="NAME",
        help="a sentence-transformers name or folder (default: all-MiniLM-L6-v2, which is installed)",
    )
    ingest.add_argument(
        "--confirm-removals",
        action="store_true",
        help="remove what is gone even when it is more than a fifth of a source",
    )
    ingest.add_argument(
        "--follow-links", action="store_true", help="follow symbolic links that lead out of a source, too"
    )
    ingest.add_argument(
        "--store",
        metavar="URL",
        help="search vectors on the Chroma server at http://HOST:PORT, or in the index's own folder (folder)",
    )
    _wait_option(ingest)
    ingest.add_argument("--strict", action="store_true", help="exit with 1 when any source failed")
    ingest.set_defaults(run=_ingest)

    gone = command(
        "remove",
        "take ingested files or folders out of the index",
        "Removes what a source brought in, whether the source is still there or not. `newsdesk status` lists sources.",
    )
    gone.add_argument("sources", nargs="+", metavar="SOURCE", help="a file or folder, as it was ingested")
    _wait_option(gone)
    gone.set_defaults(run=_remove)

    search = command(
        "search", "find passages", "Prints the passages that match best, with document id, place and score."
    )
    search.add_argument("question", metavar="QUERY")
    search.add_argument("-k", type=_positive, default=5, metavar="N", help="how many passages (default: 5)")
    _filter_options(search)
    search.set_defaults(run=_search)

    ask = command(
        "ask",
        "answer a question, or a file of questions",
        "Answers from the index, every sentence cited. Without a language model the answer is quoted.\n\n"
        'A batch file has one JSON object a line: {"id", "question", "history": [{"question", "answer"}],\n'
        '"as_of": "2025-03-18"}, of which only the question must be there;\n'
        'answers are printed as JSON lines in the same order, errors as objects with an "error".',
    )
    ask.add_argument("question", nargs="?", metavar="QUESTION")
    ask.add_argument("--batch", type=Path, metavar="FILE", help="a JSONL file of questions, - for standard input")
    _filter_options(ask)
    _answerer_options(ask)
    ask.set_defaults(run=_ask)

    show = command(
        "show", "print the text of a document", "Prints the text of a document exactly as it is indexed, nothing added."
    )
    show.add_argument("document_id", metavar="DOCUMENT_ID")
    show.set_defaults(run=_show)

    status = command("status", "say what the index holds and what would answer")
    _answerer_options(status)
    status.set_defaults(run=_status)

    verify = command(
        "verify-index",
        "check every part of an index, and mend what can be mended",
        "Checks the database, texts, passages, vectors, words, counts and the vector index, and prints what it repaired.",
    )
    _wait_option(verify)
    verify.set_defaults(run=_verify)

    export = command("export", "write an index to one file", "The file holds everything; `newsdesk import` reads it.")
    export.add_argument("file", type=Path, metavar="FILE")
    export.set_defaults(run=_export)

    imported = command("import", "make an index from an exported file")
    imported.add_argument("file", type=Path, metavar="FILE")
    imported.set_defaults(run=_import)

    doctor = command(
        "doctor",
        "say what this machine does fastest, and what follows",
        "Shows the processor, what it reached with each kind of number, which kinds the models reckon in, and whether idle\n"
        "threads sleep. Measured once a machine and remembered.",
        index=False,
    )
    doctor.add_argument("--again", action="store_true", help="measure again")
    doctor.set_defaults(run=_doctor)

    chat = command("chat", "open the web chat on 127.0.0.1", "The same as `python app.py`.")
    _answerer_options(chat)
    chat.add_argument("--port", type=_positive, default=None, metavar="N", help="default: the first free one from 7860")
    chat.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    chat.set_defaults(run=_chat)

    evaluate = command("eval", "measure on the known answers that come with Newsdesk", index=False)
    evaluate.add_argument(
        "--part", choices=("development", "test", "all"), default="all", help="which questions (default: all)"
    )
    evaluate.add_argument(
        "--out",
        type=Path,
        default=Path("reports"),
        metavar="DIR",
        help="where per-question results go (default: reports)",
    )
    _answerer_options(evaluate)
    evaluate.set_defaults(run=_evaluate)
    return parser


def _answerer_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--answerer", choices=answerers(), help="auto (default): Ollama when it runs, else quoting")
    parser.add_argument("--model", metavar="NAME", help="the Ollama model to answer with")


def _wait_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--wait",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="how long to wait for another process that is writing (default: not at all)",
    )


def _filter_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=_day, metavar="DAY", help="documents of this day or later (2025-03-18)")
    parser.add_argument("--until", type=_day, metavar="DAY", help="documents of this day or earlier")
    parser.add_argument(
        "--speaking-of",
        type=_day,
        metavar="DAY",
        help="documents of this day, and those that speak of it (“on Friday”)",
    )
    parser.add_argument(
        "--as-of", type=_day, metavar="DAY", help="as things stood on this day (default: today): nothing later is used"
    )
    parser.add_argument(
        "--author", action="append", default=[], metavar="NAME", help="documents with this in their byline"
    )
    parser.add_argument(
        "--in",
        dest="within",
        action="append",
        default=[],
        metavar="SOURCE",
        help="documents of this file, folder, or outlet; may be given several times",
    )


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{value!r} is not a day like 2025-03-18") from error


def _filters(options: argparse.Namespace) -> Filters:
    return Filters(
        sources=tuple(options.within),
        authors=tuple(options.author),
        since=options.since,
        until=options.until,
        as_of=options.as_of,
        spoken_of=(options.speaking_of, options.speaking_of) if options.speaking_of else None,
    )


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{value} is not a positive number")
    return number


_SPLITTING = re.compile("[\u0085\u2028\u2029\ud800-\udfff]")
"""What ends a line for some readers of text though JSON allows it in a string, and halves of characters, which cannot
be printed."""


def _print_json(value: Any) -> None:
    """On one line, whoever reads it."""
    written = json.dumps(value, ensure_ascii=False)
    print(_SPLITTING.sub(lambda m: f"\\u{ord(m[0]):04x}", written), flush=True)


def _ingest(options: argparse.Namespace, settings: Settings) -> int:
    from tqdm import tqdm

    share_heaps()
    with tqdm(unit="file", disable=None if not options.json else True, file=sys.stderr) as bar:

        def progress(done: int, total: int, name: str) -> None:
            bar.total = total
            bar.n = done
            bar.set_postfix_str(name[-40:], refresh=True)

        report = sync(
            options.sources,
            settings.index,
            progress=progress,
            embedding_model=options.embedding_model,
            wait=options.wait,
            follow_links=options.follow_links,
            confirm_removals=options.confirm_removals,
            store=options.store or settings.store,
        )
    if options.json:
        _print_json({**asdict(report), "index": str(settings.index)})
    else:
        print(_report_text(report))
    for failure in report.failed:
        print(f"failed: {failure.source}: {failure.reason}", file=sys.stderr)
    indexed = report.added or report.updated or report.unchanged or report.removed or report.moved
    return FAILED if report.failed and (options.strict or not indexed) else OK


def _report_text(report: SyncReport) -> str:
    counts = ", ".join(
        f"{len(getattr(report, kind))} {kind}" for kind in ("added", "updated", "unchanged", "removed", "failed")
    )
    counts += f", {len(report.moved)} moved" if report.moved else ""
    hidden = f" ({report.ignored_hidden} hidden files ignored)" if report.ignored_hidden else ""
    return f"{counts}{hidden}"


def _remove(options: argparse.Namespace, settings: Settings) -> int:
    report = remove(options.sources, settings.index, wait=options.wait)
    if options.json:
        _print_json({**asdict(report), "index": str(settings.index)})
    else:
        print(f"{len(report.removed)} documents removed")
    return OK


def _search(options: argparse.Namespace, settings: Settings) -> int:
    hits = Retriever.open(settings.index).search(options.question, k=options.k, filters=_filters(options))
    if options.json:
        _print_json({"query": options.question, "hits": [_hit_object(h) for h in hits]})
        return OK
    for number, hit in enumerate(hits, 1):
        p = hit.passage
        facts = " · ".join(x for x in (p.title, p.published.date().isoformat() if p.published else "") if x)
        print(
            f"{number}. {facts}\n   {p.document_id} [{p.start}:{p.end}] score {hit.score:.3f}\n   {' '.join(p.text.split())}\n"
        )
    if not hits:
        print("Nothing found.")
    return OK


def _hit_object(hit: Hit) -> dict[str, Any]:
    p = hit.passage
    return {
        "document_id": p.document_id,
        "title": p.title,
        "source": p.source,
        "published": p.published.isoformat() if p.published else None,
        "text": p.text,
        "start": p.start,
        "end": p.end,
        "locator": p.locator,
        "posted": p.posted.isoformat() if p.posted else None,
        "times": [[t.start, t.end, t.first.isoformat(), t.last.isoformat()] for t in p.times],
        "score": round(hit.score, 4),
        "ranks": hit.ranks,
    }


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    if (options.question is None) == (options.batch is None):
        print("newsdesk ask: give either a QUESTION or --batch FILE", file=sys.stderr)
        return USAGE
    if options.batch is not None and str(options.batch) != "-" and not options.batch.is_file():
        print(f"newsdesk ask: no such file: {options.batch}", file=sys.stderr)
        return USAGE
    answerer, filters = Answerer.open(settings=settings), _filters(options)
    if options.batch is not None:
        return _ask_batch(options.batch, answerer, filters)
    if options.json:
        _print_json(answerer.answer(options.question, filters=filters).to_dict())
        return OK
    print(answerer.why, file=sys.stderr)
    _print_answer(answerer.answer(options.question, filters=filters))
    return OK


def _print_answer(answer: Answer) -> None:
    if answer.search_query != answer.question:
        print(f"(searched for: {' '.join(answer.search_query.split())})")
    if answer.asked.period:
        print(f"(time that counts: {answer.asked.period})")
    print(answer.text)
    for conflict in answer.conflicts:
        print(f"\n{conflict.text}")
    for sentence in answer.sentences:
        if sentence.verdict != "supported":
            print(f"{'struck' if sentence.verdict == 'not_found' else 'partly'}: {sentence.text} ({sentence.reason})")
    if answer.citations:
        print("\nSources")
    for c in answer.citations:
        day = "".join(f", {x}" for x in (c.published and c.published.date().isoformat(), c.locator) if x)
        print(f"  [{c.number}] {c.title or c.document_id}{day} ({c.document_id} {c.start}:{c.end})")
    if answer.abstained and answer.hits:
        print("\nNearest passages, which do not seem to answer:")
        for hit in answer.hits[:3]:
            print(f"  - {hit.passage.title or hit.passage.document_id}: {' '.join(hit.passage.text.split())[:160]}…")
    for note in answer.notes:
        print(f"note: {note}")


def _ask_batch(file: Path, answerer: Answerer, filters: Filters) -> int:
    rows = failed = 0
    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        rows += 1
        row: dict[str, Any] = {}
        try:
            row = _row(line)
            asked = replace(filters, as_of=_as_of(row)) if row.get("as_of") else filters
            result = answerer.answer(row.get("question") or "", row.get("history") or [], filters=asked).to_dict()
        except NewsdeskError as error:
            failed += 1
            question = row.get("question")
            shown = BadQuestion(f"line {number}: {error}") if isinstance(error, BadQuestion) and not row else error
            result = error_object(shown, question if isinstance(question, str) else "")
        _print_json({**({"id": row["id"]} if "id" in row else {}), **result})
        print(f"\r{rows} answered", end="", file=sys.stderr)
    print(file=sys.stderr)
    return FAILED if rows and failed == rows else OK


def _row(line: bytes) -> dict[str, Any]:
    """A row of a batch. Raises BadQuestion."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:  # bad syntax, bytes that are no UTF-8, endless digits, too deep
        reason = getattr(error, "msg", None) or str(error).partition(";")[0]
        raise BadQuestion(f"not valid JSON: {reason}") from error
    if not isinstance(row, dict):
        raise BadQuestion('expected an object with a "question"')
    named = row.get("id")
    if not (named is None or isinstance(named, (str, int)) or (isinstance(named, float) and math.isfinite(named))):
        raise BadQuestion('the "id" must be a string or a number')
    return row


def _as_of(row: dict[str, Any]) -> date:
    """The day that a row is asked on. Raises BadQuestion."""
    try:
        return datetime.fromisoformat(row["as_of"]).date()
    except (TypeError, ValueError) as error:
        raise BadQuestion(f'"as_of" must be a day like 2025-03-18, not {row["as_of"]!r}') from error


def _lines(file: Path) -> Iterator[bytes]:
    """As bytes, so that nothing but a line feed ends one and a row that is no UTF-8 spoils no other. Raises BadQuestion."""
    try:
        source = nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb")
    except OSError as error:
        raise BadQuestion(f"{file} cannot be read: {error.strerror}") from error
    with source as opened:
        for number, line in enumerate(opened):
            yield line.removeprefix(codecs.BOM_UTF8) if number == 0 else line


def _show(options: argparse.Namespace, settings: Settings) -> int:
    document = Retriever.open(settings.index, reader=None).document(options.document_id)
    if options.json:
        _print_json({**asdict(document), "published": document.published.isoformat() if document.published else None})
    else:
        sys.stdout.buffer.write(document.text.encode("utf-8"))
        sys.stdout.buffer.flush()
    return OK


def _status(options: argparse.Namespace, settings: Settings) -> int:
    from qa.models.choosing import choose_model

    facts = Retriever.open(settings.index, reader=None).facts()
    try:
        model, why = choose_model(settings)
        name = model.name if model else "quote"
    except LLMError as error:
        name, why = "none", str(error)
    if options.json:
        _print_json({**asdict(facts), "answerer": name, "why": why})
        return OK
    dates = f"{facts.earliest} to {facts.latest}" if facts.earliest else "no dates"
    print(f"index      {facts.path}")
    print(f"documents  {facts.documents} ({dates}), {facts.characters} characters, {facts.passages} passages")
    print(f"embedding  {facts.embedding_model}, {facts.dimension} dimensions")
    print(f"vectors    {facts.problem or facts.vector_index or 'none yet'}")
    print(f"answerer   {name}: {why}")
    for source in facts.sources:
        synced = f"last synced {source.synced}" if source.synced else "not synced to its end"
        print(f"source     {source.path}: {source.documents} documents of {source.files} files, {synced}")
        for failure in source.failures:
            print(f"           failed: {failure.source}: {failure.reason}")
    return OK


def _verify(options: argparse.Namespace, settings: Settings) -> int:
    findings = verify_index(settings.index, wait=options.wait)
    if options.json:
        _print_json({"index": str(settings.index), "findings": [asdict(f) for f in findings]})
        return OK
    for finding in findings:
        print(f"{finding.problem}: {finding.repair}")
    print(f"{len(findings)} problems found" if findings else "everything holds")
    return OK


def _export(options: argparse.Namespace, settings: Settings) -> int:
    size = export_index(settings.index, options.file)
    if options.json:
        _print_json({"index": str(settings.index), "file": str(options.file), "bytes": size})
    else:
        print(f"{options.file}: {size} bytes")
    return OK


def _import(options: argparse.Namespace, settings: Settings) -> int:
    documents = import_index(options.file, settings.index)
    if options.json:
        _print_json({"index": str(settings.index), "documents": documents})
    else:
        print(f"{documents} documents in {settings.index}")
    return OK


def _doctor(options: argparse.Namespace, settings: Settings) -> int:
    from index.models.hardware import hardware

    found = hardware(again=options.again)
    facts = {
        **asdict(found),
        "embedding": numbers_for("embedding"),
        "reading": numbers_for("reading"),
        "chosen": settings.numbers,
        "idle_threads": "sleep" if os.environ.get("OMP_WAIT_POLICY", "").upper() == "PASSIVE" else "spin",
    }
    if options.json:
        _print_json(facts)
        return OK
    print(f"processor  {found.processor}, {found.cores} cores, PyTorch {found.torch} with {found.threads} threads")
    for kind, speed in found.gflops.items():
        print(f"           {kind:9} {speed:6.0f} billion operations a second")
    print(f"embedding  {facts['embedding']}")
    print(f"reading    {facts['reading']}")
    print(f"chosen by  {'NEWSDESK_NUMBERS' if settings.numbers != 'measured' else 'measuring'}")
    print(f"threads    idle ones {facts['idle_threads']}")
    print(f"remembered {found.remembered}")
    return OK


def _chat(options: argparse.Namespace, settings: Settings) -> int:
    from app import launch

    launch(settings, port=options.port, open_browser=not options.no_browser)
    return OK


def _evaluate(options: argparse.Namespace, settings: Settings) -> int:
    from evals.run import evaluate

    # Known answers are compared with quoting unless a model is asked for: figures must not depend on what runs.
    chosen = settings if options.answerer or options.model else replace(settings, answerer="quote")
    return evaluate(chosen, part=options.part, out=options.out, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
