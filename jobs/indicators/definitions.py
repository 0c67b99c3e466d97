"""What does Konbit count itself? The definitions of the indicators that it computes, as they are today.

Each is counted by the step's own day, so that a month's figure never changes because a later month goes on: what was
sent, accepted and completed in a month are three counts of three sets of referrals. People are counted once for good,
in the month in which it first happened: months add up to quarters, and quarters to years.
"""

from jobs.indicators.definition import Definition, texts
from models.rules.vocabulary import IndicatorDimension as By
from models.rules.vocabulary import Tier

PERIODS = (By.MONTH, By.QUARTER)
BY_PLACE = (By.SEX, By.DEPARTMENT, *PERIODS)
BY_AGE = (By.SEX, By.AGE_GROUP, *PERIODS)
"""One cube of both would be finer than the network's numbers carry: nearly all of it would be hidden."""
TOTAL = PERIODS
"""Of what is a part of another indicator within a period: each release is audited by itself, and a cell beside the
cell that it is a part of would tell of both (docs/decisions/releases.md)."""

COMPUTED: tuple[Definition, ...] = (
    Definition(
        "REFERRALS_SENT",
        texts("Références envoyées", "Referans ki voye", "Referencias enviadas", "Referrals sent"),
        texts(
            "Références de personnes envoyées à un service pendant la période, quelle qu'en soit la suite.",
            "Referans moun yo voye nan yon sèvis pandan peryòd la, kèlkeswa sa ki pase apre.",
            "Referencias de personas enviadas a un servicio durante el período, cualquiera que fuera su curso.",
            "Referrals of people sent to a service in the period, whatever became of them.",
        ),
        "referrals",
        "A referral with a person, by the day it was sent, in the department of the organisation that sent it.",
        Tier.T2,
        BY_PLACE,
    ),
    Definition(
        "REFERRALS_ACCEPTED",
        texts("Références acceptées", "Referans ki aksepte", "Referencias aceptadas", "Referrals accepted"),
        texts(
            "Références acceptées pendant la période par l'organisation qui les a reçues.",
            "Referans òganizasyon ki resevwa yo te aksepte pandan peryòd la.",
            "Referencias aceptadas durante el período por la organización que las recibió.",
            "Referrals that the organisation which received them accepted in the period.",
        ),
        "referrals",
        "A referral with a person, by the day it was accepted, in the department of the organisation that accepted it.",
        Tier.T2,
        BY_PLACE,
    ),
    Definition(
        "REFERRALS_COMPLETED",
        texts(
            "Références abouties", "Referans ki abouti", "Referencias concluidas con servicio", "Referrals completed"
        ),
        texts(
            "Références achevées pendant la période, la personne ayant été servie, entièrement ou en partie.",
            "Referans ki fini pandan peryòd la, kote moun nan jwenn sèvis la, nèt oswa yon pati.",
            "Referencias concluidas durante el período tras las que la persona fue atendida, en todo o en parte.",
            "Referrals completed in the period whose person was served, wholly or in part.",
        ),
        "referrals",
        "A completed referral with outcome SERVED or PARTIALLY_SERVED, by the day of completion, in the department of"
        " the organisation that served.",
        Tier.T2,
        (By.DEPARTMENT, *PERIODS),
    ),
    Definition(
        "PEOPLE_ASSISTED",
        texts("Personnes assistées", "Moun ki jwenn èd", "Personas asistidas", "People assisted"),
        texts(
            "Personnes servies pour la première fois pendant la période, chacune comptée une seule fois.",
            "Moun ki jwenn sèvis pou premye fwa pandan peryòd la; chak moun konte yon sèl fwa.",
            "Personas atendidas por primera vez durante el período; cada una se cuenta una sola vez.",
            "People served for the first time in the period, each counted once.",
        ),
        "people",
        "A person's file, by the day its first referral was completed with SERVED or PARTIALLY_SERVED, in the"
        " department of the organisation that keeps the file. Only who consented to statistics.",
        Tier.T2,
        BY_AGE,
    ),
    Definition(
        "PEOPLE_PROTECTED",
        texts(
            "Personnes assistées pour un besoin sensible",
            "Moun ki jwenn èd pou yon bezwen sansib",
            "Personas asistidas por una necesidad sensible",
            "People assisted with a sensitive need",
        ),
        texts(
            "Personnes servies pour la première fois pour un besoin de santé, de protection contre la traite ou les"
            " violences, ou de protection de l'enfance.",
            "Moun ki jwenn sèvis pou premye fwa pou sante, kont trafik moun oswa vyolans, oswa pwoteksyon timoun.",
            "Personas atendidas por primera vez por salud, contra la trata o la violencia, o protección de la niñez.",
            "People served for the first time for health, against trafficking or violence, or for child protection.",
        ),
        "people",
        "As PEOPLE_ASSISTED, of referrals for a need of tier T1 alone.",
        Tier.T1,
        TOTAL,
    ),
    Definition(
        "TRAINING_ATTENDANCES",
        texts(
            "Participations aux formations",
            "Patisipasyon nan fòmasyon",
            "Participaciones en capacitaciones",
            "Attendances of trainings",
        ),
        texts(
            "Participations : qui a suivi deux formations compte deux fois.",
            "Patisipasyon: moun ki swiv de fòmasyon konte de fwa.",
            "Participaciones: quien siguió dos capacitaciones cuenta dos veces.",
            "Attendances: who took part in two trainings counts twice.",
        ),
        "attendances",
        "An enrolment of whom at least one session saw present, late or leaving early, by the training's last day.",
        Tier.T3,
        TOTAL,
    ),
    Definition(
        "TRAINING_COMPLETIONS",
        texts("Formations achevées", "Fòmasyon ki fini", "Capacitaciones completadas", "Trainings completed"),
        texts(
            "Participations qui ont atteint la part de séances que la formation demande et, s'il y a un test, sa note.",
            "Patisipasyon ki rive nan kantite seyans fòmasyon an mande ak, si gen yon tès, nan nòt li.",
            "Participaciones que alcanzaron la parte de sesiones que la capacitación exige y, si hay prueba, su nota.",
            "Attendances that reached the share of sessions the course asks for and, where it has a test, its mark.",
        ),
        "completions",
        "An enrolment that attended the share of sessions its course asks for and, where it has a test, reached its"
        " mark, by the training's last day.",
        Tier.T3,
        TOTAL,
    ),
    Definition(
        "PEOPLE_TRAINED",
        texts("Personnes formées", "Moun ki fòme", "Personas capacitadas", "People trained"),
        texts(
            "Personnes uniques, chacune comptée au mois de sa première participation, toutes organisations réunies.",
            "Moun inik; chak moun konte nan mwa premye patisipasyon li, tout òganizasyon ansanm.",
            "Personas únicas, cada una contada en el mes de su primera participación, entre todas las organizaciones.",
            "Unique people, each counted in the month of the first attendance, across all organisations.",
        ),
        "people",
        "A trainee's first attendance of any training, by that training's last day.",
        Tier.T3,
        (By.SEX, By.ORGANIZATION_KIND, *PERIODS),
    ),
    Definition(
        "BORDER_OBSERVED",
        texts("Passages observés", "Moun yo wè pase", "Personas observadas al pasar", "People observed passing"),
        texts(
            "Personnes comptées au passage de la frontière. Ne s'additionne jamais aux personnes enregistrées.",
            "Moun yo konte k ap travèse fwontyè a. Pa janm adisyone yo ak moun ki anrejistre.",
            "Personas contadas al cruzar la frontera. Nunca se suman a las registradas.",
            "People counted as they crossed the border. Never to be added to those registered.",
        ),
        "people",
        "A passer-by in the count that saw most at a crossing point on a day; what a total holds beyond its parts is"
        " UNKNOWN. Nobody is asked for an age in passing.",
        Tier.T2,
        (By.SEX, By.CROSSING_POINT, By.RETURN_TYPE, *PERIODS),
    ),
    Definition(
        "BORDER_REGISTERED",
        texts(
            "Personnes enregistrées à la frontière",
            "Moun ki anrejistre nan fwontyè a",
            "Personas registradas en la frontera",
            "People registered at the border",
        ),
        texts(
            "Personnes enregistrées aux points de passage. Ne s'additionne jamais aux passages observés.",
            "Moun yo anrejistre nan pwen pasaj yo. Pa janm adisyone yo ak moun yo wè pase.",
            "Personas registradas en los puntos de cruce. Nunca se suman a las observadas.",
            "People registered at the crossing points. Never to be added to those observed.",
        ),
        "people",
        "A person in the counts that organisations registered, as they stand at the moment of the release.",
        Tier.T2,
        (By.SEX, By.AGE_GROUP, By.CROSSING_POINT, *PERIODS),
    ),
)
"""In the order of the list. Attended, completed and unique people are three figures (design: training)."""
