"""What are the roles of a member called? In each of the four languages."""

from collections.abc import Mapping

from models.rules.roles import Role

WORDS: Mapping[Role, tuple[str, str, str, str]] = {
    Role.REGISTRATION_OFFICER: (
        "Agent d’enregistrement",
        "Ajan anrejistreman",
        "Oficial de registro",
        "Registration officer",
    ),
    Role.INTAKE: ("Accueil des orientations", "Akèy referans yo", "Recepción de derivaciones", "Intake"),
    Role.CASE_WORKER: ("Gestionnaire de cas", "Jesyonè ka", "Gestor de casos", "Case worker"),
    Role.SUPERVISOR: ("Superviseur", "Sipèvizè", "Supervisor", "Supervisor"),
    Role.COUNSELLOR: ("Conseiller psychosocial", "Konseye sikososyal", "Consejero psicosocial", "Counsellor"),
    Role.FOCAL_POINT: (
        "Point focal violences et traite",
        "Pwen fokal vyolans ak trafik moun",
        "Punto focal de violencia y trata",
        "Focal point for violence and trafficking",
    ),
    Role.HOTLINE_OPERATOR: (
        "Opérateur de la ligne d’appel",
        "Operatè liy dijans la",
        "Operador de la línea de ayuda",
        "Hotline operator",
    ),
    Role.COORDINATOR: ("Coordinateur", "Kowòdonatè", "Coordinador", "Coordinator"),
    Role.ENUMERATOR: ("Enquêteur à la frontière", "Anketè sou fwontyè a", "Encuestador en la frontera", "Enumerator"),
    Role.TRAINER: ("Formateur", "Fòmatè", "Formador", "Trainer"),
    Role.ANALYST: ("Analyste", "Analis", "Analista", "Analyst"),
    Role.DIRECTORY_EDITOR: (
        "Rédacteur de l’annuaire",
        "Redaktè anyè a",
        "Editor del directorio",
        "Directory editor",
    ),
    Role.NETWORK_STEWARD: (
        "Responsable du réseau",
        "Responsab rezo a",
        "Responsable de la red",
        "Network steward",
    ),
    Role.DATA_PROTECTION_OFFICER: (
        "Délégué à la protection des données",
        "Responsab pwoteksyon done",
        "Delegado de protección de datos",
        "Data protection officer",
    ),
    Role.ADMINISTRATOR: ("Administrateur", "Administratè", "Administrador", "Administrator"),
}
"By role: French, Kreyòl, Spanish, English."
