"""The dashboards are what the code builds, explain themselves, and leave no metric out."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from enrichment.adapters.monitoring.catalogue import HISTOGRAMS, PREFIX, SPECS
from grafana.boards import BOARDS, Board
from grafana.build import FOLDER, encoded
from grafana.panels import PanelSpec

ROOT = Path(__file__).parents[2]
# Exported for other eyes than ours: `doctor` and people who look at a single replica.
UNUSED: frozenset[str] = frozenset()


def panels(board: Board) -> list[PanelSpec]:
    return [panel for _, row in board.rows for panel in row]


def asked(expressions: Sequence[str]) -> set[str]:
    found = set(re.findall(rf"\b{PREFIX}(\w+)", " ".join(expressions)))
    bases = {f"{name}_{part}": name for name in HISTOGRAMS for part in ("bucket", "sum", "count")}
    return {bases.get(name, name) for name in found}


def expressions() -> list[str]:
    return [query.filled for board in BOARDS for panel in panels(board) for query in panel.queries]


def rules() -> list[str]:
    groups = yaml.safe_load((ROOT / "config" / "alerts.yml").read_text())["groups"]
    return [rule["expr"] for group in groups for rule in group["rules"]]


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_what_is_committed_is_what_the_code_builds(board: Board) -> None:
    assert (FOLDER / f"{board.uid}.json").read_text() == encoded(board), "run `python -m grafana.build`"


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_a_board_cannot_be_changed_by_hand_and_every_panel_explains_itself(board: Board) -> None:
    built: dict[str, Any] = json.loads(encoded(board))

    assert (built["uid"], built["editable"]) == (board.uid, False)
    assert all(panel.title and panel.description.endswith((".", ")", "`.")) for panel in panels(board))
    assert len({panel.title for panel in panels(board)}) == len(panels(board))


def test_every_metric_is_on_a_panel_or_in_an_alert_or_is_named_as_left_out() -> None:
    assert asked([*expressions(), *rules()]) | UNUSED == set(SPECS)
