"""What kind of system is at an address? Each connector is asked whether it is one of its own."""

from dataclasses import dataclass

from models.partners import PartnerKind
from partners.connector import Look, Source
from partners.connectors import CONNECTORS
from partners.outgoing import Asker
from partners.records import Unreadable
from partners.settings import Settings, WrongSetting

ORDER = (
    PartnerKind.FHIR,
    PartnerKind.HSDS,
    PartnerKind.GRAPHQL,
    PartnerKind.CSV,
    PartnerKind.OPENCRVS,
)
"What says of itself what it is comes before what is taken for it by its headings."


class NotRecognised(Unreadable):
    """Nobody of ours can read what is at that address."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a system turned out to be."""

    kind: PartnerKind
    look: Look


async def recognise(address: str, settings: Settings, ask: Asker) -> Recognised:
    """This will ask what is at an address, of each kind in turn. Raises NotRecognised, with what each said."""
    source, said, doubtful = Source(address, settings), [], None
    web = address.startswith(("http://", "https://"))
    for kind in ORDER:
        if kind not in CONNECTORS or not (web or kind is PartnerKind.CSV):
            continue
        try:
            found = Recognised(kind, await CONNECTORS[kind].look(source, ask))
        except (Unreadable, WrongSetting) as failure:
            said.append(f"{kind}: {failure}")
            continue
        # An HSDS API that tells no version is taken for one only where nothing else would have it.
        if kind is not PartnerKind.HSDS or found.look.details.get("version"):
            return found
        doubtful = doubtful or found
    if doubtful:
        return doubtful
    raise NotRecognised("\n".join(["Nothing there that can be read:", *said]))
