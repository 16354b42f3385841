"""A bug says where it is, and nothing of what it was about."""

import pytest

from enrichment.cli.bugs import say_where


def quoting() -> None:
    raise ValueError("Failing row contains (canary)")


def test_a_bug_shows_its_type_and_place_and_no_text(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="canary") as caught:
        quoting()

    say_where(caught.type, ExceptionGroup("canary", [caught.value]), caught.tb)

    said = capsys.readouterr().err
    assert "ValueError" in said
    assert "in quoting" in said
    assert "canary" not in said
