"""Every operation of the API, as the routers know it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from recruit.api.urls import router as recruit_router
from recruit.permissions import Action
from scheduling.api.urls import router as scheduling_router


@dataclass(frozen=True)
class Route:
    """One operation: its name, its method and how to find its address."""

    name: str
    method: str
    operation: str
    basename: str
    detail: bool
    needs: Action
    view: type
    by_number: bool = False

    def path(self, pk: object = 10**9) -> str:
        """Return the address, of a row that is not there unless ``pk`` is given."""
        kwargs = {"pk": pk} if self.detail else {"external_id": "no-such-number"} if self.by_number else None
        return reverse(self.name, kwargs=kwargs)

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def every_route() -> list[Route]:
    """Walk the routers."""
    found = []
    for router in (recruit_router, scheduling_router):
        for _, view, basename in router.registry:
            table = view.actions_allowed
            for route in router.get_routes(view):
                for method, operation in router.get_method_map(view, route.mapping).items():
                    if method not in view.http_method_names:
                        continue
                    found.append(
                        Route(
                            name=route.name.format(basename=basename),
                            method=method,
                            operation=operation,
                            basename=basename,
                            detail=route.detail,
                            needs=table.get(operation, table.get("*")),
                            view=view,
                            by_number="external_id" in route.url,
                        )
                    )
    return found


ROUTES = every_route()
