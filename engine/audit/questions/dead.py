"""12. What is dead, what dominates? What was never used, shares of movement, order, time."""

from __future__ import annotations

from engine.audit.bounds import Bounds
from engine.audit.coverage import Used, drawn, movement
from engine.audit.life import Life, plans_of
from engine.audit.questions.base import Answer, Evidence, Inquiry, looked, number
from engine.audit.spaces import Watched
from engine.language.rows import Cast, Event
from engine.values import MILLION, divide

SHARE = 50  # of the histories of a claim, one in so many is drawn


def histories(asked: Inquiry) -> list[tuple[Cast, tuple[Event, ...]]]:
    """The scenarios, and histories drawn by lot."""
    made = [(life.cast, life.events) for life in asked.lives]
    setting = asked.asked().setting()
    space = Watched(setting, lambda life: None)
    most = max(4, asked.bounds.histories // SHARE)
    bounds = Bounds(asked.bounds.events, asked.bounds.histories, asked.bounds.seed)
    for node in drawn(space, bounds, most):
        made.append((setting.field.cast, node.events(0)))
        if asked.budget.over:
            break
    return made


def answer(asked: Inquiry) -> Answer:
    """What many histories never use, and what moves most."""
    used, total = Used(), dict[str, dict[str, int]]()
    many = histories(asked)
    for cast, events in many:
        life = Life(plans_of(asked.audit.policy.versions), cast)
        used.stand(life)
        for event in events:
            life.feed(event)
            used.stand(life)
        if cast.until is not None:
            life.advance(max(cast.until, life.now))
        for step in life.steps:
            used.add(life, step)
        for score, table in movement(life.steps).items():
            into = total.setdefault(score, {})
            for clause, moved in table.items():
                into[clause] = into.get(clause, 0) + moved
    dead = used.unused(asked.policy)
    evidence = [asked.note(f"never met with: {path}", _clause(path)) for path in dead]
    evidence += _shares(asked, total)
    order = asked.verdict("order-independent", "true")
    time = asked.verdict("time-independent", {"shift": ("1 day", "1 year")})
    figures = [
        ("histories of scenarios", str(len(asked.lives))),
        (f"drawn with seed {asked.bounds.seed}", str(len(many) - len(asked.lives))),
        ("never used", str(len(dead))),
        ("order of events", _matters(order.kind)),
        ("when it begins", _matters(time.kind)),
    ]
    top = _top(total)
    words = [f"{len(dead)} clauses were never used" if dead else "everything was used"]
    if top is not None:
        words.append(f"{top[1]} makes {top[2]} % of the movement of {top[0]}")
    said = "; ".join(words)
    told = [v.counterexample.histories[0] for v in (order, time) if v.counterexample]
    return asked.answer(
        12,
        asked.policy.policy,
        f"{said[:1].upper()}{said[1:]}.",
        figures=figures,
        evidence=evidence,
        how=f"order: {looked(order.reach)}",
        histories=told,
    )


def _matters(kind: str) -> str:
    return {"refuted": "matters", "proved": "never matters"}.get(kind, "was not seen to matter")


def _clause(path: str) -> str:
    section, _, rest = path.partition(".")
    return f"grades.{rest.partition('.')[0]}" if section == "grades" else path


def _shares(asked: Inquiry, total: dict[str, dict[str, int]]) -> list[Evidence]:
    made = []
    for score, table in total.items():
        whole = sum(table.values())
        for clause, moved in sorted(table.items(), key=lambda one: (-one[1], one[0]))[:5]:
            share = _percent(moved, whole)
            made.append(
                asked.note(
                    f"{score}: {clause} makes {share} % of all movement", clause, f"{share} %"
                )
            )
    return made


def _top(total: dict[str, dict[str, int]]) -> tuple[str, str, str] | None:
    best = None
    for score, table in total.items():
        whole = sum(table.values())
        for clause, moved in table.items():
            share = divide(moved, whole)
            if best is None or share > best[0]:
                best = share, score, clause, _percent(moved, whole)
    return (best[1], best[2], best[3]) if best is not None else None


def _percent(part: int, whole: int) -> str:
    return number(divide(part, whole) * 1000 // MILLION * MILLION // 10) if whole else "0"
