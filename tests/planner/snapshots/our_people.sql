-- 1 statement, 1 root field

-- people, records classes 1, 2
WITH answer AS
(SELECT convert_to(concat('{"totalCount":', coalesce(to_json((SELECT nullif(count(*), 10001) AS nullif_1
FROM (SELECT 1
FROM person AS person_1
WHERE EXISTS (SELECT 1
FROM person_identity AS person_identity_1
WHERE person_identity_1.person_id = person_1.id AND folded(concat_ws(' ', person_identity_1.given_name, person_identity_1.family_name, person_identity_1.other_names)) LIKE ALL ($5::TEXT[]))
 LIMIT 10001) AS anon_5)), 'null'),
  ',"edges":', coalesce(concat('[', string_agg(coalesce(concat('{"cursor":', coalesce(to_json(replace(encode(convert_to(CAST(json_build_array('REGISTERED', anon_6.registered_at, anon_6.id) AS TEXT), 'UTF8'), 'base64'), E'\n', '')), 'null'),
  ',"node":', coalesce(concat('{"id":', coalesce(to_json('Person_' || CAST(anon_6.id AS TEXT)), 'null'),
  ',"reference":', coalesce(to_json(anon_6.reference), 'null'),
  ',"sex":', coalesce(('"' || CAST(anon_6.sex AS TEXT)) || '"', 'null'),
  ',"ageGroup":', coalesce(('"' || CAST(anon_6.age_group AS TEXT)) || '"', 'null'),
  ',"handlingNeeds":', coalesce(to_json(anon_6.handling_needs), 'null'),
  ',"vulnerabilities":', coalesce(anon_7.doc, 'null'),
  ',"registeredAt":', coalesce(to_char(anon_6.registered_at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"identity":', coalesce(anon_8.doc, 'null'),
  ',"contact":', coalesce(anon_9.doc, 'null'),
  ',"site":', coalesce((SELECT concat('{"name":', coalesce(to_json(coalesce(location_1.names ->> $6::VARCHAR, location_1.names ->> $7::VARCHAR, location_1.names ->> $8::VARCHAR, location_1.names ->> $9::VARCHAR, location_1.names ->> $10::VARCHAR, location_1.names ->> $11::VARCHAR, location_1.names ->> location_1.language)), 'null'),
  ',"area":', coalesce((SELECT concat('{"name":', coalesce(to_json(coalesce(area_1.names ->> $6::VARCHAR, area_1.names ->> $7::VARCHAR, area_1.names ->> $8::VARCHAR, area_1.names ->> $9::VARCHAR, area_1.names ->> $10::VARCHAR, area_1.names ->> $11::VARCHAR, area_1.names ->> area_1.language)), 'null'),
  ',"parent":', coalesce((SELECT concat('{"name":', coalesce(to_json(coalesce(area_2.names ->> $6::VARCHAR, area_2.names ->> $7::VARCHAR, area_2.names ->> $8::VARCHAR, area_2.names ->> $9::VARCHAR, area_2.names ->> $10::VARCHAR, area_2.names ->> $11::VARCHAR, area_2.names ->> area_2.language)), 'null'), '}') AS anon_12
FROM area AS area_2
WHERE area_2.pcode = area_1.parent_pcode), 'null'), '}') AS anon_11
FROM area AS area_1
WHERE area_1.pcode = location_1.pcode), 'null'), '}') AS anon_10
FROM location AS location_1
WHERE location_1.id = anon_6.site_id), 'null'),
  ',"consents":', coalesce((SELECT concat('{"nodes":', coalesce(concat('[', string_agg(coalesce(concat('{"purpose":', coalesce(('"' || CAST(anon_14.purpose AS TEXT)) || '"', 'null'),
  ',"information":', coalesce(to_json(anon_14.information), 'null'),
  ',"recipient":', coalesce((SELECT concat('{"slug":', coalesce(to_json(organization_1.slug), 'null'), '}') AS anon_15
FROM organization AS organization_1
WHERE organization_1.id = anon_14.recipient_id), 'null'),
  ',"givenAt":', coalesce(to_char(anon_14.given_at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"withdrawnAt":', coalesce(to_char(anon_16.withdrawn_at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'), '}'), 'null'), ',' ORDER BY anon_14.given_at ASC, anon_14.id ASC), ']'), 'null'), '}') AS anon_13
FROM (SELECT anon_17.id AS id, anon_17.organization_id AS organization_id, anon_17.person_id AS person_id, anon_17.purpose AS purpose, anon_17.recipient_id AS recipient_id, anon_17.information AS information, anon_17.giver AS giver, anon_17.assent AS assent, anon_17.method AS method, anon_17.language AS language, anon_17.interpreter AS interpreter, anon_17.given_at AS given_at, anon_17.valid_until AS valid_until
FROM (SELECT consent_1.id AS id, consent_1.organization_id AS organization_id, consent_1.person_id AS person_id, consent_1.purpose AS purpose, consent_1.recipient_id AS recipient_id, consent_1.information AS information, consent_1.giver AS giver, consent_1.assent AS assent, consent_1.method AS method, consent_1.language AS language, consent_1.interpreter AS interpreter, consent_1.given_at AS given_at, consent_1.valid_until AS valid_until
FROM consent AS consent_1
WHERE consent_1.person_id = anon_6.id ORDER BY consent_1.given_at ASC, consent_1.id ASC
 LIMIT 101) AS anon_17
 LIMIT $12::INTEGER) AS anon_14
LEFT OUTER JOIN LATERAL (SELECT consent_withdrawal_1.consent_id AS consent_id, consent_withdrawal_1.organization_id AS organization_id, consent_withdrawal_1.withdrawn_at AS withdrawn_at, consent_withdrawal_1.reason AS reason
FROM consent_withdrawal AS consent_withdrawal_1
WHERE consent_withdrawal_1.consent_id = anon_14.id) AS anon_16 ON true
HAVING true), 'null'),
  ',"referrals":', coalesce((SELECT concat('{"totalCount":', coalesce(to_json((SELECT nullif(count(*), 10001) AS nullif_2
FROM (SELECT 1
FROM referral_party AS referral_party_1
WHERE referral_party_1.person_id = anon_6.id AND referral_party_1.organization_id = anon_6.organization_id
 LIMIT 10001) AS anon_19)), 'null'),
  ',"nodes":', coalesce(concat('[', string_agg(coalesce(concat('{"id":', coalesce(to_json('Referral_' || CAST(referral_1.id AS TEXT)), 'null'),
  ',"status":', coalesce(('"' || CAST(referral_1.status AS TEXT)) || '"', 'null'),
  ',"receiver":', coalesce((SELECT concat('{"name":', coalesce(to_json(coalesce(organization_2.names ->> $6::VARCHAR, organization_2.names ->> $7::VARCHAR, organization_2.names ->> $8::VARCHAR, organization_2.names ->> $9::VARCHAR, organization_2.names ->> $10::VARCHAR, organization_2.names ->> $11::VARCHAR, organization_2.names ->> organization_2.language)), 'null'), '}') AS anon_20
FROM organization AS organization_2
WHERE organization_2.id = referral_1.receiver_id), 'null'), '}'), 'null'), ',' ORDER BY anon_21.created_at DESC, anon_21.referral_id DESC), ']'), 'null'), '}') AS anon_18
FROM (SELECT anon_22.referral_id AS referral_id, anon_22.organization_id AS organization_id, anon_22.side AS side, anon_22.counterpart_id AS counterpart_id, anon_22.person_id AS person_id, anon_22.service_id AS service_id, anon_22.reference AS reference, anon_22.kind AS kind, anon_22.status AS status, anon_22.priority AS priority, anon_22.urgency AS urgency, anon_22.need AS need, anon_22.created_at AS created_at, anon_22.updated_at AS updated_at, anon_22.due_at AS due_at, anon_22.sees_stub AS sees_stub, anon_22.discloses AS discloses, anon_22.discloses_until AS discloses_until
FROM (SELECT referral_party_1.referral_id AS referral_id, referral_party_1.organization_id AS organization_id, referral_party_1.side AS side, referral_party_1.counterpart_id AS counterpart_id, referral_party_1.person_id AS person_id, referral_party_1.service_id AS service_id, referral_party_1.reference AS reference, referral_party_1.kind AS kind, referral_party_1.status AS status, referral_party_1.priority AS priority, referral_party_1.urgency AS urgency, referral_party_1.need AS need, referral_party_1.created_at AS created_at, referral_party_1.updated_at AS updated_at, referral_party_1.due_at AS due_at, referral_party_1.sees_stub AS sees_stub, referral_party_1.discloses AS discloses, referral_party_1.discloses_until AS discloses_until
FROM referral_party AS referral_party_1
WHERE referral_party_1.person_id = anon_6.id AND referral_party_1.organization_id = anon_6.organization_id ORDER BY referral_party_1.created_at DESC, referral_party_1.referral_id DESC
 LIMIT 101) AS anon_22
 LIMIT $13::INTEGER) AS anon_21 JOIN referral AS referral_1 ON referral_1.id = anon_21.referral_id
HAVING true), 'null'), '}'), 'null'), '}'), 'null'), ',' ORDER BY anon_6.registered_at DESC, anon_6.id DESC) FILTER (WHERE anon_6.nth <= $14::INTEGER), ']'), 'null'),
  ',"pageInfo":', coalesce(concat('{"hasNextPage":', coalesce(CAST(count(*) > $14::INTEGER AS TEXT), 'null'),
  ',"hasPreviousPage":', coalesce(CAST(false AS TEXT), 'null'),
  ',"startCursor":', coalesce(to_json(max(replace(encode(convert_to(CAST(json_build_array('REGISTERED', anon_6.registered_at, anon_6.id) AS TEXT), 'UTF8'), 'base64'), E'\n', '')) FILTER (WHERE anon_6.nth = least($14::INTEGER, 1))), 'null'),
  ',"endCursor":', coalesce(to_json(max(replace(encode(convert_to(CAST(json_build_array('REGISTERED', anon_6.registered_at, anon_6.id) AS TEXT), 'UTF8'), 'base64'), E'\n', '')) FILTER (WHERE anon_6.nth = least($14::INTEGER, anon_6.taken))), 'null'), '}'), 'null'), '}'), 'UTF8') AS doc, string_agg(CASE WHEN (anon_6.nth <= $14::INTEGER) THEN nullif(concat_ws(',', anon_7.ids, nullif(anon_8.ids, anon_7.ids), nullif(nullif(anon_9.ids, anon_7.ids), anon_8.ids)), '') END, ',') AS ids
FROM (SELECT anon_23.id AS id, anon_23.organization_id AS organization_id, anon_23.reference AS reference, anon_23.sex AS sex, anon_23.age_group AS age_group, anon_23.handling_needs AS handling_needs, anon_23.registered_at AS registered_at, anon_23.site_id AS site_id, anon_23.crossing_point AS crossing_point, anon_23.return_type AS return_type, row_number() OVER () AS nth, count(*) OVER () AS taken
FROM (SELECT anon_24.id AS id, anon_24.organization_id AS organization_id, anon_24.reference AS reference, anon_24.sex AS sex, anon_24.age_group AS age_group, anon_24.handling_needs AS handling_needs, anon_24.registered_at AS registered_at, anon_24.site_id AS site_id, anon_24.crossing_point AS crossing_point, anon_24.return_type AS return_type
FROM (SELECT person_1.id AS id, person_1.organization_id AS organization_id, person_1.reference AS reference, person_1.sex AS sex, person_1.age_group AS age_group, person_1.handling_needs AS handling_needs, person_1.registered_at AS registered_at, person_1.site_id AS site_id, person_1.crossing_point AS crossing_point, person_1.return_type AS return_type
FROM person AS person_1
WHERE EXISTS (SELECT 1
FROM person_identity AS person_identity_1
WHERE person_identity_1.person_id = person_1.id AND folded(concat_ws(' ', person_identity_1.given_name, person_identity_1.family_name, person_identity_1.other_names)) LIKE ALL ($5::TEXT[])) ORDER BY person_1.registered_at DESC, person_1.id DESC
 LIMIT 101) AS anon_24
 LIMIT $15::INTEGER) AS anon_23) AS anon_6
LEFT OUTER JOIN LATERAL (SELECT concat('[', string_agg(coalesce(('"' || CAST(person_vulnerability_1.code AS TEXT)) || '"', 'null'), ',' ORDER BY person_vulnerability_1.code), ']') AS doc, string_agg(CAST(person_vulnerability_1.person_id AS TEXT), ',') AS ids
FROM person_vulnerability AS person_vulnerability_1
WHERE person_vulnerability_1.person_id = anon_6.id) AS anon_7 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"givenName":', coalesce(to_json(person_identity_2.given_name), 'null'),
  ',"familyName":', coalesce(to_json(person_identity_2.family_name), 'null'),
  ',"birthDate":', coalesce(to_json(person_identity_2.birth_date), 'null'), '}') AS doc, CAST(person_identity_2.person_id AS TEXT) AS ids
FROM person_identity AS person_identity_2
WHERE person_identity_2.person_id = anon_6.id) AS anon_8 ON true
LEFT OUTER JOIN LATERAL (SELECT concat('{"phone":', coalesce(to_json(person_contact_1.phone), 'null'),
  ',"safeToCall":', coalesce(CAST(person_contact_1.safe_to_call AS TEXT), 'null'), '}') AS doc, CAST(person_contact_1.person_id AS TEXT) AS ids
FROM person_contact AS person_contact_1
WHERE person_contact_1.person_id = anon_6.id) AS anon_9 ON true
HAVING true),
recorded AS
(INSERT INTO audit_entry (organization_id, client_id, user_id, act, classes, subjects, request_id) SELECT $1::UUID AS anon_1, $2::VARCHAR AS anon_2, $3::UUID AS anon_3, 'read:people', ARRAY['IDENTITY', 'REQUEST'], array((SELECT DISTINCT unnest(CAST(string_to_array(answer.ids, ',') AS UUID[])) AS unnest_1)) AS array_1, $4::VARCHAR AS anon_4
FROM answer
WHERE answer.ids IS NOT NULL)
 SELECT answer.doc
FROM answer;
