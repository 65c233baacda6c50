"""Everything that routes, pages and commands call, made once and passed around."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from models.database import Database
from pipeline.before_after import BeforeAfterService
from pipeline.deriving import DerivingService
from pipeline.intake import PushIntake
from pipeline.item_rules import ItemRuleService
from pipeline.labelling.service import LabellingService
from pipeline.observing import ObservingService
from pipeline.probing import ProbeService
from pipeline.registry.cameras import CameraService
from pipeline.registry.elements import ElementService
from pipeline.registry.moved_view import MovedViewService
from pipeline.registry.placements import PlacementService
from pipeline.registry.sites import SiteService
from pipeline.site_days import SiteDayService
from roadmap.accounts import AccountService
from roadmap.decisions import DecisionService
from roadmap.flags import FlagService
from roadmap.items import ItemService
from roadmap.projects import ProjectService


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one instance; safe to share between threads."""

    database: Database
    now: Callable[[], datetime]
    accounts: AccountService
    items: ItemService
    projects: ProjectService
    decisions: DecisionService
    flags: FlagService
    item_rules: ItemRuleService
    sites: SiteService
    cameras: CameraService
    intake: PushIntake
    placements: PlacementService
    elements: ElementService
    moved_views: MovedViewService
    before_after: BeforeAfterService
    observing: ObservingService
    site_days: SiteDayService
    deriving: DerivingService
    probing: ProbeService
    labelling: LabellingService
