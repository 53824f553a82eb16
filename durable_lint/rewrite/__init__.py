"""Rewriting: the changes that rules offer, as exact edits of the text that is there.

A rule says what is wrong; these modules know how the right program is written where it stands: which name holds the
context, what an operation can be called, what has to be imported, how a value travels through a checkpoint. Whatever
cannot be told for certain makes no fix.
"""
