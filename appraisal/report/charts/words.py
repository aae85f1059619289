"""Text of the charts: one of two languages, lines of a width, signs as people print them."""

from __future__ import annotations

from collections.abc import Mapping

from appraisal.text import word

# Latin characters are about this share of a Chinese character's width.
_LATIN = 0.56
_NO_START = "，。；：、）》！？％%,.;:)"


def pick(lang: str, zh: str, en: str) -> str:
    """One of two languages."""
    return zh if lang == "zh" else en


def span(text: str) -> float:
    """Width of a text in Chinese characters.

    Examples
    --------
    >>> span("储能"), round(span("IRR"), 2)
    (2.0, 1.68)
    """
    return sum(1.0 if ord(sign) > 0x2E80 else _LATIN for sign in text)


def wrapped(text: str, limit: float) -> list[str]:
    """A text in lines of at most *limit* Chinese characters; Latin words are kept whole, no line starts with a stop.

    Examples
    --------
    >>> wrapped("Latin hypercube of 5,000 draws", 10)
    ['Latin hypercube', 'of 5,000 draws']
    >>> wrapped("超立方抽样，种子", 5)
    ['超立方抽样，', '种子']
    """
    lines, line = [], ""
    for token in _tokens(text):
        if line and span((line + token).rstrip()) > limit and token not in _NO_START:
            lines.append(line.rstrip())
            line = token.lstrip()
        else:
            line += token
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def lined(text: str) -> str | list[str]:
    """The title of an axis: in lines that a phone has room for."""
    lines = wrapped(text, 26.0)
    return lines[0] if len(lines) == 1 else lines


def _tokens(text: str) -> list[str]:
    """Chinese characters one by one, runs of anything else as words with the blank behind them."""
    tokens: list[str] = []
    for sign in text:
        wide = ord(sign) > 0x2E80
        joins = tokens and not wide and not tokens[-1].endswith(" ") and ord(tokens[-1][-1]) <= 0x2E80
        if joins or (sign == " " and tokens):
            tokens[-1] += sign
        else:
            tokens.append(sign)
    return tokens


def joined(parts: list[str], lang: str) -> str:
    """Sentences in a row; empty ones are left out."""
    kept = [part for part in parts if part]
    return "".join(kept) if lang == "zh" else " ".join(kept)


def listed(parts: list[str], lang: str) -> str:
    """Things in a row, with the comma of the language."""
    return ("、" if lang == "zh" else ", ").join(parts)


def say(table: Mapping[str, tuple[str, str]], key: str, lang: str, **values: object) -> str:
    """The entry of *key* with its places filled."""
    return word(table, key, lang).format(**values)


def signed(change: float, digits: int = 0) -> str:
    """A relative change in percent with its sign.

    Examples
    --------
    >>> signed(0.2), signed(-0.085227, 1)
    ('+20%', '−8.5%')
    """
    return f"{change:+.{digits}%}".replace("-", "−")
