"""The products of Apollo's compatibility suite, made of the same federation layer as Konbit's own schema.

Its data and its types are what the suite asks for (products.graphql of the package); the rest is ours: Strawberry's
federation schema behind the edge of api/.
"""

from typing import Any

import strawberry
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.schema_directive import Location

from api.app import create_app
from api.graph.execute import Graph
from auth.scopes import Scope as Opened
from tests.api.edge import Tokens

TOTAL = 1337
"Products that their one author has made: other than the suite's users subgraph says, so that it can tell."


@strawberry.federation.schema_directive(
    locations=[Location.OBJECT], name="custom", compose=True, import_url="https://myspecs.dev/myCustomDirective/v1.0"
)
class Custom:
    pass


@strawberry.federation.type(extend=True, keys=["email"])
class User:
    email: strawberry.ID = strawberry.federation.field(external=True)
    name: str | None = strawberry.federation.field(override="users", default="Jane Smith")
    total_products_created: int | None = strawberry.federation.field(external=True, default=None)
    years_of_employment: int = strawberry.federation.field(external=True, default=0)

    @strawberry.federation.field(requires=["totalProductsCreated", "yearsOfEmployment"])
    def average_products_created_per_year(self) -> int | None:
        if self.total_products_created is None or not self.years_of_employment:
            return None
        return round(self.total_products_created / self.years_of_employment)

    @classmethod
    def resolve_reference(cls, email: strawberry.ID, **said: Any) -> "User | None":
        """said: what the subgraph of users says of them, where a field here requires it."""
        made, years = said.get("totalProductsCreated"), said.get("yearsOfEmployment", 0)
        return cls(email=email, total_products_created=made, years_of_employment=years) if email == EMAIL else None


@strawberry.federation.type(shareable=True)
class ProductDimension:
    size: str | None
    weight: float | None
    unit: str | None = strawberry.federation.field(inaccessible=True)


@strawberry.type
class ProductVariation:
    id: strawberry.ID


@strawberry.type
class CaseStudy:
    case_number: strawberry.ID
    description: str | None


@strawberry.federation.type(keys=["study { caseNumber }"])
class ProductResearch:
    study: CaseStudy
    outcome: str | None = None

    @classmethod
    def resolve_reference(cls, study: dict[str, str]) -> "ProductResearch | None":
        return next((each for each in RESEARCH if each.study.case_number == study["caseNumber"]), None)


@strawberry.federation.type(keys=["sku package"])
class DeprecatedProduct:
    sku: str
    package: str
    reason: str | None
    created_by: User | None

    @classmethod
    def resolve_reference(cls, sku: str, package: str) -> "DeprecatedProduct | None":
        return DEPRECATED if (sku, package) == (DEPRECATED.sku, DEPRECATED.package) else None


@strawberry.federation.type(keys=["id", "sku package", "sku variation { id }"], directives=[Custom()])
class Product:
    id: strawberry.ID
    sku: str | None
    package: str | None
    variation: ProductVariation | None
    dimensions: ProductDimension | None
    created_by: User | None = strawberry.federation.field(provides=["totalProductsCreated"])
    notes: str | None = strawberry.federation.field(tags=["internal"])
    research: list[ProductResearch]

    @classmethod
    def resolve_reference(
        cls, id: str = "", sku: str = "", package: str = "", variation: dict[str, str] | None = None
    ) -> "Product | None":
        variant = variation["id"] if variation else None
        for each in PRODUCTS:
            named = each.variation is not None and each.variation.id == variant
            if each.id == id or (each.sku == sku and (each.package == package or named)):
                return each
        return None


@strawberry.federation.interface_object(keys=["id"])
class Inventory:
    id: strawberry.ID

    @strawberry.field
    def deprecated_products(self) -> list[DeprecatedProduct]:
        return [DEPRECATED]

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> "Inventory":
        return cls(id=id)


EMAIL = strawberry.ID("support@apollographql.com")
AUTHOR = User(email=EMAIL, total_products_created=TOTAL, years_of_employment=10)
SIZE = ProductDimension(size="small", weight=1, unit="kg")
RESEARCH = [
    ProductResearch(study=CaseStudy(case_number=strawberry.ID("1234"), description="Federation Study")),
    ProductResearch(study=CaseStudy(case_number=strawberry.ID("1235"), description="Studio Study")),
]
PRODUCTS = [
    Product(
        id=strawberry.ID(id),
        sku=sku,
        package=package,
        variation=ProductVariation(id=strawberry.ID(variation)),
        dimensions=SIZE,
        created_by=AUTHOR,
        notes=None,
        research=[research],
    )
    for (id, sku, package, variation), research in zip(
        [("apollo-federation", "federation", "@apollo/federation", "OSS"), ("apollo-studio", "studio", "", "platform")],
        RESEARCH,
        strict=True,
    )
]
DEPRECATED = DeprecatedProduct(
    sku="apollo-federation-v1",
    package="@apollo/federation-v1",
    reason="Migrate to Federation V2",
    created_by=AUTHOR,
)


@strawberry.type
class Query:
    @strawberry.field
    def product(self, id: strawberry.ID) -> Product | None:
        return next((each for each in PRODUCTS if each.id == id), None)

    @strawberry.field(deprecation_reason="Use product query instead")
    def deprecated_product(self, sku: str, package: str) -> DeprecatedProduct | None:
        return DeprecatedProduct.resolve_reference(sku, package)


SCHEMA = strawberry.federation.Schema(query=Query, types=[Inventory], federation_version="2.3")
"The suite knows versions to 2.3."


def sdl() -> str:
    """What the subgraph tells of itself."""
    return SCHEMA.as_str()


def app() -> ASGIApp:
    """The subgraph behind the edge; who asks need not prove who they are, as the suite does not."""
    tokens = Tokens()
    bearer = f"Bearer {tokens.issue(*Opened)}".encode()

    async def ready() -> None:
        return None

    edge = create_app(graph=Graph(SCHEMA._schema), authenticator=tokens, ready=ready)

    async def let_in(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "headers": [*scope["headers"], (b"authorization", bearer)]}
        await edge(scope, receive, send)

    return let_in
