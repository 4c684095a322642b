"""The exceptions that Volteface raises on purpose: each message says what is wrong, where, and what to do."""


class VoltefaceError(Exception):
    """The base of all: a message for a person, shown on one line by the command line with exit code 2."""


class InputError(VoltefaceError):
    """An input cannot be read at all (a missing file, a binary, a broken archive)."""


class RecordError(VoltefaceError):
    """A record's folder cannot be read or written, or is none."""


class UnknownName(VoltefaceError):
    """A name or code that the data files do not hold; the message names the nearest ones."""
