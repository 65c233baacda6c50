"""A database of the bench's own with the measured cameras registered in it, as an operator would."""

from datetime import UTC, datetime, time
from ipaddress import ip_network
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from api.settings import InstanceSettings
from api.stream_bench.policy import Policy
from api.wiring import Instance
from models.principal import Principal
from models.repositories.observations import ObservationRepository
from models.repositories.paging import PageRequest
from models.settings import ModelsSettings
from pipeline.registry.cameras import CameraDraft
from pipeline.registry.placements import PlacementDraft
from pipeline.registry.sites import SiteDraft
from roadmap.accounts import machine_principal
from roadmap.sample_roadmap import load_sample_roadmap

_LOOPBACK = ip_network("127.0.0.0/8")
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
_EVERY_DAY = frozenset(range(1, 8))


def bench_settings(settings: InstanceSettings, folder: Path) -> InstanceSettings:
    """The settings of this machine, but with a SQLite database in `folder` and cameras on loopback."""
    networks = (*settings.streams.allowed_networks, _LOOPBACK)
    return settings.model_copy(
        update={
            "models": ModelsSettings(data_dir=folder),
            "streams": settings.streams.model_copy(update={"allowed_networks": networks}),
        }
    )


class Registration:
    """Registers cameras at one site that works day and night."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._principal: Principal = machine_principal("nazar bench streams")
        self._placement_ids: list[UUID] = []
        load_sample_roadmap(instance.database, instance.clock.now())
        project = instance.services.projects.list(self._principal, PageRequest(limit=1)).rows[0]
        draft = SiteDraft(
            project_id=project.id,
            name_kk="Өлшеу",
            name_ru="Замер",
            name_en="Measuring",
            latitude=51.1,
            longitude=71.4,
            time_zone="UTC",
            work_days=_EVERY_DAY,
            opens_at=time(0),
            closes_at=time(23, 59),
        )
        self._site_id: UUID = instance.services.sites.register(self._principal, draft).id

    def add(self, address: str, policy: Policy) -> UUID:
        """Register a camera and aim it at the site; gives its placement."""
        draft = CameraDraft(
            name=f"measured {len(self._placement_ids) + 1}",
            address=SecretStr(address),
            look_every_s=policy.look_every_s,
            sampling=policy.sampling,
        )
        if policy.burst_s:
            draft = draft.model_copy(update={"burst_s": policy.burst_s})
        camera = self._instance.services.cameras.register(self._principal, draft)
        placement = PlacementDraft(camera_id=camera.id, site_id=self._site_id)
        self._placement_ids.append(self._instance.services.placements.begin(self._principal, placement).id)
        return self._placement_ids[-1]

    def usable_share(self) -> float | None:
        """Share of the recorded looks in which something could be searched for; None where there are none."""
        with self._instance.database.reading() as session:
            rows = ObservationRepository(session).of_placements(self._placement_ids, _EVER, self._instance.clock.now())
        seen = sum(row.looks_seen for row in rows)
        return sum(row.looks_usable for row in rows) / seen if seen else None
