"""From handwritten digits in a bucket to a model and its scores, one DVC stage at a time."""
