"""The user's time zone: as they say, as where they live has it, or as the hours tell at which they begin to write."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from enrichment.domain.text import normalised

SAID, HOME, ACTIVITY = "said", "home", "activity"
# Fewer beginnings of sessions, or all within few days, say nothing of a habit.
FEWEST_SESSIONS, FEWEST_DAYS = 20, 5
_HOURS = 24
_NIGHT_HOURS = 7
# The middle of a night is at half past three; what falls into it is at most this share of all.
_MIDDLE_OF_NIGHT, _MOST_AT_NIGHT = 3.5, 0.05
_FARTHEST_EAST = 14
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+−-])\s*(\d{1,2})(?::?([0-5]\d))?")  # a minus sign is one too
_NAME = re.compile(
    r"\b(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Za-z_]+(?:/[A-Za-z_]+)?"
)
_ABBREVIATIONS: Mapping[str, str] = {
    "utc": "UTC", "gmt": "UTC", "bst": "Europe/London", "cet": "Europe/Berlin", "cest": "Europe/Berlin",
    "eet": "Europe/Athens", "eest": "Europe/Athens", "msk": "Europe/Moscow", "est": "America/New_York",
    "edt": "America/New_York", "cdt": "America/Chicago", "mst": "America/Denver", "mdt": "America/Denver",
    "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "jst": "Asia/Tokyo", "kst": "Asia/Seoul",
    "aest": "Australia/Sydney", "aedt": "Australia/Sydney", "nzst": "Pacific/Auckland",
}  # fmt: skip
# A straight list: large cities and countries with one time zone, as people name them; the rest stays unknown.
_PLACES: Mapping[str, str] = {
    "Europe/London": "london manchester birmingham edinburgh glasgow bristol leeds england scotland wales uk",
    "Europe/Dublin": "dublin ireland",
    "Europe/Lisbon": "lisbon lisboa porto portugal",
    "Europe/Madrid": "madrid barcelona valencia sevilla spain españa",
    "Europe/Paris": "paris lyon marseille toulouse bordeaux france",
    "Europe/Berlin": "berlin hamburg munich münchen cologne köln frankfurt stuttgart leipzig dresden germany",
    "Europe/Vienna": "vienna wien graz austria österreich",
    "Europe/Zurich": "zurich zürich geneva basel bern switzerland schweiz",
    "Europe/Amsterdam": "amsterdam rotterdam utrecht netherlands",
    "Europe/Brussels": "brussels antwerp belgium",
    "Europe/Rome": "rome roma milan milano turin naples napoli florence italy italia",
    "Europe/Warsaw": "warsaw warszawa kraków krakow poland polska",
    "Europe/Prague": "prague praha brno",
    "Europe/Budapest": "budapest hungary",
    "Europe/Copenhagen": "copenhagen denmark",
    "Europe/Stockholm": "stockholm gothenburg sweden",
    "Europe/Oslo": "oslo bergen norway",
    "Europe/Helsinki": "helsinki finland",
    "Europe/Athens": "athens greece",
    "Europe/Kyiv": "kyiv kiev київ lviv ukraine україна",
    "Europe/Istanbul": "istanbul ankara turkey türkiye",
    "Europe/Moscow": "moscow москва petersburg",
    "Africa/Cairo": "cairo القاهرة egypt",
    "Africa/Lagos": "lagos nigeria",
    "Africa/Nairobi": "nairobi kenya",
    "Africa/Johannesburg": "johannesburg",
    "Asia/Dubai": "dubai",
    "Asia/Karachi": "karachi lahore pakistan",
    "Asia/Kolkata": "mumbai delhi bangalore bengaluru kolkata chennai india",
    "Asia/Bangkok": "bangkok thailand",
    "Asia/Singapore": "singapore",
    "Asia/Shanghai": "beijing shanghai shenzhen 北京 上海 深圳 china 中国",
    "Asia/Taipei": "taipei 台北 taiwan",
    "Asia/Tokyo": "tokyo osaka kyoto 東京 大阪 京都 japan 日本",
    "Asia/Seoul": "seoul 서울 busan",
    "Australia/Sydney": "sydney",
    "Australia/Melbourne": "melbourne",
    "Australia/Perth": "perth",
    "Pacific/Auckland": "auckland wellington",
    "America/New_York": "boston philadelphia washington atlanta miami nyc brooklyn manhattan",
    "America/Chicago": "chicago houston dallas austin",
    "America/Denver": "denver",
    "America/Los_Angeles": "seattle portland sf",
    "America/Toronto": "toronto montreal ottawa",
    "America/Vancouver": "vancouver",
    "America/Argentina/Buenos_Aires": "argentina",
    "America/Bogota": "bogota bogotá colombia",
    "America/Lima": "lima peru",
}
_ZONE_OF_WORD = {word: zone for zone, listed in _PLACES.items() for word in listed.split()}
_ZONE_OF_WORDS = {
    "new york": "America/New_York", "los angeles": "America/Los_Angeles", "san francisco": "America/Los_Angeles",
    "san diego": "America/Los_Angeles", "mexico city": "America/Mexico_City", "são paulo": "America/Sao_Paulo",
    "sao paulo": "America/Sao_Paulo", "rio de janeiro": "America/Sao_Paulo", "buenos aires":
    "America/Argentina/Buenos_Aires", "cape town": "Africa/Johannesburg", "hong kong": "Asia/Hong_Kong",
    "tel aviv": "Asia/Jerusalem", "new zealand": "Pacific/Auckland", "south korea": "Asia/Seoul",
    "new delhi": "Asia/Kolkata", "united kingdom": "Europe/London", "st petersburg": "Europe/Moscow",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


def zone_said(text: str) -> str | None:
    """Return the zone that words name: an IANA name, a distance from UTC as ``UTC+02:00``, or an abbreviation."""
    if named := _NAME.search(text):
        return named[0]
    words = normalised(text)
    if offset := _OFFSET.fullmatch(words):
        sign = "+" if offset[1] == "+" else "-"
        hours = int(offset[2])
        return f"UTC{sign}{hours:02}:{offset[3] or '00'}" if hours <= _FARTHEST_EAST else None
    return next((_ABBREVIATIONS[word] for word in _WORD.findall(words) if word in _ABBREVIATIONS), None)


def zone_of_place(text: str) -> str | None:
    """Return the zone of a city or country, None unless all places that are named share one."""
    words = normalised(text)
    found = {zone for phrase, zone in _ZONE_OF_WORDS.items() if phrase in words}
    found |= set() if found else {_ZONE_OF_WORD[word] for word in _WORD.findall(words) if word in _ZONE_OF_WORD}
    return found.pop() if len(found) == 1 else None


def zone_of_activity(begun: Sequence[datetime]) -> str | None:
    """Return the distance from UTC at which the quietest seven hours of the day are the night, in whole hours.

    None where too little is known, where somebody writes at all hours, or where several nights are equally quiet.
    ``begun`` are beginnings of sessions, aware.
    """
    if len(begun) < FEWEST_SESSIONS or len({at.date() for at in begun}) < FEWEST_DAYS:
        return None
    counts = [0] * _HOURS
    for at in begun:
        counts[at.hour] += 1
    nights = [sum(counts[(first + hour) % _HOURS] for hour in range(_NIGHT_HOURS)) for first in range(_HOURS)]
    quietest = min(nights)
    if quietest > _MOST_AT_NIGHT * len(begun):
        return None
    middle = _middle([first for first in range(_HOURS) if nights[first] == quietest])
    if middle is None:
        return None
    offset = round(_MIDDLE_OF_NIGHT - middle) % _HOURS
    offset = offset if offset <= _FARTHEST_EAST - 2 else offset - _HOURS
    return f"UTC{'-' if offset < 0 else '+'}{abs(offset):02}:00"


def _middle(firsts: Sequence[int]) -> float | None:
    """Return the hour in the middle of the quiet stretch that these beginnings span, None if there are several."""
    gaps = [(later - earlier) % _HOURS for earlier, later in zip(firsts, (*firsts[1:], firsts[0]), strict=True)]
    if sum(gap > 1 for gap in gaps) > 1:
        return None
    start = firsts[(gaps.index(max(gaps)) + 1) % len(firsts)]
    return (start + (len(firsts) - 1 + _NIGHT_HOURS) / 2) % _HOURS
