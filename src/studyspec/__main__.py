"""`python -m studyspec` is the same as `studyspec`."""

from studyspec.cli import main

if __name__ == "__main__":
    main()
