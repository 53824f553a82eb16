"""Where values that differ on replay go: through data, through control flow, into which sink."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import difference, handler

DATA: dict[str, str] = {
    "directly": handler("context.step(use(time.time()))  # <- DUR101[E]"),
    "through a name": handler("now = time.time()  # <- DUR101[E]\ncontext.step(use(now))"),
    "through arithmetic": handler("later = time.time() * 2 + 1  # <- DUR101[E]\ncontext.step(use(later))"),
    "through an f-string": handler("text = f'at {time.time():.0f}'  # <- DUR101[E]\ncontext.step(use(text))"),
    "through a concatenation": handler("text = 'at ' + str(time.time())  # <- DUR101[E]\ncontext.step(use(text))"),
    "through repeated text": handler("text = '-' * int(time.time())  # <- DUR101[E]\ncontext.step(use(text))"),
    "through format": handler("text = 'at {}'.format(time.time())  # <- DUR101[E]\ncontext.step(use(text))"),
    "through percent": handler("text = 'at %s' % time.time()  # <- DUR101[E]\ncontext.step(use(text))"),
    "through join": handler("text = '-'.join(['a', str(uuid.uuid4())])  # <- DUR103[E]\ncontext.step(use(text))"),
    "through a method": handler("text = str(uuid.uuid4()).upper()[:8]  # <- DUR103[E]\ncontext.step(use(text))"),
    "through an attribute": handler("text = uuid.uuid4().hex  # <- DUR103[E]\ncontext.step(use(text))"),
    "through a list": handler("items = [1, time.time()]  # <- DUR101[E]\ncontext.step(use(items))"),
    "through a dict": handler("item = {'at': time.time()}  # <- DUR101[E]\ncontext.step(use(item))"),
    "through an entry of a dict": handler("item = {'at': time.time()}  # <- DUR101[E]\ncontext.step(use(item['at']))"),
    "not through the entry beside it": handler(
        "item = {'at': time.time(), 'id': event['id']}  # <- DUR101[I]\ncontext.step(use(item['id']))"
    ),
    "through an assigned entry": handler(
        "item = {}\nitem['at'] = time.time()  # <- DUR101[E]\ncontext.step(use(item))"
    ),
    "through append": handler("items = []\nitems.append(time.time())  # <- DUR101[E]\ncontext.step(use(items))"),
    "through update": handler("item = {}\nitem.update(at=time.time())  # <- DUR101[E]\ncontext.step(use(item))"),
    "through update with a dict": handler(
        "item = {}\nitem.update({'at': time.time()})  # <- DUR101[E]\ncontext.step(use(item))"
    ),
    "through a merged dict": handler("item = {**event, 'at': time.time()}  # <- DUR101[E]\ncontext.step(use(item))"),
    "through a default": handler("key = event.get('id', uuid.uuid4())  # <- DUR103[E]\ncontext.step(use(key))"),
    "through setdefault": handler("key = event.setdefault('id', uuid.uuid4())  # <- DUR103[E]\ncontext.step(use(key))"),
    "through or": handler("key = event.get('id') or uuid.uuid4()  # <- DUR103[E]\ncontext.step(use(key))"),
    "through a ternary": handler(
        "key = event['id'] if 'id' in event else uuid.uuid4()  # <- DUR103[E]\ncontext.step(use(key))"
    ),
    "through unpacking": handler("a, b = 1, time.time()  # <- DUR101[E]\ncontext.step(use(b))"),
    "not to the other name": handler("a, b = 1, time.time()  # <- DUR101[I]\ncontext.step(use(a))"),
    "through starred unpacking": handler("a, *b = 1, 2, time.time()  # <- DUR101[E]\ncontext.step(use(b))"),
    "through augmented assignment": handler(
        "total = 1\ntotal += time.time()  # <- DUR101[E]\ncontext.step(use(total))"
    ),
    "through a walrus": handler("if (now := time.time()):  # <- DUR101[E]\n    pass\ncontext.step(use(now))"),
    "through a comprehension": handler(
        "items = [time.time() for _ in range(3)]  # <- DUR101[E]\ncontext.step(use(items))"
    ),
    "through a dict comprehension": handler(
        "items = {k: uuid.uuid4() for k in event}  # <- DUR103[E]\ncontext.step(use(items))"
    ),
    "through a loop": handler(
        "total = 0\nfor _ in range(3):\n    total += random.random()  # <- DUR102[E]\ncontext.step(use(total))"
    ),
    "through an object's attribute": handler(
        "box = Box()\nbox.at = time.time()  # <- DUR101[E]\ncontext.step(use(box.at))", above="class Box:\n    pass\n"
    ),
    "through a constructor": handler(
        "box = Box(time.time())  # <- DUR101[E]\ncontext.step(use(box.at))",
        above="class Box:\n    def __init__(self, at):\n        self.at = at\n",
    ),
    "made by a constructor": handler(
        "box = Box()  # <- DUR103[E]\ncontext.step(use(box.key))",
        above="class Box:\n    def __init__(self):\n        self.key = uuid.uuid4()\n        self.n = 1\n",
    ),
    "not through another attribute": handler(
        "box = Box()  # <- DUR103[I]\ncontext.step(use(box.n))",
        above="class Box:\n    def __init__(self):\n        self.key = uuid.uuid4()\n        self.n = 1\n",
    ),
    "made by a base's constructor": handler(
        "box = Box()  # <- DUR103[E]\ncontext.step(use(box.key))",
        above="class Base:\n    def __init__(self):\n        self.key = uuid.uuid4()\n\n"
        "class Box(Base):\n    def __init__(self):\n        super().__init__()\n",
    ),
    "made by a method": handler(
        "box = Box()\nbox.start()  # <- DUR101[E]\ncontext.step(use(box.at))",
        above="class Box:\n    def start(self):\n        self.at = time.time()\n",
    ),
    "made by a dataclass's factory": handler(
        "box = Box(1)  # <- DUR103[E]\ncontext.step(use(box.key))",
        above="from dataclasses import dataclass, field\n\n@dataclass\nclass Box:\n    n: int\n"
        "    key: str = field(default_factory=lambda: uuid.uuid4().hex)\n",
    ),
    "the factory of a field that is given": handler(
        "box = Box(1, 'x')\ncontext.step(use(box.key))",
        above="from dataclasses import dataclass, field\n\n@dataclass\nclass Box:\n    n: int\n"
        "    key: str = field(default_factory=lambda: uuid.uuid4().hex)\n",
    ),
    "through a helper's result": handler(
        "context.step(use(key_of('a')))  # <- DUR103[E]",
        above="def key_of(base):\n    return f'{base}-{uuid.uuid4()}'\n",
    ),
    "through a helper's argument": handler(
        "context.step(use(shorten(uuid.uuid4())))  # <- DUR103[E]",
        above="def shorten(value):\n    return str(value)[:4]\n",
    ),
    "a helper that does not use its argument": handler(
        "context.step(use(ignore(uuid.uuid4())))  # <- DUR103[I]", above="def ignore(value):\n    return 'x'\n"
    ),
    "a helper that only logs the time": handler(
        "context.step(use(stamped('a')))", above="def stamped(text):\n    logging.debug(time.time())\n    return text\n"
    ),
    "through a generator function": handler(
        "context.step(use(list(keys())))  # <- DUR103[E]", above="def keys():\n    yield uuid.uuid4()\n"
    ),
    "through an unknown call": handler(
        "context.step(use(elsewhere.shorten(uuid.uuid4())))  # <- DUR103[E]", above="import elsewhere\n"
    ),
    "through a property": handler(
        "context.step(use(Box().age))  # <- DUR101[E]",
        above="class Box:\n    @property\n    def age(self):\n        return time.time() - 5\n",
    ),
    "through a closure that changes a name": handler(
        "now = 0\ndef tick():\n    nonlocal now\n    now = time.time()\ntick()  # <- DUR101[E]\ncontext.step(use(now))"
    ),
    "a set of unknown items without one of them": handler(
        "for name in set(event['names']) - {None}:  # <- DUR109[E]\n    context.step(use(name), name=f'use_{name}')"
    ),
    "a set of unknown items and one more": handler(
        "for name in set(event['names']) | {0}:  # <- DUR109[E]\n    context.step(use(name), name=f'use_{name}')"
    ),
    "small numbers without what nobody knows": handler(
        "for name in {1, 2} - set(event['done']):\n    context.step(use(name), name=f'use_{name}')"
    ),
    "keys of a dict whose values are random": handler(
        "named = {name: uuid.uuid4() for name in event['names']}  # <- DUR103[E]\n"
        "for name in named:\n    context.step(use(named[name]), name=f'use_{name}')"
    ),
    "recorded by a step": handler("now = context.step(lambda _: time.time(), name='now')\ncontext.step(use(now))"),
    "recorded by an invocation": handler(
        "result = context.invoke('f:live', {}, name='call_f')\ncontext.step(use(result))"
    ),
    "a helper that is handed the time": handler(
        "now = context.step(lambda _: time.time(), name='now')\n"
        "if is_late(event, now) or is_late_too(event, now):\n    context.step(use(1))",
        above="def is_late(item, now=None):\n    if now is None:\n        now = time.time()\n"
        "    return item['due'] < now\n\n"
        "def is_late_too(item, now: float | None = None):\n    return item['due'] < (now or time.time())\n",
    ),
    "a helper that is not handed the time": handler(
        "if is_late(event):  # <- DUR101[E]\n    context.step(use(1))",
        above="def is_late(item, now=None):\n    if now is None:\n"
        "        now = time.time()\n    return item['due'] < now\n",
    ),
    "a helper that may be handed the time": handler(
        "if is_late(event, event.get('now')):  # <- DUR101[E]\n    context.step(use(1))",
        above="def is_late(item, now=None):\n    return item['due'] < (now or time.time())\n",
    ),
    "at import": handler("context.step(use(STARTED))  # <- DUR101[E]", above="STARTED = time.time()\n"),
    "at import, not used": handler("context.step(use(1))", above="STARTED = time.time()\n"),
    "at import, used in a step": handler("context.step(lambda _: STARTED, name='x')", above="STARTED = time.time()\n"),
    "at import, in an object": handler(
        "context.step(use(box.key))  # <- DUR103[E]",
        above="class Box:\n    def __init__(self):\n        self.key = uuid.uuid4()\n\nbox = Box()\n",
    ),
    "environment at import": handler(
        "context.step(use(STAGE), name=f'use_{STAGE}')", above="STAGE = os.environ['STAGE']\n"
    ),
    "default evaluated at import": handler(
        "context.step(use(at()))  # <- DUR101[E]", above="def at(now=time.time()):\n    return now\n"
    ),
    "literal seed": handler("context.step(use(random.Random(1).random()))"),
    "name-based ids": handler("context.step(use(uuid.uuid5(uuid.NAMESPACE_URL, 'x')))"),
    "a date that is given": handler(
        "context.step(use(datetime(2024, 1, 1).isoformat()))", above="from datetime import datetime\n"
    ),
    "formatting a given time": handler("context.step(use(time.strftime('%H', event['at'])))"),
    "formatting the time of day": handler("context.step(use(time.strftime('%H')))  # <- DUR101[E]"),
    "shuffling in place": handler("items = [1, 2, 3]\nrandom.shuffle(items)  # <- DUR102[E]\ncontext.step(use(items))"),
}

SINKS: dict[str, str] = {
    "name": handler("context.step(use(1), name=f'use_{time.time()}')  # <- DUR112[E]"),
    "name by position": handler("context.wait(Duration.from_seconds(1), f'wait_{uuid.uuid4()}')  # <- DUR112[E]"),
    "name of a callback": handler("context.create_callback(name=str(uuid.uuid4()))  # <- DUR112[E]"),
    "name that varies with a loop": handler("for number in range(3):\n    context.step(use(1), name=f'use_{number}')"),
    "name and argument are one finding": handler(
        "key = uuid.uuid4().hex\ncontext.step(use(key), name=f'use_{key}')  # <- DUR112[E]"
    ),
    "name from an item namer": handler(
        "context.map([1], item, name='m', config=MapConfig(item_namer=lambda v, i: f'{time.time()}'))  # <- DUR112[E]",
        above="def item(ctx, item, index, items):\n    return ctx.step(use(item), name='u')\n",
    ),
    "branch": handler("if random.random() < 0.5:  # <- DUR102[E]\n    context.step(use(1))"),
    "branch with an early return": handler(
        "if random.random() < 0.5:  # <- DUR102[E]\n    return None\ncontext.step(use(1))"
    ),
    "nested early return": handler(
        "if event['a']:\n    if random.random() < 0.5:  # <- DUR102[E]\n        return None\ncontext.step(use(1))"
    ),
    "raise": handler("if random.random() < 0.5:  # <- DUR102[E]\n    raise ValueError\ncontext.step(use(1))"),
    "assert": handler("assert random.random() < 0.5  # <- DUR102[E]\ncontext.step(use(1))"),
    "branch in a helper that raises": handler(
        "check()  # <- DUR102[E]\ncontext.step(use(1))",
        above="def check():\n    if random.random() < 0.5:\n        raise ValueError\n",
    ),
    "branch in a helper that returns early without effect": handler(
        "check()\ncontext.step(use(1))",
        above="def check():\n    if random.random() < 0.5:\n        return\n    len('x')\n",
    ),
    "branch that only logs": handler(
        "if random.random() < 0.5:  # <- DUR102[I]\n    context.logger.info('x')\ncontext.step(use(1))"
    ),
    "branch whose outcome goes into an operation": handler(
        "if random.random() < 0.5:  # <- DUR102[E]\n    size = 1\nelse:\n    size = 2\ncontext.step(use(size))"
    ),
    "branch whose outcome names an operation": handler(
        "size = 'a'\nif time.time() > 5:\n    size = 'b'\ncontext.step(use(1), name=size)  # <- DUR112[E]"
    ),
    "branch on the outcome of a helper": handler(
        "if is_late():  # <- DUR101[E]\n    context.step(use(1))",
        above="def is_late():\n    if time.time() > 5:\n        return True\n    return False\n",
    ),
    "ternary that runs an operation": handler(
        "context.step(use(1)) if random.random() < 0.5 else None  # <- DUR102[E]"
    ),
    "and": handler("random.random() < 0.5 and context.step(use(1))  # <- DUR102[E]"),
    "match": handler("match random.randint(1, 2):  # <- DUR102[E]\n    case 1:\n        context.step(use(1))"),
    "condition of a case": handler(
        "match event:\n"
        "    case {'a': a} if a > 0 and random.random() < 0.5:  # <- DUR102[E]\n        context.step(use(a))"
    ),
    "condition of the case before": handler(
        "match event:\n"
        "    case {'a': _} if random.random() < 0.5:  # <- DUR102[E]\n        pass\n"
        "    case _:\n        context.step(use(1))"
    ),
    "condition of a case that only logs": handler(
        "match event:\n"
        "    case {'a': _} if random.random() < 0.5:  # <- DUR102[I]\n        context.logger.info('x')\n"
        "context.step(use(1))"
    ),
    "comprehension's condition": handler(
        "[context.step(use(n), name=f'u_{n}') for n in event if random.random() < 0.5]  # <- DUR102[E]"
    ),
    "while": handler("while time.time() < event['end']:  # <- DUR101[E]\n    context.step(use(1), name='u')"),
    "loop bound": handler(
        "for number in range(random.randint(1, 3)):  # <- DUR102[E]\n    context.step(use(1), name=f'u_{number}')"
    ),
    "loop that runs nothing": handler(
        "total = 0\nfor number in range(random.randint(1, 3)):  # <- DUR102[I]\n    len('x')\ncontext.step(use(1))"
    ),
    "break": handler(
        "for number in range(9):\n"
        "    context.step(use(1), name=f'u_{number}')\n"
        "    if random.random() < 0.5:  # <- DUR102[E]\n        break"
    ),
    "a break out of a loop that runs nothing": handler(
        "for number in range(9):\n    if random.random() < 0.5:  # <- DUR102[I]\n        break\ncontext.step(use(1))"
    ),
    "what a loop found before its break": handler(
        "for number in range(9):\n"
        "    if random.random() < 0.5:  # <- DUR102[E]\n        break\n"
        "context.step(use(number))"
    ),
    "counter in a timed loop": handler(
        "turn = 0\nwhile time.time() < event['end']:  # <- DUR101[E]\n"
        "    context.step(use(1), name=f'u_{turn}')\n    turn += 1"
    ),
    "captured by a lambda": handler("now = time.time()  # <- DUR101[E]\ncontext.step(lambda _: now, name='n')"),
    "captured as a default": handler(
        "now = time.time()  # <- DUR101[E]\ncontext.step(lambda _, now=now: now, name='n')"
    ),
    "captured by a nested function": handler(
        "now = time.time()  # <- DUR101[E]\ndef keep(step_context):\n    return now\ncontext.step(keep, name='n')"
    ),
    "captured attribute": handler(
        "box = Box()\nbox.at = time.time()  # <- DUR101[E]\ncontext.step(lambda _: box.at, name='n')",
        above="class Box:\n    pass\n",
    ),
    "a branch inside a step is the step's": handler(
        "stage = os.environ['STAGE']  # <- DUR104[I]\ncontext.step(choose(stage))",
        above="@durable_step\ndef choose(step_context, stage):\n    if stage == 'x':\n"
        "        boto3.client('sns').publish(Message=stage)\n",
    ),
    "duration of a wait": handler(
        "context.wait(Duration.from_seconds(random.randint(1, 9)), name='w')  # <- DUR102[E]"
    ),
    "inputs of a map": handler(
        "context.map([uuid.uuid4()], item, name='m')  # <- DUR103[E]",
        above="def item(ctx, item, index, items):\n    return ctx.step(use(item), name='u')\n",
    ),
    "payload": handler("context.invoke('f:live', {'at': time.time()}, name='call_f')  # <- DUR101[E]"),
    "an effect on the outside world": handler(
        "now = time.time()  # <- DUR101[E]\n"
        "boto3.client('sns').publish(Message=str(now))  # <- DUR105[E]\n"
        "context.step(use(1))"
    ),
    "a time that a helper writes is the write's finding": handler(
        "note()  # <- DUR105[E]\ncontext.step(use(1))",
        above="def note():\n    boto3.client('sns').publish(Message=str(time.time()))\n",
    ),
    "returned at the end": handler("context.step(use(1))\nreturn time.time()  # <- DUR101[W]"),
    "returned long after": handler("now = time.time()  # <- DUR101[E]\ncontext.step(use(1))\nreturn now"),
    "logged": handler("context.logger.info('at %s', time.time())  # <- DUR101[I]\ncontext.step(use(1))"),
    "never used": handler("time.time()  # <- DUR101[I]\ncontext.step(use(1))"),
    "a step's result is no source": handler(
        "for number in range(context.step(use(1))):\n    context.step(use(number), name=f'u_{number}')"
    ),
    "asked whether it replays": handler("if context.is_replaying():  # <- DUR114[W]\n    context.step(use(1))"),
    "asked for logging only": handler(
        "if not context.is_replaying():\n    print('first')\n    context.logger.info('x')\ncontext.step(use(1))"
    ),
    "asked for an outside effect": handler(
        "if not context.is_replaying():  # <- DUR114[W]\n"
        "    boto3.client('sns').publish(Message='x')  # <- DUR105[E]\n"
        "context.step(use(1))"
    ),
}

ORDER: dict[str, str] = {
    "loop over a set": handler(
        "for name in set(event['names']):  # <- DUR109[E]\n    context.step(use(name), name=f'use_{name}')"
    ),
    "loop over a set that runs nothing": handler(
        "total = 0\nfor name in set(event['names']):\n    total += len(name)\ncontext.step(use(total))"
    ),
    "loop over a sorted set": handler(
        "for name in sorted(set(event['names'])):\n    context.step(use(name), name=f'use_{name}')"
    ),
    "membership and size": handler(
        "names = set(event['names'])\nif 'a' in names and len(names) > 1 and names:\n    context.step(use(len(names)))"
    ),
    "set operations": handler(
        "new = set(event['a']) - set(event['b'])\nif new & {'x'} or not new <= {'y'}:\n    context.step(use(min(new)))"
    ),
    "a set into a list": handler("names = list({'a', event['b']})  # <- DUR109[E]\ncontext.step(use(names))"),
    "a set as the items of map": handler(
        "context.map({'a', event['b']}, lambda ctx, name, index, names: ctx.step(use(name), name=f'use_{index}'),"
        " name='use_all')  # <- DUR109[E]"
    ),
    "sorted in place": handler("names = list({'a', event['b']})\nnames.sort()\ncontext.step(use(names))"),
    "comprehension over a set": handler(
        "names = [name for name in {'a', event['b']}]  # <- DUR109[E]\ncontext.step(use(names))"
    ),
    "set comprehension over a set": handler(
        "names = {name.lower() for name in {'a', event['b']}}\ncontext.step(use(sorted(names)))"
    ),
    "sum over a set": handler("total = sum(n for n in {1.5, event['b']})\ncontext.step(use(total))"),
    "any over a set": handler("if any(name == 'x' for name in {'a', event['b']}):\n    context.step(use(1))"),
    "joined text": handler("text = ','.join({'a', event['b']})  # <- DUR109[E]\ncontext.step(use(text))"),
    "first of a set": handler("first = next(iter({'a', event['b']}))  # <- DUR109[E]\ncontext.step(use(first))"),
    "pop": handler("first = {'a', event['b']}.pop()  # <- DUR109[E]\ncontext.step(use(first))"),
    "numbers hash alike": handler("for n in {1, 2, 3}:\n    context.step(use(n), name=f'use_{n}')"),
    "dict": handler("for name in {'a': 1, 'b': 2}:\n    context.step(use(name), name=f'use_{name}')"),
    "dict.fromkeys keeps order": handler(
        "for name in dict.fromkeys(event['names']):\n    context.step(use(name), name=f'use_{name}')"
    ),
    "enumerated": handler(
        "for n, name in enumerate({'a', event['b']}):  # <- DUR109[E]\n    context.step(use(name), name=f'use_{n}')"
    ),
    "set in a helper": handler(
        "for name in names(event):  # <- DUR109[E]\n    context.step(use(name), name=f'use_{name}')",
        above="def names(event):\n    return {item['name'] for item in event['items']}\n",
    ),
    "annotated set": handler(
        "send(context, event['names'])",
        above="def send(ctx, names: set[str]):\n    for name in names:  # <- DUR109[E]\n"
        "        ctx.step(use(name), name=f'use_{name}')\n",
    ),
    "listing": handler(
        "for name in os.listdir('/mnt'):  # <- DUR109[E]\n    context.step(use(name), name=f'use_{name}')"
    ),
    "sorted listing is read all the same": handler(
        "for name in sorted(os.listdir('/mnt')):  # <- DUR106[W]\n    context.step(use(name), name=f'use_{name}')"
    ),
    "returned": handler("context.step(use(1))\nreturn list({'a', event['b']})  # <- DUR109[W]"),
}


FILES: dict[str, str] = {
    "table read by name": handler(
        "frame = pd.read_csv(event['path'] + '.csv')  # <- DUR106[W]\ncontext.step(use(len(frame)))",
        above="import pandas as pd",
    ),
    "table read from a path in a variable": handler(
        "path = Path('/mnt') / event['name']\nframe = pd.read_csv(path)  # <- DUR106[W]\ncontext.step(use(1))",
        above="from pathlib import Path\n\nimport pandas as pd",
    ),
    "table written": handler(
        "pd.DataFrame(event['rows']).to_csv('/mnt/rows.csv')  # <- DUR106[E]\ncontext.step(use(1))",
        above="import pandas as pd",
    ),
    "not a table from a buffer": handler(
        "frame = pd.read_csv(io.StringIO(event['text']))\ncontext.step(use(len(frame)))",
        above="import io\n\nimport pandas as pd",
    ),
    "not a table from who knows what": handler(
        "frame = pd.read_csv(event['source'])\ncontext.step(use(len(frame)))", above="import pandas as pd"
    ),
    "not what is packed in memory": handler(
        "buffer = io.BytesIO()\nwith gzip.open(buffer, 'wb') as packed:\n    packed.write(event['text'].encode())\n"
        "with tarfile.open(fileobj=buffer) as archive:\n    names = archive.getnames()\ncontext.step(use(names))",
        above="import gzip\nimport io\nimport tarfile",
    ),
    "what is packed in a file": handler(
        "with gzip.open(event['path'], 'wb') as packed:  # <- DUR106[E]\n    packed.write(b'')\ncontext.step(use(1))",
        above="import gzip",
    ),
}


UNORDERED: dict[str, str] = {
    "unpacked": handler("a, b = {'x', event['y']}  # <- DUR109[E]\ncontext.step(use(a))"),
    "unpacked with a star": handler("a, *b = {'x', event['y']}  # <- DUR109[E]\ncontext.step(use(b))"),
    "not a tuple that is unpacked": handler("a, b = ('x', event['y'])\ncontext.step(use(a))"),
    "keys of a dict": handler(
        "ids = dict.fromkeys({'a', event['b']})  # <- DUR109[E]\ncontext.step(use(list(ids)))",
    ),
    "keys with a value": handler(
        "ids = dict.fromkeys({'a', event['b']}, 0)  # <- DUR109[E]\n"
        "for one in ids:\n    context.step(use(one), name=f'use_{one}')",
    ),
    "not keys from a list": handler("context.step(use(list(dict.fromkeys(event['ids']))))"),
    "not what a key leads to": handler("ids = dict.fromkeys({'a', event['b']}, 0)\ncontext.step(use(ids['a']))"),
    "not the dict as a whole": handler("context.step(use(dict.fromkeys({'a', event['b']})))"),
    "a dict comprehension": handler(
        "ids = {one: 1 for one in {'a', event['b']}}  # <- DUR109[E]\n"
        "for one in ids:\n    context.step(use(one), name=f'use_{one}')"
    ),
    "the entries of a dict comprehension": handler(
        "ids = {one: 1 for one in {'a', event['b']}}  # <- DUR109[E]\n"
        "for one, count in ids.items():\n    context.step(use(count), name=f'use_{one}')"
    ),
    "the values of a dict comprehension": handler(
        "ids = {one: event[one] for one in {'a', event['b']}}  # <- DUR109[E]\ncontext.step(use(list(ids.values())))"
    ),
    "operations in a dict comprehension": handler(
        "ids = {one: context.step(use(one), name=f'use_{one}') for one in {'a', event['b']}}  # <- DUR109[E]"
    ),
    "not sorted entries": handler(
        "ids = {one: 1 for one in {'a', event['b']}}\n"
        "for one, count in sorted(ids.items()):\n    context.step(use(one), name=f'use_{one}')"
    ),
    "not one entry": handler("ids = {one: 1 for one in {'a', event['b']}}\ncontext.step(use(ids['a']))"),
    "common keys": handler("both = list(event.keys() & {'a', 'b'})  # <- DUR109[E]\ncontext.step(use(both))"),
    "common keys of a dict": handler(
        "ids = {'a': 1, 'b': 2}\nboth = list(ids.keys() & {'a', 'b'})  # <- DUR109[E]\ncontext.step(use(both))"
    ),
    "keys but some": handler("rest = list(event.keys() - {'a'})  # <- DUR109[E]\ncontext.step(use(rest))"),
    "not common numbers": handler("both = list(event['ids'].keys() & {1, 2})\ncontext.step(use(both))"),
    "not sorted common keys": handler("context.step(use(sorted(event.keys() & {'a', 'b'})))"),
    "not whether keys are common": handler(
        "if event.keys() & {'a', 'b'}:\n    context.step(use(1))\nelse:\n    context.step(use(2), name='use_two')"
    ),
    "numbers and what is not known": handler(
        "ids = {1, event['id']}\nfor one in ids:  # <- DUR109[E]\n    context.step(use(one), name=f'use_{one}')"
    ),
    "not numbers that are put into a set": handler(
        "ids = set()\nfor one in range(3):\n    ids.add(one)\n"
        "for one in ids:\n    context.step(use(one), name=f'use_{one}')"
    ),
    "joined bytes": handler("text = b','.join({b'a', event['b']})  # <- DUR109[E]\ncontext.step(use(text))"),
    "not joined sorted bytes": handler("text = b','.join(sorted({b'a', event['b']}))\ncontext.step(use(text))"),
}

MADE_BY_A_CLASS: dict[str, str] = {
    "a class of the module": handler(
        "context.step(use(Audit.started))  # <- DUR101[E]", above="class Audit:\n    started = time.time()\n"
    ),
    "a base class": handler(
        "context.step(use(Audit.number))  # <- DUR103[E]",
        above="class Base:\n    number = str(uuid.uuid4())\n\nclass Audit(Base):\n    pass\n",
    ),
    "a class of the function": handler(
        "class Audit:\n    started = time.time()\ncontext.step(use(Audit.started))  # <- DUR101[E]"
    ),
    "not in a step": handler(
        "context.step(lambda _: Audit.started, name='read_start')", above="class Audit:\n    started = time.time()\n"
    ),
    "not a constant": handler("context.step(use(Audit.limit))", above="class Audit:\n    limit = 3\n"),
}

PARTLY_KNOWN: dict[str, str] = {
    "assigned in a branch": handler(
        "order = None\nif event.get('id'):\n    order = vendor.load(event['id'])\n"
        "if order is None:\n    return 'missing'\ncontext.step(use(time.time()))  # <- DUR101[E]",
        above="import vendor",
    ),
    "assigned in a try": handler(
        "order = None\ntry:\n    order = vendor.load(event['id'])\nexcept KeyError:\n    pass\n"
        "if not order:\n    return 'missing'\ncontext.step(use(time.time()))  # <- DUR101[E]",
        above="import vendor",
    ),
    "found in a loop": handler(
        "found = None\nfor item in event['items']:\n    if item['open']:\n        found = item\n"
        "if found is not None:\n    context.step(use(time.time()))  # <- DUR101[E]",
    ),
    "given back by a helper": handler(
        "order = find(event)\nif order is None:\n    return 'missing'\ncontext.step(use(time.time()))  # <- DUR101[E]",
        above="import vendor\n\ndef find(event):\n    if event:\n        return vendor.load(event)\n    return None\n",
    ),
    "given back by a step": handler(
        "order = context.step(find(event))\nif order is None:\n    return 'missing'\n"
        "context.step(use(time.time()))  # <- DUR101[E]",
        above="import vendor\n\n@durable_step\ndef find(step_context, event):\n    if event:\n"
        "        return vendor.load(event)\n    return None\n",
    ),
    "an attribute": handler(
        "flow = Flow()\nflow.load(event)\nif flow.order is None:\n    return 'missing'\n"
        "context.step(use(time.time()))  # <- DUR101[E]",
        above="import vendor\n\nclass Flow:\n    def __init__(self):\n        self.order = None\n\n"
        "    def load(self, event):\n        if event:\n            self.order = vendor.load(event)\n",
    ),
    "a conditional expression": handler(
        "order = vendor.load(event) if event else None\nif order is not None:\n"
        "    context.step(use(time.time()))  # <- DUR101[E]",
        above="import vendor",
    ),
    "narrowed to a class": handler(
        "ids = None\nif event:\n    ids = vendor.load(event)\nif isinstance(ids, set):\n"
        "    context.step(use(list(ids)))  # <- DUR109[E]",
        above="import vendor",
    ),
    "all that is known is none": handler(
        "order = None\nif event:\n    order = None\nif order is not None:\n    context.step(use(time.time()))"
    ),
}


@pytest.mark.parametrize("case", DATA)
def test_values_are_followed_through_data(case: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": DATA[case]}) == []


@pytest.mark.parametrize("case", SINKS)
def test_the_sink_decides(case: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": SINKS[case]}) == []


@pytest.mark.parametrize("case", ORDER)
def test_order_matters_only_where_it_shows(case: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": ORDER[case]}) == []


@pytest.mark.parametrize("case", PARTLY_KNOWN)
def test_what_is_known_of_some_alternatives_does_not_decide(case: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": PARTLY_KNOWN[case]}) == []


@pytest.mark.parametrize("case", FILES)
def test_files_are_told_from_buffers(case: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": FILES[case]}, codes="DUR106") == []


@pytest.mark.parametrize("case", UNORDERED)
def test_sets_give_their_order_on(case: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": UNORDERED[case]}) == []


@pytest.mark.parametrize("case", MADE_BY_A_CLASS)
def test_what_a_class_body_reads_is_reported_where_it_is_used(case: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": MADE_BY_A_CLASS[case]}) == []
