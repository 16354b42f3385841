"""The program: ``python -m enrichment`` and the command ``enrichment``."""

from enrichment.cli.main import main

if __name__ == "__main__":
    main()
