"""What do all pages say? The frame around each: its head, its foot, its dates and its buttons."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "skip": ("Aller au contenu", "Ale nan paj la", "Ir al contenido", "Skip to the content"),
    "language": ("Langue", "Lang", "Idioma", "Language"),
    "network": ("Réseau de partenaires", "Rezo patnè yo", "Red de socios", "Partner network"),
    "your_account": ("Votre compte", "Kont ou", "Su cuenta", "Your account"),
    "sign_out": ("Se déconnecter", "Dekonekte", "Cerrar la sesión", "Sign out"),
    "error": ("Erreur", "Erè", "Error", "Error"),
    "back": ("Retour", "Tounen", "Volver", "Back"),
    "cancel": ("Annuler", "Anile", "Cancelar", "Cancel"),
    "go_on": ("Continuer", "Kontinye", "Continuar", "Continue"),
    "save": ("Enregistrer", "Anrejistre", "Guardar", "Save"),
    "at_site": ("à {site}", "nan {site}", "en {site}", "at {site}"),
    "whole_organisation": (
        "toute l’organisation",
        "tout òganizasyon an",
        "toda la organización",
        "the whole organisation",
    ),
    "needs_script": (
        "Les clés d’accès demandent JavaScript. Sans lui, utilisez votre mot de passe et un code.",
        "Kle aksè yo bezwen JavaScript. San li, sèvi ak modpas ou ak yon kòd.",
        "Las llaves de acceso necesitan JavaScript. Sin él, use su contraseña y un código.",
        "Passkeys need JavaScript. Without it, use your password and a code.",
    ),
}
"By name: French, Kreyòl, Spanish, English."
