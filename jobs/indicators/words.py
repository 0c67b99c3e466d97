"""What are the values of a dimension called? In the four languages, in the order in which they are listed."""

from collections.abc import Mapping

from jobs.indicators.definition import Texts, texts
from models.rules.vocabulary import AgeGroup, IndicatorDimension, ParticipantKind, ReturnType, Sex

UNKNOWN = "UNKNOWN"
"What every dimension also holds: who is counted and not described."
NOT_KNOWN = texts("Inconnu", "Enkoni", "Desconocido", "Unknown")


def _years(of: str) -> Texts:
    return texts(f"{of} ans", f"{of} an", f"{of} años", f"{of} years")


SEXES: Mapping[str, Texts] = {
    Sex.FEMALE: texts("Féminin", "Fi", "Femenino", "Female"),
    Sex.MALE: texts("Masculin", "Gason", "Masculino", "Male"),
    UNKNOWN: NOT_KNOWN,
}
"""OTHER reads as UNKNOWN, as in the stub of a referral (design: domain, "Classes")."""
AGES: Mapping[str, Texts] = {
    AgeGroup.AGE_0_4: _years("0–4"),
    AgeGroup.AGE_5_11: _years("5–11"),
    AgeGroup.AGE_12_17: _years("12–17"),
    AgeGroup.AGE_18_24: _years("18–24"),
    AgeGroup.AGE_25_59: _years("25–59"),
    AgeGroup.AGE_60_PLUS: texts("60 ans et plus", "60 an oswa plis", "60 años y más", "60 years and over"),
    UNKNOWN: NOT_KNOWN,
}
RETURNS: Mapping[str, Texts] = {
    ReturnType.SELF_ORGANISED: texts(
        "Retour spontané", "Retounen poukont li", "Retorno espontáneo", "Spontaneous return"
    ),
    ReturnType.FORCED_SELF_REPORTED: texts(
        "Expulsion déclarée", "Di yo depòte l", "Deportación declarada", "Claimed deported"
    ),
    ReturnType.FORCED_CONFIRMED: texts(
        "Expulsion officielle", "Depòte ofisyèlman", "Deportación oficial", "Officially deported"
    ),
    ReturnType.ASSISTED_VOLUNTARY: texts(
        "Retour volontaire assisté", "Retou volontè ak èd", "Retorno voluntario asistido", "Assisted voluntary return"
    ),
    ReturnType.NOT_A_RETURN: texts("Pas un retour", "Pa yon retou", "No es un retorno", "Not a return"),
    UNKNOWN: NOT_KNOWN,
}
KINDS: Mapping[str, Texts] = {
    ParticipantKind.STATE_AGENT: texts("Agents de l'État", "Ajan Leta", "Agentes del Estado", "State agents"),
    ParticipantKind.LOCAL_AUTHORITY: texts(
        "Autorités locales", "Otorite lokal", "Autoridades locales", "Local authorities"
    ),
    ParticipantKind.POLICE: texts("Police", "Lapolis", "Policía", "Police"),
    ParticipantKind.JUSTICE: texts("Justice", "Lajistis", "Justicia", "Justice"),
    ParticipantKind.HEALTH: texts("Santé", "Sante", "Salud", "Health"),
    ParticipantKind.EDUCATION: texts("Éducation", "Edikasyon", "Educación", "Education"),
    ParticipantKind.NGO: texts("ONG", "ONG", "ONG", "NGOs"),
    ParticipantKind.COMMUNITY: texts("Communauté", "Kominote", "Comunidad", "Community"),
    ParticipantKind.MEDIA: texts("Médias", "Medya", "Medios", "Media"),
    ParticipantKind.UNITED_NATIONS: texts("Nations Unies", "Nasyon Zini", "Naciones Unidas", "United Nations"),
    ParticipantKind.OTHER: texts("Autres", "Lòt", "Otros", "Others"),
}
WORDS: Mapping[str, Mapping[str, Texts]] = {
    IndicatorDimension.SEX: SEXES,
    IndicatorDimension.AGE_GROUP: AGES,
    IndicatorDimension.RETURN_TYPE: RETURNS,
    IndicatorDimension.ORGANIZATION_KIND: KINDS,
}
"By dimension; departments are called as the table of areas calls them, months and quarters by their numbers."
