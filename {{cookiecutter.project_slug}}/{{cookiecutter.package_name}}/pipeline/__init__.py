"""The stages: each module is one stage of dvc.yaml and bears its name."""
