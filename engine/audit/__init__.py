"""The critic's bench: claims about a policy, and the histories that break them.

Enters: a checked policy and an audit (:mod:`engine.language.audit`). Leaves: verdicts, each
proved, refuted with the least counterexample that was found, or held over so many histories;
and answers to the twelve questions. Everything is played by the step engine itself. Imports
language and evaluation, never a command or a screen.
"""
