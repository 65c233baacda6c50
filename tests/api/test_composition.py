"""What each process loads, and what stops it from starting."""

import subprocess
import sys
from pathlib import Path

import pytest

from api.settings import InstanceSettings
from pipeline.errors import SettingsError
from pipeline.settings import load_settings


def loaded_by(module: str) -> set[str]:
    """The top-level modules that importing `module` loads, in a fresh interpreter."""
    program = f"import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_watching_loads_neither_web_library_nor_torch_nor_what_parses_foreign_bytes() -> None:
    loaded = loaded_by("api.cli.watch")
    assert loaded & {"fastapi", "nicegui", "uvicorn", "torch", "ultralytics", "matplotlib", "av"} == set()
    assert {"sqlalchemy", "cv2"} <= loaded


def test_the_bare_command_loads_nothing_heavy() -> None:
    assert loaded_by("api.cli.main") & {"fastapi", "nicegui", "torch", "openvino", "av", "cv2"} == set()


@pytest.mark.parametrize("package", ["streams", "vision", "models", "pipeline", "roadmap", "api"])
def test_importing_a_package_loads_neither_av_nor_torch(package: str) -> None:
    assert loaded_by(package) & {"av", "torch"} == set()


def test_an_unknown_variable_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="NAZAR_STREAMS__OPEN_TIMEOUT"):
        load_settings(InstanceSettings, {"NAZAR_STREAMS__OPEN_TIMEOUT": "3"})


def test_a_file_gives_settings_and_variables_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "nazar.toml"
    config.write_text('[api]\nport = 8100\nhost = "0.0.0.0"\n', encoding="utf-8")
    monkeypatch.setenv("NAZAR_API__PORT", "8200")
    settings = load_settings(InstanceSettings, {"NAZAR_CONFIG": str(config), "NAZAR_API__PORT": "8200"})
    assert (settings.api.host, settings.api.port) == ("0.0.0.0", 8200)


@pytest.mark.parametrize(
    ("text", "says"),
    [("[api]\nporto = 1\n", "api.porto"), ("[api\n", "not TOML"), ("[api]\nport = 99999\n", "api.port")],
)
def test_a_file_that_makes_no_sense_stops_the_start(tmp_path: Path, text: str, says: str) -> None:
    config = tmp_path / "nazar.toml"
    config.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=says):
        load_settings(InstanceSettings, {"NAZAR_CONFIG": str(config)})


def test_a_missing_settings_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml"):
        load_settings(InstanceSettings, {"NAZAR_CONFIG": str(tmp_path / "none.toml")})


def test_a_wrong_value_is_never_repeated() -> None:
    url = "postgresql+psycopg://nazar:secret-word@db/nazar"
    settings = load_settings(InstanceSettings, {})
    assert "secret-word" not in repr(settings.models.model_copy(update={"database_url": url}))
