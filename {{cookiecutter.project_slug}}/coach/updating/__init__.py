"""`coach update`: what has changed in the template, brought to a workshop that people work in.

`update` is the whole of it, in its order: where the new version comes from (`template`, `class_repository`), what it makes of
this workshop's answers (`answers`, `rendering`), as a commit of the branch `template` (`versions`, `words`); the merge, tried
in a second repository (`scratch`, `merging`, `solutions`, `plan`); and, after a yes, `carrying_out` and `conflicts`.
"""
