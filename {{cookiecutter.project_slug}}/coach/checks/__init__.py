"""What the checks are written with, and what runs them."""
