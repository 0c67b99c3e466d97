"""What do the pages say on which a person sets a password, links an app, and is shown recovery codes?"""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "password_title": ("Votre mot de passe", "Modpas ou", "Su contraseña", "Your password"),
    "new_password": ("Nouveau mot de passe", "Nouvo modpas", "Contraseña nueva", "New password"),
    "new_password_hint": (
        "Au moins 12 caractères. Quatre mots que vous seul mettriez ensemble conviennent bien.",
        "Omwen 12 karaktè. Kat mo ou menm sèl ta mete ansanm bon anpil.",
        "Al menos 12 caracteres. Cuatro palabras que solo usted juntaría sirven bien.",
        "At least 12 characters. Four words that you alone would put together make a good one.",
    ),
    "password_too_short": (
        "Il faut au moins 12 caractères.",
        "Fòk li gen omwen 12 karaktè.",
        "Se necesitan al menos 12 caracteres.",
        "It needs at least 12 characters.",
    ),
    "password_too_long": (
        "Au plus 200 caractères.",
        "200 karaktè pou pi plis.",
        "Como máximo 200 caracteres.",
        "At most 200 characters.",
    ),
    "password_too_common": (
        "Un étranger l’essaierait parmi les premiers. Choisissez des mots que vous seul mettriez ensemble.",
        "Se youn nan premye sa yon etranje t ap eseye. Chwazi mo ou menm sèl ta mete ansanm.",
        "Un extraño lo probaría entre los primeros. Elija palabras que solo usted juntaría.",
        "A stranger would try it among the first. Choose words that you alone would put together.",
    ),
    "password_own_name": (
        "Il ressemble trop à votre nom. Choisissez des mots que personne n’attend de vous.",
        "Li sanble non w twòp. Chwazi mo pèsonn pa t ap tann de ou.",
        "Se parece demasiado a su nombre. Elija palabras que nadie espere de usted.",
        "It is little more than your name. Choose words that nobody would expect of you.",
    ),
    "password_kept": (
        "Le mot de passe est changé. Vos autres sessions sont terminées.",
        "Modpas la chanje. Lòt sesyon ou yo fini.",
        "La contraseña se cambió. Sus demás sesiones terminaron.",
        "The password is changed. Your other sessions have ended.",
    ),
    "wrong_first_code": (
        "Ce code ne convient pas ; l’heure du téléphone est peut-être fausse. Essayez le suivant.",
        "Kòd sa a pa bon; petèt lè telefòn nan pa bon. Eseye pwochen an.",
        "Ese código no es correcto; quizá la hora del teléfono esté mal. Pruebe el siguiente.",
        "That code is not right; the phone’s clock may be wrong. Try the next one.",
    ),
    "totp_title": (
        "Lier une application de codes",
        "Konekte yon aplikasyon kòd",
        "Vincular una aplicación de códigos",
        "Link an authenticator app",
    ),
    "totp_lead": (
        "Avec une application de codes de votre téléphone, lisez ce dessin. Puis tapez le code qu’elle montre.",
        "Ak yon aplikasyon kòd sou telefòn ou, li desen sa a. Apre sa tape kòd li montre a.",
        "Con una aplicación de códigos de su teléfono, lea este dibujo. Después escriba el código que muestra.",
        "Read this picture with an authenticator app on your phone. Then type the code that it shows.",
    ),
    "totp_picture": (
        "Code QR pour votre application",
        "Kòd QR pou aplikasyon ou an",
        "Código QR para su aplicación",
        "QR code for your app",
    ),
    "totp_by_hand": (
        "Si elle ne peut pas lire le dessin, tapez-y ceci :",
        "Si li pa ka li desen an, tape sa a ladan l:",
        "Si no puede leer el dibujo, escriba esto en ella:",
        "If it cannot read the picture, type this into it:",
    ),
    "totp_link": (
        "Ouvrir l’application sur ce téléphone",
        "Louvri aplikasyon an sou telefòn sa a",
        "Abrir la aplicación en este teléfono",
        "Open the app on this phone",
    ),
    "recovery_ask": (
        "Les codes d’avant ne vaudront plus.",
        "Kòd anvan yo p ap bon ankò.",
        "Los códigos de antes dejarán de valer.",
        "The codes of before will count no more.",
    ),
    "recovery_title": (
        "Vos codes de secours",
        "Kòd sekou w yo",
        "Sus códigos de recuperación",
        "Your recovery codes",
    ),
    "recovery_lead": (
        (
            "Imprimez-les ou notez-les, et gardez-les en lieu sûr. Chacun remplace une fois le code de votre "
            "application. Ils ne seront plus jamais montrés."
        ),
        (
            "Enprime yo oswa ekri yo, epi sere yo yon kote ki an sekirite. Chak ranplase kòd aplikasyon ou an "
            "yon sèl fwa. Yo p ap janm parèt ankò."
        ),
        (
            "Imprímalos o anótelos y guárdelos en un lugar seguro. Cada uno sustituye una vez al código de su "
            "aplicación. No se mostrarán nunca más."
        ),
        (
            "Print them or write them down, and keep them somewhere safe. Each takes the place of your app’s "
            "code once. They will never be shown again."
        ),
    ),
    "name_shown": (
        "Votre nom de connexion, à noter aussi :",
        "Non koneksyon ou, ekri l tou:",
        "Su nombre de usuario, anótelo también:",
        "Your sign-in name; write it down too:",
    ),
    "print": ("Imprimer", "Enprime", "Imprimir", "Print"),
    "kept_safe": (
        "C’est noté, continuer",
        "Mwen ekri yo, kontinye",
        "Ya los anoté, continuar",
        "I have written them down, go on",
    ),
}
"By name: French, Kreyòl, Spanish, English."
