"""The screens, driven as a user drives them; the core without a screen is in ``session``."""
