"""By which fine terms are the demo's services classified? A small taxonomy under the coarse categories."""

SCHEME = "konbit"

TERMS: dict[str, tuple[str | None, str, str, str]] = {
    "papers": (None, "Papiers civils", "Papye sivil", "Civil papers"),
    "birth-act": ("papers", "Acte de naissance", "Batistè", "Birth certificate"),
    "national-id": ("papers", "Carte d'identité", "Kat idantite", "Identity card"),
    "health": (None, "Santé", "Sante", "Health"),
    "primary-care": ("health", "Soins primaires", "Swen primè", "Primary care"),
    "clinical-care-for-rape": ("health", "Soins après un viol", "Swen apre kadejak", "Clinical care for rape"),
    "family-planning": ("health", "Planification familiale", "Planin", "Family planning"),
    "rehabilitation": ("health", "Réadaptation", "Reyadaptasyon", "Rehabilitation"),
    "protection": (None, "Protection", "Pwoteksyon", "Protection"),
    "counselling": ("protection", "Accompagnement psychosocial", "Akonpayman sikososyal", "Counselling"),
    "survivor-support": ("protection", "Appui aux survivantes", "Sipò pou viktim vyolans", "Support to survivors"),
    "trafficking": ("protection", "Lutte contre la traite", "Kont trafik moun", "Counter-trafficking"),
    "complaint": ("protection", "Plainte", "Plent", "Complaint"),
    "legal-advice": ("protection", "Conseil juridique", "Konsèy legal", "Legal advice"),
    "best-interests": (
        "protection",
        "Intérêt supérieur de l'enfant",
        "Enterè timoun nan",
        "Best interests of the child",
    ),
    "family": (None, "Famille", "Fanmi", "Family"),
    "tracing": ("family", "Recherche familiale", "Chèche fanmi", "Family tracing"),
    "call": ("family", "Appel", "Apèl", "Call"),
    "lodging": (None, "Hébergement", "Lojman", "Lodging"),
    "temporary-shelter": ("lodging", "Hébergement temporaire", "Lojman tanporè", "Temporary shelter"),
    "safe-house": ("lodging", "Maison sûre", "Kay an sekirite", "Safe house"),
    "starting-again": (None, "Repartir", "Rekòmanse", "Starting again"),
    "income": ("starting-again", "Revenu", "Revni", "Income"),
    "cash": ("starting-again", "Argent", "Lajan", "Cash"),
    "school": ("starting-again", "École", "Lekòl", "School"),
    "return": ("starting-again", "Retour", "Retou", "Return"),
    "transport": ("starting-again", "Transport", "Transpò", "Transport"),
    "items": ("starting-again", "Vivres et articles", "Manje ak atik", "Food and items"),
}
"""By code: the parent's code, and the label in French, Kreyòl and English."""

ALIASES = (
    "Refuge Flanbwayan",
    "Refuge Kandelab",
    "Refuge Choublak",
    "Refuge Zetwal",
    "Refuge Mapou",
    "Refuge Solèy Leve",
)
"""What safe houses are called in the directory: a name that tells of no place."""
