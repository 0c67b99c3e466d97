"""`python -m api` is `konbit`."""

from api.cli import main

main()
