"""Pictures: plain frozen records enter, SVG text and PNG bytes leave.

A chart lays a record out as shapes on a sheet; a renderer draws them with matplotlib for
paper, for a dark screen, or for a page whose own colours they follow. Numbers of a record
are decimals (:func:`decimal` makes them of millionths), instants seconds since 1970 UTC,
names foreign text that is made safe here. Nothing relies on colour alone, every picture
has a text that stands for it, and the same record gives the same bytes.

One file a family of charts. May import nothing of ours but values, text and findings.
"""

from __future__ import annotations

from engine.values import MILLION


def decimal(millionths: int) -> float:
    """A number of the language as a chart takes it."""
    return millionths / MILLION
