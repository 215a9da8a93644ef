"""What is wrong with this machine, the environment or the buckets; standard library only."""
