from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index import CorpusError, IndexDamaged, Retriever, export_index, import_index, sync
from index.verify import verify_index
from tests.fakes import HashedWords
from tests.index.held import held, same


def test_an_index_moves_as_one_file(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    sync([reports], tmp_path / "index")
    size = export_index(tmp_path / "index", tmp_path / "reports.newsdesk")
    assert size == (tmp_path / "reports.newsdesk").stat().st_size > 0
    before = held(tmp_path / "index")
    shutil.rmtree(tmp_path / "index")
    assert import_index(tmp_path / "reports.newsdesk", tmp_path / "elsewhere") == 3
    same(held(tmp_path / "elsewhere"), before)
    assert verify_index(tmp_path / "elsewhere") == []
    assert len(sync([reports], tmp_path / "elsewhere").unchanged) == 3
    opened = Retriever.open(tmp_path / "elsewhere", reader=None)
    assert set(opened.search("comet", k=1)[0].ranks) == {"dense", "keyword"}
    opened.close()


def test_what_is_no_whole_index_is_refused(reports: Path, tmp_path: Path, hashed_words: HashedWords) -> None:
    sync([reports], tmp_path / "index")
    export_index(tmp_path / "index", tmp_path / "whole")
    (tmp_path / "torn").write_bytes((tmp_path / "whole").read_bytes()[:30_000])
    (tmp_path / "text").write_text("not an index")
    for file in ("torn", "text"):
        with pytest.raises(IndexDamaged):
            import_index(tmp_path / file, tmp_path / "new")
    with pytest.raises(CorpusError, match="already"):
        export_index(tmp_path / "index", tmp_path / "whole")
    with pytest.raises(CorpusError, match="already"):
        import_index(tmp_path / "whole", tmp_path / "index")
    with pytest.raises(CorpusError, match="no file"):
        import_index(tmp_path / "nothing", tmp_path / "new")
    assert not (tmp_path / "new" / "newsdesk.sqlite3").exists()
