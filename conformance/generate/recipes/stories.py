"""Long stories: many blocks over one context, told by chance from a seed (RFC 7541 2.2, 3, 4)."""

import random

from ...wire.static_table import STATIC_TABLE
from ..instructions import Form, Indexed, Instruction, SizeUpdate, literal
from ..story import Story, Suite
from . import ids

SEED = 7541
BLOCKS = 10


class Chance:
    """Choices from a seed; only `random()`, whose sequence Python promises to keep."""

    def __init__(self, seed: int, salt: str) -> None:
        """`salt`: gives each story a sequence of its own."""
        self._source = random.Random(f"{seed}/{salt}")

    def below(self, bound: int) -> int:
        """Return a number from 0 to `bound` - 1."""
        return int(self._source.random() * bound)

    def happens(self, percent: int) -> bool:
        """Return True in so many of a hundred times."""
        return self.below(100) < percent

    def pick(self, *choices: str) -> str:
        """Return one of the choices."""
        return choices[self.below(len(choices))]


def request(chance: Chance) -> list[tuple[str, str]]:
    """Return the fields of a browser's request."""
    path = (
        "/"
        + chance.pick("", "style.css", "app.js", "img/logo.png", "api/items?page=")
        + str(chance.below(40))
    )
    fields = [
        (":method", chance.pick("GET", "GET", "GET", "POST")),
        (":scheme", "https"),
        (":authority", chance.pick("www.example.com", "static.example.com")),
        (":path", path),
        ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101"),
        ("accept", chance.pick("*/*", "text/css", "image/png")),
    ]
    if chance.happens(60):
        fields.append(("cookie", f"session={chance.below(1 << 30):08x}"))
    if chance.happens(30):
        fields.append(("referer", "https://www.example.com/"))
    return fields


def response(chance: Chance) -> list[tuple[str, str]]:
    """Return the fields of a server's response."""
    fields = [
        (":status", chance.pick("200", "200", "304", "404", "503")),
        ("date", f"Mon, 21 Oct 2013 20:13:{chance.below(60):02} GMT"),
        ("content-type", chance.pick("text/html", "text/css", "application/json")),
        ("content-length", str(chance.below(100000))),
        ("server", "example/1.0"),
    ]
    if chance.happens(40):
        fields.append(("set-cookie", f"id={chance.below(1 << 24):06x}; path=/; secure"))
    if chance.happens(40):
        fields.append(("etag", f'"{chance.below(1 << 28):07x}"'))
    return fields


def call(chance: Chance) -> list[tuple[str, str]]:
    """Return the fields of a remote procedure call."""
    return [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", f"/example.Service/{chance.pick('Get', 'List', 'Watch')}"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        ("authorization", f"Bearer {chance.below(1 << 40):010x}"),
        ("trace-id", f"{chance.below(1 << 32):08x}"),
    ]


def odd(chance: Chance) -> list[tuple[str, str]]:
    """Return fields of few names and all lengths."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    return [
        (
            chance.pick("", "a", "bb", "x-long-name"),
            "".join(chance.pick(*letters) for _ in range(chance.below(60))),
        )
        for _ in range(6)
    ]


KINDS = {"request": request, "response": response, "call": call, "odd": odd}


def represent(chance: Chance, story: Story, name: str, value: str, huffman: int) -> Instruction:
    """Return one of the representations that a field may have now; huffman: per cent of strings coded."""
    field = (name.encode(), value.encode())
    table = (*STATIC_TABLE, *story.context.entries)
    if field in table and chance.happens(80):
        return Indexed(table.index(field) + 1)
    form = Form.INCREMENTAL if chance.happens(60) else Form.WITHOUT_INDEXING
    if name in ("authorization", "cookie"):
        form = Form.NEVER_INDEXED
    places = [place + 1 for place, entry in enumerate(table) if entry[0] == field[0]]
    if places and chance.happens(85):
        return literal(form, places[chance.below(len(places))], value, huffman=chance.happens(huffman))
    return literal(form, name, value, huffman=chance.happens(huffman))


def block(
    chance: Chance, story: Story, kind: str, huffman: int, updates: tuple[Instruction, ...] = ()
) -> list[Instruction]:
    """Return the instructions of the next block.  The context of `story` stays as it is."""
    trial = Story()
    trial.context.limit, trial.context.maximum = story.context.limit, story.context.maximum
    trial.context.entries = list(story.context.entries)
    trial.context.execute(updates)
    made = list(updates)
    for name, value in KINDS[kind](chance):
        one = represent(chance, trial, name, value, huffman)
        trial.context.execute((one,))
        made.append(one)
    return made


def told(
    slug: str, kind: str, limit: int, *, huffman: int = 50, updates: int = 0, settings: int = 0
) -> Story:
    """Tell a story.  updates, settings: per cent of blocks before which size or setting change."""
    chance = Chance(SEED, slug)
    story = Story(limit, show_limit=True)
    for number in range(BLOCKS):
        resize: tuple[int, ...] = ()
        front: tuple[Instruction, ...] = ()
        if number and chance.happens(settings):
            smallest, last = sorted(64 * chance.below(12) for _ in range(2))
            resize = (smallest, last)
            front = (SizeUpdate(smallest), SizeUpdate(last))
        elif chance.happens(updates):
            front = (SizeUpdate(chance.below(story.context.limit + 1)),)
        if resize:
            story.context.limit = resize[-1]
        made = block(chance, story, kind, huffman, front)
        story.good(*made, resize=resize, table=True if number == BLOCKS - 1 else None)
    return story


def suite() -> Suite:
    """Build the suite."""
    made = Suite(
        "hpack/stories-generated",
        "RFC 7541 3",
        "Stories of ten blocks over one context, with every representation that each field may have.",
        SEED,
    )
    for slug, title, story in (
        ("requests", "Requests over the initial table", told("requests", "request", 4096)),
        ("responses", "Responses over the initial table", told("responses", "response", 4096)),
        ("calls", "Remote procedure calls over the initial table", told("calls", "call", 4096)),
        ("odd-fields", "Fields of all lengths over the initial table", told("odd-fields", "odd", 4096)),
        ("requests-256", "Requests over a table of 256 octets", told("requests-256", "request", 256)),
        ("responses-128", "Responses over a table of 128 octets", told("responses-128", "response", 128)),
        (
            "calls-64",
            "Calls over a table of 64 octets, which holds one entry or none",
            told("calls-64", "call", 64),
        ),
        ("requests-0", "Requests without a dynamic table", told("requests-0", "request", 0)),
        (
            "odd-fields-100",
            "Fields of all lengths over a table of 100 octets",
            told("odd-fields-100", "odd", 100),
        ),
        ("raw", "Responses without Huffman code", told("raw", "response", 512, huffman=0)),
        ("coded", "Responses with nothing but Huffman code", told("coded", "response", 512, huffman=100)),
        (
            "updates",
            "Requests whose encoder changes the table's size",
            told("updates", "request", 1024, updates=60),
        ),
        (
            "settings",
            "Responses while the setting falls and rises",
            told("settings", "response", 1024, settings=60),
        ),
    ):
        made.add(
            f"{slug}",
            f"{title} decode block by block",
            f"{ids.DECODER_RULES} {ids.PROCESSING} {ids.EVICTION}",
            story,
        )
    endings(made)
    return made


def endings(made: Suite) -> None:
    """Add stories whose last block is wrong by the state that all others led to."""
    for slug, kind, limit in (
        ("requests", "request", 4096),
        ("responses", "response", 256),
        ("odd", "odd", 300),
    ):
        name = f"{slug}-one-beyond"
        story, control = told(name, kind, limit), told(name, kind, limit)
        last = len(STATIC_TABLE) + len(story.context.entries)
        made.add(
            name,
            f"After ten blocks of {kind} fields, one index beyond the table is a decoding error",
            ids.INDEX_BEYOND,
            story.bad(Indexed(last + 1)),
            control.good(Indexed(last)),
        )
    name = "setting-after-a-story"
    made.add(
        name,
        "After ten blocks, a block without the update that a setting of 0 needs is a decoding error",
        ids.REDUCTION,
        told(name, "response", 512).forbidden(Indexed(8), resize=(0,)),
        told(name, "response", 512).good(SizeUpdate(0), Indexed(8), resize=(0,)),
    )
