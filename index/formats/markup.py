"""HTML: the article of a page, without navigation and without what is hidden from people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import SourceError
from .contract import Format, Read, document
from .dates import when
from .decoding import decoded

if TYPE_CHECKING:
    from trafilatura.settings import Document as Article

_STATED_WITHIN = 4096
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([\w:.-]+)|<\?xml[^>]+encoding\s*=\s*["']([\w:.-]+)""", re.I)
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bcefBCEF]|1[\da-fA-F]));"
)
"""Characters that XML cannot hold: trafilatura would refuse the whole page."""
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")

_STYLE = "translate(@style, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ ', 'abcdefghijklmnopqrstuvwxyz')"
_HIDDEN = "|".join(
    [
        "//*[@hidden]",
        "//*[@aria-hidden='true']",
        "//template|//noscript",
        *(
            f"//*[contains({_STYLE}, '{rule}')]"
            for rule in (
                "display:none",
                "visibility:hidden",
                "font-size:0",
                "opacity:0;",
                "left:-9999",
                "text-indent:-9",
            )
        ),
        f"//*[substring({_STYLE}, string-length({_STYLE}) - 8) = 'opacity:0']",
    ]
)
"""What a person who opens the page does not see: it is where instructions to machines are planted."""

_TIMES = "//meta[@property='article:published_time' or @itemprop='datePublished' or @name='pubdate' or @name='date']/@content"


def read(path: Path, name: str) -> Iterator[Read]:
    """One document, through trafilatura; title, author, date and address as the page states them.

    Raises SourceError when there is no article in the page.
    """
    page = _CONTROLS.sub("", _DECLARATION.sub("", decoded(path, _stated_encoding(path)), count=1))
    found = _article(_visible(page))
    text = (found.text or "").strip() if found is not None else ""
    if found is None or not text:
        raise SourceError("no article text found in the page")
    yield document(
        name,
        text,
        title=found.title or Path(name).stem,
        published=_time_of(page) or when(found.date),
        source=found.url or name,
        author=found.author or "",
    )


def _article(page: str) -> Article | None:
    from trafilatura import bare_extraction

    found = bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        favor_recall=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    return None if isinstance(found, dict) else found


def _stated_encoding(path: Path) -> str:
    with path.open("rb") as file:
        found = _CHARSET.search(file.read(_STATED_WITHIN))
    return (found[1] or found[2]).decode("ascii") if found else ""


def _visible(page: str) -> str:
    """The page without what is hidden from people. (trafilatura's own `prune_xpath` forgets it in its fallbacks.)"""
    from lxml import etree, html

    try:
        tree = html.fromstring(page)
    except (etree.ParserError, ValueError):  # nothing in it
        return page
    for element in tree.xpath(_HIDDEN):
        if element.getparent() is None:
            continue
        from_screen_readers_only = element.tag == "span" and set(element.keys()) <= {"aria-hidden", "class"}
        if from_screen_readers_only and len(element.text_content().strip()) == 1:
            element.drop_tag()  # a drop cap, which belongs to its word
        else:
            element.drop_tree()
    return str(html.tostring(tree, encoding="unicode"))


def _time_of(page: str) -> datetime | None:
    """The full time of publication where the page states it; trafilatura keeps the day only."""
    from lxml import etree, html

    try:
        tree = html.document_fromstring(page.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))
    except (ValueError, etree.ParserError):
        return None
    return next((found for value in tree.xpath(_TIMES) if (found := when(str(value)))), None)


FORMAT = Format("HTML", (".html", ".htm"), read, isolated=True)
