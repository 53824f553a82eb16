"""The rules of durable-lint, installed as ``durable_lint.rules``: a folder a family, a file a rule.

To add a rule, add a file ``rules/<family>/durNNN_its_name.py`` with one subclass of ``durable_lint.rule.Rule``. Nothing
else has to be edited: the registry finds the file, the docstring is the documentation page, the examples are the tests.
"""
