"""What a caller may do: the table of ``recruit.permissions``."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from recruit.models import User
from recruit.permissions import Action


class RolePermission(BasePermission):
    """Each view names an action for each of its operations in ``actions_allowed``: refuses what is not named."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the caller's role may do what this operation needs."""
        user = request.user
        if not isinstance(user, User):
            return False
        table: dict[str, Action] = getattr(view, "actions_allowed", {})
        name = getattr(view, "action", None) or (request.method or "").lower()
        action = table.get(name, table.get("*"))
        return action is not None and user.may(action)
