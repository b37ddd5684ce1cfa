"""Saved work: what somebody made while looking at a life, kept as it happens.

Enters: plain data under the path of a scenario and the id of a policy. Leaves: the same
data, after a restart or a kill. Knows nothing of what the data means. May import
``engine.findings``, ``engine.text`` and ``engine.files``.
"""
