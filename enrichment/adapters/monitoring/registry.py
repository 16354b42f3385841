"""The metrics themselves: typed names in, the Prometheus text form out."""

from collections.abc import Mapping
from itertools import product
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

from enrichment.adapters.monitoring.catalogue import (
    COUNTERS,
    GAUGES,
    HISTOGRAMS,
    OTHER,
    PREFIX,
    SPECS,
    CounterName,
    GaugeName,
    HistogramName,
    MetricName,
    Spec,
)

# Values of a label that the configuration closes (collections): beyond these, the rest is one.
MOST_VALUES = 100

_Kind = TypeVar("_Kind", Counter, Gauge)


class Metrics:
    """One process's metrics; ``fixed`` are the values of labels that are known at the start, such as the model.

    Every label set of a closed label exists from the beginning, at 0: a rate over a series that appears with its first
    event misses that event (https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics).
    """

    def __init__(self, fixed: Mapping[str, str]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._fixed = fixed
        self._counters = {name: _made(Counter, name, spec, self.registry) for name, spec in COUNTERS.items()}
        self._gauges = {name: _made(Gauge, name, spec, self.registry) for name, spec in GAUGES.items()}
        self._histograms = {
            name: Histogram(PREFIX + name, spec.help, tuple(spec.labels), buckets=spec.buckets, registry=self.registry)
            for name, spec in HISTOGRAMS.items()
        }
        self._seen: dict[tuple[MetricName, str], set[str]] = {}
        self._initialise()

    def add(self, name: CounterName, amount: float = 1, **labels: str) -> None:
        """Count; a label value outside its closed set counts as ``other``."""
        counter = self._counters[name]
        (counter.labels(**self._closed(name, labels)) if SPECS[name].labels else counter).inc(amount)

    def set(self, name: GaugeName, value: float, **labels: str) -> None:
        """Set a gauge."""
        gauge = self._gauges[name]
        (gauge.labels(**self._closed(name, labels)) if SPECS[name].labels else gauge).set(value)

    def replace(self, name: GaugeName, values: Mapping[str, float]) -> None:
        """Set a gauge of one label for all its values; those not given are 0 where the set is closed, else gone."""
        ((label, allowed),) = SPECS[name].labels.items()
        self._gauges[name].clear()
        self._seen.pop((name, label), None)
        for value in allowed:
            self.set(name, 0, **{label: value})
        for value, number in values.items():
            self.set(name, number, **{label: value})

    def observe(self, name: HistogramName, value: float, **labels: str) -> None:
        """Put a value into a histogram."""
        histogram = self._histograms[name]
        (histogram.labels(**self._closed(name, labels)) if SPECS[name].labels else histogram).observe(value)

    def exposition(self) -> bytes:
        """Return all of them in the text form of Prometheus."""
        return generate_latest(self.registry)

    def _initialise(self) -> None:
        for name, metric in (*self._counters.items(), *self._gauges.items(), *self._histograms.items()):
            labels = SPECS[name].labels
            known = [values or _of(self._fixed, label) for label, values in labels.items()]
            for values in product(*known) if labels else ():
                metric.labels(**dict(zip(labels, values, strict=True)))
        self.set("build_info", 1)

    def _closed(self, name: MetricName, labels: Mapping[str, str]) -> dict[str, str]:
        spec = SPECS[name]
        return {label: self._value(name, label, labels, allowed) for label, allowed in spec.labels.items()}

    def _value(self, name: MetricName, label: str, labels: Mapping[str, str], allowed: tuple[str, ...]) -> str:
        value = labels.get(label) or self._fixed[label]
        if allowed:
            return value if value in allowed else OTHER
        seen = self._seen.setdefault((name, label), set())
        if value not in seen and len(seen) >= MOST_VALUES:
            return OTHER
        seen.add(value)
        return value


def _of(fixed: Mapping[str, str], label: str) -> tuple[str, ...]:
    return (fixed[label],) if label in fixed else ()


def _made(kind: type[_Kind], name: str, spec: Spec, registry: CollectorRegistry) -> _Kind:
    return kind(PREFIX + name, spec.help, tuple(spec.labels), registry=registry)
