"""What does a letter say that asks whether an entry of the directory is still right? In the four languages."""

from collections.abc import Mapping

LETTERS: Mapping[str, tuple[str, str]] = {
    "fr": (
        "« {service} » : est-ce toujours juste ?",
        (
            "Bonjour,\n\n"
            "Le répertoire du réseau Konbit présente votre service « {service} » ({organization}).\n"
            "Est-ce toujours juste ? A-t-il changé ? Est-il fermé ? Répondez en une minute, sans mot de passe :\n\n"
            "{link}\n\n"
            "Le lien sert une fois, pendant 30 jours. Ne le transmettez qu’à qui connaît le service.\n"
            "Si ce message ne vous concerne pas, ignorez-le.\n"
        ),
    ),
    "ht": (
        "« {service} »: èske l toujou bon?",
        (
            "Bonjou,\n\n"
            "Repètwa rezo Konbit la montre sèvis ou a « {service} » ({organization}).\n"
            "Èske l toujou bon? Èske l chanje? Èske l fèmen? Reponn nan yon minit, san modpas:\n\n"
            "{link}\n\n"
            "Lyen an sèvi yon sèl fwa, pandan 30 jou. Bay li sèlman ak moun ki konnen sèvis la.\n"
            "Si mesaj sa a pa konsène w, kite l.\n"
        ),
    ),
    "es": (
        "«{service}»: ¿sigue siendo correcto?",
        (
            "Buenos días:\n\n"
            "El directorio de la red Konbit presenta su servicio «{service}» ({organization}).\n"
            "¿Sigue siendo correcto? ¿Ha cambiado? ¿Está cerrado? Responda en un minuto, sin contraseña:\n\n"
            "{link}\n\n"
            "El enlace sirve una vez, durante 30 días. Entréguelo solo a quien conozca el servicio.\n"
            "Si este mensaje no le concierne, ignórelo.\n"
        ),
    ),
    "en": (
        "“{service}”: is this still right?",
        (
            "Hello,\n\n"
            "The directory of the Konbit network shows your service “{service}” ({organization}).\n"
            "Is it still right? Has it changed? Is it closed? Answer within a minute, without a password:\n\n"
            "{link}\n\n"
            "The link is good once, for 30 days. Hand it on to nobody but who knows the service.\n"
            "If this is not for you, let it be.\n"
        ),
    ),
}


def letter(language: str, *, service: str, organization: str, link: str) -> tuple[str, str]:
    """This will be the subject, on one line, and the text, in a language of the network, else in French."""
    subject, text = LETTERS.get(language, LETTERS["fr"])
    said = {"service": " ".join(service.split()), "organization": " ".join(organization.split()), "link": link}
    return subject.format(**said), text.format(**said)
