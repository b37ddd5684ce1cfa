"""Instants as people write them."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.values import DAY, show_instant

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # a count of seconds; there are no zones here
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def date_text(instant: int) -> str:
    """``5 March 2018``; one that no calendar here reaches as ``YYYY-MM-DD``."""
    try:
        moment = _EPOCH + timedelta(seconds=instant)
    except OverflowError:
        return show_instant(instant).partition(" ")[0]
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def day_text(instant: int) -> str:
    """``Monday, 5 March 2018``."""
    written = date_text(instant)
    return f"{_DAYS[(instant // DAY + 3) % 7]}, {written}" if " " in written else written


def time_text(instant: int) -> str:
    """``08:10``; "" for midnight, which stands for a whole day."""
    seconds = instant % DAY
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}" if seconds else ""


def when_text(instant: int) -> str:
    """The date, with the time unless it is midnight."""
    time = time_text(instant)
    return f"{date_text(instant)}, {time}" if time else date_text(instant)
