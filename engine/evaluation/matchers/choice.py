"""Which matcher judges: ``durable``, ``plain``, or ``both`` against each other."""

from __future__ import annotations

from engine.evaluation.matchers import Matcher
from engine.evaluation.matchers.plain import PlainMatcher

MATCHERS = ("durable", "plain", "both")


def make_matcher(name: str) -> Matcher:
    """The matcher of that name; ``plain``, with a note, where durable-rules is not there."""
    if name == "plain":
        return PlainMatcher()
    try:
        from engine.evaluation.matchers.both import BothMatcher
        from engine.evaluation.matchers.durable import DurableMatcher
    except ImportError:
        plain = PlainMatcher()
        plain.notes.append(
            "durable-rules cannot be imported on this Python: the plain matcher is used"
        )
        return plain
    return BothMatcher() if name == "both" else DurableMatcher()
