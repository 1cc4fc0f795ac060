"""Encoders broken in one way each; the class name says the fault."""

from conformance.codec.codec import Refused
from conformance.codec.vector import Field
from conformance.tests.plain_codec import PlainCodec
from conformance.wire import literal
from conformance.wire.static_table import STATIC_TABLE


class EncodesSorted(PlainCodec):
    def encode(self, fields: tuple[Field, ...], never: tuple[int, ...]) -> bytes | Refused:
        return super().encode(tuple(sorted(fields)), tuple(sorted(fields).index(fields[n]) for n in never))


class EncodesOnce(PlainCodec):
    def encode(self, fields: tuple[Field, ...], never: tuple[int, ...]) -> bytes | Refused:
        return super().encode(tuple(dict.fromkeys(fields)), never)


class EncodesLowerCase(PlainCodec):
    def represent(self, field: Field, is_never: bool) -> bytes:
        return super().represent((field[0].lower(), field[1]), is_never)


class EncodesText(PlainCodec):
    def represent(self, field: Field, is_never: bool) -> bytes:
        return super().represent((field[0], field[1].decode("latin-1").encode()), is_never)


class EncodesShortLengths(PlainCodec):
    def represent(self, field: Field, is_never: bool) -> bytes:
        if len(field[1]) < 127:
            return super().represent(field, is_never)
        return b"\x00" + literal.string(field[0]) + bytes([len(field[1]) & 127]) + field[1]


class EncodesNoUpdates(PlainCodec):
    def updates_due(self) -> bytes:
        super().updates_due()
        return b""


class EncodesTheFinalSizeOnly(PlainCodec):
    def updates_due(self) -> bytes:
        due = self.sent_smallest is not None
        super().updates_due()
        return literal.size_update(self.sent_maximum) if due else b""


class EncodesUpdatesWithFieldsOnly(PlainCodec):
    def encode(self, fields: tuple[Field, ...], never: tuple[int, ...]) -> bytes | Refused:
        return super().encode(fields, never) if fields else b""


class EncodesAboveTheLimit(PlainCodec):
    def resize_encoder(self, maximum: int) -> None:
        super().resize_encoder(maximum + 1)


class EncodesLargerUpdatesThanAllowed(PlainCodec):
    def resize(self, limit: int) -> None:
        super().resize(limit)
        self.resize_encoder(limit + 1)


class EncodesValuesTwice(PlainCodec):
    def represent(self, field: Field, is_never: bool) -> bytes:
        return super().represent((field[0], field[1] * 2), is_never)


class EncodesWithoutEviction(PlainCodec):
    def trim(self, room: int) -> None:
        pass


class EncodesMarkedFieldsPlainly(PlainCodec):
    def represent(self, field: Field, is_never: bool) -> bytes:
        return super().represent(field, is_never=False)


class EncodesMarkedFieldsIndexedIfItCan(PlainCodec):
    def represent(self, field: Field, is_never: bool) -> bytes:
        return super().represent(field, is_never and field not in [*STATIC_TABLE, *self.sent])


class EncodesEveryListAnew(PlainCodec):
    def encode(self, fields: tuple[Field, ...], never: tuple[int, ...]) -> bytes | Refused:
        block = super().encode(fields, never)
        self.sent.clear()
        return block if fields else b"\x80"
