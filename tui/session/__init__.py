"""The headless core of the terminal UI: no textual here, enforced by an import contract."""
