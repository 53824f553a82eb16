"""Which code a call reaches: methods, factories, partials, dispatch, decorators, functions handed around."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import difference, handler

_SAVE = 'TABLE = boto3.resource("dynamodb").Table("orders")\n\n\ndef save(item):\n    TABLE.put_item(Item=item)\n'

CASES: dict[str, str] = {
    "method of a constructed object": handler(
        "Store().save(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nclass Store:\n    def save(self, item):\n        save(item)\n",
    ),
    "method of a module's object": handler(
        "store.save(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nclass Store:\n    def save(self, item):\n        save(item)\n\nstore = Store()\n",
    ),
    "inherited method": handler(
        "Store().save(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nclass Base:\n    def save(self, item):\n        save(item)\n\nclass Store(Base):\n    pass\n",
    ),
    "overridden method": handler(
        "Quiet().save(event)\ncontext.step(use(1))",
        above=f"{_SAVE}\nclass Base:\n    def save(self, item):\n        save(item)\n\n"
        "class Quiet(Base):\n    def save(self, item):\n        return item\n",
    ),
    "template method": handler(
        "Mail().deliver(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nclass Base:\n    def deliver(self, item):\n        self.send(item)\n\n"
        "class Mail(Base):\n    def send(self, item):\n        save(item)\n",
    ),
    "super": handler(
        "Store().save(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nclass Base:\n    def save(self, item):\n        save(item)\n\n"
        "class Store(Base):\n    def save(self, item):\n        super().save({**item})\n",
    ),
    "property": handler(
        "size = Store().size  # <- DUR105[W]\ncontext.step(use(1))",
        above="class Store:\n    @property\n    def size(self):\n        return boto3.client('s3').list_buckets()\n",
    ),
    "cached property that only builds": handler(
        "Store().client\ncontext.step(use(1))",
        above="from functools import cached_property\n\nclass Store:\n    @cached_property\n    def client(self):\n"
        "        return boto3.client('s3')\n",
    ),
    "cached property's client": handler(
        "Store().client.put_object(Bucket='b', Key='k')  # <- DUR105[E]\ncontext.step(use(1))",
        above="from functools import cached_property\n\nclass Store:\n    @cached_property\n    def client(self):\n"
        "        return boto3.client('s3')\n",
    ),
    "class method": handler(
        "Store.save(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nclass Store:\n    @classmethod\n    def save(cls, item):\n        save(item)\n",
    ),
    "static method": handler(
        "Store.save(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nclass Store:\n    @staticmethod\n    def save(item):\n        save(item)\n",
    ),
    "alternative constructor": handler(
        "Store.default().save(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nclass Store:\n    @classmethod\n    def default(cls):\n        return cls()\n\n"
        "    def save(self, item):\n        save(item)\n",
    ),
    "callable object": handler(
        "store = Store()\nstore(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nclass Store:\n    def __call__(self, item):\n        save(item)\n",
    ),
    "context manager": handler(
        "with Opened() as store:  # <- DUR105[E]\n    pass\ncontext.step(use(1))",
        above=f"{_SAVE}\nclass Opened:\n    def __enter__(self):\n        save({{}})\n        return self\n\n"
        "    def __exit__(self, *args):\n        return None\n",
    ),
    "generator context manager": handler(
        "with opened() as store:  # <- DUR105[E]\n    pass\ncontext.step(use(1))",
        above=f"{_SAVE}\nimport contextlib\n\n@contextlib.contextmanager\ndef opened():\n    save({{}})\n    yield 1\n",
    ),
    "factory function": handler(
        "make().save(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nclass Store:\n    def save(self, item):\n        save(item)\n"
        f"\ndef make():\n    return Store()\n",
    ),
    "factory of functions": handler(
        "saver('orders')(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\ndef saver(table):\n    def run(item):\n        save(item)\n    return run\n",
    ),
    "partial": handler(
        "partial(save, event)()  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"from functools import partial\n{_SAVE}",
    ),
    "partial at module level": handler(
        "save_order()  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"from functools import partial\n{_SAVE}\nsave_order = partial(save, {{}})\n",
    ),
    "dispatch dict": handler(
        "HANDLERS[event['kind']](event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nHANDLERS = {{'save': save, 'skip': len}}\n",
    ),
    "dispatch dict with get": handler(
        "HANDLERS.get(event['kind'], len)(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nHANDLERS = {{'save': save}}\n",
    ),
    "dispatch by a literal key takes that entry only": handler(
        "HANDLERS['skip'](event)\ncontext.step(use(1))",
        above=f"{_SAVE}\nHANDLERS = {{'save': save, 'skip': len}}\n",
    ),
    "loop over functions": handler(
        "for run in (len, save):\n    run(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=_SAVE,
    ),
    "getattr with a literal name": handler(
        "getattr(Store(), 'save')(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nclass Store:\n    def save(self, item):\n        save(item)\n",
    ),
    "decorator with wraps": handler(
        "keep(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nimport functools\n\ndef traced(function):\n    @functools.wraps(function)\n"
        "    def run(*args, **kwargs):\n        return function(*args, **kwargs)\n    return run\n\n"
        "@traced\ndef keep(item):\n    save(item)\n",
    ),
    "decorator with arguments": handler(
        "keep(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nimport functools\n\ndef traced(name):\n    def decorate(function):\n"
        "        @functools.wraps(function)\n"
        "        def run(*args, **kwargs):\n"
        "            return function(*args, **kwargs)\n"
        "        return run\n    return decorate\n\n@traced('keep')\ndef keep(item):\n    save(item)\n",
    ),
    "decorator that does something itself": handler(
        "keep(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\ndef audited(function):\n    def run(*args):\n"
        f"        save(args)\n        return function(*args)\n"
        "    return run\n\n@audited\ndef keep(item):\n    return item\n",
    ),
    "cached function": handler(
        "keep(1)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nimport functools\n\n@functools.lru_cache(maxsize=1)\ndef keep(item):\n    save(item)\n",
    ),
    "unknown decorator": handler(
        "keep(1)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nimport elsewhere\n\n@elsewhere.traced\ndef keep(item):\n    save(item)\n",
    ),
    "function as a parameter": handler(
        "twice(save, event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\ndef twice(function, item):\n    function(item)\n    function(item)\n",
    ),
    "method as a parameter": handler(
        "twice(Store().save, event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\nclass Store:\n    def save(self, item):\n        save(item)\n\n"
        "def twice(function, item):\n    function(item)\n    function(item)\n",
    ),
    "closure": handler(
        "def keep(item):\n    save({**event, **item})\n\nkeep({})  # <- DUR105[E]\ncontext.step(use(1))", above=_SAVE
    ),
    "lambda": handler("keep = lambda item: save(item)\nkeep(event)  # <- DUR105[E]\ncontext.step(use(1))", above=_SAVE),
    "lambda that is never called": handler("keep = lambda item: save(item)\ncontext.step(use(1))", above=_SAVE),
    "map": handler("list(map(save, event['items']))  # <- DUR105[E]\ncontext.step(use(1))", above=_SAVE),
    "filter": handler("list(filter(save, event['items']))  # <- DUR105[E]\ncontext.step(use(1))", above=_SAVE),
    "sorted with a key": handler("sorted(event['items'], key=save)  # <- DUR105[E]\ncontext.step(use(1))", above=_SAVE),
    "sort with a key": handler(
        "items = [1, 2]\nitems.sort(key=lambda item: save(item))  # <- DUR105[E]\ncontext.step(use(1))", above=_SAVE
    ),
    "reduce": handler(
        "functools.reduce(lambda a, b: save(b), event['items'])  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"import functools\n{_SAVE}",
    ),
    "comprehension": handler(
        "[save(item) for item in event['items']]  # <- DUR105[E]\ncontext.step(use(1))", above=_SAVE
    ),
    "conditional call": handler(
        "(save if event['keep'] else len)(event)  # <- DUR105[E]\ncontext.step(use(1))", above=_SAVE
    ),
    "recursion": handler(
        "walk(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\ndef walk(node):\n    save(node)\n    for child in node['children']:\n        walk(child)\n",
    ),
    "mutual recursion": handler(
        "even(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\ndef even(n):\n    return odd(n)\n\ndef odd(n):\n    save(n)\n    return even(n)\n",
    ),
    "helper that gets the context": handler(
        "part(context, event)\ncontext.step(use(1))",
        above=f"{_SAVE}\ndef part(ctx, item):\n    ctx.step(use(item), name='part')\n    save(item)  # <- DUR105[E]\n",
    ),
    "child context by decorator": handler(
        "context.run_in_child_context(part(event))",
        above=f"{_SAVE}\n@durable_with_child_context\ndef part(ctx, item):\n    save(item)  # <- DUR105[E]\n"
        "    return ctx.step(use(item), name='part')\n",
    ),
    "a child that is one checkpoint": handler(
        "context.run_in_child_context(part(event))",
        above=f"{_SAVE}\n@durable_with_child_context\ndef part(ctx, item):\n    save(item)  # <- DUR105[W]\n",
    ),
    "inside a step": handler(
        "context.step(keep(event))",
        above=f"{_SAVE}\n@durable_step\ndef keep(step_context, item):\n"
        f"    save(item)\n    time.sleep(1)\n    return random.random()\n",
    ),
    "inside a lambda step": handler("context.step(lambda _: save(event), name='save')", above=_SAVE),
    "argument of a step is replayed code": handler("context.step(use(save(event)))  # <- DUR105[E]", above=_SAVE),
    "submitter": handler(
        "context.wait_for_callback(lambda callback_id, ctx: save(callback_id), name='answer_callback')", above=_SAVE
    ),
    "helper used in a step and beside it": handler(
        "context.step(lambda _: save(event), name='save')\nsave(event)  # <- DUR105[E]", above=_SAVE
    ),
    "several effects behind one call are one finding": handler(
        "both(event)  # <- DUR105[E]\ncontext.step(use(1))",
        above=f"{_SAVE}\ndef both(item):\n    save(item)\n"
        f"    TABLE.get_item(Key=item)\n    TABLE.delete_item(Key=item)\n",
    ),
    "vouched for": handler(
        "keep(event)\ncontext.step(use(1))",
        above=f"{_SAVE}\n# durable-lint: deterministic\ndef keep(item):\n    save(item)\n    return time.time()\n",
    ),
    "retry function": handler(
        "with_retry(context, attempt, WithRetryConfig(), name='try')",
        above=f"{_SAVE}\nfrom aws_durable_execution_sdk_python import with_retry\n"
        "from aws_durable_execution_sdk_python.config import WithRetryConfig\n\n"
        "def attempt(ctx: DurableContext, number: int):\n"
        "    save(number)  # <- DUR105[E]\n    ctx.step(use(1), name='used')\n",
    ),
    "retry strategy that the SDK calls while orchestrating": handler(
        "context.step(use(1), config=StepConfig(retry_strategy=decide))",
        above=f"{_SAVE}\nfrom aws_durable_execution_sdk_python.config import StepConfig\n\n"
        "def decide(error, attempt):\n    save(attempt)  # <- DUR105[E]\n",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_calls_reach_code(case: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": CASES[case]}) == []
