"""Synonyms: what people at the border call the same need, in French, Kreyòl, Spanish and English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concept:
    """One need and its names."""

    name: str
    said: tuple[str, ...]
    """Words and phrases that are asked with and looked for; each stands for all others."""
    heard: tuple[str, ...] = ()
    """Words people ask with that are too wide to be looked for: `kay` asks for a shelter and also means home."""
    covers: tuple[str, ...] = ()
    """Narrower concepts that who asks for this one wants to find as well; not the other way round."""
    spared: bool = False
    """Whether it only says for whom, when or how: an answer may do without it."""


def _said(text: str) -> tuple[str, ...]:
    return tuple(" ".join(term.split()) for term in text.split(","))


CONCEPTS: tuple[Concept, ...] = (
    # Papers
    Concept(
        "papers",
        _said("""papiers d'identité, pièces d'identité, pyès idantite, documents d'identité, documentation civile,
            documents civils, état civil, eta sivil, leta sivil, registre civil, registro civil,
            documentos de identidad, civil documentation, civil registry, civil documents, identity documents,
            ID documents"""),
        heard=("papye", "papiers", "papel", "papeles", "papers", "documents", "dokiman", "documentos", "pyès"),
        covers=("birth certificate", "identity card", "passport", "judgment", "marriage", "death"),
    ),
    Concept(
        "birth certificate",
        _said("""acte de naissance, extrait de naissance, certificat de naissance, batistè, ak nesans, ekstrè nesans,
            acta de nacimiento, partida de nacimiento, certificado de nacimiento, birth certificate"""),
        covers=("birth registration", "archive extract"),
    ),
    Concept(
        "birth registration",
        _said("""déclaration de naissance, enregistrement des naissances, deklarasyon nesans, anrejistreman nesans,
            registro de nacimiento, birth registration, déclaration tardive, deklarasyon tadif"""),
        heard=(
            *("anrejistre", "deklare", "enregistrer un enfant", "déclarer un enfant", "inscribir", "registrar"),
            *("register a birth", "register a child", "register"),
        ),
    ),
    Concept(
        "archive extract",
        _said("""extrait d'archives, extrait des archives, archives nationales, ekstrè achiv, achiv nasyonal,
            extracto de archivo, archivo nacional, archive extract, national archives"""),
        heard=("achiv", "archives", "extrait", "ekstrè"),
    ),
    Concept(
        "identity card",
        _said("""carte d'identité, carte d'identification, CIN, kat idantite, kat idantifikasyon, kat elektoral, cédula,
            documento de identidad, carné de identidad, identity card, ID card, national ID"""),
        heard=("kat", "idantite", "identité", "identidad"),
    ),
    Concept("passport", _said("passeport, paspò, pasaporte, passport, laissez-passer, travel document")),
    Concept(
        "judgment",
        _said("""jugement déclaratif, jugement supplétif, jugement, jijman, sentencia, court judgment,
            rectification d'acte, koreksyon batistè"""),
    ),
    Concept("marriage", _said("acte de mariage, ak maryaj, acta de matrimonio, marriage certificate")),
    Concept("death", _said("acte de décès, ak lanmò, ak desè, acta de defunción, death certificate")),
    Concept(
        "nationality",
        _said("nationalité, nasyonalite, nacionalidad, nationality, apatridie, apatrid, apátrida, stateless"),
    ),
    # Law and order
    Concept(
        "legal aid",
        _said("""aide juridique, assistance juridique, assistance légale, aide légale, èd legal, èd jiridik,
            asistans legal, asistans jiridik, ayuda legal, asistencia legal, legal aid, legal assistance,
            avocat, avoka, abogado, lawyer"""),
    ),
    Concept("police", _said("police, lapolis, polis, policía, commissariat, komisarya, PNH")),
    Concept(
        "justice",
        _said(
            "justice, lajistis, jistis, justicia, tribunal, tribinal, juzgado, court, parquet, juge de paix, jij de pè"
        ),
    ),
    Concept("detention", _said("détention, detansyon, detención, detention, prison, prizon, cárcel")),
    Concept("ombudsman", _said("protecteur du citoyen, OPC, pwotektè sitwayen, defensor del pueblo, ombudsman")),
    Concept(
        "complaint",
        _said("""plainte, porter plainte, plent, pote plent, queja, denuncia, denunciar, complaint, PEAS, PSEA,
            abus sexuels, abi seksyèl, extorsion, ekstòsyon, extorsión"""),
    ),
    Concept("rights", _said("droits humains, droits de l'homme, dwa moun, derechos humanos, human rights")),
    # Violence and exploitation
    Concept(
        "rape",
        _said("""viol, vyòl, kadejak, violación, rape, agression sexuelle, agresyon seksyèl, violence sexuelle,
            vyolans seksyèl, violencia sexual, sexual assault, sexual violence, PEP"""),
        heard=("vyole", "violée", "violada", "raped", "fè kadejak"),
    ),
    Concept(
        "gender-based violence",
        _said("""violence basée sur le genre, violences basées sur le genre, violence de genre, VBG,
            vyolans baze sou jan, vyolans sou fanm, vyolans kont fanm, violence conjugale, violence domestique,
            vyolans nan kay, violencia de género, violencia contra la mujer, gender based violence, domestic violence,
            domestic abuse, femmes maltraitées, mujeres maltratadas, battered women, GBV, SGBV"""),
        heard=(
            *("violence", "vyolans", "violencia", "maltrete", "bat", "bat fanm", "battu", "battue", "me pega", "pega"),
            *("mari violent", "mari m bat", "marido", "maltrato", "abuse", "beaten", "beats me"),
        ),
        covers=("rape",),
    ),
    Concept(
        "trafficking",
        _said("""traite des personnes, traite, traite d'êtres humains, trafik moun, trèt moun, trata de personas, trata,
            trafficking in persons, human trafficking, trafficking"""),
        heard=("trafik", "trafic", "tráfico"),
    ),
    Concept(
        "child labour",
        _said("""domesticité, restavèk, travail des enfants, travay timoun, trabajo infantil, child labour, child labor,
            child domestic"""),
    ),
    # Children and families
    Concept(
        "child protection",
        _said("""protection de l'enfant, protection de l'enfance, pwoteksyon timoun, protección infantil,
            protección de la niñez, child protection, IBESR, BPM"""),
        covers=("unaccompanied child",),
    ),
    Concept(
        "unaccompanied child",
        _said("""enfant non accompagné, mineur non accompagné, enfant séparé, timoun poukont li, timoun san akonpayman,
            timoun san paran, niño no acompañado, menor no acompañado, unaccompanied child, unaccompanied minor,
            separated child, orphelin, òfelen, huérfano, orphan, enfant perdu, timoun pèdi, timoun ki pèdi, niño
            perdido, lost child, timoun separe, niñez migrante, sin acompañante"""),
        covers=("orphanage",),
    ),
    Concept(
        "orphanage",
        _said("""orphelinat, òfelina, orfanato, orphanage, maison d'enfants, kay timoun, hogar de niños,
            children's home"""),
    ),
    Concept(
        "child",
        _said(
            "enfant, timoun, pitit, niño, niña, niñez, hijo, hija, child, children, enfance, mineur, menor, kid, kids"
        ),
        spared=True,
    ),
    Concept("woman", _said("femme, fanm, mujer, woman, women, fille, tifi, dame, señora, girl"), spared=True),
    Concept("man", _said("homme, hommes, gason, hombre, man, men"), spared=True),
    Concept("free", _said("gratuit, gratis, free, gratuitement"), spared=True),
    Concept(
        "now",
        _said(
            "ce soir, aswè a, esta noche, tonight, aujourd'hui, jodi a, hoy, today, maintenant, kounye a, ahora, now"
        ),
        heard=("aswè", "soir", "noche", "night", "lannwit", "nuit", "urgent", "prese", "urgente"),
        spared=True,
    ),
    Concept(
        "family tracing",
        _said("""recherche familiale, recherche de la famille, liens familiaux, réunification familiale, RLF,
            retrouve fanmi, jwenn fanmi, reyinifikasyon fanmi, réunification des
            familles, búsqueda de la familia, búsqueda de familiares, reunificación familiar,
            family tracing, family links, family reunification, RFL"""),
        heard=(
            *("fanmi", "famille", "familia", "family", "paran", "parents", "padres", "proches", "relatives"),
            *("frè", "frère", "hermano", "hermana", "brother", "sister", "sœur", "manman", "mère", "madre", "mother"),
            *("père", "papa", "padre", "father", "pèdi fanmi", "chèche fanmi"),
        ),
    ),
    Concept(
        "family contact",
        _said("appel téléphonique, appel à la famille, rele fanmi, apèl telefòn, llamada telefónica, phone call"),
        heard=("telefòn", "téléphone", "teléfono", "rele", "llamar", "call"),
    ),
    # School and work
    Concept(
        "school",
        _said("""école, lekòl, escuela, school, scolarité, scolarisation, éducation, edikasyon, educación, education,
            retour à l'école, tounen lekòl"""),
        covers=("school fees",),
    ),
    Concept(
        "school fees",
        _said("""frais scolaires, frais de scolarité, ekolaj, frè lekòl, peye lekòl, gastos escolares, matrícula
            escolar, school fees, tuition, uniforme, inifòm, fournitures scolaires, founiti lekòl, útiles escolares"""),
        heard=("aide scolaire", "èd pou lekòl"),
    ),
    Concept("literacy", _said("alphabétisation, alfabetizasyon, alfabetización, literacy")),
    Concept(
        "vocational training",
        _said("""formation professionnelle, fòmasyon pwofesyonèl, lekòl pwofesyonèl, metye, métier,
            formación profesional, vocational training"""),
    ),
    Concept("training", _said("formation, fòmasyon, capacitación, training"), covers=("vocational training",)),
    Concept(
        "livelihood",
        _said("""activité génératrice de revenus, activités génératrices de revenus, AGR, moyens d'existence,
            moyens de subsistance, ti biznis, ti komès, aktivite ki rapòte lajan, microcrédit, mikwo kredi,
            medios de vida, pequeño negocio, income generating, livelihood, small business"""),
        heard=(
            "petit commerce",
            "start a business",
            "biznis",
            "travay",
            "travail",
            "emploi",
            "djòb",
            "trabajo",
            "empleo",
            "job",
            "work",
            "komès",
        ),
        covers=("vocational training",),
    ),
    Concept(
        "cash",
        _said("transfert monétaire, transfert d'argent, lajan, kach, dinero, efectivo, cash, cash transfer"),
        heard=("argent", "money"),
    ),
    # Health
    Concept(
        "health",
        _said("""santé, sante, salud, health, soins, swen, clinique, klinik, clínica, clinic, dispensaire, dispansè,
            centre de santé, sant sante, centro de salud, health centre, médical, medikal, médico, medical"""),
        heard=("malad", "malade", "maladi", "enfermo", "sick"),
        covers=("hospital", "doctor"),
    ),
    Concept("hospital", _said("hôpital, lopital, opital, hospital")),
    Concept(
        "health centre",
        _said("""centre de santé, sant sante, centro de salud, health centre, health center, dispensaire, dispansè,
            clinique, klinik, clínica, clinic"""),
    ),
    Concept(
        "doctor",
        _said("""médecin, doktè, medsen, doctor, docteur, médico, consultation médicale, konsiltasyon, consulta médica,
            medical consultation, généraliste, general practitioner"""),
        heard=("enfimyè", "infirmière", "enfermera", "nurse", "konsiltasyon medikal"),
        covers=("paediatrics", "health centre"),
    ),
    Concept(
        "paediatrics",
        _said("pédiatrie, pédiatre, pedyatri, pedyat, pediatría, pediatra, paediatrics, paediatrician, pediatrician"),
        heard=("doktè timoun", "medsen timoun", "médecin pour enfant", "médico de niños", "children's doctor"),
    ),
    Concept(
        "baby",
        _said(
            "bébé, bebe, tibebe, ti bebe, bebé, baby, infant, nourrisson, nouveau-né, recién nacido, newborn, toddler"
        ),
        covers=("paediatrics",),
        spared=True,
    ),
    Concept(
        "medicine", _said("médicament, medikaman, remèd, medicamento, medicine, pharmacie, famasi, farmacia, pharmacy")
    ),
    Concept("vaccination", _said("vaccin, vaksen, vacuna, vaccine, vaccination, vaksinasyon, vacunación")),
    Concept("emergency", _said("urgence, ijans, emergencia, emergency, ambulance, anbilans, ambulancia")),
    Concept(
        "pregnancy",
        _said("""grossesse, femme enceinte, enceinte, gwosès, fanm ansent, ansent, embarazo, embarazada, pregnancy,
            pregnant, soins prénatals, prénatal, prenatal, maternité, matènite, maternidad, maternity, accouchement,
            akouchman, sage-femme, fanm saj, matwòn, partera, midwife"""),
    ),
    Concept(
        "family planning",
        _said("""planification familiale, planning familial, planin, planin familyal, contraception, kontrasepsyon,
            planificación familiar, anticonceptivo, family planning, santé reproductive, sante repwodiktif,
            salud reproductiva, reproductive health"""),
    ),
    Concept("HIV", _said("VIH, HIV, sida, AIDS, dépistage VIH, tès sida")),
    Concept("cholera", _said("choléra, kolera, cólera, cholera")),
    Concept("nutrition", _said("nutrition, nitrisyon, nutrición, malnutrition, malnitrisyon, desnutrición")),
    Concept(
        "psychosocial",
        _said("""psychosocial, sikososyal, psikososyal, psicosocial, soutien psychologique, sipò sikolojik, sikolojik,
            psychologique, apoyo psicológico, psicológico, psychological, psychologue, sikològ, psicólogo, psychologist,
            santé mentale, sante mantal, salud mental, mental health, counselling, counseling"""),
        heard=("tèt chaje", "estrès", "stress", "twomatis", "trauma", "konsèy"),
    ),
    Concept(
        "disability",
        _said("""handicap, handicapé, andikap, andikape, moun andikape, discapacidad, discapacitado, disability,
            disabled, réadaptation, reyadaptasyon, rehabilitación, fauteuil roulant, chèz woulant, silla de ruedas,
            wheelchair"""),
    ),
    # Shelter and items
    Concept(
        "shelter",
        _said("""abri, hébergement, ebèjman, lojman, logement, refuge, albergue, alojamiento, shelter,
            centre d'accueil, sant akèy, centre d'hébergement, sant ebèjman, hosting centre, accommodation"""),
        heard=(
            "kay",
            "maison",
            "casa",
            "house",
            "dòmi",
            "rete",
            "dormir",
            "sleep",
            "lit",
            "kabann",
            "cama",
            "bed",
            "tent",
        ),
        covers=("safe house",),
    ),
    Concept(
        "safe house",
        _said(
            "maison sécurisée, maison de sécurité, kay an sekirite, kay sekirite, kay sekirize, casa segura, safe house"
        ),
    ),
    Concept(
        "food",
        _said("""nourriture, manje, aide alimentaire, assistance alimentaire, èd alimantè, repas, repa, plat chaud,
            pla cho, cantine, kantin, comida, alimentos, ayuda alimentaria, food, meal, food aid"""),
        heard=("grangou", "faim", "hambre", "hungry", "aliman"),
    ),
    Concept(
        "water",
        _said("""eau potable, eau traitée, point d'eau, dlo pwòp, dlo potab, dlo trete, pwen dlo, dlo pou bwè, agua
            potable, agua tratada, drinking water, safe water, water point"""),
        heard=("dlo", "eau", "agua", "water"),
    ),
    Concept("hygiene", _said("hygiène, ijyèn, higiene, hygiene, kit d'hygiène, kit ijyèn, douche, latrine, twalèt")),
    Concept(
        "items",
        _said("""articles non alimentaires, NFI, vêtements, rad, ropa, clothes, clothing, couverture, lenn, dra, manta,
            blanket, kits"""),
    ),
    # On the move
    Concept(
        "transport",
        _said("transport, transpò, transporte, autobus, otobis, autobús, bus, billet de bus, tikè"),
        heard=("machin", "woulib", "pasaje"),
    ),
    Concept(
        "return",
        _said("""retour volontaire, retour volontaire assisté, AVRR, retou volontè, retounen lakay, retorno voluntario,
            voluntary return, réintégration, reyentegrasyon, reintegración, reintegration, réinsertion, reensèsyon"""),
        heard=(
            *("tounen lakay", "retour", "retou", "retorno", "return", "volver a casa", "regresar a casa", "go home"),
            *("rentrer chez moi", "rentrer à la maison", "home", "lakay"),
        ),
    ),
    Concept(
        "deportation",
        _said("""déporté, depòte, deportado, deportee, déportation, depòtasyon, deportación, deportation, rapatrié,
            rapatriye, repatriado, rapatriement, rapatriman, refoulé, refoulement, expulsé, ekspilse, expulsado,
            deported, expelled, returnees"""),
    ),
    Concept(
        "migrant", _said("migrant, migran, migrante, migration, migrasyon, migración, imigrasyon, immigration, ONM")
    ),
    Concept("asylum", _said("asile, azil, asilo, asylum, réfugié, refijye, refugiado, refugee")),
    Concept("border", _said("frontière, fontyè, fwontyè, frontera, border")),
    Concept("interpreter", _said("interprète, entèprèt, intérprete, interpreter, traduction, tradiksyon, traducción")),
    Concept("hotline", _said("ligne d'urgence, ligne verte, numéro vert, nimewo ijans, línea directa, hotline, 840")),
    Concept("town hall", _said("mairie, lameri, meri, alcaldía, ayuntamiento, town hall, CASEC, kazèk")),
)
