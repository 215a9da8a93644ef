"""Saves: all that the learner has, kept before the coach changes anything, and brought back byte for byte."""
