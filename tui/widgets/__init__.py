"""The panes: one widget a file, each painting one part of a view and holding only its scroll.

What enters is plain data of :mod:`tui.session.viewmodel`; what leaves are messages that say
where somebody clicked. No widget talks to a session.
"""
