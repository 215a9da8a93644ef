"""The buckets: a real Google Cloud Storage server on this machine, or the cloud."""
