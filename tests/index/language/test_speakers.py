from __future__ import annotations

from index.language.speakers import other_speaker, speakers


def test_who_speaks_must_be_who_spoke() -> None:
    evidence = "The gates were open, its director Casimir Roe said."
    assert speakers(evidence) == ["Casimir Roe"]
    assert other_speaker("Henrike Lund said the gates were open.", evidence) == "Casimir Roe"
    assert other_speaker("According to Roe, the gates were open.", evidence) is None
    assert other_speaker("The gates were open.", evidence) is None
