"""All settings of a whole instance: those of the pipeline, and of the roadmap and the edge."""

from pydantic import BaseModel, ConfigDict, Field

from pipeline.settings import Settings
from roadmap.settings import RoadmapSettings


class ApiSettings(BaseModel):
    """Where the pages and the API are served."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    secure_cookies: bool = Field(
        False, description="Whether log-in cookies are for HTTPS only; set it wherever TLS ends before Nazar."
    )


class InstanceSettings(Settings):
    """Every section, as `nazar run` and `nazar serve` read them."""

    roadmap: RoadmapSettings = RoadmapSettings()
    api: ApiSettings = ApiSettings()
