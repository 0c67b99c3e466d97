"""What people call each category of service, in French, Kreyòl, Spanish and English: services are found by it too."""

from collections.abc import Mapping
from types import MappingProxyType

from models.rules.vocabulary import ServiceCategory

CATEGORY_WORDS: Mapping[ServiceCategory, str] = MappingProxyType(
    {
        ServiceCategory.HEALTH: "santé; sante; salud; health",
        ServiceCategory.CLINICAL_CARE_FOR_RAPE: (
            "prise en charge clinique du viol; swen apre vyòl; atención tras una violación; clinical care for rape"
        ),
        ServiceCategory.REPRODUCTIVE_HEALTH: (
            "santé reproductive; sante repwodiktif; salud reproductiva; reproductive health"
        ),
        ServiceCategory.PSYCHOSOCIAL: "soutien psychosocial; sipò sikososyal; apoyo psicosocial; psychosocial support",
        ServiceCategory.DISABILITY_SUPPORT: "handicap; moun andikape; discapacidad; disability support",
        ServiceCategory.SHELTER: "hébergement; ebèjman; alojamiento; shelter",
        ServiceCategory.SAFE_HOUSE: "maison sécurisée; kay an sekirite; casa segura; safe house",
        ServiceCategory.POLICE_PROTECTION: (
            "protection de la police; pwoteksyon lapolis; protección policial; police protection"
        ),
        ServiceCategory.CIVIL_DOCUMENTATION: "état civil; eta sivil; registro civil; civil documentation",
        ServiceCategory.CHILD_PROTECTION: (
            "protection de l'enfant; pwoteksyon timoun; protección de la niñez; child protection"
        ),
        ServiceCategory.FAMILY_TRACING: "recherche familiale; retrouve fanmi; búsqueda de familiares; family tracing",
        ServiceCategory.FAMILY_CONTACT: "contact avec la famille; rele fanmi; contacto familiar; family contact",
        ServiceCategory.LEGAL_AID: "aide juridique; èd jiridik; ayuda legal; legal aid",
        ServiceCategory.SGBV_RESPONSE: (
            "violence basée sur le genre; vyolans baze sou jan; violencia de género; gender based violence"
        ),
        ServiceCategory.ANTI_TRAFFICKING: "traite des personnes; trafik moun; trata de personas; human trafficking",
        ServiceCategory.LIVELIHOOD: "moyens d'existence; mwayen pou viv; medios de vida; livelihood",
        ServiceCategory.CASH: "transfert monétaire; transfè lajan; transferencia de efectivo; cash transfer",
        ServiceCategory.EDUCATION: "éducation; edikasyon; educación; education",
        ServiceCategory.TRANSPORT: "transport; transpò; transporte; transportation",
        ServiceCategory.FOOD_AND_ITEMS: "nourriture et articles; manje ak atik; alimentos y artículos; food and items",
        ServiceCategory.RETURN_AND_REINTEGRATION: (
            "retour et réintégration; retou ak reyentegrasyon; retorno y reintegración; return and reintegration"
        ),
        ServiceCategory.OTHER: "",
    }
)
