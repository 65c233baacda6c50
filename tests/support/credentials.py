"""Log-ins of all kinds, and every form in which one of them could show somewhere."""

import base64
import html
import json
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

_AWKWARD = "@/#?:%&=+ \"'\\<>{}[]|;,~^`$!*"
_CYRILLIC = "абвгдежзйкөүұқңһәіЯШЪ"
# What stands in the middle of each: percent signs, quotes and escapes around it don't change it, and no other
# text holds it.
_CORES = st.text("bcdfghjklmnpqrstvwx23456789", min_size=6, max_size=6)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and a password, each with a core that nothing else holds; a password in Cyrillic alone has none."""

    username: str
    password: str
    cores: tuple[str, ...]

    def forms(self) -> set[str]:
        """Every text that would give the password or the log-in away."""
        together = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        alone = base64.b64encode(self.password.encode()).decode()
        forms = set(self.cores)
        for secret in (self.username, self.password):
            encoded = quote(secret, safe="")
            forms |= {secret, encoded, encoded.lower(), quote(secret), quote_plus(secret), html.escape(secret)}
            forms |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
        for code in (together, alone):
            # A status line is cut off; the padding may be left out.
            forms |= {code.rstrip("="), code.rstrip("=")[:60], code.rstrip("=").translate(str.maketrans("+/", "-_"))}
        return forms

    def digest_inputs(self, realm: str) -> str:
        """What RFC 7616 calls A1, unhashed."""
        return f"{self.username}:{realm}:{self.password}"


@st.composite
def credentials(draw: st.DrawFn) -> Credentials:
    """Users and passwords as cameras have them, and as nobody would expect them."""
    user_core, password_core = f"zu{draw(_CORES)}", f"zp{draw(_CORES)}"
    letters = st.text(_AWKWARD + _CYRILLIC + "aZ0-_.", max_size=12)
    username = draw(letters).replace(":", "") + user_core + draw(letters).replace(":", "")
    kind = draw(st.sampled_from(["awkward", "awkward", "encoded", "cyrillic", "long", "plain"]))
    if kind == "cyrillic":
        # At least so long that it stands nowhere by chance.
        return Credentials(username, "қ" + draw(st.text(_CYRILLIC, min_size=9, max_size=30)) + "ъ", (user_core,))
    password = {
        "plain": password_core,
        "encoded": f"%41{password_core}%2F%",
        "long": (draw(letters) + password_core) * 6,
    }.get(kind, draw(letters) + password_core + draw(letters))
    return Credentials(username, password, (user_core, password_core))
