"""The values of the language: exact numbers, instants and durations.

A *number* is an ``int`` that counts millionths; a magnitude of ``LIMIT`` or more
is outside the language. An *instant* is an ``int`` that counts seconds since
1970-01-01 UTC. There are no floats.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

MILLION = 1_000_000
LIMIT = 10**9 * MILLION  # numbers stay below this, in millionths
DAY = 86_400


class BadValue(ValueError):
    """A written value that is not of the language; says what and how to mend it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


# --- numbers ------------------------------------------------------------------

_NUMBER = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?\Z", re.ASCII)
_NUMBERISH = re.compile(r"[+-]?[\d.][\d_.,eE+-]*\Z", re.ASCII)


def parse_number(text: str) -> int:
    """Millionths of a written number such as ``-0.4``."""
    found = _NUMBER.match(text)
    if not found:
        if _NUMBERISH.match(text):
            raise BadValue(
                "expected a plain decimal number",
                "write digits with at most one point, e.g. `1500` or `-0.25`;"
                " no exponents, commas or underscores",
            )
        raise BadValue("expected a number", "write digits, e.g. `12` or `-0.5`")
    sign, whole, part = found.groups()
    if sign == "+":
        raise BadValue("a written number has no plus sign", f"write {text[1:]}")
    if len(whole) > 1 and whole[0] == "0":
        mended = sign + (whole.lstrip("0") or "0") + (f".{part}" if part else "")
        raise BadValue("a written number has no leading zeros", f"write {mended}")
    if part and len(part) > 6:
        raise BadValue("a number has at most six decimal places", "round it yourself")
    if len(whole) > 9:
        raise BadValue("a number must be below 1000000000", "use a larger unit")
    value = int(whole) * MILLION + int((part or "0").ljust(6, "0"))
    return -value if sign else value


@lru_cache(maxsize=65_536)
def format_number(value: int) -> str:
    """The decimal text of ``value`` millionths, without trailing zeros."""
    if value % MILLION == 0:
        return str(value // MILLION)
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), MILLION)
    return f"{sign}{whole}.{part:06d}".rstrip("0")


def half_even(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` rounded half to even; the denominator is not 0."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    if twice > denominator or (twice == denominator and quotient & 1):
        quotient += 1
    return quotient


def multiply(a: int, b: int) -> int:
    """Product of two numbers in millionths, half to even at the sixth place."""
    product = a * b
    return half_even(product, MILLION) if product % MILLION else product // MILLION


def divide(a: int, b: int) -> int:
    """Quotient of two numbers in millionths; the caller refuses ``b == 0``."""
    return half_even(a * MILLION, b)


# --- instants -----------------------------------------------------------------

_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?\s?(Z|[+-]\d\d:?\d\d)?\Z",
    re.ASCII,
)
_EPOCH = date(1970, 1, 1).toordinal()


def parse_instant(text: str) -> int:
    """Seconds since 1970 UTC of ``2017-01-05``, ``2017-01-05 08:10[:30]``, ``…Z``/offset."""
    found = _INSTANT.match(text)
    if not found or (found[7] and not found[4]):
        raise BadValue(
            "expected a date or a time",
            "write e.g. `2031-03-01`, `2031-03-01 08:10` or `2031-03-01T08:10:30Z`",
        )
    year, month, day, hour, minute, second = (int(g or 0) for g in found.groups()[:6])
    zone: timezone = UTC
    if found[7] and found[7] != "Z":
        offset = found[7].replace(":", "")
        hours, minutes = int(offset[1:3]), int(offset[3:5])
        if hours > 23 or minutes > 59:
            raise BadValue(f"there is no offset {found[7]}", "write e.g. `+08:00`")
        sign = -1 if offset[0] == "-" else 1
        zone = timezone(sign * timedelta(hours=hours, minutes=minutes))
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        raise BadValue(
            "there is no such date or time", "check the month, the day and the clock"
        ) from None
    shift = zone.utcoffset(None)
    days = moment.toordinal() - _EPOCH
    local = days * DAY + hour * 3600 + minute * 60 + second
    return local - int(shift.total_seconds())


@lru_cache(maxsize=4096)
def _date_text(days: int) -> str:
    year, month, day = _civil(days)
    return f"{year:04d}-{month:02d}-{day:02d}"


@lru_cache(maxsize=4096)
def iso_instant(instant: int) -> str:
    """``YYYY-MM-DDTHH:MM:SSZ``, as the ledger and JSON write it."""
    days, rest = divmod(instant, DAY)
    return f"{_date_text(days)}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}Z"


def parse_iso(text: str) -> int:
    """The instant that :func:`iso_instant` writes like this; also one after the year 9999.

    Raises ``ValueError`` for a text of another form.
    """
    date_, clock = text[:-10], text[-10:]
    if len(clock) < 10 or clock[0] != "T" or clock[3] != ":" or clock[6:10:3] != ":Z":
        raise ValueError(text)
    seconds = int(clock[1:3]) * 3600 + int(clock[4:6]) * 60 + int(clock[7:9])
    return _day_number(date_) * DAY + seconds


@lru_cache(maxsize=4096)
def _day_number(text: str) -> int:
    year, month, day = text.split("-")
    return _days(int(year), int(month), int(day))


def show_instant(instant: int) -> str:
    """``YYYY-MM-DD``, with `` HH:MM`` unless midnight, and with ``:SS`` where it is not zero."""
    seconds = instant % 60
    return f"{message_instant(instant)}:{seconds:02d}" if seconds else message_instant(instant)


def message_instant(instant: int) -> str:
    """``YYYY-MM-DD``, with `` HH:MM`` unless midnight: as messages of a policy write it."""
    days, rest = divmod(instant, DAY)
    if not rest:
        return _date_text(days)
    return f"{_date_text(days)} {rest // 3600:02d}:{rest // 60 % 60:02d}"


def _civil(days: int) -> tuple[int, int, int]:
    """Proleptic Gregorian (year, month, day) of a day number counted from 1970-01-01.

    Unlike ``datetime.date`` it has no last year: a term may end after 9999.
    """
    era, doe = divmod(days + 719_468, 146_097)
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    return yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) // 5 + 1


def _days(year: int, month: int, day: int) -> int:
    """Day number from 1970-01-01; the inverse of :func:`_civil`."""
    year -= month <= 2
    era, yoe = divmod(year, 400)
    doy = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719_468


def _month_length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


# --- durations ----------------------------------------------------------------

_DURATION = re.compile(r"(\d+) ([a-z]+)\Z", re.ASCII)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": DAY, "week": 7 * DAY}
_MONTHS = {"month": 1, "year": 12}
UNITS = tuple(f"{u}{s}" for u in (*_SECONDS, *_MONTHS) for s in ("", "s"))
_LONGEST = 10_000 * 366 * DAY


class Duration(NamedTuple):
    """An exact length (``seconds`` > 0) or a calendar period (``months`` > 0)."""

    seconds: int
    months: int

    @property
    def exact(self) -> bool:
        return self.months == 0

    def after(self, instant: int, times: int = 1) -> int:
        """The instant ``times`` of this after ``instant``.

        A calendar period keeps the day of the month, clamped to the month's last.
        """
        if not self.months:
            return instant + self.seconds * times
        days, rest = divmod(instant, DAY)
        year, month, day = _civil(days)
        carry, month0 = divmod(month - 1 + self.months * times, 12)
        year += carry
        day = min(day, _month_length(year, month0 + 1))
        return _days(year, month0 + 1, day) * DAY + rest

    @property
    def shortest(self) -> int:
        """No period of this kind is shorter than these seconds."""
        return self.seconds or self.months * 28 * DAY

    @property
    def longest(self) -> int:
        """No period of this kind is longer than these seconds."""
        return self.seconds or self.months * 31 * DAY

    def __str__(self) -> str:
        if self.months:
            amount, unit = (
                (self.months // 12, "year") if self.months % 12 == 0 else (self.months, "month")
            )
        else:
            unit = next(
                u for u in ("day", "hour", "minute", "second") if self.seconds % _SECONDS[u] == 0
            )
            amount = self.seconds // _SECONDS[unit]
        return f"{amount} {unit}{'' if amount == 1 else 's'}"


def make_duration(amount: int, unit: str) -> Duration:
    """The duration of ``amount`` units; the unit may be singular or plural."""
    one = unit.removesuffix("s")
    if amount <= 0:
        raise BadValue("a duration is longer than nothing", "write e.g. `1 day`")
    if one in _SECONDS:
        made = Duration(amount * _SECONDS[one], 0)
    elif one in _MONTHS:
        made = Duration(0, amount * _MONTHS[one])
    else:
        raise BadValue(
            f"`{unit}` is not a unit of time",
            "use seconds, minutes, hours, days, weeks, months or years",
        )
    if made.shortest > _LONGEST:
        raise BadValue("a duration is at most 10000 years", "shorten it, or leave it out")
    return made


def parse_duration(text: str) -> Duration:
    """``30 seconds`` … ``2 weeks`` (exact); ``3 months``, ``2 years`` (calendar)."""
    found = _DURATION.match(text)
    if not found or (len(found[1]) > 1 and found[1][0] == "0") or len(found[1]) > 12:
        raise BadValue(
            "expected a duration",
            "write a whole number and a unit, e.g. `90 days`, `36 hours` or `3 months`",
        )
    return make_duration(int(found[1]), found[2])


def show_seconds(seconds: int) -> str:
    """A length of time for people: its largest one or two units."""
    if seconds <= 0:
        return "0 seconds"
    parts = []
    for unit in ("day", "hour", "minute", "second"):
        amount, seconds = divmod(seconds, _SECONDS[unit])
        if amount:
            parts.append(f"{amount} {unit}{'' if amount == 1 else 's'}")
    return " ".join(parts[:2])
