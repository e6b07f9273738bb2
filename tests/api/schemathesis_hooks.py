"""Teaches schemathesis to send NDJSON."""

import schemathesis

schemathesis.serializer.alias("application/x-ndjson", "text/plain")
