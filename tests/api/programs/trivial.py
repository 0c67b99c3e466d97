"""The real program around the smallest app: it answers with its database's figures, to be seen by a test."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from api.cli import exit_with_one_line
from api.database import DatabaseURLs
from api.program import run
from api.settings import Settings, read_settings


def build(settings: Settings, urls: DatabaseURLs) -> ASGIApp:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(urls.app, min_size=1, max_size=2) as app.state.pool:
            yield

    async def figures(request: Request) -> JSONResponse:
        row = await request.app.state.pool.fetchrow("SELECT current_user, current_database(), now() AS at")
        return JSONResponse({"user": row[0], "database": row[1]})

    async def whence(request: Request) -> JSONResponse:
        return JSONResponse(request.client.host if request.client else None)

    return Starlette(routes=[Route("/healthz", figures), Route("/whence", whence)], lifespan=lifespan)


if __name__ == "__main__":
    sys.exit(exit_with_one_line(lambda: run(read_settings(), build)))
