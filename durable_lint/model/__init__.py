"""Meaning: what each callable body of a project does when it is replayed.

The model evaluates function bodies abstractly, on demand, from the durable entry points outward: every expression has
a :class:`~durable_lint.model.values.Value` (what it may refer to, and which sources of nondeterminism it depends on),
every call that the project can resolve is followed, and each evaluation leaves a
:class:`~durable_lint.model.body.Body`, the record that rules ask.  Nothing that is analysed is ever imported or
executed.
"""
