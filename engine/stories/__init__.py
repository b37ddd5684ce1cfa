"""Stories out of outcomes: steps of a ledger enter; matches, pages and pictures leave.

Nothing is played here. What is read is the ledger and, where it is known, the policy behind
it. May import everything but the command line, the audits and the screens.
"""
