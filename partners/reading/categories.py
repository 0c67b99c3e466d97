"""Which of the network's categories does a partner's own term mean? OTHER where none is meant for sure.

Terms are compared whole, without case, accents and punctuation; a longer term is searched for the phrases below, and
the longest one found decides. A partner's settings may name more of its terms; they come first.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from models.rules.categories import CATEGORY_WORDS
from models.rules.vocabulary import ServiceCategory
from partners.reading.spelling import plain

_TERMS = {
    ServiceCategory.HEALTH: """health, health care, primary care, medical, medical care, clinic, hospital, first
        aid, santé, soins de santé, soins médicaux, clinique, hôpital, centre de santé, premiers secours, sante,
        swen sante, lopital, salud, atención médica""",
    ServiceCategory.CLINICAL_CARE_FOR_RAPE: """clinical management of rape, clinical care for rape, cmr, pep kit,
        prise en charge clinique du viol, prise en charge médicale du viol, swen apre vyòl, kadejak""",
    ServiceCategory.REPRODUCTIVE_HEALTH: """reproductive health, sexual and reproductive health, srh, maternal
        health, maternity, family planning, prenatal care, santé reproductive, santé sexuelle et reproductive, santé
        maternelle, maternité, planification familiale, planning familial, soins prénatals, planin familyal, sante
        repwodiktif""",
    ServiceCategory.PSYCHOSOCIAL: """psychosocial, psychosocial support, mhpss, mental health, counselling,
        counseling, soutien psychosocial, appui psychosocial, accompagnement psychosocial, santé mentale, sante
        mantal, sipò sikososyal, apoyo psicosocial""",
    ServiceCategory.DISABILITY_SUPPORT: """disability, disability support, rehabilitation, handicap, personnes
        handicapées, réadaptation, moun andikape, discapacidad""",
    ServiceCategory.SHELTER: """shelter, emergency shelter, temporary housing, housing, accommodation, transit
        shelter, hébergement, hébergement d'urgence, abri, centre d'accueil, logement, abri pwovizwa, lojman,
        albergue, alojamiento""",
    ServiceCategory.SAFE_HOUSE: """safe house, women's refuge, refuge, maison sûre, maison d'accueil sécurisée,
        hébergement sécurisé, kay sekirite, casa de acogida""",
    ServiceCategory.POLICE_PROTECTION: "police, police protection, protection policière, lapolis, policía",
    ServiceCategory.CIVIL_DOCUMENTATION: """civil documentation, civil registration, birth certificate, birth
        registration, identity documents, documentation civile, état civil, acte de naissance, pièces d'identité,
        documents d'identité, batistè, eta sivil, registro civil, acta de nacimiento""",
    ServiceCategory.CHILD_PROTECTION: """child protection, protection de l'enfance, protection de l'enfant,
        pwoteksyon timoun, protección de la niñez""",
    ServiceCategory.FAMILY_TRACING: """family tracing, family tracing and reunification, ftr, recherche familiale,
        recherche et réunification familiale, réunification familiale, reyinifikasyon fanmi""",
    ServiceCategory.FAMILY_CONTACT: """family contact, restoring family links, rfl, phone calls, connectivity,
        rétablissement des liens familiaux, rlf, appels téléphoniques, kontak fanmi""",
    ServiceCategory.LEGAL_AID: """legal, legal aid, legal advice, legal assistance, aide légale, assistance légale,
        aide juridique, assistance juridique, assistance judiciaire, asistans legal, èd legal, asistencia legal""",
    ServiceCategory.SGBV_RESPONSE: """gbv, sgbv, gender based violence, sexual and gender based violence, domestic
        violence, vbg, violence basée sur le genre, violences basées sur le genre, violence domestique, vyolans sou
        fanm, violencia de género""",
    ServiceCategory.ANTI_TRAFFICKING: """trafficking, anti trafficking, counter trafficking, human trafficking,
        trafficking in persons, traite, traite des personnes, lutte contre la traite, trafik moun, trata de personas""",
    ServiceCategory.LIVELIHOOD: """livelihood, livelihoods, employment, job placement, vocational training, income
        generation, moyens d'existence, moyens de subsistance, emploi, insertion professionnelle, formation
        professionnelle, activités génératrices de revenus, agr, travay, medios de vida""",
    ServiceCategory.CASH: """cash, cash assistance, cash transfer, multi purpose cash, voucher, transfert monétaire,
        transferts monétaires, aide en espèces, assistance monétaire, èd lajan, transferencia monetaria""",
    ServiceCategory.EDUCATION: """education, school, literacy, digital skills, éducation, école, scolarisation,
        alphabétisation, edikasyon, lekòl, alfabetizasyon, educación""",
    ServiceCategory.TRANSPORT: "transport, transportation, onward transport, transpò, transporte",
    ServiceCategory.FOOD_AND_ITEMS: """food, food assistance, food security, non food items, nfi, wash, hygiene
        kits, meals, nourriture, aide alimentaire, sécurité alimentaire, repas chauds, articles non alimentaires,
        kits d'hygiène, manje, èd alimantè, alimentos""",
    ServiceCategory.RETURN_AND_REINTEGRATION: """return and reintegration, reintegration, assisted voluntary return,
        avr, retour et réintégration, réintégration, aide au retour, retounen, reintegración""",
}  # fmt: skip


@cache
def _table() -> dict[str, ServiceCategory]:
    spelled = {plain(category.value): category for category in ServiceCategory}
    for table in (CATEGORY_WORDS, _TERMS):
        spelled |= {plain(term): category for category, terms in table.items() for term in terms.split(",")}
    return spelled


def category_of(terms: Iterable[str], own: Mapping[str, str] | None = None) -> ServiceCategory:
    """This will be the category that the first telling term names; OTHER where none of them tells.

    own: a partner's terms, plainly spelled, and the category each one means.
    """
    for term in filter(None, map(plain, terms)):
        if own and term in own:
            return ServiceCategory(own[term])
        found = _table().get(term) or _within(term)
        if found:
            return found
    return ServiceCategory.OTHER


def _within(term: str) -> ServiceCategory | None:
    phrases = (phrase for phrase, found in _phrases() if phrase in term and found(term))
    longest = max(phrases, key=len, default=None)
    return _table()[longest] if longest else None


@cache
def _phrases() -> list[tuple[str, Callable[[str], object]]]:
    """Terms of several words, and what finds each as whole words of another."""
    return [(phrase, re.compile(rf"\b{re.escape(phrase)}\b").search) for phrase in _table() if " " in phrase]
