"""`python -m dehusk` is the command line: the same verbs, the same answers, the same exit codes."""

import signal
import sys

from ._dehusk import main


def run() -> None:
    """Runs the command line with the arguments of the process, and leaves with its code."""
    # The command line stops on signals in its own way: the interpreter's handlers are not to come in between.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(main(["dehusk", *sys.argv[1:]]))


if __name__ == "__main__":
    run()
