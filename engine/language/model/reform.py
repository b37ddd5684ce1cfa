"""Reforms: named patches of a policy."""

from __future__ import annotations

from engine.language.leaves import Id, Prose, Raw, Text
from engine.language.model.parts import Format, Many, Part


class Reform(Part):
    """A named patch of a policy. Its values stay as written until they are applied."""

    reform: Id
    of: Id  # the policy it is for
    format: Format = 1
    title: Prose | None = None
    about: Prose | None = None
    set: dict[Text, Raw] = {}
    add: dict[Text, Raw] = {}
    remove: Many[Text] = ()


#: First key of a file → its model.
