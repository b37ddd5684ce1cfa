"""How random cases are made: the words of a policy, its clauses, its stream, its files."""
