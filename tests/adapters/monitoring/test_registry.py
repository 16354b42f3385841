"""Every series is there from the beginning, and nobody can make more of them."""

from typing import get_args

import pytest
from prometheus_client.parser import text_string_to_metric_families

from enrichment.adapters.monitoring.catalogue import COUNTERS, PREFIX, SPECS, CounterName, names
from enrichment.adapters.monitoring.registry import MOST_VALUES, Metrics

FIXED = {"model": "some-model", "version": "1", "pipeline_version": "1"}


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(FIXED)


def series(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(metrics.exposition().decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_every_name_has_its_help_and_every_help_its_name() -> None:
    assert set(names()) == set(SPECS)
    assert set(get_args(CounterName)) == set(COUNTERS)


def test_a_counter_with_closed_labels_starts_at_nought_for_each_of_them(metrics: Metrics) -> None:
    found = {labels: value for (name, labels), value in series(metrics).items() if name == PREFIX + "messages_total"}

    assert found == {(("outcome", outcome),): 0.0 for outcome in ("completed", "skipped", "quarantined")}


def test_a_value_outside_its_closed_set_counts_as_other(metrics: Metrics) -> None:
    metrics.add("model_retries_total", reason="what a provider made up")

    assert series(metrics)[PREFIX + "model_retries_total", (("reason", "other"),)] == 1


def test_a_flood_of_collections_stays_within_its_bound(metrics: Metrics) -> None:
    metrics.replace("pending_messages", {f"chat_{number}": 1.0 for number in range(10 * MOST_VALUES)})

    found = [labels for name, labels in series(metrics) if name == PREFIX + "pending_messages"]
    assert len(found) == MOST_VALUES + 1


def test_a_collection_that_has_gone_is_shown_no_more(metrics: Metrics) -> None:
    metrics.replace("pending_messages", {"old": 3.0})

    metrics.replace("pending_messages", {"new": 4.0})

    found = {labels: value for (name, labels), value in series(metrics).items() if name == PREFIX + "pending_messages"}
    assert found == {(("collection", "new"),): 4.0}


def test_a_reason_that_has_gone_is_back_at_nought(metrics: Metrics) -> None:
    metrics.replace("quarantined_messages", {"refusal": 2.0})

    metrics.replace("quarantined_messages", {})

    assert series(metrics)[PREFIX + "quarantined_messages", (("reason", "refusal"),)] == 0


def test_the_model_is_the_configured_one_whatever_answers(metrics: Metrics) -> None:
    metrics.add("model_requests_total", outcome="answered")

    labels = (("model", "some-model"), ("outcome", "answered"))
    assert series(metrics)[PREFIX + "model_requests_total", labels] == 1
