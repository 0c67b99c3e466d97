"""What do the pages say on which the directory is looked after?"""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "stewards": ("Le répertoire", "Repètwa a", "El directorio", "The directory"),
    "queue_suggestions": ("Suggestions", "Sijesyon", "Sugerencias", "Suggestions"),
    "queue_suggestions_lead": (
        "Ce que d’autres disent de fiches : juste, à corriger, fermé.",
        "Sa lòt moun di sou antre yo: sa pou korije, sa ki fèmen.",
        "Lo que otros dicen de las fichas: por corregir, cerrado.",
        "What others say of entries: to be corrected, closed.",
    ),
    "queue_unchecked": ("À vérifier", "Pou verifye", "Por verificar", "To be checked"),
    "queue_unchecked_lead": (
        "Personne ne les a vérifiées depuis six mois.",
        "Pèsonn pa verifye yo depi sis mwa.",
        "Nadie las ha verificado en seis meses.",
        "Nobody has checked them for six months.",
    ),
    "queue_asked": (
        "Vérifications en attente",
        "Verifikasyon k ap tann",
        "Verificaciones pendientes",
        "Verifications awaited",
    ),
    "queue_asked_lead": (
        "On a demandé si la fiche est toujours juste ; la réponse manque.",
        "Yo mande si antre a toujou bon; repons lan manke.",
        "Se preguntó si la ficha sigue siendo correcta; falta la respuesta.",
        "Somebody was asked whether the entry is still right; the answer is missing.",
    ),
    "queue_empty": (
        "Rien n’attend ici.",
        "Pa gen anyen k ap tann isit la.",
        "Nada espera aquí.",
        "Nothing waits here.",
    ),
    "queue_beyond": (
        "Il y en a d’autres : ils apparaissent quand ceux-ci sont décidés.",
        "Gen lòt: y ap parèt lè sa yo fin deside.",
        "Hay más: aparecen cuando estos estén decididos.",
        "There are more: they appear once these are decided.",
    ),
    "last_checked": (
        "Vérifiée : {when}",
        "Verifye: {when}",
        "Verificada: {when}",
        "Last checked: {when}",
    ),
    "not_yet": ("pas encore", "poko", "todavía no", "not yet"),
    "no_address": (
        "Aucune adresse connue",
        "Pa gen adrès nou konnen",
        "No se conoce dirección",
        "No address is known",
    ),
    "by_link": ("Par un lien remis", "Pa yon lyen yo remèt", "Por un enlace entregado", "By a link handed over"),
    "letter_sent": ("Lettre envoyée : {when}", "Lèt voye: {when}", "Carta enviada: {when}", "Letter sent: {when}"),
    "who_answered": (
        "La personne interrogée",
        "Moun yo te mande a",
        "La persona consultada",
        "Whoever was asked",
    ),
    "said_closed": (
        "Dit que le service n’existe plus",
        "Di sèvis la pa egziste ankò",
        "Dice que el servicio ya no existe",
        "Says that the service is no longer given",
    ),
    "accept_suggestion": ("Accepter", "Aksepte", "Aceptar", "Accept"),
    "decline_suggestion": ("Décliner", "Refize", "Rechazar", "Decline"),
    "ask_by_letter": ("Demander par courriel", "Mande pa imèl", "Preguntar por correo", "Ask by e-mail"),
    "ask_by_link": ("Faire un lien", "Fè yon lyen", "Crear un enlace", "Make a link"),
    "cancel_request": ("Annuler la demande", "Anile demann lan", "Anular la solicitud", "Cancel the request"),
    "verification_link": (
        "Le lien de vérification",
        "Lyen verifikasyon an",
        "El enlace de verificación",
        "The verification link",
    ),
    "why": ("Pourquoi (facultatif)", "Poukisa (si w vle)", "Por qué (opcional)", "Why (optional)"),
}
