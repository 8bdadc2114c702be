"""The same short report in every format, and the one document of a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from fpdf import FPDF

from index import Document
from index.formats.registry import read

BODY = "The treaty was signed in Geneva on Tuesday. Aurel Tarsi signed it for Velmar and said it would last for years."


@pytest.fixture
def one() -> Callable[[Path], Document]:
    def document_of(path: Path) -> Document:
        (found,) = read(path, path.name)
        assert isinstance(found, Document)
        return found

    return document_of


@pytest.fixture
def make() -> Callable[[Path], Path]:
    return write_report


def write_report(path: Path) -> Path:
    """The same report in the format that the suffix names."""
    if path.suffix == ".pdf":
        pdf = FPDF()
        pdf.add_page()
        pdf.set_font("helvetica", size=12)
        pdf.set_title("Treaty signed")
        pdf.multi_cell(0, text=BODY)
        pdf.output(str(path))
    elif path.suffix == ".docx":
        file = docx.Document()
        file.core_properties.title = "Treaty signed"
        file.add_paragraph(BODY)
        file.add_table(1, 2).rows[0].cells[1].text = "cell"
        file.save(str(path))
    elif path.suffix in (".html", ".htm"):
        path.write_text(
            '<html><head><title>Treaty signed</title><meta property="article:published_time" content="2031-03-04T10:30:00+01:00">'
            f"</head><body><nav>Home Sport Weather</nav><article><h1>Treaty signed</h1><p>{BODY}</p><p>{BODY}</p></article></body></html>"
        )
    elif path.suffix == ".json":
        path.write_text(json.dumps([{"text": BODY, "title": "Treaty signed"}]))
    elif path.suffix == ".jsonl":
        path.write_text(json.dumps({"text": BODY, "title": "Treaty signed"}) + "\n")
    elif path.suffix == ".csv":
        path.write_text(f'title,text\nTreaty signed,"{BODY}"\n')
    elif path.suffix in (".md", ".markdown"):
        path.write_text(f"# Treaty signed\n\n{BODY.replace('Geneva', '**Geneva**')}\n")
    else:
        path.write_text(f"Treaty signed\n\n{BODY}")
    return path
