"""Serves the authorization server and a small graph on a deployment's role auth, and says at which port."""

import sys

from tests.api.guarded import of_a_deployment
from tests.api.programs.listening import serve

if __name__ == "__main__":
    serve(of_a_deployment(sys.argv[1]))
