"""`python -m sandbox` is `sandbank`."""

from sandbox.cli import main

if __name__ == "__main__":
    main(prog_name="sandbank")
