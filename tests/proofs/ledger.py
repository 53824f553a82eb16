"""What a program under proof tells about itself; this file is put beside each of them.

``saw`` notes a value that the code works with: at one point it must be the same in every invocation. ``did`` notes an
effect on the world outside, which the program's steps only pretend to have.
"""

ENTRIES = []


def saw(point, value):
    ENTRIES.append(("saw", point, repr(value)))


def did(effect):
    ENTRIES.append(("did", effect, ""))
