"""Exact arithmetic of the kernel: millionths in int64, calendar periods, digests.

Each function has its twin in :mod:`engine.values` or :mod:`engine.population.path`.
"""

from __future__ import annotations

from engine.population.compiled import Words, compiled, inlined
from engine.population.words import FAILED, LIMIT, M_STATUS, MILLION

DAY = 86_400
K_KIND = 0x1E3779B97F4A7C15
K_INDEX = 0x3F58476D1CE4E5B9
K_AT = 0x14D049BB133111EB
K_VALUE = 0x2545F4914F6CDD1D
K_STEP = 0x9E3779B97F4A7C15 - (1 << 64)


@inlined
def mixed(digest: int, kind: int, index: int, at: int, value: int) -> int:
    """One more line in a digest; see :func:`engine.population.path.mix`."""
    line = kind * K_KIND + index * K_INDEX + at * K_AT + value * K_VALUE
    return digest * K_STEP + line


@inlined
def bounded(M: Words, value: int) -> int:  # noqa: N803
    """The value; a failure if it is no number of the language."""
    if value >= LIMIT or value <= -LIMIT:
        M[M_STATUS] = FAILED
        return 0
    return value


@compiled
def half_even(numerator: int, denominator: int) -> int:
    """Numerator by a positive denominator, half to even; twice the rest must fit."""
    quotient = numerator // denominator
    twice = 2 * (numerator - quotient * denominator)
    if twice > denominator or (twice == denominator and (quotient & 1) == 1):
        quotient += 1
    return quotient


@compiled
def product(M: Words, a: int, b: int) -> int:  # noqa: N803
    """Product in millionths, half to even at the sixth place. Both are below 10^15."""
    x, y = abs(a), abs(b)
    if x < 3 * MILLION * 1000 and y < 3 * MILLION * 1000:
        return bounded(M, half_even(a * b, MILLION))
    xh, yh = x // MILLION, y // MILLION
    xl, yl = x - xh * MILLION, y - yh * MILLION
    high = xh * yh
    if high > 2 * 1000 * MILLION:
        M[M_STATUS] = FAILED
        return 0
    low = xl * yl
    made = high * MILLION + xh * yl + yh * xl + low // MILLION
    rest = low % MILLION
    if 2 * rest > MILLION or (2 * rest == MILLION and (made & 1) == 1):
        made += 1
    return bounded(M, -made if (a < 0) != (b < 0) else made)


@compiled
def quotient(M: Words, a: int, b: int) -> int:  # noqa: N803
    """Quotient in millionths, half to even. Both are below 10^15; zero fails."""
    if b == 0:
        M[M_STATUS] = FAILED
        return 0
    x, y = abs(a), abs(b)
    whole = x // y
    if whole > 1000 * MILLION:
        M[M_STATUS] = FAILED
        return 0
    rest = (x - whole * y) * 1000
    first = rest // y
    rest = (rest - first * y) * 1000
    second = rest // y
    rest -= second * y
    made = whole * MILLION + first * 1000 + second
    if 2 * rest > y or (2 * rest == y and (made & 1) == 1):
        made += 1
    return bounded(M, -made if (a < 0) != (b < 0) else made)


@compiled
def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@compiled
def months_after(instant: int, months: int) -> int:
    """The instant some calendar months later, clamped to the month's last day."""
    days = instant // DAY
    rest = instant - days * DAY
    era = (days + 719_468) // 146_097
    doe = days + 719_468 - era * 146_097
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    year = yoe + era * 400 + (1 if month <= 2 else 0)
    day = doy - (153 * mp + 2) // 5 + 1
    carry = (month - 1 + months) // 12
    month = month - 1 + months - carry * 12 + 1
    year += carry
    if month == 2:
        last = 29 if _leap(year) else 28
    elif month in (4, 6, 9, 11):
        last = 30
    else:
        last = 31
    day = min(day, last)
    if month <= 2:
        year -= 1
    era = year // 400
    yoe = year - era * 400
    doy = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return (era * 146_097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719_468) * DAY + rest


@compiled
def after(instant: int, seconds: int, months: int, times: int) -> int:
    """The instant some times a duration later."""
    if months == 0:
        return instant + seconds * times
    return months_after(instant, months * times)
