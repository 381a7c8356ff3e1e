"""`python -m scripts` is `wardlake`."""

from scripts.cli import main

if __name__ == "__main__":
    main()
