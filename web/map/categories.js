// What the kinds of services are called, in English, French, Kreyòl and Spanish.
import { speaker } from "/shared/language.js";

export const categoryName = speaker({
  HEALTH: ["Health", "Santé", "Sante", "Salud"],
  CLINICAL_CARE_FOR_RAPE: ["Clinical care for rape", "Prise en charge clinique du viol", "Swen apre vyòl", "Atención tras una violación"],
  REPRODUCTIVE_HEALTH: ["Reproductive health", "Santé reproductive", "Sante repwodiktif", "Salud reproductiva"],
  PSYCHOSOCIAL: ["Psychosocial support", "Soutien psychosocial", "Sipò sikososyal", "Apoyo psicosocial"],
  DISABILITY_SUPPORT: ["Disability support", "Handicap", "Moun andikape", "Discapacidad"],
  SHELTER: ["Shelter", "Hébergement", "Ebèjman", "Alojamiento"],
  SAFE_HOUSE: ["Safe house", "Maison sécurisée", "Kay an sekirite", "Casa segura"],
  POLICE_PROTECTION: ["Police protection", "Protection de la police", "Pwoteksyon lapolis", "Protección policial"],
  CIVIL_DOCUMENTATION: ["Civil documentation", "État civil", "Eta sivil", "Registro civil"],
  CHILD_PROTECTION: ["Child protection", "Protection de l’enfant", "Pwoteksyon timoun", "Protección de la niñez"],
  FAMILY_TRACING: ["Family tracing", "Recherche familiale", "Retrouve fanmi", "Búsqueda de familiares"],
  FAMILY_CONTACT: ["Family contact", "Contact avec la famille", "Rele fanmi", "Contacto familiar"],
  LEGAL_AID: ["Legal aid", "Aide juridique", "Èd jiridik", "Ayuda legal"],
  SGBV_RESPONSE: ["Gender based violence", "Violence basée sur le genre", "Vyolans baze sou jan", "Violencia de género"],
  ANTI_TRAFFICKING: ["Human trafficking", "Traite des personnes", "Trafik moun", "Trata de personas"],
  LIVELIHOOD: ["Livelihood", "Moyens d’existence", "Mwayen pou viv", "Medios de vida"],
  CASH: ["Cash transfer", "Transfert monétaire", "Transfè lajan", "Transferencia de efectivo"],
  EDUCATION: ["Education", "Éducation", "Edikasyon", "Educación"],
  TRANSPORT: ["Transportation", "Transport", "Transpò", "Transporte"],
  FOOD_AND_ITEMS: ["Food and items", "Nourriture et articles", "Manje ak atik", "Alimentos y artículos"],
  RETURN_AND_REINTEGRATION: ["Return and reintegration", "Retour et réintégration", "Retou ak reyentegrasyon", "Retorno y reintegración"],
  OTHER: ["Other", "Autre", "Lòt", "Otro"],
});
