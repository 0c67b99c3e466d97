"""Which figures were published elsewhere? Those of the design's page on dashboards, as stated, with source and date.

A figure is unverified where only the project brief gives it: no publication of it was found. What was published as a
total with its parts keeps both; where the parts leave a rest, the rest is shown as unknown (design: domain, "Flows").
"""

from datetime import date

from jobs.indicators.definition import Definition, texts
from jobs.indicators.publication import (
    CENTRES_OPENED,
    CENTRES_URL,
    PROJECT_BEGAN,
    RESIDUAL,
    UNVERIFIED_SINCE_2008,
    Published,
    reported,
    told,
)
from models.rules.vocabulary import ReturnType, Tier

PUBLISHED: tuple[Published, ...] = (
    reported(
        "RETURNEES_REGISTERED",
        229_885,
        "people",
        Tier.T2,
        texts(
            "Personnes de retour enregistrées",
            "Moun ki tounen ki anrejistre",
            "Retornados registrados",
            "Registered returnees",
        ),
        texts(
            "Personnes enregistrées volontairement au passage de la frontière ; les personnes observées n'en sont pas.",
            "Moun ki dakò anrejistre lè yo travèse fwontyè a. Moun yo sèlman wè pase pa ladan.",
            "Personas registradas voluntariamente al cruzar la frontera. No incluye a las solo observadas.",
            "People registered, of their own will, as they crossed the border. Those only observed are not among them.",
        ),
        notes=RESIDUAL,
        parts={
            ReturnType.SELF_ORGANISED: 132_995,
            ReturnType.FORCED_SELF_REPORTED: 37_942,
            ReturnType.FORCED_CONFIRMED: 58_271,
        },
    ),
    reported(
        "RETURNEES_FEMALE_SHARE",
        320,
        "‰",
        Tier.T2,
        texts(
            "Part des femmes parmi les retours",
            "Pati fanm nan moun ki tounen",
            "Proporción de mujeres entre los retornos",
            "Share of women and girls among returnees",
        ),
        texts(
            "Pour mille personnes enregistrées, combien sont de sexe féminin : 320 ‰ est le 32,0 % publié.",
            "Sou mil moun ki anrejistre, konbyen ki fanm: 320 ‰ se 32,0 % ki pibliye a.",
            "De cada mil personas registradas, cuántas son de sexo femenino: 320 ‰ es el 32,0 % publicado.",
            "Of a thousand registered people, how many are female: 320 ‰ is the 32.0 % that was published.",
        ),
    ),
    reported(
        "RETURNEES_SEPARATED_CHILDREN",
        4_167,
        "people",
        Tier.T1,
        texts(
            "Enfants présumés non accompagnés ou séparés",
            "Timoun yo kwè ki poukont yo oswa separe",
            "Niños presuntamente no acompañados o separados",
            "Presumed unaccompanied or separated children",
        ),
        texts(
            "Enfants identifiés à la frontière, présumés non accompagnés ou séparés.",
            "Timoun yo idantifye nan fwontyè a, yo kwè ki poukont yo oswa separe ak fanmi yo.",
            "Niños identificados en la frontera, presuntamente no acompañados o separados.",
            "Children identified at the border who were presumed unaccompanied or separated.",
        ),
    ),
    reported(
        "CROSSING_POINTS_MONITORED",
        50,
        "places",
        Tier.EXACT,
        texts(
            "Points de passage suivis",
            "Pwen pasaj yo swiv",
            "Puntos de cruce monitoreados",
            "Crossing points monitored",
        ),
        texts(
            "Points de passage de la frontière que couvre le suivi, officiels ou non.",
            "Pwen pasaj sou fwontyè a ke siveyans lan kouvri, ofisyèl oswa non.",
            "Puntos de cruce de la frontera que cubre el monitoreo, oficiales o no.",
            "Crossing points of the border that the monitoring covers, official or not.",
        ),
    ),
    Published(
        Definition(
            "BORDER_RESOURCE_CENTERS",
            texts(
                "Centres de ressources frontaliers",
                "Sant resous fwontyè",
                "Centros de recursos fronterizos",
                "Border Resource Centers",
            ),
            texts(
                "Centres ouverts aux points de passage officiels.",
                "Sant ki louvri nan pwen pasaj ofisyèl yo.",
                "Centros abiertos en los puntos de cruce oficiales.",
                "Centers opened at the official crossing points.",
            ),
            "places",
            "A center that was opened.",
            Tier.EXACT,
            target=4,
        ),
        4,
        CENTRES_OPENED,
        (PROJECT_BEGAN, date(2018, 3, 1)),
        date(2018, 3, 1),
        url=CENTRES_URL,
    ),
    told(
        "CIVIL_PAPERS_OBTAINED",
        1_927,
        "people",
        Tier.T2,
        texts(
            "Personnes ayant obtenu des papiers civils",
            "Moun ki jwenn papye sivil",
            "Personas que obtuvieron documentos civiles",
            "People with civil papers obtained",
        ),
        texts(
            "Personnes ayant reçu un acte de naissance ou un extrait des archives.",
            "Moun ki resevwa yon batistè oswa yon ekstrè achiv.",
            "Personas que recibieron un acta de nacimiento o un extracto de archivos.",
            "People who were given a birth certificate or an archive record.",
        ),
    ),
    told(
        "INCOME_ACTIVITIES_STARTED",
        439,
        "people",
        Tier.T2,
        texts(
            "Personnes ayant une activité génératrice de revenus",
            "Moun ki gen yon aktivite pou fè lajan",
            "Personas con una actividad generadora de ingresos",
            "People with income-generating activities",
        ),
        texts(
            "Personnes appuyées qui ont commencé une activité génératrice de revenus.",
            "Moun ki jwenn èd epi ki kòmanse yon aktivite pou fè lajan.",
            "Personas apoyadas que iniciaron una actividad generadora de ingresos.",
            "People who were helped to begin an income-generating activity.",
        ),
    ),
    told(
        "CHILDREN_BACK_IN_SCHOOL",
        203,
        "people",
        Tier.T2,
        texts(
            "Enfants retournés à l'école",
            "Timoun ki retounen lekòl",
            "Niños que volvieron a la escuela",
            "Children back in school",
        ),
        texts(
            "Enfants appuyés qui sont retournés à l'école.",
            "Timoun ki jwenn èd epi ki retounen lekòl.",
            "Niños apoyados que volvieron a la escuela.",
            "Children who were helped to return to school.",
        ),
    ),
    told(
        "ACTORS_TRAINED",
        295,
        "people",
        Tier.T3,
        texts("Acteurs formés", "Aktè ki fòme", "Actores capacitados", "Actors trained"),
        texts(
            "Agents de l'État et acteurs de la société civile formés, sur 400 prévus.",
            "Ajan Leta ak aktè sosyete sivil ki fòme, sou 400 ki te prevwa.",
            "Agentes del Estado y actores de la sociedad civil capacitados, de 400 previstos.",
            "Officers of the state and actors of civil society who were trained, of 400 aimed at.",
        ),
        target=400,
    ),
    told(
        "CHILD_TRAFFICKING_ASSISTED",
        2_500,
        "people",
        Tier.T1,
        texts(
            "Enfants victimes de traite assistés depuis 2008",
            "Timoun viktim trafik ki jwenn èd depi 2008",
            "Niños víctimas de trata asistidos desde 2008",
            "Child victims of trafficking assisted since 2008",
        ),
        texts(
            "Enfants victimes de traite assistés depuis 2008.",
            "Timoun viktim trafik moun ki jwenn èd depi 2008.",
            "Niños víctimas de trata asistidos desde 2008.",
            "Children, victims of trafficking, who were assisted since 2008.",
        ),
        since=date(2008, 1, 1),
        notes=UNVERIFIED_SINCE_2008,
    ),
    told(
        "BRACELETS_DISTRIBUTED",
        20_000,
        "bracelets",
        Tier.EXACT,
        texts("Bracelets distribués", "Braslè ki distribye", "Pulseras distribuidas", "Bracelets distributed"),
        texts(
            "Bracelets de sensibilisation distribués.",
            "Braslè sansibilizasyon ki distribye.",
            "Pulseras de sensibilización distribuidas.",
            "Bracelets distributed to raise awareness.",
        ),
    ),
)
"""In the order of the list. 840 is the hotline's number, and no count."""
