"""What other projects have made and browsers get is what was recorded, and may be given away."""

import hashlib
import re

from tests.house.sources import ROOT

STATIC = ROOT / "enrichment" / "web" / "admin" / "static"
RECORD = ROOT / "docs" / "decisions" / "0001-tools.md"


def test_the_chart_library_is_the_one_that_was_recorded() -> None:
    recorded = re.search(r"`chart\.umd\.min\.js`.*?`([0-9a-f]{64})`", RECORD.read_text(encoding="utf-8"), re.DOTALL)

    found = hashlib.sha256((STATIC / "chart.umd.min.js").read_bytes()).hexdigest()

    assert recorded is not None
    assert found == recorded[1]


def test_its_licence_lies_beside_it() -> None:
    assert "MIT" in (STATIC / "chart.LICENSE.txt").read_text(encoding="utf-8")


def test_it_makes_no_code_of_text() -> None:
    text = (STATIC / "chart.umd.min.js").read_text(encoding="utf-8")

    assert re.findall(r"\beval\(|new Function\(", text) == []
