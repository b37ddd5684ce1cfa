"""The core of the terminal UI, without a screen."""
