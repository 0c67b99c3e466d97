"""How is a figure that was published elsewhere declared? With its source, its period, and whether it was verified."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from jobs.indicators.definition import Definition, Texts, texts
from models.rules.vocabulary import IndicatorDimension, Tier

SITREP = "IOM Haiti, Border Monitoring Situation Report, 28 September 2017"
SITREP_URL = (
    "https://reliefweb.int/report/haiti/"
    "iom-haiti-border-monitoring-situation-report-tracking-returnees-dominican-republic"
)
CENTRES_OPENED = "IOM, news of the opening of the fourth Border Resource Centre at Ouanaminthe, 1 March 2018"
CENTRES_URL = "https://www.iom.int/news/iom-humanitarian-partners-assist-vulnerable-haitian-migrants"
BRIEF = "IOM Haiti, figures of the Border Resource Centers project as its brief gives them"
PROJECT_BEGAN, PROJECT_ENDED = date(2016, 3, 23), date(2018, 9, 30)
"Of the project Assisting Vulnerable Children and Women in Haiti's Border Areas (Global Affairs Canada, D002728001)."
MONITORED_SINCE, REPORTED = date(2015, 6, 1), date(2017, 9, 28)
UNVERIFIED = texts(
    "Chiffre non vérifié : seul le descriptif du projet le donne. La période est celle du projet.",
    "Chif ki pa verifye: se dokiman pwojè a sèlman ki bay li. Peryòd la se peryòd pwojè a.",
    "Cifra no verificada: solo la da la descripción del proyecto. El período es el del proyecto.",
    "Unverified: only the project brief gives this figure. The period is the project's.",
)
UNVERIFIED_SINCE_2008 = texts(
    "Chiffre non vérifié : seul le descriptif du projet le donne, sans dire jusqu'à quand : c'est la fin du projet.",
    "Chif ki pa verifye: se dokiman pwojè a sèlman ki bay li, san di jiska kilè; nou pran fen pwojè a.",
    "Cifra no verificada: solo la da la descripción del proyecto, sin decir hasta cuándo; se toma el fin del proyecto.",
    "Unverified: only the project brief gives this figure, and not until when; the project's end is taken.",
)
SINCE_JUNE_2015 = texts(
    "Cumul depuis juin 2015, le premier jour du suivi n'étant pas indiqué.",
    "Total depi jen 2015; rapò a pa di ki premye jou.",
    "Acumulado desde junio de 2015; el informe no dice el primer día.",
    "Cumulative since June 2015; the report does not name the first day.",
)
RESIDUAL = texts(
    "Cumul depuis juin 2015. Les trois catégories publiées font 229 208 ; les 677 restants sont inconnus.",
    "Total depi jen 2015. Twa kategori ki pibliye yo fè 229 208; rès 677 yo enkoni.",
    "Acumulado desde junio de 2015. Las tres categorías publicadas suman 229.208; los 677 restantes son desconocidos.",
    "Cumulative since June 2015. The three published categories sum to 229,208; the other 677 are unknown.",
)


@dataclass(frozen=True, slots=True)
class Published:
    """One figure as it was published: exact, never rounded, never suppressed."""

    definition: Definition
    total: int
    source: str
    period: tuple[date, date]
    as_of: date
    notes: Texts | None = None
    url: str | None = None
    verified: bool = True
    parts: Mapping[str, int] = field(default_factory=dict)
    "By value of the definition's one dimension, where parts were published; the rest is unknown."


def told(
    code: str,
    total: int,
    unit: str,
    tier: Tier,
    names: Texts,
    what: Texts,
    *,
    target: int | None = None,
    since: date = PROJECT_BEGAN,
    notes: Texts = UNVERIFIED,
) -> Published:
    """A figure that only the project brief gives."""
    definition = Definition(code, names, what, unit, what["en"], tier, target=target)
    return Published(definition, total, BRIEF, (since, PROJECT_ENDED), PROJECT_ENDED, notes, verified=False)


def reported(
    code: str,
    total: int,
    unit: str,
    tier: Tier,
    names: Texts,
    what: Texts,
    *,
    notes: Texts = SINCE_JUNE_2015,
    parts: Mapping[str, int] | None = None,
) -> Published:
    """A figure of the situation report of 28 September 2017."""
    dimensions = (IndicatorDimension.RETURN_TYPE,) if parts else ()
    definition = Definition(code, names, what, unit, what["en"], tier, dimensions)
    period = (MONITORED_SINCE, REPORTED)
    return Published(definition, total, SITREP, period, REPORTED, notes, SITREP_URL, parts=parts or {})
