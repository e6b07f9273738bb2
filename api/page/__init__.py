"""The page: everything a person sees in a browser, rendered on the server.

frame     templates, addresses under a prefix, headers
answers   a form's fields ↔ the question put to the advisor
views     records → what a template shows
diagram   a plan as SVG
words     a described workload with the words that were understood
reference the OpenAPI document as a page
problems  problem documents as pages, for whoever asks for HTML
"""
