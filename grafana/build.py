"""Writes the dashboards' JSON: `python -m grafana.build`; with `--check`, only tells whether it is up to date."""

import sys
from pathlib import Path

from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as models

from grafana.boards import BOARDS, Board
from grafana.panels import SOURCE

FOLDER = Path(__file__).parent / "dashboards"


def encoded(board: Board) -> str:
    """Return a board as Grafana reads it."""
    builder = (
        dashboards.Dashboard(board.title)
        .uid(board.uid)
        .description(board.description)
        .tags(["enrichment"])
        .readonly()
        .refresh("30s")
        .time("now-6h", "now")
        .timezone("browser")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .with_variable(dashboards.DatasourceVariable("datasource").label("Source").type("prometheus"))
        .with_variable(_labels("job", "label_values(enrichment_build_info, job)"))
        .with_variable(_labels("instance", 'label_values(enrichment_build_info{job=~"$job"}, instance)'))
    )
    for title, panels in board.rows:
        builder = builder.with_row(dashboards.Row(title))
        for panel in panels:
            builder = builder.with_panel(panel.built())
    return JSONEncoder(sort_keys=True, indent=2).encode(builder.build()) + "\n"


def _labels(name: str, query: str) -> dashboards.QueryVariable:
    return (
        dashboards.QueryVariable(name)
        .label(name.capitalize())
        .datasource(SOURCE)
        .query(query)
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .multi(True)  # noqa: FBT003 - the builder's own form
        .include_all(True)  # noqa: FBT003 - the same
        .all_value(".*")
    )


def main() -> int:
    """Write, or compare."""
    stale = []
    for board in BOARDS:
        file, wanted = FOLDER / f"{board.uid}.json", encoded(board)
        if not file.exists() or file.read_text(encoding="utf-8") != wanted:
            stale.append(file.name)
            if "--check" not in sys.argv:
                file.write_text(wanted, encoding="utf-8")
    print(f"{'out of date' if '--check' in sys.argv else 'written'}: {', '.join(stale) or 'none'}")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
