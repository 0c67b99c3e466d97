"""What does the page of an invitation say?"""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "invitation_title": (
        "{organization} vous invite",
        "{organization} envite w",
        "{organization} le invita",
        "{organization} invites you",
    ),
    "invitation_for": (
        "Cette invitation est pour {name}, jusqu’au {day}.",
        "Envitasyon sa a se pou {name}, jiska {day}.",
        "Esta invitación es para {name}, hasta el {day}.",
        "This invitation is for {name}, until {day}.",
    ),
    "invitation_by": ("De la part de {name}", "Nan non {name}", "De parte de {name}", "From {name}"),
    "as_roles": ("En tant que :", "Kòm:", "Como:", "As:"),
    "join_as": ("Rejoindre comme {name}", "Antre kòm {name}", "Unirse como {name}", "Join as {name}"),
    "have_account": (
        "J’ai déjà un compte",
        "Mwen gen yon kont deja",
        "Ya tengo una cuenta",
        "I have an account already",
    ),
    "have_account_go": (
        "Se connecter et rejoindre",
        "Konekte epi antre",
        "Iniciar sesión y unirse",
        "Sign in and join",
    ),
    "new_account": ("Créer un compte", "Kreye yon kont", "Crear una cuenta", "Create an account"),
    "new_by_passkey": (
        "Créer avec une clé d’accès",
        "Kreye ak yon kle aksè",
        "Crear con una llave de acceso",
        "Create with a passkey",
    ),
    "new_by_password": (
        "Plutôt avec un mot de passe et un code",
        "Pito ak yon modpas ak yon kòd",
        "Mejor con contraseña y código",
        "Rather with a password and a code",
    ),
    "your_name": ("Votre nom", "Non ou", "Su nombre", "Your name"),
    "wanted_name": (
        "Nom de connexion souhaité",
        "Non koneksyon ou ta vle",
        "Nombre de usuario deseado",
        "Sign-in name you would like",
    ),
    "wanted_name_hint": (
        "Nous y ajoutons quatre chiffres et vous le montrons.",
        "N ap ajoute kat chif ladan l epi n ap montre w li.",
        "Le añadimos cuatro cifras y se lo mostramos.",
        "We add four digits to it and show it to you.",
    ),
    "invitation_by_provider": (
        "Votre organisation vous connaît par son propre système : connectez-vous là.",
        "Òganizasyon w lan konnen w nan pwòp sistèm pa l: konekte la.",
        "Su organización lo conoce por su propio sistema: entre allí.",
        "Your organisation knows you by a sign-in of its own: sign in there.",
    ),
    "joined_title": ("Bienvenue", "Byenvini", "Bienvenido", "Welcome"),
    "joined": (
        "Vous êtes membre de {organization}.",
        "Ou manm {organization}.",
        "Ya es miembro de {organization}.",
        "You are a member of {organization}.",
    ),
}
"By name: French, Kreyòl, Spanish, English."
