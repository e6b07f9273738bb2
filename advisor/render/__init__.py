"""How answers are told: plain text, Markdown (an ADR), rows, SVG bars, Mermaid. Pure functions from records to text."""
