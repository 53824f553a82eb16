"""Keys: what a request is known by to its receiver, and whether another attempt sends the same."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.model.body import Body, Role
from durable_lint.model.effects import Effect, Kind, Site
from durable_lint.model.requests import Request

_UNSTABLE = frozenset({Kind.CLOCK, Kind.RANDOM, Kind.ID, Kind.METADATA, Kind.IDENTITY})


@dataclass(frozen=True, slots=True)
class UnstableKey:
    """A key of a request, by the name it is given under, and what makes it another one at the next attempt."""

    name: str
    request: Request
    effect: Effect

    @property
    def is_made_outside(self) -> bool:
        """Whether replayed code makes it, and hands it to the step."""
        return self.effect.body.role is Role.REPLAYED

    def site_in(self, body: Body) -> Site:
        """Where a body makes it; where it only sends it, the place of the request."""
        return self.effect.site if self.effect.body is body else self.request.place


def unstable_keys(body: Body) -> Iterator[UnstableKey]:
    """The keys that a step sends and that are made of what changes from attempt to attempt."""
    for request in body.requests.values():
        for name, value in request.identifiers():
            effects = [effect for effect in value.taints if effect.kind in _UNSTABLE]
            if effects:
                first = min(effects, key=lambda effect: (effect.site.module.path, effect.site.span, effect.source))
                yield UnstableKey(name, request, first)
