"""When to choose which AWS service: knowledge as reviewable files, answers that are exact and explained."""

__version__ = "0.1.0"
