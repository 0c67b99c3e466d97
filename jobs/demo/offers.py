"""What can a partner offer? The services of the demo network as they are wherever someone gives them."""

from dataclasses import dataclass
from datetime import time
from enum import Enum

from models.rules.vocabulary import ServiceCategory as Category
from models.rules.vocabulary import Sex


class Hours(Enum):
    """Weekly hours: days (RFC 5545), and from when to when; a closing not after the opening is on the next day."""

    OFFICE = ("MO TU WE TH FR", time(8), time(16))
    MORNINGS = ("MO TU WE TH FR SA", time(7, 30), time(13))
    MARKET_DAYS = ("MO FR", time(6), time(17))
    NIGHTS = ("MO TU WE TH FR SA SU", time(18), time(7))
    ALWAYS = ("MO TU WE TH FR SA SU", time(0), time(0))
    UNKNOWN = None


@dataclass(frozen=True, slots=True)
class Offer:
    category: Category
    fr: str
    ht: str | None
    about: str
    about_ht: str | None = None
    term: str | None = None
    "Code of jobs.demo.terms."
    hours: Hours = Hours.OFFICE
    ages: tuple[int | None, int | None] = (None, None)
    sexes: tuple[Sex, ...] = ()
    unaccompanied: bool | None = None
    "Whether it takes a child without a caregiver; None: nobody said."
    room: int | None = None
    "How many at a time or a month; None: it is not counted."
    at_centre: bool = False
    "Given at the Border Resource Center too, where the partner works at the border."
    note: str | None = None
    "Who may come, in words."


OFFERS: dict[str, Offer] = {
    "birth-act": Offer(
        Category.CIVIL_DOCUMENTATION, "Acte de naissance et extrait d'archives", "Batistè ak ekstrè achiv",
        "Déclaration tardive, acte de naissance, demande d'extrait aux archives; oriente vers le tribunal quand l'acte n'a jamais été dressé.",
        "Deklarasyon nesans an reta, batistè, demann ekstrè nan achiv.",
        term="birth-act", room=80, note="La personne vient avec un parent ou deux témoins si elle en a.",
    ),
    "identity-card": Offer(
        Category.CIVIL_DOCUMENTATION, "Carte d'identification nationale", "Kat idantifikasyon nasyonal",
        "Constitution du dossier et prise de rendez-vous.", "Prepare dosye a epi pran randevou.",
        term="national-id", ages=(18, None), hours=Hours.MORNINGS,
    ),
    "papers": Offer(
        Category.CIVIL_DOCUMENTATION, "Accompagnement pour l'acte de naissance", "Akonpayman pou jwenn batistè",
        "Aide à réunir les pièces, frais de dossier et transport jusqu'au bureau de l'état civil.",
        "Ede w rasanble pyès yo, peye frè ak transpò.", term="birth-act", room=40, at_centre=True,
    ),
    "consultation": Offer(
        Category.HEALTH, "Consultations et urgences", "Konsiltasyon ak ijans",
        "Médecine générale, urgences, pédiatrie.", "Doktè jeneralis, ijans, timoun.",
        term="primary-care", hours=Hours.ALWAYS, unaccompanied=True,
    ),
    "rape-care": Offer(
        Category.CLINICAL_CARE_FOR_RAPE, "Soins après un viol", "Swen apre kadejak",
        "Soins dans les 72 heures, prophylaxie, certificat médical gratuit.", "Swen nan 72 èdtan, medikaman, sètifika gratis.",
        term="clinical-care-for-rape", hours=Hours.ALWAYS, unaccompanied=True, room=6,
    ),
    "reproductive": Offer(
        Category.REPRODUCTIVE_HEALTH, "Santé de la reproduction", "Sante repwodiktif ak planin",
        "Planification familiale, suivi de grossesse.", "Planin, swivi gwosès.",
        term="family-planning", hours=Hours.MORNINGS, ages=(12, None), sexes=(Sex.FEMALE,),
    ),
    "mental-health": Offer(
        Category.PSYCHOSOCIAL, "Consultation de santé mentale", "Konsiltasyon sante mantal",
        "Psychologue deux jours par semaine, sur rendez-vous.", None, term="counselling", hours=Hours.MARKET_DAYS, room=12,
    ),
    "listening": Offer(
        Category.PSYCHOSOCIAL, "Écoute et accompagnement psychosocial", "Tande ak akonpayman sikososyal",
        "Entretiens individuels et groupes de parole, en confiance.", "Pale an konfyans, poukont ou oswa an gwoup.",
        term="counselling", unaccompanied=True, at_centre=True, room=30,
    ),
    "family-shelter": Offer(
        Category.SHELTER, "Hébergement de femmes avec enfants", "Lojman pou fanm ak timoun",
        "Jusqu'à trois semaines, repas et kits compris.", "Jiska twa semèn, ak manje.",
        term="temporary-shelter", hours=Hours.ALWAYS, sexes=(Sex.FEMALE,), unaccompanied=False, room=24,
    ),
    "child-night": Offer(
        Category.SHELTER, "Accueil de nuit pour enfants seuls", "Akèy lannwit pou timoun ki pou kont yo",
        "Nuit, repas et premier entretien, avant la protection de l'enfance.", "Dòmi, manje, premye antretyen.",
        term="temporary-shelter", hours=Hours.NIGHTS, ages=(None, 17), unaccompanied=True, room=16,
    ),
    "safe-house": Offer(
        Category.SAFE_HOUSE, "Maison sûre", None, "Accueil protégé; passer par la coordinatrice.", None,
        term="safe-house", hours=Hours.UNKNOWN, unaccompanied=True, room=10,
    ),
    "protection": Offer(
        Category.POLICE_PROTECTION, "Plainte et protection", "Pote plent ak pwoteksyon",
        "Accueil des plaignantes par une policière quand il y en a une.", "Yon fi polisye resevwa fi yo lè genyen.",
        term="complaint", hours=Hours.ALWAYS, unaccompanied=True,
    ),
    "minors-brigade": Offer(
        Category.POLICE_PROTECTION, "Protection des mineurs", "Pwoteksyon minè",
        "Contrôle des départs d'enfants et enquêtes.", None, term="complaint", hours=Hours.ALWAYS, ages=(None, 17), unaccompanied=True,
    ),
    "child-protection": Offer(
        Category.CHILD_PROTECTION, "Signalement et suivi d'enfants en danger", "Siyalman ak swivi timoun an danje",
        "Évaluation, tutelle provisoire, placement.", "Evalyasyon, gadyen pwovizwa, plasman.",
        term="best-interests", ages=(None, 17), unaccompanied=True, room=25, at_centre=True,
    ),
    "tracing": Offer(
        Category.FAMILY_TRACING, "Recherche et réunification familiale", "Chèche fanmi ak reyinifikasyon",
        "Recherche de la famille et retour accompagné.", "Chèche fanmi an epi akonpaye retou a.",
        term="tracing", ages=(None, 17), unaccompanied=True,
    ),
    "family-links": Offer(
        Category.FAMILY_CONTACT, "Rétablissement des liens familiaux", "Jwenn fanmi ou",
        "Appels, messages et recherche de proches.", "Apèl, mesaj, chèche moun pa w.", term="call", unaccompanied=True,
    ),
    "call-home": Offer(
        Category.FAMILY_CONTACT, "Appel à la famille", "Rele lakay ou",
        "Un appel gratuit à l'arrivée.", "Yon apèl gratis lè w rive.",
        term="call", hours=Hours.MORNINGS, unaccompanied=True, at_centre=True,
    ),
    "court-aid": Offer(
        Category.LEGAL_AID, "Assistance judiciaire", "Asistans legal", "Audiences foraines et avocat commis d'office.", None, term="legal-advice",
    ),
    "legal-advice": Offer(
        Category.LEGAL_AID, "Conseil juridique gratuit", "Konsèy legal gratis",
        "Une avocate reçoit et accompagne au tribunal.", "Yon avoka resevwa w epi akonpaye w.",
        term="legal-advice", unaccompanied=True, room=20,
    ),
    "complaint": Offer(
        Category.LEGAL_AID, "Recours contre une administration", None, "Plaintes contre un service public.", None, term="complaint",
    ),
    "women-listening": Offer(
        Category.SGBV_RESPONSE, "Groupe d'écoute de femmes", "Gwoup tande fanm",
        "Accueil, orientation et accompagnement de survivantes.", "Akèy, oryantasyon, akonpayman.",
        term="survivor-support", hours=Hours.MARKET_DAYS, ages=(15, None), sexes=(Sex.FEMALE,),
    ),
    "trafficking": Offer(
        Category.ANTI_TRAFFICKING, "Identification et appui aux victimes de traite", "Idantifye ak ede viktim trafik moun",
        "Entretien d'identification et plan de protection.", None, term="trafficking", unaccompanied=True, room=15,
    ),
    "small-trade": Offer(
        Category.LIVELIHOOD, "Appui au petit commerce", "Sipò pou ti komès",
        "Formation de trois jours et petite subvention.", "Twa jou fòmasyon ak yon ti sibvansyon.",
        term="income", ages=(18, None), room=20, note="Une demande par ménage.",
    ),
    "trades": Offer(
        Category.LIVELIHOOD, "Formation professionnelle courte", "Fòmasyon pwofesyonèl kout",
        "Couture, maçonnerie, transformation de fruits.", "Koud, mason, transfòmasyon fwi.", term="income", ages=(16, None), room=35,
    ),
    "cash": Offer(
        Category.CASH, "Transfert d'argent d'urgence", "Transfè lajan ijans",
        "Un versement unique, selon une évaluation.", "Yon sèl vèsman, apre evalyasyon.", term="cash", ages=(18, None), room=50,
    ),
    "enrolment": Offer(
        Category.EDUCATION, "Réinscription scolaire", "Reenskripsyon lekòl",
        "Inscription en cours d'année, sans frais.", "Enskripsyon nan mitan ane a, gratis.", term="school", ages=(5, 20), unaccompanied=True,
    ),
    "school-return": Offer(
        Category.EDUCATION, "Appui au retour à l'école", "Sipò pou tounen lekòl",
        "Frais scolaires, uniforme et fournitures.", "Frè lekòl, inifòm, founiti.", term="school", ages=(5, 18), room=45,
    ),
    "transport-home": Offer(
        Category.TRANSPORT, "Transport vers la commune d'origine", "Transpò pou retounen lakay",
        "Bus accompagné, départ chaque semaine.", "Bis ak akonpayatè, chak semèn.", term="transport", hours=Hours.MARKET_DAYS, room=40, unaccompanied=False,
    ),
    "first-aid": Offer(
        Category.TRANSPORT, "Premiers secours et ambulance", "Premye sekou ak anbilans",
        "Volontaires et transfert vers l'hôpital.", "Volontè ak transfè lopital.", term="transport", hours=Hours.ALWAYS, unaccompanied=True,
    ),
    "kits": Offer(
        Category.FOOD_AND_ITEMS, "Repas chauds et kits d'hygiène", "Manje cho ak kit ijyèn",
        "À l'arrivée, sans condition.", "Lè w rive, san kondisyon.", term="items", hours=Hours.MORNINGS, unaccompanied=True, at_centre=True,
    ),
    "reception": Offer(
        Category.RETURN_AND_REINTEGRATION, "Accueil des personnes rapatriées", "Akèy moun yo rapatriye",
        "Enregistrement, repas et orientation à la frontière.", "Anrejistreman, manje, oryantasyon.",
        term="return", hours=Hours.ALWAYS, unaccompanied=True, at_centre=True,
    ),
    "reintegration": Offer(
        Category.RETURN_AND_REINTEGRATION, "Retour volontaire assisté et réintégration", "Retou volontè ak reyentegrasyon",
        "Entretien, voyage et projet de réintégration.", "Antretyen, vwayaj, pwojè reyentegrasyon.", term="return", room=60,
    ),
    "disability": Offer(
        Category.DISABILITY_SUPPORT, "Appareillage et réadaptation", "Aparèy ak reyadaptasyon",
        "Fauteuils, prothèses, séances de réadaptation.", None, term="rehabilitation", room=18, unaccompanied=True,
    ),
    "residence": Offer(
        Category.OTHER, "Attestation de résidence", "Sètifika rezidans", "Délivrée le jour même.", None, hours=Hours.MORNINGS,
    ),
    "orientation": Offer(
        Category.OTHER, "Information et orientation", "Enfòmasyon ak oryantasyon", "Qui fait quoi, et où aller.", "Kiyès k ap fè kisa, ki kote pou ale.",
    ),
    "consular": Offer(
        Category.OTHER, "Assistance consulaire", None, "Pour les ressortissants du pays voisin.", None, hours=Hours.MORNINGS,
    ),
}  # fmt: skip
