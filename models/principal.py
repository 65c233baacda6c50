"""Who is asking, and what that lets them do: the one table of permissions.

Services check a principal with `require`; routes and pages only pass it on.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from models.errors import ForbiddenError


class Role(StrEnum):
    """What an account is for."""

    ADMIN = "admin"
    OPERATOR = "operator"
    OFFICE = "office"
    OWNER = "owner"
    VIEWER = "viewer"
    SYSTEM = "system"


class Permission(StrEnum):
    """What a service may ask a principal for; also the scopes of a system's token."""

    ROADMAP_READ = "roadmap:read"
    PROJECT_READ = "project:read"
    PROJECT_WRITE = "project:write"
    EVIDENCE_READ = "evidence:read"
    CAMERA_READ = "camera:read"
    CAMERA_WRITE = "camera:write"
    STATUS_DECIDE = "status:decide"
    ACCOUNT_WRITE = "account:write"
    LABELLING_WORK = "labelling:work"
    LABELLING_UNREDACTED = "labelling:unredacted"


_READ = frozenset({Permission.ROADMAP_READ, Permission.PROJECT_READ, Permission.EVIDENCE_READ})

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission),
    Role.OPERATOR: _READ | {Permission.CAMERA_READ, Permission.CAMERA_WRITE, Permission.LABELLING_WORK},
    Role.OFFICE: _READ | {Permission.CAMERA_READ, Permission.PROJECT_WRITE, Permission.STATUS_DECIDE},
    Role.OWNER: _READ,
    Role.VIEWER: _READ,
    Role.SYSTEM: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated account or system.

    `organisation_id` limits an owner to that organisation's projects; a system's permissions are
    the scopes of its token.
    """

    id: UUID
    name: str
    role: Role
    permissions: frozenset[Permission]
    organisation_id: UUID | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the role or token carries this permission."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Stop here unless the permission is held.

        Raises:
            ForbiddenError: it is not.
        """
        if not self.may(permission):
            raise ForbiddenError(f"This needs the permission {permission.value}; a {self.role.value} doesn't have it.")

    @property
    def sees_only_organisation(self) -> UUID | None:
        """The one organisation whose projects are visible, or None where all are."""
        if self.role is not Role.OWNER:
            return None
        # An owner without an organisation owns nothing; the nil id matches no row.
        return self.organisation_id or UUID(int=0)
