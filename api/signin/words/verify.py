"""What does the page say on which whoever gives a service tells whether its entry is still right?"""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "verify_title": (
        "Est-ce toujours juste ?",
        "Èske l toujou bon?",
        "¿Sigue siendo correcto?",
        "Is this still right?",
    ),
    "verify_lead": (
        "Voici ce que le réseau lit de votre service. Des personnes y sont orientées sur la foi de ces lignes.",
        "Men sa rezo a li sou sèvis ou a. Yo voye moun baze sou liy sa yo.",
        "Esto es lo que la red lee de su servicio. Se orienta a personas confiando en estas líneas.",
        "This is what the network reads of your service. People are sent to you by these lines.",
    ),
    "weekdays": (
        "lun mar mer jeu ven sam dim",
        "len mad mèk jed van sam dim",
        "lun mar mié jue vie sáb dom",
        "Mon Tue Wed Thu Fri Sat Sun",
    ),
    "verify_where": ("Où", "Ki kote", "Dónde", "Where"),
    "verify_hours": ("Heures", "Lè", "Horario", "Hours"),
    "verify_phone": ("Téléphone", "Telefòn", "Teléfono", "Telephone"),
    "verify_email": ("Courriel", "Imèl", "Correo", "E-mail"),
    "verify_website": ("Site web", "Sit entènèt", "Sitio web", "Website"),
    "verify_fees": ("Frais", "Frè", "Costos", "Fees"),
    "verify_answer": ("Votre réponse", "Repons ou", "Su respuesta", "Your answer"),
    "verify_right": ("Tout est juste", "Tout bagay bon", "Todo es correcto", "All of it is right"),
    "verify_changed": ("Quelque chose a changé", "Yon bagay chanje", "Algo ha cambiado", "Something has changed"),
    "verify_closed": (
        "Le service n’existe plus",
        "Sèvis la pa egziste ankò",
        "El servicio ya no existe",
        "The service is no longer given",
    ),
    "verify_note": ("Qu’est-ce qui a changé ?", "Kisa ki chanje?", "¿Qué ha cambiado?", "What has changed?"),
    "verify_note_hint": (
        "Comme vous le diriez à un collègue. Ne nommez aucune personne accueillie.",
        "Jan ou ta di yon kòlèg. Pa site non okenn moun ou resevwa.",
        "Como se lo diría a un colega. No nombre a ninguna persona atendida.",
        "As you would tell a colleague. Name nobody whom you serve.",
    ),
    "verify_send": ("Envoyer", "Voye", "Enviar", "Send"),
    "verify_choose": (
        "Choisissez une réponse",
        "Chwazi yon repons",
        "Elija una respuesta",
        "Choose an answer",
    ),
    "verify_say_what": (
        "Dites ce qui a changé",
        "Di kisa ki chanje",
        "Diga qué ha cambiado",
        "Say what has changed",
    ),
    "verify_thanks": ("Merci", "Mèsi", "Gracias", "Thank you"),
    "verify_right_done": (
        "L’entrée est marquée comme vérifiée aujourd’hui.",
        "Nou make antre a verifye jodi a.",
        "La ficha queda marcada como verificada hoy.",
        "The entry is marked as checked today.",
    ),
    "verify_changed_done": (
        "Les responsables du répertoire corrigeront l’entrée.",
        "Moun ki responsab repètwa a ap korije antre a.",
        "Los responsables del directorio corregirán la ficha.",
        "Those who look after the directory will correct the entry.",
    ),
    "verify_closed_done": (
        "Les responsables du répertoire retireront l’entrée après l’avoir vérifié.",
        "Moun ki responsab repètwa a ap retire antre a lè yo fin verifye.",
        "Los responsables del directorio retirarán la ficha tras comprobarlo.",
        "Those who look after the directory will take the entry out once they have checked.",
    ),
    "title_verify_over": (
        "Ce lien ne sert plus",
        "Lyen sa a pa sèvi ankò",
        "Este enlace ya no sirve",
        "This link is over",
    ),
    "text_verify_over": (
        "Il a déjà servi, un autre l’a remplacé, ou trente jours ont passé. Demandez-en un autre au réseau.",
        "Li sèvi deja, yon lòt ranplase l, oswa trant jou pase. Mande rezo a yon lòt.",
        "Ya se usó, otro lo reemplazó o pasaron treinta días. Pida otro a la red.",
        "It was used, another took its place, or thirty days have passed. Ask the network for another.",
    ),
}
