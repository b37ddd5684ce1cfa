"""The command line: arguments enter, the engine is asked, its answers are shown.

One file a command; `main` joins them and turns every exception into an exit code. May
import everything of the engine; whatever is heavy is imported by the command that needs
it. `output` is the only way to the terminal: it plots no foreign text as markup.
"""
