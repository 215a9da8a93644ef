"""`coach update`: what has changed in the template, brought to a workshop that people work in."""
