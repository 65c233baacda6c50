"""The composition root below the web: everything that `nazar watch` and the commands need.

It imports neither web library; api/web.py adds those for `serve` and `run`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from threading import Event
from uuid import UUID

from sqlalchemy.orm import Session

from api.services import Services
from api.settings import InstanceSettings
from models.database import Database
from models.evidence import EvidenceStore
from models.secrets import Seal, open_seal
from models.words import Sampling
from pipeline.backfill import Backfill
from pipeline.before_after import BeforeAfterService
from pipeline.clock import SystemClock
from pipeline.derivation import ProgressDeriver
from pipeline.deriving import DerivingService
from pipeline.evidence import EvidenceKeeper
from pipeline.intake import PushIntake
from pipeline.item_rules import ItemRuleService
from pipeline.labelling.queue import LabellingQueue
from pipeline.labelling.service import LabellingService
from pipeline.labelling.sweep import LabellingSweep
from pipeline.observing import ObservingService
from pipeline.probing import ProbeService
from pipeline.progress.element_days import LookerSource
from pipeline.progress.placement_progress import PlacementProgress
from pipeline.progress.progress_rounds import ProgressRounds
from pipeline.registry.cameras import CameraService
from pipeline.registry.elements import ElementService
from pipeline.registry.moved_view import MovedViewService
from pipeline.registry.placements import PlacementService
from pipeline.registry.sites import SiteService
from pipeline.rounds import DerivationRounds
from pipeline.site_days import SiteDayService
from pipeline.upkeep import EvidenceUpkeep
from pipeline.watch.pace import PaceNow
from pipeline.watch.push_spool import PushSpool, PushSweep
from pipeline.watch.recorder import Recording
from pipeline.watch.supervisor import Supervisor
from pipeline.watch.worker import Pauses, WatchOrder
from roadmap.accounts import AccountService
from roadmap.decisions import DecisionService
from roadmap.flags import FlagService
from roadmap.items import ItemService
from roadmap.projects import ProjectService
from roadmap.refresh import refresh_all_items, refresh_item_of_project
from streams.address import StreamAddress
from streams.burst_source import BurstSource
from streams.decoding.decoder_pool import DecoderPool
from streams.live_source import LiveSource
from streams.network_policy import NetworkPolicy
from streams.probe import ProbeReport, probe
from streams.push_source import PushSource
from streams.rtsp_transport import RtspTransport
from streams.snapshot_source import SnapshotSource
from streams.source import Source
from vision.detector import Detector
from vision.progress.cell_view import CELL_WEIGHTS, open_cell_looker
from vision.redaction import Redactor
from vision.sight import open_detector, open_redactor
from vision.weights import load_manifest


@dataclass(frozen=True)
class Instance:
    """One instance's parts; what is heavy is made when it is first asked for."""

    settings: InstanceSettings
    clock: SystemClock
    database: Database

    @cached_property
    def seal(self) -> Seal:
        """What camera addresses are sealed with."""
        return open_seal(self.settings.models)

    @cached_property
    def policy(self) -> NetworkPolicy:
        """Which networks cameras may be on."""
        return NetworkPolicy.of(self.settings.streams)

    @cached_property
    def decoder(self) -> DecoderPool:
        """The processes that decode for all cameras; none runs before one has a picture."""
        streams = self.settings.streams
        return DecoderPool(streams.decoder_processes, streams.decode_timeout_s)

    @cached_property
    def store(self) -> EvidenceStore:
        """Where pictures are kept."""
        return EvidenceStore(self.settings.models.evidence_dir)

    @cached_property
    def detector(self) -> Detector:
        """The detector of this machine."""
        return open_detector(self.settings.vision)

    @cached_property
    def redactor(self) -> Redactor:
        """What every picture passes before it is stored or shown."""
        return open_redactor(self.settings.vision)

    @cached_property
    def deriver(self) -> ProgressDeriver:
        """From observations to signals; the roll-up follows in the same transaction."""
        return ProgressDeriver(self.database, self._roll_up)

    @cached_property
    def rounds(self) -> DerivationRounds:
        """When projects are derived."""
        return DerivationRounds(
            self.database,
            self.deriver,
            self.clock,
            self.settings.pipeline.derive_every_s,
            lambda: refresh_all_items(self.database, self.clock.now()),
        )

    @cached_property
    def progress_rounds(self) -> ProgressRounds:
        """When what is built is derived, in a thread of its own."""
        return ProgressRounds(
            self.database,
            self.placement_progress,
            self.clock,
            self.settings.pipeline.derive_every_s,
            self._derive_days,
        )

    @cached_property
    def labelling_sweep(self) -> LabellingSweep:
        """What deletes expired frames of the labelling queue."""
        return LabellingSweep(self.database, self.store, self.clock)

    @cached_property
    def upkeep(self) -> EvidenceUpkeep:
        """What looks after the evidence store."""
        return EvidenceUpkeep(self.database, self.store, self.clock, self.settings.retention)

    @cached_property
    def push_sweep(self) -> PushSweep:
        """What deletes pushed pictures that nobody looked at."""
        return PushSweep(self.database, self.clock)

    @cached_property
    def services(self) -> Services:
        """What routes, pages and commands call."""
        now = self.clock.now
        elements = ElementService(self.database, now)
        return Services(
            database=self.database,
            now=now,
            accounts=AccountService(self.database, now, timedelta(hours=self.settings.roadmap.login_hours)),
            items=ItemService(self.database, now),
            projects=ProjectService(self.database, now),
            decisions=DecisionService(self.database, now),
            flags=FlagService(self.database),
            item_rules=ItemRuleService(self.database, now),
            sites=SiteService(self.database, now),
            cameras=CameraService(self.database, now, self.seal, self.policy),
            intake=PushIntake(self.database, now, self.seal, self.decoder),
            placements=PlacementService(self.database, now),
            elements=elements,
            moved_views=MovedViewService(self.database, self.store, elements, now),
            before_after=BeforeAfterService(self.database, self.store),
            observing=ObservingService(self.database, self.store, now),
            site_days=SiteDayService(self.database),
            deriving=DerivingService(self.database, lambda: self.deriver, now, self.placement_progress),
            probing=ProbeService(self.probe, lambda: self.redactor),
            labelling=LabellingService(self.database, self.store, self.seal, now, self.settings.labelling),
        )

    def backfill(self, *, with_progress: bool = True) -> Backfill:
        """For dated footage; its days are derived once each, at the end.

        Without progress, what is built is left to those who watch.
        """
        progress = self.placement_progress() if with_progress else None
        return Backfill(self._recording(_leave_for_later), self.deriver, progress)

    def placement_progress(self) -> PlacementProgress:
        """What derives what is built, for one thread."""
        sha256 = load_manifest(CELL_WEIGHTS).files("fp32").numbers.sha256
        # One thread: what is built can wait, cameras can't.
        source = LookerSource(sha256, lambda: open_cell_looker(threads=1))
        return PlacementProgress(self.database, EvidenceKeeper(self.store), self.clock, source)

    def supervisor(self) -> Supervisor:
        """For live cameras."""
        pipeline = self.settings.pipeline
        recording = self._recording(lambda project_id, _about: self.rounds.mark(project_id))
        return Supervisor(
            replace(recording, labelling=self._labelling_queue()),
            self.seal,
            self.source,
            Pauses(pipeline.backoff_first_s, pipeline.backoff_most_s, pipeline.healthy_after_s),
            pipeline.refresh_s,
            self._tick,
            self.progress_rounds.stop,
        )

    def source(self, order: WatchOrder) -> Source:
        """What an order's sampling policy asks for."""
        streams, every = self.settings.streams, PaceNow(order.pace_kept, self.clock)
        if order.address is None:
            spool = PushSpool(self.database, self.seal, self.clock, order.camera_id, order.placement_id)
            return PushSource(spool, self.clock, every, decoder=self.decoder)
        if order.sampling is Sampling.SNAPSHOT:
            return SnapshotSource(order.address, self.policy, streams, self.clock, every, decoder=self.decoder)
        is_burst = order.sampling is Sampling.BURST
        live = LiveSource(
            order.address,
            self.policy,
            streams,
            self.clock,
            None if is_burst else every,
            decoder=self.decoder,
            rtsp_transport=RtspTransport(order.rtsp_transport.value),
        )
        if is_burst:
            return BurstSource(live, self.clock, burst_every_s=every, burst_s=order.burst_s)
        return live

    def probe(self, address: StreamAddress) -> ProbeReport:
        """Try an address."""
        return probe(address, self.policy, self.settings.streams, self.clock, self.decoder)

    def _recording(self, on_recorded: Callable[[UUID, datetime], None]) -> Recording:
        return Recording(
            database=self.database,
            keeper=EvidenceKeeper(self.store),
            detector=self.detector,
            redactor=self.redactor,
            clock=self.clock,
            first_record_s=self.settings.pipeline.first_record_s,
            latest_view_every_s=self.settings.pipeline.latest_view_every_s,
            on_recorded=on_recorded,
        )

    def _labelling_queue(self) -> LabellingQueue | None:
        settings = self.settings.labelling
        if settings.frames_per_day == 0:
            return None
        return LabellingQueue(self.database, self.store, self.seal, self.detector, self.redactor, self.clock, settings)

    def _tick(self) -> None:
        self.labelling_sweep.tick()
        self.push_sweep.tick()
        self.rounds.tick()
        self.upkeep.tick()
        self.progress_rounds.start()

    def _derive_days(self, project_id: UUID, days: Sequence[date]) -> None:
        self.deriver.derive(project_id, self.clock.now(), days)

    def _roll_up(self, session: Session, project_id: UUID) -> None:
        refresh_item_of_project(session, project_id, self.clock.now())


@contextmanager
def open_instance(settings: InstanceSettings) -> Iterator[Instance]:
    """An instance over the settings' database, its schema brought up to date."""
    database = Database(settings.models.url)
    try:
        database.upgrade()
        instance = Instance(settings, SystemClock(), database)
        try:
            yield instance
        finally:
            instance.decoder.close()
    finally:
        database.close()


def watch(instance: Instance, stop: Event) -> None:
    """Watch all cameras until told to stop."""
    instance.supervisor().run(stop)


def _leave_for_later(_project_id: UUID, _about: datetime) -> None:
    return
