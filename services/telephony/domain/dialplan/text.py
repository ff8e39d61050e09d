"""The shape of the dialer's configuration: contexts, extensions and their steps."""

from __future__ import annotations

Step = str | tuple[str, str]
"""An application with its arguments; with a label in front where something jumps to it."""


def context(name: str, *extensions: str) -> str:
    """A context with its extensions."""
    return "\n".join([f"[{name}]", *extensions])


def extension(pattern: str, *steps: Step) -> str:
    """An extension; its steps run in their order from the first."""
    lines: list[str] = []
    for step in steps:
        label, application = step if isinstance(step, tuple) else ("", step)
        mark = f"({label})" if label else ""
        head = " same => n" if lines else f"exten => {pattern},1"
        lines.append(f"{head}{mark},{application}")
    return "\n".join(lines)


def section(name: str, **options: str | int) -> str:
    """A section of an account file, options in their order."""
    return "\n".join([f"[{name}]", *(f"{key}={value}" for key, value in options.items())])
