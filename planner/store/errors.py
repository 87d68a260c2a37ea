"""What the store refuses, in words for the user."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot do what was asked; the text is Chinese and says what to do."""
