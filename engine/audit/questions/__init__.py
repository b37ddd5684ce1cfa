"""The twelve questions that a critic asks of any scoring policy: one module each.

Enters: an :class:`~engine.audit.questions.base.Inquiry`. Leaves: an
:class:`~engine.audit.questions.base.Answer` with computed figures, evidence and a conclusion.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.audit.questions import (
    bears,
    close,
    dead,
    else_hit,
    event,
    gamed,
    knew,
    lie,
    monotone,
    out,
    twice,
    why,
)
from engine.audit.questions.base import TITLES, Answer, Evidence, Inquiry

#: In the order in which they are numbered, from 1.
QUESTIONS: tuple[Callable[[Inquiry], Answer], ...] = (
    why.answer,
    event.answer,
    close.answer,
    out.answer,
    lie.answer,
    bears.answer,
    gamed.answer,
    twice.answer,
    monotone.answer,
    knew.answer,
    else_hit.answer,
    dead.answer,
)

__all__ = ["QUESTIONS", "TITLES", "Answer", "Evidence", "Inquiry"]
