"""Populations: a policy played against very many lives.

Enters: a policy, and a stream folder of Parquet parts (:mod:`engine.population.folder`).
Leaves: what every life came to, sums and flows by group, and one hash. The meaning is
that of :mod:`engine.evaluation`, to the last millionth; what the fast path cannot do is
done by the step engine, and the summary says so. May import everything below it; numpy,
numba and pyarrow only inside functions that need them.
"""
