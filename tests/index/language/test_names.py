from __future__ import annotations

from index.language.names import missing_names, names


def test_names_count_as_a_whole_in_all_their_forms() -> None:
    evidence = "Officials from Ukraine met U.S. President Donald Trump and the European Union's Kaja Kallas."
    assert missing_names("Ukrainian officials met Trump.", evidence) == []
    assert missing_names("The EU and the United States met.", evidence) == []
    assert missing_names("Soldiers met Melania Trump in Bonn.", evidence) == ["Melania Trump", "Bonn"]
    assert missing_names("Velmar wants more.", "Karsova wants more.") == ["Velmar"]
    assert names("Where did Joe Biden meet Vladimir Putin in 2021?") == ["Joe Biden", "Vladimir Putin"]
