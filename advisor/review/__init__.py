"""The one gate for knowledge beyond its shape: scenarios, dead rules, options that can never win, coverage."""
