"""What does a person agree to by a scope? One sentence in each of the four languages."""

from collections.abc import Mapping

from auth.scopes import Scope

WORDS: Mapping[Scope, tuple[str, str, str, str]] = {
    Scope.OPENID: (
        "Savoir que vous êtes la même personne que la dernière fois.",
        "Konnen se menm moun ki te vini dènye fwa a.",
        "Saber que es la misma persona que la última vez.",
        "Know that you are the same person as last time.",
    ),
    Scope.PROFILE: (
        "Connaître votre nom et votre langue.",
        "Konnen non w ak lang ou.",
        "Conocer su nombre y su idioma.",
        "Know your name and language.",
    ),
    Scope.DIRECTORY_READ: (
        "Trouver des organisations, leurs services et leurs lieux.",
        "Jwenn òganizasyon yo, sèvis yo ak kote yo ye.",
        "Encontrar organizaciones, sus servicios y sus lugares.",
        "Find organisations, their services and places.",
    ),
    Scope.DIRECTORY_WRITE: (
        "Modifier les services, les lieux et les places annoncées de votre organisation.",
        "Chanje sèvis òganizasyon w lan, kote yo ak plas li anonse yo.",
        "Cambiar los servicios, los lugares y las plazas anunciadas de su organización.",
        "Change your organisation’s services, places and reported capacity.",
    ),
    Scope.PEOPLE_READ: (
        "Lire les dossiers des personnes que votre organisation a enregistrées.",
        "Li dosye moun òganizasyon w lan anrejistre.",
        "Leer los expedientes de las personas que registró su organización.",
        "Read the files of people your organisation registered.",
    ),
    Scope.PEOPLE_WRITE: (
        "Enregistrer des personnes, noter ou retirer leur consentement.",
        "Anrejistre moun, note oswa retire konsantman yo.",
        "Registrar personas y anotar o retirar su consentimiento.",
        "Register people and record or withdraw their consent.",
    ),
    Scope.REFERRALS_READ: (
        "Lire les orientations que votre organisation a envoyées ou reçues.",
        "Li referans òganizasyon w lan voye oswa resevwa.",
        "Leer las derivaciones que su organización envió o recibió.",
        "Read referrals that your organisation sent or received.",
    ),
    Scope.REFERRALS_WRITE: (
        "Envoyer, accepter, refuser et terminer des orientations.",
        "Voye, aksepte, refize ak fini referans.",
        "Enviar, aceptar, rechazar y completar derivaciones.",
        "Send, accept, decline and complete referrals.",
    ),
    Scope.TRAINING_READ: (
        "Lire les cours, les formations et les présences.",
        "Li kou yo, fòmasyon yo ak prezans yo.",
        "Leer los cursos, las capacitaciones y la asistencia.",
        "Read courses, trainings and attendance.",
    ),
    Scope.TRAINING_WRITE: (
        "Inscrire des personnes à des formations et noter leur présence.",
        "Enskri moun nan fòmasyon epi note prezans yo.",
        "Inscribir a personas en capacitaciones y anotar su asistencia.",
        "Enrol people in trainings and record attendance.",
    ),
    Scope.INDICATORS_READ: (
        "Lire les chiffres publiés.",
        "Li chif ki pibliye yo.",
        "Leer las cifras publicadas.",
        "Read published indicators.",
    ),
    Scope.INDICATORS_WRITE: (
        "Approuver les chiffres que votre organisation publie ou auxquels elle a contribué.",
        "Apwouve chif òganizasyon w lan pibliye oswa li te kontribye ladan yo.",
        "Aprobar las cifras que su organización publica o a las que contribuyó.",
        "Approve the releases of indicators that your organisation publishes or contributed to.",
    ),
    Scope.FLOWS_READ: (
        "Lire ce que votre organisation a compté à la frontière.",
        "Li sa òganizasyon w lan konte sou fwontyè a.",
        "Leer lo que su organización contó en la frontera.",
        "Read what your organisation counted at the border.",
    ),
    Scope.FLOWS_WRITE: (
        "Saisir et corriger les comptages de personnes à la frontière.",
        "Antre epi korije kantite moun yo konte sou fwontyè a.",
        "Registrar y corregir los conteos de personas en la frontera.",
        "Enter and correct counts of people at the border.",
    ),
    Scope.AUDIT_READ: (
        "Lire qui a fait et vu quoi dans votre organisation.",
        "Li kiyès ki fè kisa ak kiyès ki wè kisa nan òganizasyon w lan.",
        "Leer quién hizo y vio qué en su organización.",
        "Read who did and saw what in your organisation.",
    ),
    Scope.ADMIN: (
        "Gérer les membres et les programmes de votre organisation.",
        "Jere manm ak pwogram òganizasyon w lan.",
        "Gestionar los miembros y los programas de su organización.",
        "Manage your organisation’s members and clients.",
    ),
    Scope.GRAPH_DOCUMENTS: (
        "Poser au graphe ses propres questions, pas seulement celles prévues d’avance.",
        "Poze graf la pwòp kesyon pa l, pa sèlman sa yo ki te prevwa.",
        "Hacer al grafo sus propias preguntas, no solo las previstas.",
        "Ask the graph in its own words, not only with the documents of the program.",
    ),
    Scope.GRAPH_INTROSPECTION: (
        "Lire le schéma du graphe.",
        "Li chema graf la.",
        "Leer el esquema del grafo.",
        "Read the graph’s schema.",
    ),
    Scope.OFFLINE_ACCESS: (
        "Continuer après votre déconnexion d’ici, jusqu’à ce que vous y mettiez fin.",
        "Kontinye apre w fin dekonekte isit la, jiskaske w mete fen nan sa.",
        "Continuar después de que cierre la sesión aquí, hasta que usted le ponga fin.",
        "Go on after you have signed out here, until you end it.",
    ),
}
"By scope: French, Kreyòl, Spanish, English."
