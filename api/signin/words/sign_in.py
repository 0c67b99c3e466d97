"""What do the pages say on which a person shows who they are?"""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "sign_in": ("Se connecter", "Konekte", "Iniciar sesión", "Sign in"),
    "sign_in_for": (
        "Pour continuer vers {program}",
        "Pou kontinye nan {program}",
        "Para continuar a {program}",
        "To continue to {program}",
    ),
    "passkey_button": (
        "Utiliser une clé d’accès",
        "Sèvi ak yon kle aksè",
        "Usar una llave de acceso",
        "Use a passkey",
    ),
    "passkey_hint": (
        "Votre téléphone, votre ordinateur ou une clé de sécurité vous reconnaît. Il n’y a rien à retenir.",
        "Telefòn ou, òdinatè w oswa yon kle sekirite rekonèt ou. Pa gen anyen pou w sonje.",
        "Su teléfono, su computadora o una llave de seguridad lo reconoce. No hay nada que recordar.",
        "Your phone, your computer or a security key knows you. There is nothing to remember.",
    ),
    "by_password": (
        "Avec un mot de passe et un code",
        "Ak yon modpas ak yon kòd",
        "Con contraseña y código",
        "With a password and a code",
    ),
    "name": ("Nom de connexion", "Non koneksyon", "Nombre de usuario", "Sign-in name"),
    "name_hint": (
        "Le nom ou l’adresse que vous avez choisi.",
        "Non oswa adrès ou te chwazi a.",
        "El nombre o la dirección que eligió.",
        "The name or address that you chose.",
    ),
    "password": ("Mot de passe", "Modpas", "Contraseña", "Password"),
    "by_provider": (
        "Par votre organisation",
        "Pa mwayen òganizasyon w lan",
        "A través de su organización",
        "Through your organisation",
    ),
    "provider_hint": (
        "Si votre organisation a son propre système de connexion, tapez son nom.",
        "Si òganizasyon w lan gen pwòp sistèm koneksyon pa l, tape non li.",
        "Si su organización tiene su propio sistema de acceso, escriba su nombre.",
        "If your organisation has a sign-in of its own, type its name.",
    ),
    "your_organisation": ("votre organisation", "òganizasyon w lan", "su organización", "your organisation"),
    "organisation": ("Organisation", "Òganizasyon", "Organización", "Organisation"),
    "find": ("Chercher", "Chèche", "Buscar", "Find"),
    "provider_go": ("Continuer avec {name}", "Kontinye ak {name}", "Continuar con {name}", "Continue with {name}"),
    "no_provider": (
        (
            "Aucune organisation de ce nom n’a son propre système de connexion. Vérifiez le nom, ou connectez-vous "
            "autrement."
        ),
        (
            "Pa gen okenn òganizasyon ki rele konsa ki gen pwòp sistèm koneksyon pa l. Verifye non an, oswa "
            "konekte yon lòt jan."
        ),
        (
            "Ninguna organización con ese nombre tiene su propio sistema de acceso. Revise el nombre o entre de "
            "otra forma."
        ),
        "No organisation of that name has a sign-in of its own. Check the name, or sign in another way.",
    ),
    "no_account": (
        (
            "Pas encore de compte ? On devient membre par une invitation : demandez-la à l’administrateur de votre "
            "organisation."
        ),
        "Ou poko gen kont? Se ak yon envitasyon yon moun vin manm: mande administratè òganizasyon w lan youn.",
        "¿Aún no tiene cuenta? Se entra por invitación: pídala al administrador de su organización.",
        "No account yet? One becomes a member by invitation: ask your organisation’s administrator for one.",
    ),
    "code_title": ("Votre code", "Kòd ou", "Su código", "Your code"),
    "code_lead": (
        "Ouvrez votre application de codes et tapez les six chiffres qu’elle montre pour Konbit.",
        "Louvri aplikasyon kòd ou a epi tape sis chif li montre pou Konbit.",
        "Abra su aplicación de códigos y escriba las seis cifras que muestra para Konbit.",
        "Open your authenticator app and type the six digits that it shows for Konbit.",
    ),
    "code": ("Code à six chiffres", "Kòd sis chif", "Código de seis cifras", "Six-digit code"),
    "recovery_instead": (
        "Je n’ai pas mon application",
        "Mwen pa gen aplikasyon mwen an",
        "No tengo mi aplicación",
        "I do not have my app",
    ),
    "recovery_code": ("Code de secours", "Kòd sekou", "Código de recuperación", "Recovery code"),
    "recovery_hint": (
        "L’un des codes que vous avez imprimés ou notés. Il ne sert qu’une fois.",
        "Youn nan kòd ou te enprime oswa ekri yo. Li sèvi yon sèl fwa.",
        "Uno de los códigos que imprimió o anotó. Sirve una sola vez.",
        "One of the codes that you printed or wrote down. It counts once.",
    ),
    "confirm_title": (
        "Confirmez que c’est vous",
        "Konfime se ou menm",
        "Confirme que es usted",
        "Confirm that it is you",
    ),
    "confirm_lead": (
        "Ce qui suit demande une preuve de moins de cinq minutes.",
        "Sa ki vin apre a mande yon prèv ki gen mwens pase senk minit.",
        "Lo que sigue requiere una prueba de hace menos de cinco minutos.",
        "What comes next takes a proof of the last five minutes.",
    ),
    "not_you": (
        "Ce n’est pas vous ? Se connecter sous un autre nom",
        "Se pa ou? Konekte ak yon lòt non",
        "¿No es usted? Entrar con otro nombre",
        "Not you? Sign in as somebody else",
    ),
    "account_title": ("Est-ce bien vous ?", "Èske se ou menm?", "¿Es usted?", "Is it you?"),
    "account_go": (
        "Continuer comme {name}",
        "Kontinye kòm {name}",
        "Continuar como {name}",
        "Continue as {name}",
    ),
    "wrong_proof": (
        "Ce nom, ce mot de passe ou ce code ne convient pas. Vérifiez et recommencez.",
        "Non sa a, modpas sa a oswa kòd sa a pa bon. Verifye epi eseye ankò.",
        "Ese nombre, esa contraseña o ese código no es correcto. Revíselos e inténtelo de nuevo.",
        "That name, password or code is not right. Check it and try again.",
    ),
    "wrong_code": (
        "Ce code ne convient pas, ou il a déjà servi. Attendez le suivant et tapez-le.",
        "Kòd sa a pa bon, oswa li te gentan sèvi. Tann pwochen an epi tape l.",
        "Ese código no es correcto o ya se usó. Espere el siguiente y escríbalo.",
        "That code is not right, or was used already. Wait for the next one and type it.",
    ),
    "wrong_passkey": (
        "Cette clé d’accès n’a pas pu être vérifiée. Recommencez, ou connectez-vous autrement.",
        "Nou pa t ka verifye kle aksè sa a. Eseye ankò, oswa konekte yon lòt jan.",
        "No se pudo comprobar esa llave de acceso. Inténtelo de nuevo o entre de otra forma.",
        "That passkey could not be checked. Try again, or sign in another way.",
    ),
    "locked_out": (
        "Trop d’essais. Attendez {minutes} min, puis recommencez. Une clé d’accès peut servir tout de suite.",
        "Twòp esè. Tann {minutes} min, epi eseye ankò. Yon kle aksè ka sèvi touswit.",
        "Demasiados intentos. Espere {minutes} min e inténtelo de nuevo. Una llave de acceso sirve ya.",
        "Too many attempts. Wait {minutes} min, then try again. A passkey works at once.",
    ),
    "sign_out_title": ("Se déconnecter ?", "Dekonekte?", "¿Cerrar la sesión?", "Sign out?"),
    "sign_out_lead": (
        "Les programmes que vous avez ouverts d’ici se ferment aussi.",
        "Pwogram ou te louvri depi isit la ap fèmen tou.",
        "Los programas que abrió desde aquí también se cierran.",
        "Programs that you opened from here close too.",
    ),
    "stay": ("Rester connecté", "Rete konekte", "Seguir con la sesión", "Stay signed in"),
    "signed_out_title": ("Vous êtes déconnecté", "Ou dekonekte", "Sesión cerrada", "You are signed out"),
    "signed_out": (
        "Sur un appareil partagé, fermez aussi le navigateur.",
        "Sou yon aparèy lòt moun sèvi tou, fèmen navigatè a tou.",
        "En un dispositivo compartido, cierre también el navegador.",
        "On a shared device, close the browser too.",
    ),
    "took_too_long": (
        "Cette étape a expiré. Recommencez du début.",
        "Etap sa a ekspire. Rekòmanse depi nan kòmansman.",
        "Este paso caducó. Empiece de nuevo.",
        "This step has expired. Begin again.",
    ),
    "empty_field": ("Remplissez ce champ.", "Ranpli chan sa a.", "Complete este campo.", "Fill in this field."),
}
"By name: French, Kreyòl, Spanish, English."
