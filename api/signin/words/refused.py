"""What do the pages say where nothing was done? The graph's messages, which are English, in the other languages."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str, str]] = {
    "A member has at least one role.": (
        "Un membre a au moins un rôle.",
        "Yon manm gen omwen yon wòl.",
        "Un miembro tiene al menos un rol.",
    ),
    "This role is given by the network alone.": (
        "Seul le réseau donne ce rôle.",
        "Se rezo a sèlman ki bay wòl sa a.",
        "Solo la red da este rol.",
    ),
    "This is for administrators of the whole organisation, not of a site.": (
        "C’est pour les administrateurs de toute l’organisation, pas d’un seul site.",
        "Se pou administratè tout òganizasyon an, pa pou administratè yon sèl sit.",
        "Es para administradores de toda la organización, no de un solo sitio.",
    ),
    "You administer another site.": (
        "Vous administrez un autre site.",
        "Se yon lòt sit ou administre.",
        "Usted administra otro sitio.",
    ),
    "Your own membership is changed by another administrator.": (
        "Un autre administrateur change ce que vous êtes vous-même.",
        "Se yon lòt administratè ki chanje sa ou menm ou ye.",
        "Otro administrador cambia lo que usted mismo es.",
    ),
    "An organisation keeps an administrator: make another one first.": (
        "Une organisation garde un administrateur : nommez-en d’abord un autre.",
        "Yon òganizasyon toujou gen yon administratè: mete yon lòt anvan.",
        "Una organización conserva un administrador: nombre antes a otro.",
    ),
    "The membership has ended; coming back takes another invitation.": (
        "Cette personne n’est plus membre ; pour revenir, il lui faut une autre invitation.",
        "Moun sa a pa manm ankò; pou l tounen, fòk li gen yon lòt envitasyon.",
        "Esa persona ya no es miembro; para volver necesita otra invitación.",
    ),
    "The invitation was accepted or revoked before.": (
        "L’invitation a déjà été acceptée ou retirée.",
        "Yo te gentan aksepte oswa retire envitasyon an.",
        "La invitación ya fue aceptada o retirada.",
    ),
    "There is no such invitation.": (
        "Cette invitation n’existe pas.",
        "Envitasyon sa a pa egziste.",
        "Esa invitación no existe.",
    ),
    "There is no such member.": ("Ce membre n’existe pas.", "Manm sa a pa egziste.", "Ese miembro no existe."),
    "There is no such place.": ("Ce site n’existe pas.", "Sit sa a pa egziste.", "Ese sitio no existe."),
    "An address must be plain https, http on the machine itself or, to return to an app, its own scheme with a dot.": (
        (
            "Une adresse est en https, en http sur la machine même ou, pour revenir à une application, dans son "
            "propre schéma, avec un point."
        ),
        (
            "Yon adrès dwe an https, an http sou menm machin nan oswa, pou tounen nan yon aplikasyon, nan pwòp chema "
            "li, ak yon pwen."
        ),
        (
            "Una dirección es https, http en la propia máquina o, para volver a una aplicación, su propio esquema con "
            "un punto."
        ),
    ),
    "A client's keys must be public ones, EC P-256 or RSA of at least 2048 bits, at least one and at most ten.": (
        "Les clés sont publiques, EC P-256 ou RSA d’au moins 2048 bits, une à dix.",
        "Kle yo dwe piblik, EC P-256 oswa RSA ki gen omwen 2048 bit, youn rive dis.",
        "Las claves son públicas, EC P-256 o RSA de al menos 2048 bits, de una a diez.",
    ),
    "These grants do not go together: for whom the client acts, how it proves itself, where people are sent back.": (
        "Cela ne va pas ensemble : ce qu’est le programme, ce qui le prouve, où les personnes reviennent.",
        "Bagay sa yo pa mache ansanm: sa pwogram nan ye, sa ki pwouve l, kote moun yo tounen.",
        "Esto no concuerda: qué es el programa, cómo se prueba, adónde vuelven las personas.",
    ),
    "A client has its keys here, or at an address, or is public.": (
        "Les clés sont ici ou à une adresse ; une application ou un appareil n’en a pas ici.",
        "Kle yo isit la oswa nan yon adrès; yon aplikasyon oswa yon aparèy pa gen kle isit la.",
        "Las claves están aquí o en una dirección; una aplicación o un dispositivo no las tiene aquí.",
    ),
}
"By the message: French, Kreyòl, Spanish. One that is not here is said in English."
