"""The evaluation: a checked policy and events enter; steps and their ledger leave.

``lowering`` (policy → ``plan``: tables and closures) ─► ``step`` (section 3.6 of the
language, top to bottom: ``clock``, ``matchers``, ``choosing``, ``actions``, ``scoring``,
``measures``) ─► ``records`` ─► ``ledger``, ``lines`` (canonical text, hash). ``run`` joins
them; ``checkpoint`` keeps a run's state; ``explain`` and its neighbours only read what was
left behind. The declaration (``plan``) and the running ``state`` are separate and the plan
never changes. May import ``engine.language`` and what that may import.
"""
