"""What a panel shows, said once; how Grafana wants it, said here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from grafana_foundation_sdk.builders import common, stat, timeseries
from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models

Kind = Literal["number", "graph", "stack"]
Unit = Literal["short", "s", "percentunit", "currencyUSD", "ops", "bytes", "bool_on_off", "dateTimeFromNow"]

SOURCE = models.DataSourceRef(type_val="prometheus", uid="${datasource}")
# Which replicas are shown; figures of all of them come from the database, so that each exports the same.
CHOSEN = 'job=~"$job", instance=~"$instance"'
# Long enough for four scrapes, whatever the zoom.
RATE = "$__rate_interval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """An expression, in which CHOSEN and RATE stand for what is above. ``legend`` names its series."""

    expr: str
    legend: str = ""

    @property
    def filled(self) -> str:
        """The expression as Grafana takes it."""
        return self.expr.replace("CHOSEN", CHOSEN).replace("RATE", RATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelSpec:
    """One panel. ``width`` is in columns of 24; ``warn`` and ``bad`` are where a number turns yellow and red."""

    title: str
    description: str
    queries: Sequence[Query]
    kind: Kind = "graph"
    unit: Unit = "short"
    width: int = 8
    warn: float | None = None
    bad: float | None = None

    def built(self) -> stat.Panel | timeseries.Panel:
        """Return it as the builder of a dashboard takes it."""
        panel = self._number() if self.kind == "number" else self._graph()
        panel = panel.title(self.title).description(self.description).unit(self.unit).datasource(SOURCE)
        for number, query in enumerate(self.queries):
            panel = panel.with_target(
                Dataquery()
                .expr(query.filled)
                .legend_format(query.legend or "__auto")
                .ref_id(chr(ord("A") + number))
                .datasource(SOURCE)
            )
        return panel.span(self.width)

    def _number(self) -> stat.Panel:
        return (
            stat.Panel()
            .height(4)
            .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
            .thresholds(self._thresholds())
            .color_scheme(dashboards.FieldColor().mode(models.FieldColorModeId.THRESHOLDS))
            .graph_mode(common_models.BigValueGraphMode.AREA)
        )

    def _graph(self) -> timeseries.Panel:
        panel = timeseries.Panel().height(8).min(0).fill_opacity(10).line_width(1)
        if self.kind == "stack":
            stacked = common.StackingConfig().mode(common_models.StackingMode.NORMAL)
            panel = panel.stacking(stacked).fill_opacity(40)
        return panel.tooltip(common.VizTooltipOptions().mode(common_models.TooltipDisplayMode.MULTI))

    def _thresholds(self) -> dashboards.ThresholdsConfig:
        steps = [models.Threshold(color="green", value=None)]
        if self.warn is not None:
            steps.append(models.Threshold(color="yellow", value=self.warn))
        if self.bad is not None:
            steps.append(models.Threshold(color="red", value=self.bad))
        if self.warn is not None and self.bad is not None and self.bad < self.warn:
            # Less is worse.
            steps = [models.Threshold(color="red", value=None), models.Threshold(color="yellow", value=self.bad)]
            steps.append(models.Threshold(color="green", value=self.warn))
        return dashboards.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)
