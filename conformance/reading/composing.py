"""Composes YAML into nodes without types: by libyaml where PyYAML has it, else by PyYAML itself."""

import yaml


class _NoTags:
    """Gives no types to scalars: they are decided here, by YAML 1.2's rules."""

    def resolve(self, kind: object, value: object, implicit: object) -> str:  # noqa: ARG002  # PyYAML's signature
        return ""

    def descend_resolver(self, parent: object, index: object) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


if yaml.__with_libyaml__:
    from yaml._yaml import CParser as _Parser

    class Composer(_NoTags, _Parser):
        """libyaml's parser composing nodes."""

        def __init__(self, stream: str) -> None:
            _Parser.__init__(self, stream)

else:

    class Composer(  # type: ignore[no-redef]  # the same class without libyaml
        _NoTags, yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser, yaml.composer.Composer
    ):
        """PyYAML's own parser composing nodes."""

        def __init__(self, stream: str) -> None:
            yaml.reader.Reader.__init__(self, stream)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)
            yaml.composer.Composer.__init__(self)
