"""What do the pages say on which a person decides: for which organisation, for which program, for which device?"""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "choose_title": (
        "Pour quelle organisation ?",
        "Pou ki òganizasyon?",
        "¿Para qué organización?",
        "For which organisation?",
    ),
    "choose_lead": (
        "{program} agira pour une seule. Vous pourrez en changer en vous reconnectant.",
        "{program} ap aji pou youn sèlman. W ap ka chanje l lè w rekonekte.",
        "{program} actuará para una sola. Podrá cambiarla al volver a entrar.",
        "{program} will act for one alone. You can change it by signing in again.",
    ),
    "consent_title": (
        "Autoriser {program} ?",
        "Otorize {program}?",
        "¿Autorizar {program}?",
        "Allow {program}?",
    ),
    "program_of": (
        "Un programme de {organization}",
        "Yon pwogram {organization}",
        "Un programa de {organization}",
        "A program of {organization}",
    ),
    "acting_for": (
        "Il agira en votre nom pour {organization} et pourra :",
        "L ap aji nan non w pou {organization} epi l ap kapab:",
        "Actuará en su nombre para {organization} y podrá:",
        "It will act in your name for {organization}, and may:",
    ),
    "never_more": (
        "Jamais plus que ce que vous pouvez vous-même. Vous pouvez y mettre fin à tout moment dans votre compte.",
        "Janm plis pase sa ou menm ou kapab. Ou ka mete fen nan sa nenpòt lè nan kont ou.",
        "Nunca más de lo que usted mismo puede. Puede ponerle fin en cualquier momento en su cuenta.",
        "Never more than you may yourself. You can end it at any time in your account.",
    ),
    "goes_to": (
        "Vous irez ensuite à {address}",
        "Apre sa w ap ale nan {address}",
        "Después irá a {address}",
        "You will then go to {address}",
    ),
    "allow": ("Autoriser", "Otorize", "Autorizar", "Allow"),
    "refuse": ("Refuser", "Refize", "Rechazar", "Refuse"),
    "device_title": ("Connecter un appareil", "Konekte yon aparèy", "Conectar un dispositivo", "Connect a device"),
    "device_lead": (
        "Tapez le code que l’appareil montre.",
        "Tape kòd aparèy la montre a.",
        "Escriba el código que muestra el dispositivo.",
        "Type the code that the device shows.",
    ),
    "device_code": ("Code de l’appareil", "Kòd aparèy la", "Código del dispositivo", "The device’s code"),
    "device_code_hint": ("Par exemple {example}", "Pa egzanp {example}", "Por ejemplo {example}", "Such as {example}"),
    "device_check": (
        "Vérifiez que l’appareil devant vous montre ce code :",
        "Verifye si aparèy ki devan w lan montre kòd sa a:",
        "Compruebe que el dispositivo que tiene delante muestra este código:",
        "Check that the device in front of you shows this code:",
    ),
    "device_warning": (
        "N’autorisez que si vous avez l’appareil sous les yeux. Si quelqu’un vous a envoyé ce code, refusez.",
        "Otorize sèlman si w gen aparèy la devan je w. Si yon moun te voye kòd sa a ba ou, refize.",
        "Autorice solo si tiene el dispositivo a la vista. Si alguien le envió este código, rechace.",
        "Allow it only if you have the device before you. If somebody sent you this code, refuse.",
    ),
    "wrong_device_code": (
        "Ce code n’est pas connu ou il a expiré. Vérifiez-le, ou demandez-en un nouveau sur l’appareil.",
        "Nou pa konnen kòd sa a oswa li ekspire. Verifye l, oswa mande yon lòt sou aparèy la.",
        "Ese código no se conoce o caducó. Revíselo o pida otro en el dispositivo.",
        "That code is not known, or has expired. Check it, or ask the device for a new one.",
    ),
    "device_too_many": (
        "Trop de codes essayés. Attendez {minutes} min, puis recommencez.",
        "Twòp kòd eseye. Tann {minutes} min, epi eseye ankò.",
        "Demasiados códigos probados. Espere {minutes} min e inténtelo de nuevo.",
        "Too many codes tried. Wait {minutes} min, then try again.",
    ),
    "device_allowed_title": (
        "L’appareil est connecté",
        "Aparèy la konekte",
        "El dispositivo está conectado",
        "The device is connected",
    ),
    "device_allowed": (
        "Retournez à l’appareil : il continue de lui-même dans quelques secondes.",
        "Tounen sou aparèy la: l ap kontinye poukont li nan kèk segond.",
        "Vuelva al dispositivo: seguirá por sí solo en unos segundos.",
        "Go back to the device: it goes on by itself within seconds.",
    ),
    "device_refused_title": ("Refusé", "Refize", "Rechazado", "Refused"),
    "device_refused": (
        "L’appareil n’a reçu aucun accès.",
        "Aparèy la pa resevwa okenn aksè.",
        "El dispositivo no recibió ningún acceso.",
        "The device was given no access.",
    ),
    "back_to_program": (
        "Retourner à {program}",
        "Tounen nan {program}",
        "Volver a {program}",
        "Go back to {program}",
    ),
}
"By name: French, Kreyòl, Spanish, English."
