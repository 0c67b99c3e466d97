"""What are the demo's people called, and what is written of them? Invented from common names; nobody is meant."""

import random

from models.rules.vocabulary import ReferralAction as Action
from models.rules.vocabulary import ServiceCategory as Category
from models.rules.vocabulary import Sex

_FEMALE = """
    Rosemène Mirlande Nadège Guerda Widline Fabiola Islande Marie-Ange Dieula Jésumène Roselaure Yolette
    Ketsia Mimose Nerlande Judeline Wislande Edwige Chantale Loudrigue Bettina Saradjine Esterline
    Rose-Carmelle Guirlande Myrlène Philomène Darline Sherline Naomie Claudette Micheline Adeline Magalie
    Nélia Tamara Vénante Lovelie Ginette Elcie
""".split()
_MALE = """
    Wilner Jocelyn Frantzy Dieuseul Evens Rodney Jean-Robert Ti-Jean Woodley Mackenson Stevenson Kervens
    Roodson Pierre-Louis Dieudonné Fritzner Emmanuel Junior Makendy Lucner Jeantilus Anel Osner Ricardo Wesner
    Guerlin Saintil Ronald Bélony Clébert Exumé Fanfan Gérald Hérold Idalbert Kesner Lesly Mécène Odilon
    Prosper
""".split()
_FAMILY = """
    Exantus Pierre Désir Joseph Cénat Dorvil Estimé Fleurantin Gédéon Hyppolite Innocent Jeudy Kernizan
    Lafleur Mésidor Noël Orélus Petit-Frère Quéléa Rémy Saintilus Toussaint Ulysse Valcin Wilfort Zéphirin
    Alcindor Bien-Aimé Charlot Délice Elmera Florvil Gustave Honorat Isaac Jacquet Louissaint Métellus Nelson
    Osias Philistin Romulus Sénatus Théodat Vilsaint Augustin Beauvoir Cadet Dieujuste Étienne François
    Georges Hilaire Josaphat Laurent Mondésir Norzéus Ovide Paul Raymond
""".split()
LANGUAGES = ("ht", "ht", "ht", "ht", "ht", "fr", "es")


def given_name(sex: Sex, chance: random.Random) -> str:
    """This will be a woman's or a man's name, and either where the sex is not on record."""
    if sex is Sex.FEMALE:
        return chance.choice(_FEMALE)
    return chance.choice(_MALE if sex is Sex.MALE else _FEMALE + _MALE)


def family_name(chance: random.Random) -> str:
    return chance.choice(_FAMILY)


SUMMARIES: dict[Category, tuple[str, ...]] = {
    Category.HEALTH: ("Fièvre depuis quatre jours, à examiner.", "Plaie au pied mal soignée."),
    Category.CLINICAL_CARE_FOR_RAPE: ("Soins urgents, accueil par une femme souhaité.",),
    Category.REPRODUCTIVE_HEALTH: ("Suivi de grossesse, sixième mois.", "Souhaite une méthode de planification."),
    Category.PSYCHOSOCIAL: ("Demande un entretien, dort très mal.", "Groupe de parole souhaité."),
    Category.DISABILITY_SUPPORT: ("Fauteuil cassé pendant le voyage.",),
    Category.SHELTER: ("Cherche un toit pour quelques nuits.", "Sans logement depuis le retour."),
    Category.SAFE_HOUSE: ("A besoin d'un lieu protégé.",),
    Category.POLICE_PROTECTION: ("Souhaite porter plainte, accompagnée.",),
    Category.CIVIL_DOCUMENTATION: (
        "Papiers perdus au passage, demande un extrait.",
        "Jamais déclarée, cherche un acte.",
    ),
    Category.CHILD_PROTECTION: ("Enfant sans parent à évaluer.", "Suivi demandé après le retour."),
    Category.FAMILY_TRACING: ("Cherche sa mère, dernière adresse connue jointe.",),
    Category.FAMILY_CONTACT: ("Voudrait appeler sa famille.",),
    Category.LEGAL_AID: ("Salaire jamais versé, demande conseil.",),
    Category.SGBV_RESPONSE: ("Accompagnement demandé.",),
    Category.ANTI_TRAFFICKING: ("Entretien d'identification demandé.",),
    Category.LIVELIHOOD: ("Veut reprendre son petit commerce.",),
    Category.CASH: ("Aucun revenu depuis le retour.",),
    Category.EDUCATION: ("À réinscrire cette année.",),
    Category.TRANSPORT: ("Rejoindre sa commune d'origine.",),
    Category.FOOD_AND_ITEMS: ("Arrivée sans bagages.",),
    Category.RETURN_AND_REINTEGRATION: ("Projet de réintégration à préparer.",),
}
NARRATIVES = (
    "Ses papiers ont été pris au passage.",
    "A voyagé avec une tante, séparée d'elle au poste.",
    "Travaillait dans une maison sans être payée; est partie de nuit.",
    "Raconte deux jours sans manger avant l'arrivée.",
    "Craint une personne qui se dit de sa famille.",
    "Souhaite que son employeur ne sache rien.",
)
NOTES: dict[Action, tuple[str, ...]] = {
    Action.ACKNOWLEDGE: ("Bien reçu, réponse demain.",),
    Action.WAITLIST: ("Liste d'attente, revoir dans deux semaines.",),
    Action.ACCEPT: ("Rendez-vous mardi à 9 heures.", "Peut venir dès aujourd'hui."),
    Action.DECLINE: ("Plus de place ce mois-ci.", "S'adresser au bureau de Mirebalais."),
    Action.FORWARD: ("Transmis à un service plus proche.",),
    Action.WITHDRAW: ("La personne est repartie.",),
    Action.REQUEST_CANCELLATION: ("La personne préfère attendre.",),
    Action.HOLD: ("Route coupée, on reprend dès que possible.",),
    Action.COMPLETE: ("Remis en main propre.", "Suivi terminé."),
    Action.CLOSE: ("Confirmé par téléphone.",),
}
