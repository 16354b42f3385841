"""Puts all reports of one slot on a timeline: what was true from when until when, whoever reported it in what order.

Only the time counts from which a report says that something holds: the stated one, else that of saying it. The result
is a function of the *set* of reports, so a late backlog ends in the same state as an early one.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from enrichment.domain.facts import Evidence
from enrichment.domain.messages import Role

# "In 2019" and "last summer" say when something began; what lasted longer than that has ended.
_LONGEST_POINT = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Report:
    """One message's word that a slot had this value, from ``since`` until ``until`` (None: it goes on).

    A value is what ``claims.value_of`` says: the object, or whether something is affirmed of it.
    """

    value: str
    evidence: Evidence
    since: datetime
    until: datetime | None = None

    @property
    def order(self) -> tuple[datetime, datetime, str, bytes]:
        """The sort key: time, time of saying, then what makes it total."""
        return self.since, self.evidence.said_at, self.value, self.evidence.identity


@dataclass(frozen=True, slots=True)
class Cut:
    """An end that a fact of another slot puts to a value: what the model paired, directed by time."""

    value: str
    at: datetime
    by: uuid.UUID


@dataclass(slots=True, eq=False)
class Validity:
    """One stretch of time in which a slot had one value; ``superseded_by`` is the next one, or the id of a cut."""

    value: str
    reports: list[Report]
    since: datetime
    until: datetime | None = None
    superseded_by: "Validity | uuid.UUID | None" = field(default=None, repr=False)

    @property
    def last(self) -> datetime:
        """The latest time for which somebody vouched."""
        return max(report.since for report in self.reports)


def reports_of(value: str, evidence: Iterable[Evidence], *, when_said: bool = False) -> list[Report]:
    """Return what these messages report of a value; ``when_said``: what is still to come holds from the saying on.

    A line of the bot is evidence only beside the user's answer to it, and holds from then on, not from the question.
    """
    by_time = sorted(evidence, key=lambda one: (one.said_at, one.identity))
    answers = [one for one in by_time if one.role is Role.USER]
    reports = []
    for one in by_time:
        speaker = one
        if one.role is Role.BOT and answers:
            speaker = next((answer for answer in answers if answer.said_at >= one.said_at), answers[-1])
        since, until = _holds(speaker)
        since = min(since, speaker.said_at) if when_said else since
        reports.append(Report(value, one, since, until))
    return reports


def timeline(reports: Iterable[Report], cuts: Iterable[Cut] = ()) -> list[Validity]:
    """Return the validities of one slot in order of time; each report is in exactly one.

    A value holds until the report of another one, or a cut. A report with an end closes its own value's validity,
    or stands by itself as something past; it never ends another's.
    """
    ordered = sorted(reports, key=lambda report: report.order)
    cuts = sorted(cuts, key=lambda cut: (cut.at, cut.by))
    runs: list[Validity] = []
    for report in ordered:
        if report.until is not None:
            continue
        if runs and runs[-1].value == report.value and not _cut_between(cuts, runs[-1], report.since):
            runs[-1].reports.append(report)
        else:
            runs.append(Validity(report.value, [report], report.since))
    _end(runs, cuts)
    past: list[Validity] = []
    for report in ordered:
        if report.until is not None:
            _place_ended(report, report.until, runs, past)
    return sorted([*runs, *past], key=lambda validity: (validity.since, validity.reports[0].order))


def _holds(evidence: Evidence) -> tuple[datetime, datetime | None]:
    stated = evidence.occurred
    if stated is None or (stated.start is None and stated.end is None):
        return evidence.said_at, None
    if stated.start is None:
        return min(evidence.said_at, stated.end or evidence.said_at), stated.end
    if stated.end is not None and stated.end - stated.start > _LONGEST_POINT:
        return stated.start, stated.end
    return stated.start, None


def _cut_between(cuts: Sequence[Cut], run: Validity, since: datetime) -> bool:
    return any(cut.value == run.value and run.since <= cut.at < since for cut in cuts)


def _end(runs: Sequence[Validity], cuts: Sequence[Cut]) -> None:
    """End each run where the next one of another object begins, or at the cut before that."""
    for index, run in enumerate(runs):
        following = runs[index + 1] if index + 1 < len(runs) else None
        if following is not None and following.value != run.value:
            run.until, run.superseded_by = following.since, following
        for cut in cuts:
            if cut.value == run.value and run.last <= cut.at and (run.until is None or cut.at < run.until):
                run.until, run.superseded_by = cut.at, cut.by
                break


def _place_ended(report: Report, until: datetime, runs: Sequence[Validity], past: list[Validity]) -> None:
    begun = [run for run in runs if run.value == report.value and run.since < until]
    if begun:
        run = begun[-1]
        if max((one.since for one in run.reports if one.until is None), default=until) < until:
            run.until = until if run.until is None else min(run.until, until)
        run.reports.append(report)
        return
    for validity in past:
        if validity.value == report.value and validity.until == until:
            validity.reports.append(report)
            return
    past.append(Validity(report.value, [report], report.since, until))
