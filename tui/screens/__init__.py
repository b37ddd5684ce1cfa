"""The screens: widgets put together, and the actions that they answer to."""
