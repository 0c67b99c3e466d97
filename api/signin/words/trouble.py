"""What is a person told when something went wrong? What happened, and what to do about it."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "title_unavailable": (
        "Un moment, s’il vous plaît",
        "Yon ti moman, tanpri",
        "Un momento, por favor",
        "One moment, please",
    ),
    "text_unavailable": (
        "Le service ne répond pas. Rien n’a été perdu : rechargez la page dans quelques instants.",
        "Sèvis la pa reponn. Anyen pa pèdi: rechaje paj la nan kèk segond.",
        "El servicio no responde. No se perdió nada: recargue la página en unos instantes.",
        "The service does not answer. Nothing was lost: reload the page in a moment.",
    ),
    "title_fault": ("Une erreur de notre côté", "Yon erè bò kote pa nou", "Un error nuestro", "A fault of ours"),
    "text_fault": (
        "Recommencez. Si cela se répète, signalez-le avec ce numéro : {identity}",
        "Eseye ankò. Si sa repete, siyale l ak nimewo sa a: {identity}",
        "Inténtelo de nuevo. Si se repite, comuníquelo con este número: {identity}",
        "Try again. If it happens again, report it with this number: {identity}",
    ),
    "title_foreign_form": (
        "Cette page n’est plus à jour",
        "Paj sa a pa ajou ankò",
        "Esta página ya no está al día",
        "This page is out of date",
    ),
    "text_foreign_form": (
        "Rien n’a été fait. Revenez en arrière, rechargez la page et recommencez ; les cookies doivent être permis.",
        "Anyen pa fèt. Tounen dèyè, rechaje paj la epi eseye ankò; fòk ou pèmèt bonbon (cookies) yo.",
        "No se hizo nada. Vuelva atrás, recargue la página e inténtelo de nuevo; las cookies deben estar permitidas.",
        "Nothing was done. Go back, reload the page and try again; cookies must be allowed.",
    ),
    "title_bad_form": (
        "Ce formulaire ne peut pas être lu",
        "Nou pa ka li fòm sa a",
        "Este formulario no se puede leer",
        "This form cannot be read",
    ),
    "text_bad_form": (
        "Rien n’a été fait. Revenez en arrière et remplissez-le de nouveau, plus court.",
        "Anyen pa fèt. Tounen dèyè epi ranpli l ankò, pi kout.",
        "No se hizo nada. Vuelva atrás y complételo de nuevo, más corto.",
        "Nothing was done. Go back and fill it in again, shorter.",
    ),
    "title_stale_request": (
        "Cette demande a expiré",
        "Demann sa a ekspire",
        "Esta solicitud caducó",
        "This request has expired",
    ),
    "text_stale_request": (
        "Elle est trop ancienne, ou elle a déjà reçu sa réponse. Retournez au programme et connectez-vous de nouveau.",
        "Li twò ansyen, oswa li te gentan jwenn repons. Tounen nan pwogram nan epi konekte ankò.",
        "Es demasiado antigua o ya recibió su respuesta. Vuelva al programa y entre de nuevo.",
        "It is too old, or was answered already. Go back to the program and sign in again.",
    ),
    "title_wrong_request": (
        "Ce programme n’a pas demandé correctement",
        "Pwogram sa a pa mande kòrèkteman",
        "Este programa no preguntó correctamente",
        "This program did not ask correctly",
    ),
    "text_wrong_request": (
        "Pour votre sécurité, vous n’êtes renvoyé nulle part. Prévenez ceux qui s’occupent du programme : {reason}",
        "Pou sekirite w, nou pa voye w okenn kote. Avèti moun ki okipe pwogram nan: {reason}",
        "Por su seguridad, no se le envía a ninguna parte. Avise a quienes mantienen el programa: {reason}",
        "For your safety you are sent nowhere. Tell those who look after the program: {reason}",
    ),
    "title_no_such_page": (
        "Cette page n’existe pas",
        "Paj sa a pa egziste",
        "Esta página no existe",
        "There is no such page",
    ),
    "text_no_such_page": (
        "Vérifiez l’adresse, ou commencez par votre compte.",
        "Verifye adrès la, oswa kòmanse nan kont ou.",
        "Revise la dirección o empiece por su cuenta.",
        "Check the address, or begin at your account.",
    ),
    "title_bad_invitation": (
        "Cette invitation ne vaut plus",
        "Envitasyon sa a pa bon ankò",
        "Esta invitación ya no vale",
        "This invitation is not good any more",
    ),
    "text_bad_invitation": (
        "Elle a expiré, a été retirée, ou quelqu’un l’a déjà acceptée. Demandez-en une nouvelle à votre organisation.",
        "Li ekspire, yo retire l, oswa yon moun te gentan aksepte l. Mande òganizasyon w lan yon lòt.",
        "Caducó, fue retirada o alguien ya la aceptó. Pida una nueva a su organización.",
        "It has expired, was withdrawn, or somebody accepted it already. Ask your organisation for a new one.",
    ),
    "title_provider_trouble": (
        "La connexion par votre organisation n’a pas abouti",
        "Koneksyon pa mwayen òganizasyon w lan pa mache",
        "El acceso por su organización no se completó",
        "Signing in through your organisation did not succeed",
    ),
    "text_provider_trouble": (
        (
            "Son système ne répond pas, a refusé, ou ne vous connaît pas ici. Recommencez ; si cela se "
            "répète, demandez à l’administrateur de votre organisation."
        ),
        (
            "Sistèm li a pa reponn, li refize, oswa li pa konnen w isit la. Eseye ankò; si sa repete, mande "
            "administratè òganizasyon w lan."
        ),
        (
            "Su sistema no responde, rechazó, o no lo conoce aquí. Inténtelo de nuevo; si se repite, pregunte al "
            "administrador de su organización."
        ),
        (
            "Its system does not answer, refused, or does not know you here. Try again; if it happens again, ask your "
            "organisation’s administrator."
        ),
    ),
    "title_too_many": ("Trop d’essais", "Twòp esè", "Demasiados intentos", "Too many attempts"),
    "text_too_many": (
        "Attendez {minutes} min, puis recommencez.",
        "Tann {minutes} min, epi eseye ankò.",
        "Espere {minutes} min e inténtelo de nuevo.",
        "Wait {minutes} min, then try again.",
    ),
    "title_not_allowed": ("Ce n’est pas pour vous", "Sa a pa pou ou", "Esto no es para usted", "This is not for you"),
    "text_not_allowed": (
        "Cette page est pour les administrateurs d’une organisation. Si vous en êtes un, connectez-vous sous ce nom.",
        "Paj sa a se pou administratè yon òganizasyon. Si w se youn, konekte ak non sa a.",
        "Esta página es para los administradores de una organización. Si usted lo es, entre con ese nombre.",
        "This page is for an organisation’s administrators. If you are one, sign in as such.",
    ),
    "title_vouched_for": (
        "Cela se change chez votre organisation",
        "Sa chanje nan òganizasyon w lan",
        "Eso se cambia en su organización",
        "That is changed at your organisation",
    ),
    "text_vouched_for": (
        "Le système de votre organisation vous connecte ici. Ce par quoi vous vous connectez se change là-bas.",
        "Se sistèm òganizasyon w lan ki konekte w isit la. Sa w sèvi pou w konekte a chanje lòtbò a.",
        "El sistema de su organización lo conecta aquí. Con qué entra se cambia allí.",
        "Your organisation’s own system signs you in here. What you sign in with is changed there.",
    ),
    "title_too_many_passkeys": (
        "Vous avez déjà 20 clés d’accès",
        "Ou gen 20 kle aksè deja",
        "Ya tiene 20 llaves de acceso",
        "You have 20 passkeys already",
    ),
    "text_too_many_passkeys": (
        "Retirez-en une d’abord, dans votre compte.",
        "Retire youn anvan, nan kont ou.",
        "Quite una primero, en su cuenta.",
        "Remove one first, in your account.",
    ),
    "title_not_your_link": (
        "Vous êtes déjà quelqu’un d’autre ici",
        "Ou se yon lòt moun isit la deja",
        "Usted ya es otra persona aquí",
        "You are somebody else here already",
    ),
    "text_not_your_link": (
        "Le système de votre organisation vous connaît sous un autre compte. Déconnectez-vous, puis recommencez.",
        "Sistèm òganizasyon w lan konnen w ak yon lòt kont. Dekonekte, epi rekòmanse.",
        "El sistema de su organización lo conoce con otra cuenta. Cierre la sesión y empiece de nuevo.",
        "Your organisation’s system knows you by another account. Sign out, then begin again.",
    ),
    "title_no_membership": (
        "Aucune organisation ne convient",
        "Pa gen òganizasyon ki mache",
        "Ninguna organización sirve",
        "No organisation fits",
    ),
    "text_no_membership": (
        (
            "{program} sert une organisation dont vous n’êtes pas membre, ou votre adhésion est suspendue. Demandez à "
            "l’administrateur de votre organisation."
        ),
        "{program} sèvi yon òganizasyon ou pa manm ladan l, oswa yo sispann ou. Mande administratè òganizasyon w lan.",
        (
            "{program} sirve a una organización de la que no es miembro, o su membresía está suspendida. Pregunte al "
            "administrador de su organización."
        ),
        (
            "{program} serves an organisation that you are not a member of, or your membership is suspended. Ask your "
            "organisation’s administrator."
        ),
    ),
}
"By name: French, Kreyòl, Spanish, English."
