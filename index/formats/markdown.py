"""Markdown, as the plain text that a reader of the rendered page sees; front matter gives title, date and source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from .contract import Format, Read, document
from .dates import published_of, when
from .decoding import decoded
from .records import phrase
from .titles import title_of

_FRONT_MATTER = re.compile(r"\s*^(---|\+\+\+)[ \t]*\n(.*?)^\1[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LINE_OF_IT = re.compile(r"(\w[\w -]*):[ \t]*(.*)")
_MARKS = {"hardbreak": "\n", "softbreak": " "}
_NOT_SHOWN = re.compile(r"!\[\[[^\[\]]*\]\]|%%.*?%%|^\[!\w+\][-+]?")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]")
_HIGHLIGHT = re.compile(r"==(?=\S)([^=]+)(?<=\S)==")
"""Marks of Obsidian and its kin (https://help.obsidian.md/obsidian-flavored-markdown)."""
_NOTHING = ("", "null", "~")


def read(path: Path, name: str) -> Iterator[Read]:
    """One document. Its title is the front matter's, or the first heading, or a first line that stands like one."""
    facts, body = _front_matter(decoded(path))
    text, heading = _rendered(body)
    stated = {key: said for key, value in facts.items() if (said := phrase(value)) not in _NOTHING}
    days = (when(facts.get(key)) for key in ("published", "date", "created"))
    yield document(
        name,
        text,
        title=stated.get("title") or heading or title_of(text) or Path(name).stem,
        published=next((day for day in days if day), None) or published_of(text, path.stem),
        source=stated.get("source") or stated.get("url") or name,
        author=stated.get("author") or stated.get("authors") or "",
    )


def _front_matter(raw: str) -> tuple[Mapping[str, object], str]:
    """What stands between two lines of --- (YAML) or +++ (TOML) at the top, and the text below."""
    match = _FRONT_MATTER.match(raw)
    if match is None:
        return {}, raw
    loaded = _toml(match[2]) if match[1] == "+++" else _yaml(match[2])
    if not isinstance(loaded, dict):
        return {}, raw
    return {str(key).lower(): value for key, value in loaded.items()}, raw[match.end() :]


def _yaml(source: str) -> object:
    """The front matter, every value as it is written. Line by line where it is not YAML, as in a title with a colon."""
    import yaml

    try:
        # BaseLoader makes only strings, lists and mappings: no date that is no day, no number of a million digits.
        return yaml.load(source, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        found = (_LINE_OF_IT.fullmatch(line.strip()) for line in source.split("\n"))
        return {match[1]: match[2].strip("\"'") for match in found if match}


def _toml(source: str) -> object:
    import tomllib

    try:
        return tomllib.loads(source)
    except (ValueError, RecursionError):
        return None


def _rendered(source: str) -> tuple[str, str]:
    """Paragraphs without their marks, and the first heading."""
    from markdown_it import MarkdownIt

    paragraphs: list[str] = []
    heading = ""
    tokens = MarkdownIt("commonmark").enable("table").parse(source)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline":
            text = "".join(
                _MARKS.get(child.type)
                or (_without_wiki_marks(child.content) if child.type == "text" else child.content)
                for child in token.children or ()
                if child.type in ("text", "code_inline", *_MARKS)
            ).strip()
            if text and not heading and before is not None and before.type == "heading_open":
                heading = text
            paragraphs.append(text)
        elif token.type in ("fence", "code_block"):
            paragraphs.append(token.content.strip())
    return "\n\n".join(p for p in paragraphs if p), heading


def _without_wiki_marks(text: str) -> str:
    """The words that a program for notes shows for its links, highlights, comments and callouts."""
    text = _NOT_SHOWN.sub("", text)
    return _HIGHLIGHT.sub(r"\1", _WIKI_LINK.sub(r"\1", text))


FORMAT = Format("Markdown", (".md", ".markdown"), read, isolated=True)
