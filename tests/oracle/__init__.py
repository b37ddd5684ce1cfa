"""A second reading of the norm: an interpreter that is as literal as it can be.

Enters: policies, a cast and typed events. Leaves: the interchange object that
``demerit run --json`` prints, without its hash. It shares the file models, the
expression parser and the arithmetic of values with the engine, and nothing else:
what a step *is* was written down here from the norm alone, with no thought of
speed, so that the engine can be compared with it on any generated case.

===================  ==========================================================
``triggers.py``      the written forms of ``on``
``state.py``         all that changes in a run, and the clock's list
``expressions.py``   expressions and messages, evaluated on the tree
``steps.py``         section 3.6, points 2 to 5 and the clock's own steps
``effects.py``       point 6, apply
``undoing.py``       the ``undo`` action
``measures.py``      rewards, penalties and their reviews
``settling.py``      point 7, settle
``interpreter.py``   ``play``: point 1, the order of steps, and the result
``tables.py``        reads the hand-computed cases of ``cases/`` and runs one
``generator.py``     random policies and streams of high density, made in ``making/``
===================  ==========================================================
"""
