import pytest
from cryptography.fernet import Fernet

from models.errors import SealError
from models.secrets import Seal


def test_a_sealed_picture_opens_with_its_own_key_only() -> None:
    picture = bytes(range(256)) * 40
    seal = Seal(Fernet.generate_key())
    sealed = seal.close_over_bytes(picture)
    assert picture[:64] not in sealed
    assert seal.open_bytes(sealed) == picture
    with pytest.raises(SealError, match="another key"):
        Seal(Fernet.generate_key()).open_bytes(sealed)
    with pytest.raises(SealError, match="altered"):
        seal.open_bytes(sealed[:-4] + b"AAAA")
