"""Header stories: the field lists of a connection in order, made like real traffic or read from files."""

import base64
import json
import random
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

Field: TypeAlias = tuple[bytes, bytes]
Story: TypeAlias = list[list[Field]]
"""The field lists that one encoder encodes one after another."""

_WORDS = tuple(
    re.findall(
        r"\w+",
        """
        account admin api app article assets avatar basket bundle cart catalog chunk comment common
        config css data default detail dist download event feed font gallery group header home icon
        image index item lang lib list live login logo main map media menu message mobile module news
        notify order page payment photo player poll post price product profile promo public query rating
        region report review route sale search session share shop sign sprite static status store stream
        style tag team theme thumb ticket token track update user vendor video view widget wish work
        zone
        """,
    )
)
_TLDS = ("com", "com", "com", "net", "org", "io", "de", "co.uk", "fr", "co.jp", "dev", "cloud")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TYPES = {
    "html": (
        "text/html; charset=utf-8",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
    ),
    "js": ("application/javascript; charset=utf-8", "*/*"),
    "css": ("text/css", "text/css,*/*;q=0.1"),
    "png": ("image/png", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"),
    "webp": ("image/webp", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"),
    "woff2": ("font/woff2", "*/*"),
    "json": ("application/json", "application/json, text/plain, */*"),
}
_DEST = {"html": "document", "js": "script", "css": "style", "png": "image", "webp": "image", "woff2": "font"}
_AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 "
    "Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{v}.0) Gecko/20100101 Firefox/{v}.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.{m} "
    "Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_{m} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.{m} Mobile/15E148 Safari/604.1",
)


def _hex(rng: random.Random, digits: int) -> str:
    return f"{rng.getrandbits(4 * digits):0{digits}x}"


def _token(rng: random.Random, octets: int) -> str:
    return base64.urlsafe_b64encode(rng.randbytes(octets)).decode().rstrip("=")


def _uuid(rng: random.Random) -> str:
    digits = _hex(rng, 32)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _date(seconds: int) -> str:
    """Write a point of time as HTTP does, near enough (a year has twelve months of 28 days)."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    months, day = divmod(days, 28)
    year, month = divmod(months, 12)
    clock = f"{hour:02}:{minute:02}:{second:02}"
    return f"{_DAYS[days % 7]}, {day + 1:02} {_MONTHS[month]} {2015 + year} {clock} GMT"


def _host(rng: random.Random) -> str:
    prefix = rng.choice(("www.", "www.", "static.", "api.", "cdn.", "img.", ""))
    return f"{prefix}{rng.choice(_WORDS)}{rng.choice(('', '-', ''))}{rng.choice(_WORDS)}.{rng.choice(_TLDS)}"


def _path(rng: random.Random, kind: str) -> str:
    folders = "/".join(rng.choice(_WORDS) for _ in range(rng.randrange(4)))
    path = f"/{folders}/" if folders else "/"
    if kind == "html":
        path += rng.choice(("", "", f"{rng.choice(_WORDS)}-{rng.choice(_WORDS)}-{rng.randrange(10**6)}"))
        if rng.random() < 0.3:
            path += f"?q={quote(' '.join(rng.choices(_WORDS, k=2)))}&page={rng.randrange(1, 20)}"
        return path
    name = f"{rng.choice(_WORDS)}{rng.choice(('', '.min', '-' + rng.choice(_WORDS)))}"
    if rng.random() < 0.5:
        name += f".{_hex(rng, rng.choice((8, 16, 20)))}"
    return f"{path}{name}.{kind}" + (
        f"?v={rng.randrange(10 ** rng.randint(1, 10))}" if rng.random() < 0.3 else ""
    )


def _encoded(fields: Iterable[tuple[str, str]]) -> list[Field]:
    return [(name.encode(), value.encode()) for name, value in fields]


def browser(rng: random.Random) -> Story:
    """Requests of a browser for some pages and what they need: paths, referers and cookies change."""
    version, minor = rng.randint(90, 140), rng.randrange(6)
    agent = rng.choice(_AGENTS).format(v=version, m=minor)
    language = rng.choice(("en-US,en;q=0.9", "de-DE,de;q=0.9,en;q=0.8", "fr", "ja,en-US;q=0.9,en;q=0.8"))
    hosts = [_host(rng) for _ in range(rng.randint(1, 4))]
    cookies = [f"_ga=GA1.2.{rng.randrange(10**9)}.{rng.randrange(10**9)}", f"sid={_token(rng, 24)}"]
    story: Story = []
    for _ in range(rng.randint(3, 10)):
        page = _path(rng, "html")
        if rng.random() < 0.5:
            cookies.append(f"{rng.choice(_WORDS)}_{_hex(rng, 3)}={_token(rng, rng.randint(4, 40))}")
        referer = ""
        for kind in [
            "html",
            *rng.choices(("js", "css", "png", "webp", "woff2", "json"), k=rng.randint(2, 18)),
        ]:
            host = hosts[0] if kind == "html" else rng.choice(hosts)
            fields = [
                (":method", "GET"),
                (":authority", host),
                (":scheme", "https"),
                (":path", page if kind == "html" else _path(rng, kind)),
            ]
            if "Chrome" in agent:
                fields += [
                    (
                        "sec-ch-ua",
                        f'"Chromium";v="{version}", "Not=A?Brand";v="24", "Google Chrome";v="{version}"',
                    ),
                    ("sec-ch-ua-mobile", "?0"),
                    ("sec-ch-ua-platform", '"Linux"' if "Linux" in agent else '"Windows"'),
                ]
            fields += [("user-agent", agent), ("accept", _TYPES[kind][1])]
            fields += [
                ("sec-fetch-site", "same-origin" if host == hosts[0] else "cross-site"),
                ("sec-fetch-mode", "navigate" if kind == "html" else "no-cors"),
                ("sec-fetch-dest", _DEST.get(kind, "empty")),
            ]
            if referer:
                fields.append(("referer", referer))
            fields += [("accept-encoding", "gzip, deflate, br"), ("accept-language", language)]
            if host == hosts[0]:
                if version % 2:
                    fields += [("cookie", crumb) for crumb in cookies]
                else:
                    fields.append(("cookie", "; ".join(cookies)))
            if rng.random() < 0.1:
                fields.append(("if-none-match", f'"{_hex(rng, 16)}"'))
                fields.append(("if-modified-since", _date(rng.randrange(3 * 10**8))))
            story.append(_encoded(fields))
        referer = f"https://{hosts[0]}{page}"
    return story


def api(rng: random.Random) -> Story:
    """Requests of a program to a JSON API: a bearer token, identifiers that change with each request."""
    host, token = _host(rng), _token(rng, rng.choice((30, 90, 180)))
    agent = rng.choice(
        ("python-requests/2.31.0", "axios/1.6.2", "okhttp/4.12.0", "Go-http-client/2.0", "curl/8.5.0")
    )
    story: Story = []
    for _ in range(rng.randint(40, 120)):
        method = rng.choice(("GET", "GET", "GET", "POST", "PUT", "DELETE"))
        item = rng.choice((_uuid(rng), str(rng.randrange(10**7)), f"?limit={rng.choice((10, 50, 100))}"))
        fields = [
            (":method", method),
            (":scheme", "https"),
            (":authority", host),
            (":path", f"/v{rng.randint(1, 2)}/{rng.choice(_WORDS)}s/{item}"),
            ("accept", "application/json"),
            ("user-agent", agent),
            ("authorization", f"Bearer {token}"),
            ("x-request-id", _uuid(rng)),
        ]
        if method in ("POST", "PUT"):
            fields += [("content-type", "application/json"), ("content-length", str(rng.randrange(20, 5000)))]
        if rng.random() < 0.3:
            fields.append(("traceparent", f"00-{_hex(rng, 32)}-{_hex(rng, 16)}-01"))
        story.append(_encoded(fields))
    return story


def grpc(rng: random.Random) -> Story:
    """Calls over gRPC: the same few methods, a timeout and trace metadata that change."""
    host = f"{rng.choice(_WORDS)}-service:{rng.choice((443, 50051, 8443))}"
    package = f"{rng.choice(_WORDS)}.{rng.choice(_WORDS)}.v{rng.randint(1, 3)}"
    methods = [
        f"/{package}.{rng.choice(_WORDS).title()}Service/Get{rng.choice(_WORDS).title()}" for _ in range(5)
    ]
    agent = rng.choice(
        ("grpc-go/1.60.1", "grpc-python/1.60.0 grpc-c/37.0.0 (linux; chttp2)", "grpc-java-netty/1.60.0")
    )
    story: Story = []
    for _ in range(rng.randint(60, 150)):
        fields = [
            (":method", "POST"),
            (":scheme", "http"),
            (":path", rng.choice(methods)),
            (":authority", host),
            ("content-type", "application/grpc"),
            ("user-agent", agent),
            ("te", "trailers"),
            ("grpc-accept-encoding", "identity, deflate, gzip"),
            ("grpc-timeout", f"{rng.randrange(1, 10**7)}u"),
        ]
        if rng.random() < 0.5:
            fields.append(("x-b3-traceid", _hex(rng, 32)))
            fields.append(("x-b3-spanid", _hex(rng, 16)))
        story.append(_encoded(fields))
    return story


def response(rng: random.Random) -> Story:
    """Responses of a web server or a CDN: dates, validators, lengths and cookies change."""
    now, server = (
        rng.randrange(3 * 10**8),
        rng.choice(("nginx", "cloudflare", "Apache", "ECS (dcb/7F83)", "gws")),
    )
    policy = f"default-src 'self'; script-src 'self' https://{_host(rng)}; img-src * data:"
    story: Story = []
    for _ in range(rng.randint(40, 120)):
        now += rng.choice((0, 0, 1, 1, 2, 7))
        kind = rng.choice(tuple(_TYPES))
        status = rng.choice(("200", "200", "200", "200", "304", "302", "404", "206"))
        fields = [(":status", status), ("server", server), ("date", _date(now))]
        if status != "304":
            fields += [
                ("content-type", _TYPES[kind][0]),
                ("content-length", str(rng.randrange(10 ** rng.randint(2, 6)))),
            ]
        if kind not in ("html", "json"):
            fields += [
                ("last-modified", _date(now - rng.randrange(10**7))),
                ("etag", f'"{_hex(rng, 8)}-{_hex(rng, 4)}"'),
                ("cache-control", rng.choice(("max-age=31536000", "public, max-age=3600", "max-age=86400"))),
                ("expires", _date(now + rng.choice((3600, 86400)))),
                ("accept-ranges", "bytes"),
                ("age", str(rng.randrange(10**5))),
            ]
        else:
            fields += [("cache-control", "private, no-cache, no-store"), ("vary", "Accept-Encoding")]
            fields += [("content-encoding", "gzip"), ("content-security-policy", policy)]
            if rng.random() < 0.4:
                crumb = (
                    f"{rng.choice(_WORDS)}={_token(rng, 20)}; expires={_date(now + 10**7)}; path=/; HttpOnly"
                )
                fields.append(("set-cookie", crumb))
        if status == "302":
            fields.append(("location", f"https://{_host(rng)}{_path(rng, 'html')}"))
        fields += [("x-content-type-options", "nosniff"), ("strict-transport-security", "max-age=15552000")]
        if server == "cloudflare":
            fields += [("cf-cache-status", rng.choice(("HIT", "MISS"))), ("cf-ray", f"{_hex(rng, 16)}-FRA")]
        story.append(_encoded(fields))
    return story


KINDS: dict[str, Callable[[random.Random], Story]] = {
    "browser": browser,
    "api": api,
    "grpc": grpc,
    "response": response,
}


MIX: dict[str, int] = {"browser": 10, "response": 10, "api": 4, "grpc": 2}
"""Stories of each kind: the traffic of a public web server, whose every request has its response."""


def generated(seed: int, mix: Mapping[str, int] = MIX) -> dict[str, Story]:
    """Generate `mix[kind]` stories of each kind; the same seed gives the same stories."""
    rng = random.Random(seed)
    return {f"{kind}-{number:02}": KINDS[kind](rng) for kind, count in mix.items() for number in range(count)}


def read(directory: Path) -> dict[str, Story]:
    """Read the stories of a directory in the layout of hpack-test-case (`**/story_*.json`).

    Raises ValueError if there is none.
    """
    stories: dict[str, Story] = {}
    for path in sorted(directory.rglob("story_*.json")):
        cases = json.loads(path.read_text())["cases"]
        stories[str(path.relative_to(directory))] = [
            _encoded(field for header in case["headers"] for field in header.items()) for case in cases
        ]
    if not stories:
        raise ValueError(f"no story_*.json below {directory}")
    return stories
