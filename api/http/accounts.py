"""Accounts and organisations."""

from fastapi import APIRouter

from api.http.problems import documented
from api.http.security import PrincipalIn, ServicesIn
from roadmap.accounts import AccountDraft, AccountView, OrganisationView

router = APIRouter(prefix="/api/v1", tags=["accounts"])


@router.get("/organisations", responses=documented(401, 403))
def list_organisations(principal: PrincipalIn, services: ServicesIn) -> list[OrganisationView]:
    """All organisations by key."""
    return services.accounts.organisations(principal)


@router.get("/accounts", responses=documented(401, 403))
def list_accounts(principal: PrincipalIn, services: ServicesIn) -> list[AccountView]:
    """All accounts by login."""
    return services.accounts.accounts(principal)


@router.post("/accounts", status_code=201, responses=documented(401, 403, 409, 422))
def add_account(draft: AccountDraft, principal: PrincipalIn, services: ServicesIn) -> AccountView:
    """Make an account."""
    return services.accounts.add_account(principal, draft)
