"""The language: text enters; frozen models and findings leave.

``source`` (text → nodes that know their place) ─► ``compose``, ``reforms`` (one merged
policy, in its dated versions) ─► ``validate`` (nodes → ``model``) ─► ``checks`` (names,
shapes, types of expressions) ─► ``load``, ``scenario``, ``audit`` (whole files, ready to
be played). A user's mistake is a :class:`~engine.findings.Finding`, and many are collected.
May import ``engine.findings``, ``engine.text``, ``engine.values`` and ``engine.codes``.
"""
