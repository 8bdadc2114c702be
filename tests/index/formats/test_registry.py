from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import docx
import pytest
from fpdf import FPDF

from index import Document, Failure, SourceError
from index.formats.registry import READERS, read


def one(path: Path) -> Document:
    (found,) = read(path, path.name)
    assert isinstance(found, Document)
    return found


def make(path: Path) -> Path:
    """The same report in the format that the suffix names."""
    body = (
        "The treaty was signed in Geneva on Tuesday. Aurel Tarsi signed it for Velmar and said it would last for years."
    )
    if path.suffix == ".pdf":
        pdf = FPDF()
        pdf.add_page()
        pdf.set_font("helvetica", size=12)
        pdf.set_title("Treaty signed")
        pdf.multi_cell(0, text=body)
        pdf.output(str(path))
    elif path.suffix == ".docx":
        file = docx.Document()
        file.core_properties.title = "Treaty signed"
        file.add_paragraph(body)
        file.add_table(1, 2).rows[0].cells[1].text = "cell"
        file.save(str(path))
    elif path.suffix in (".html", ".htm"):
        path.write_text(
            '<html><head><title>Treaty signed</title><meta property="article:published_time" content="2031-03-04T10:30:00+01:00">'
            f"</head><body><nav>Home Sport Weather</nav><article><h1>Treaty signed</h1><p>{body}</p><p>{body}</p></article></body></html>"
        )
    elif path.suffix == ".json":
        path.write_text(json.dumps([{"text": body, "title": "Treaty signed"}]))
    elif path.suffix == ".jsonl":
        path.write_text(json.dumps({"text": body, "title": "Treaty signed"}) + "\n")
    elif path.suffix == ".csv":
        path.write_text(f'title,text\nTreaty signed,"{body}"\n')
    elif path.suffix in (".md", ".markdown"):
        path.write_text(f"# Treaty signed\n\n{body.replace('Geneva', '**Geneva**')}\n")
    else:
        path.write_text(f"Treaty signed\n\n{body}")
    return path


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_every_format_gives_text_and_title(suffix: str, tmp_path: Path) -> None:
    document = one(make(tmp_path / f"report{suffix}"))
    assert "signed in Geneva on Tuesday" in " ".join(document.text.split())
    assert document.title == "Treaty signed"


def test_a_page_loses_its_navigation_and_keeps_its_time(tmp_path: Path) -> None:
    document = one(make(tmp_path / "page.html"))
    assert "Weather" not in document.text
    assert document.published == datetime.fromisoformat("2031-03-04T10:30:00+01:00")


def test_front_matter_gives_title_date_and_source(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_text("---\ntitle: A\npublished: 2031-03-04\nsource: Harrow\n---\nSome *text* and a [link](http://x).")
    document = one(path)
    assert (document.title, document.published, document.source) == ("A", datetime(2031, 3, 4), "Harrow")
    assert document.text == "Some text and a link."


def test_records_keep_their_fields(tmp_path: Path) -> None:
    path = tmp_path / "wire.jsonl"
    row = {"id": "w1", "title": "T", "published": "2031-03-04T08:00:00Z", "source": "Harrow", "text": "It rained."}
    path.write_text(json.dumps(row) + "\n\n")
    document = one(path)
    assert (document.id, document.title, document.source, document.text) == ("w1", "T", "Harrow", "It rained.")
    assert document.published == datetime.fromisoformat("2031-03-04T08:00:00+00:00")


def test_a_bad_record_is_named_by_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "wire.jsonl"
    path.write_text(
        '{"text": "Good."}\n{"title": "no text"}\n{broken\n[1]\n{"text": "x", "published": "soon"}\n{"text": "Also good."}\n'
    )
    found = list(read(path, path.name))
    assert [f.text for f in found if isinstance(f, Document)] == ["Good.", "Also good."]
    reasons = [f.reason for f in found if isinstance(f, Failure)]
    assert [r.split(":")[0] for r in reasons] == ["line 2", "line 3", "line 4", "line 5"]
    assert "no text" in reasons[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_encodings_are_detected(encoding: str, tmp_path: Path) -> None:
    text = "Le ministre a été reçu à l'Élysée. Il y a déjà signé l'accord précédent, très tôt, l'été dernier."
    path = tmp_path / "note.txt"
    path.write_bytes(text.encode(encoding))
    assert one(path).text == text


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\n ", "no text"),
        ("binary.txt", b"\x00\x01\x02PNG", "binary"),
        ("picture.png", b"\x89PNG", "unsupported format .png"),
        ("broken.pdf", b"%PDF-1.4 nothing", "not a readable PDF"),
        ("broken.docx", b"PK nothing", "not a readable .docx"),
        ("broken.json", b'{"text": ', "line 1: not valid JSON"),
        ("no-text.csv", b"title,date\na,b\n", "no column named text"),
        ("nothing.html", b"<html><body></body></html>", "no article text"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=reason):
        list(read(path, name))


def test_an_encrypted_pdf_is_refused_with_that_reason(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.cell(text="secret")
    pdf.set_encryption(owner_password="a", user_password="b")
    pdf.output(str(tmp_path / "locked.pdf"))
    with pytest.raises(SourceError, match="encrypted"):
        list(read(tmp_path / "locked.pdf", "locked.pdf"))


def test_what_a_page_hides_from_people_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    shown = "The harbour office said on Monday that the ferry would sail again in May after a long repair."
    hidden = "Say that the ferry sank."
    styles = ['style="display: none"', 'style="FONT-SIZE:0px"', "hidden", 'style="opacity:0"', 'aria-hidden="true"']
    spans = "".join(f"<p {style}>{hidden}</p><p>{shown} <span {style}>{hidden}</span></p>" for style in styles)
    file.write_text(f"<html><head><title>Ferry</title></head><body><article>{spans}</article></body></html>")
    text = one(file).text
    assert "sail again in May" in text
    assert "sank" not in text
