from __future__ import annotations

from index.language.quotations import false_quotations, missing_addresses


def test_quotations_must_be_verbatim() -> None:
    assert false_quotations('He said "we won" and “we lost”.', ["They cried: “We won!”"]) == ["we lost"]
    assert false_quotations("No quotation.", []) == []


def test_addresses_must_be_there_as_they_are() -> None:
    assert missing_addresses("See www.example.org/a, or ask x@y.com.", "Ask x@y.com.") == ["www.example.org/a"]
    assert missing_addresses("It rained.", "") == []
