"""The one error of the tooling: something the person at the keyboard can act on, said in one line."""


class Refusal(Exception):
    """Shown as it is, without a traceback; the command ends with exit code 1."""
