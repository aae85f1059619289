"""Areas and technologies by the names that the library gives them."""

from __future__ import annotations

from appraisal.library import Library

_AREAS = ("retail", "capacity")


def area_words(code: str, lang: str, library: Library | None = None) -> str:
    """The area that a code stands for; the code itself where the library knows none.

    Examples
    --------
    >>> area_words("zhejiang", "zh"), area_words("zhejiang", "en"), area_words("elsewhere", "en")
    ('浙江', 'Zhejiang', 'elsewhere')
    """
    books = library or Library.open()
    known = set(books.files())
    found = next((f"{folder}.{code}" for folder in _AREAS if f"{folder}.{code}" in known), None)
    if found is None:
        return code
    # The title begins with the area: 浙江 工商业分时电价; Zhejiang, time-of-use tariff.
    return books.file(found).title.text(lang).partition(" " if lang == "zh" else ",")[0]


def technology_words(code: str, lang: str, library: Library | None = None) -> str:
    """The technology that a code stands for; the code itself where the library knows none.

    Examples
    --------
    >>> technology_words("lfp", "zh"), technology_words("", "en")
    ('磷酸铁锂电池储能', '')
    """
    books = library or Library.open()
    name = f"technology.{code}"
    return books.file(name).title.text(lang) if books.has(name) else code
