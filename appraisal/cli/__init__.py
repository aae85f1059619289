"""The command line: parse, one library call, print. Data on stdout, people-talk on stderr."""

from __future__ import annotations

import os
import sys
import traceback
from itertools import pairwise
from unicodedata import category

from appraisal.compiled import Kept, first_compile
from appraisal.errors import AppraisalError, said
from appraisal.text import COMPILING, word

INTERRUPTED = 130
BUG = 1
_INTERRUPTED = said("interrupted", "已中断")
_OURS = said(
    "This is a bug of ours, not of your input. Please report it with the lines above.",
    "这是程序的错误，不是您的输入有误。请连同以上各行一并报告。",
)


def main() -> None:
    """Run the command line and leave with its exit code.

    0 ok · 1 a bug of ours · 2 usage · 3 invalid input · 4 some cases of a batch failed · 5 no solution ·
    6 a fact is missing or expired · 7 an integrity check failed · 130 interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = _run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        print(_INTERRUPTED.text(_language()), file=sys.stderr)
        code = INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`| head`): nothing more to say, and nothing left to flush at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


def _run() -> int:
    import typer

    from appraisal.cli.commands import app

    first_compile.tell(None if _quiet() else _say)
    try:
        code = app(standalone_mode=False, prog_name="appraisal")
    except AppraisalError as error:
        print(_printable(error.text(_language())), file=sys.stderr)
        return error.exit_code
    except typer.TyperException as error:
        show = getattr(error, "show", None)
        print(error.format_message(), file=sys.stderr) if show is None else show()
        return error.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except SystemExit as error:
        # The parser turns a reader that has gone into an exit of its own.
        if isinstance(error.__context__, BrokenPipeError):
            raise error.__context__ from None
        raise
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception:
        # A fault of this program, whatever it is: shown in full with the words that it is ours, and a code of its own.
        traceback.print_exc()
        print(_OURS.text(_language()), file=sys.stderr)
        return BUG
    if code == INTERRUPTED:  # So the parser answers Ctrl-C.
        raise KeyboardInterrupt
    return int(code or 0)


def _quiet() -> bool:
    """Whether a command was asked to say nothing beside its errors; read here as the language is."""
    return not {"-q", "--quiet"}.isdisjoint(sys.argv[1:])


def _say(kept: Kept) -> None:
    print(word(COMPILING, kept, _language()), file=sys.stderr, flush=True)


def _language() -> str:
    """The language of errors: that of ``--lang``, else of APPRAISAL_LANG, else English.

    Read here as well as by the parser, because an error may end a command before or after the parser has done its work.
    """
    asked = os.environ.get("APPRAISAL_LANG", "en")
    for given, after in pairwise([*sys.argv[1:], ""]):
        if given == "--lang":
            asked = after
        elif given.startswith("--lang="):
            asked = given.partition("=")[2]
    return asked


def _printable(text: str) -> str:
    """Text of a user's file or argument as a terminal may show it: control characters by their code."""
    return "".join(
        char if char == "\n" or not category(char).startswith("C") else f"\\u{ord(char):04x}" for char in text
    )
