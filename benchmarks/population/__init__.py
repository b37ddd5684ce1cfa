"""How fast populations are played, beside nine other ways to do the same.

Run with ``python -m benchmarks.population``. Everybody computes the final score of every
subject and the firings of every rule, and all of that is compared. Needs the extra `bench`.
"""
