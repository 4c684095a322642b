"""`python -m volteface` is the command line."""

from volteface.cli import main

if __name__ == "__main__":
    main()
