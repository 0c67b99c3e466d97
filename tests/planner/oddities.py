"""What the demo network is too orderly to hold: odd letters and numbers, missing parts, ends that have come."""

from uuid import UUID

SITE = "brc-malpasse"
"At which someone's roles hold alone."
OFFICER = UUID("7d1f5a52-0f5b-4b6e-9a53-0a6b6a2b8f10")

_ORGANIZATIONS = f"""
INSERT INTO account (id, display_name) VALUES ('{OFFICER}', 'Mirlande "Mimi" Étienne');
UPDATE organization SET names = names || '{{"en": "Belladère \\"Solidarity\\" \\\\ 100% a_b"}}',
  verified_at = '2026-01-02T03:04:05Z' WHERE slug = 'solidarite-frontiere-belladere';
UPDATE organization SET names = '{{"ht": "Kay\\tla\\n\\u0001 \\u2028😀", "fr-HT": "Maison d''ici"}}', language = 'ht'
WHERE slug = 'fondation-limye-jeremi';
UPDATE organization SET names = '{{"es": "Œuvre de l''Évêché ÆGIR"}}', language = 'es', pcode = NULL
WHERE slug = 'refuge-des-collines';
INSERT INTO area (pcode, names, level, parent_pcode)
SELECT pcode || '-0' || n, jsonb_build_object('fr', n || 'e section'), 3, pcode
FROM area, generate_series(1, 2) AS n WHERE pcode IN ('HT0632', 'HT0611');
UPDATE organization SET pcode = 'HT0632-01' WHERE slug = 'hopital-belladere';
"""
_PLACES = """
UPDATE location SET pcode = 'HT0632-02' WHERE slug = 'solidarite-frontiere-belladere';
UPDATE location SET latitude = 1e-7, longitude = -0.0, address_lines = '{"12, rue \\"Capois\\"","",Étage 2}'
WHERE slug = 'lycee-belladere';
UPDATE location SET latitude = 18, longitude = -71.123456789012345, address_lines = '{}', locality = NULL,
  country = NULL WHERE slug = 'mairie-belladere';
UPDATE location SET latitude = NULL, longitude = NULL, locality = NULL, postal_code = 'HT6110', names = NULL,
  time_zone = NULL WHERE slug = 'identification-hinche';
UPDATE location SET visibility = 'ORGANIZATION' WHERE slug = 'foyer-men-nan-men';
UPDATE service_at_location SET visibility = 'ORGANIZATION'
WHERE id IN (SELECT id FROM service_at_location ORDER BY id LIMIT 5);
"""
_DETAILS = """
INSERT INTO contact (organization_id, service_id, name, title, email, number, visibility)
  SELECT organization_id, id, 'Dieulita', 'Greffière "en chef"', 'g@example.org', '+50920001111', v
  FROM (SELECT * FROM service WHERE visibility = 'PUBLIC' ORDER BY id LIMIT 6) AS s,
    unnest('{NETWORK,ORGANIZATION}'::text[]) AS v;
INSERT INTO contact (organization_id, answers_for_id, title, department)
  SELECT id, id, 'Accueil', 'Siège' FROM organization;
INSERT INTO contact (organization_id, location_id, title) SELECT organization_id, id, 'Gardien' FROM location;
INSERT INTO contact (organization_id, service_at_location_id, title)
  SELECT organization_id, id, 'Permanence' FROM service_at_location WHERE visibility = 'PUBLIC';
INSERT INTO cost_option (organization_id, service_id, options, amount, currency, valid_from, valid_to)
  SELECT organization_id, id, o::jsonb, a, c, d, d + 90 FROM service, (VALUES
    ('{"ht": "Granmoun", "es": "Adultos"}', 12.50, 'HTG', date '2026-01-01'), (NULL, 0, 'USD', NULL),
    ('{"fr": "Gratuit"}', NULL, NULL, NULL)) AS v (o, a, c, d);
INSERT INTO required_document (organization_id, service_id, documents, uri, visibility)
  SELECT organization_id, id, '{"ht": "Batistè", "en": "Birth act"}', 'https://example.org/"', visibility FROM service;
INSERT INTO service_area (organization_id, service_id, pcode, names)
  SELECT organization_id, id, p, n::jsonb FROM service,
    (VALUES ('HT06', NULL), (NULL, '{"fr": "La frontière"}')) AS v (p, n);
INSERT INTO accessibility (organization_id, location_id, descriptions, details, website)
  SELECT organization_id, id, '{"fr": "Rampe", "en": "Ramp"}', 'Pente douce', 'https://example.org' FROM location;
INSERT INTO organization_identifier (organization_id, scheme, value) SELECT id, 'MPCE', left(slug, 3) FROM organization;
INSERT INTO term_mapping (term_id, scheme, code, equivalence)
  SELECT id, 'icd', code, 'WIDER' FROM term;
UPDATE organization SET descriptions = '{"fr": "Une maison"}', website = 'https://example.org', email = 'o@example.org';
UPDATE location SET descriptions = '{"fr": "Près du marché"}', transportation = '{"ht": "Tap-tap"}'
WHERE kind = 'OFFICE';
UPDATE service_at_location SET descriptions = '{"es": "Solo aquí"}' WHERE visibility = 'PUBLIC';
UPDATE phone SET extension = '12', kind = 'SMS', languages = '{ht}' WHERE answers_for_id IS NOT NULL;
UPDATE schedule SET notes = '{"ht": "Vini bonè"}' WHERE id IN (SELECT id FROM schedule ORDER BY id LIMIT 50);
UPDATE service SET alerts = '{"fr": "Fermé lundi"}', fees = '{"fr": "Gratuit"}', application = '{"ht": "Vini"}',
  website = 'https://example.org', email = 's@example.org', valid_from = '2026-01-01', valid_to = '2099-12-31',
  status = 'TEMPORARILY_CLOSED' WHERE id IN (SELECT id FROM service ORDER BY id LIMIT 20);
UPDATE capacity SET unit = 'beds';
"""
_SERVICES = """
UPDATE service SET removed_at = now() WHERE id IN (SELECT id FROM service ORDER BY id DESC LIMIT 4);
UPDATE service SET visibility = 'ORGANIZATION' WHERE id IN (SELECT id FROM service ORDER BY id LIMIT 3);
UPDATE service SET languages = '{fr-HT,ht,EN}', sexes = '{OTHER}', descriptions = NULL,
  names = names || '{"es": "Casa"}', fresh_until = now() - interval '1 day',
  eligibility_notes = '{"fr": "Sur\\r\\nrendez-vous"}'
WHERE id IN (SELECT id FROM service ORDER BY id OFFSET 20 LIMIT 6);
UPDATE capacity SET expires_at = now() - interval '1 second'
WHERE id IN (SELECT id FROM capacity ORDER BY id LIMIT 20);
UPDATE capacity_count SET available = NULL, maximum = 0
WHERE capacity_id IN (SELECT id FROM capacity ORDER BY id DESC LIMIT 9);
"""
_PEOPLE = f"""
UPDATE person_identity SET given_name = 'Jean-Noël "Ti Jan"', family_name = NULL, other_names = E'Ñandú\\t%_\\\\',
  birth_date = '0099-02-28' WHERE person_id IN (SELECT id FROM person ORDER BY id LIMIT 40);
DELETE FROM person_identity WHERE person_id IN (SELECT id FROM person ORDER BY id OFFSET 40 LIMIT 20);
UPDATE person_contact SET note = E'Appeler\\naprès 18h', address = '', safe_to_call = NULL
WHERE person_id IN (SELECT id FROM person ORDER BY id LIMIT 200);
UPDATE consent SET valid_until = now() + interval '1 year' WHERE purpose = 'STATISTICS';
UPDATE person SET site_id = l.id FROM location l WHERE l.slug = '{SITE}' AND person.id::text < '4';
"""
_REFERRALS = f"""
UPDATE referral SET due_at = NULL WHERE id IN (SELECT id FROM referral ORDER BY id LIMIT 300);
UPDATE referral SET priority = 'EMERGENCY', updated_at = date_trunc('second', updated_at)
WHERE id IN (SELECT id FROM referral ORDER BY id OFFSET 100 LIMIT 300);
UPDATE referral SET officer_id = '{OFFICER}' WHERE id IN (
  SELECT r.id FROM referral r JOIN organization o ON o.id = r.receiver_id
  WHERE o.kind = 'POLICE' ORDER BY r.id LIMIT 40);
UPDATE referral_party SET discloses_until = now() - interval '1 day'
WHERE side = 'RECEIVER' AND referral_id IN (SELECT id FROM referral ORDER BY id DESC LIMIT 500);
INSERT INTO referral_note (event_id, referral_id, organization_id, note)
SELECT e.id, e.referral_id, e.organization_id, E'«Note»\\\\ \\u000b' FROM referral_event e
WHERE e.organization_id IS NOT NULL AND e.status_after IN ('DECLINED', 'WITHDRAWN', 'COMPLETED')
ON CONFLICT DO NOTHING;
"""
_FIGURES = """
CREATE TEMPORARY TABLE again AS SELECT r.*, gen_random_uuid() AS next FROM indicator_release r
WHERE r.code = 'REFERRALS_SENT' AND r.state = 'APPROVED' ORDER BY r.period_end DESC LIMIT 1;
INSERT INTO indicator_release (id, code, definition, version, origin, publisher_id, period_start, period_end, every,
  as_of, state, breakdowns, restates, reason)
SELECT next, code, definition, 2, origin, publisher_id, period_start, period_end, every, as_of, 'AUDITED', breakdowns,
  id, E'«Tard»\\n' FROM again;
INSERT INTO release_member (release_id, dimension, value, labels, language, position)
SELECT next, m.dimension, m.value, '{"ht": "Lòt \\"non\\""}', 'ht', 50 - m.position
FROM again a JOIN release_member m ON m.release_id = a.id;
INSERT INTO release_cell (release_id, breakdown, members, value, rounded)
SELECT next, c.breakdown, c.members, c.value + 5, c.rounded FROM again a JOIN release_cell c ON c.release_id = a.id;
INSERT INTO release_signoff (release_id, organization_id)
SELECT next, o.id FROM again, organization o WHERE o.slug IN ('solidarite-frontiere-belladere', 'hopital-belladere');
INSERT INTO indicator_release (id, code, definition, version, origin, publisher_id, period_start, period_end, every,
  as_of, state, breakdowns)
SELECT gen_random_uuid(), code, definition, 1, origin, publisher_id, '2025-01-01', '2025-03-31', 'QUARTER', as_of,
  'AUDITED', '{"",SEX}' FROM again;
INSERT INTO indicator_release (id, code, definition, version, origin, publisher_id, period_start, period_end, every,
  as_of, state, breakdowns)
SELECT gen_random_uuid(), code, definition, 1, origin, publisher_id, '2024-01-01', '2024-03-31', 'QUARTER', as_of,
  'DRAFT', '{""}' FROM again;
"""
_TRAININGS = """
CREATE TEMPORARY TABLE odd AS SELECT e.*, row_number() OVER (ORDER BY e.id) AS nth FROM attendance_event e
JOIN training_session s ON s.id = e.session_id JOIN training t ON t.id = s.training_id
WHERE t.organization_id = (SELECT id FROM organization WHERE slug = 'institut-formation-frontiere') LIMIT 40;
UPDATE attendance_event SET raw_token = E'«?»\\\\', enrolment_id = NULL, outcome = 'UNMATCHED', reason = E'a\\tb'
WHERE id IN (SELECT id FROM odd WHERE nth <= 12);
UPDATE attendance_event SET flags = '{AFTER_LOCK,CLOCK_SKEW}', device_sequence = device_sequence + 100000
WHERE id IN (SELECT id FROM odd WHERE nth BETWEEN 9 AND 24);
INSERT INTO attendance_ruling (organization_id, event_id, kind, reason, at, client_id)
SELECT organization_id, id, unnest('{VOIDED,APPROVED,REFUSED}'::text[]), 'r', now(), 'c' FROM odd WHERE nth % 4 = 0;
UPDATE attendance SET conflicts = '{STATUS,EVENT_ID}'
WHERE enrolment_id IN (SELECT enrolment_id FROM odd WHERE nth < 4);
UPDATE attendance SET void = true WHERE enrolment_id IN (SELECT enrolment_id FROM odd WHERE nth BETWEEN 4 AND 8);
UPDATE enrolment SET withdrawn_at = now() WHERE id IN (SELECT enrolment_id FROM odd WHERE nth IN (9, 10));
UPDATE attendance_device SET revoked_at = now(), name = E'tab "é"\\\\'
WHERE organization_id = (SELECT organization_id FROM odd LIMIT 1);
UPDATE course_version SET least_score = 60 WHERE id IN (SELECT id FROM course_version ORDER BY id LIMIT 2);
INSERT INTO training_score (enrolment_id, occasion, organization_id, points, maximum, recorded_at)
SELECT enrolment_id, o, organization_id, nth / 3.0, 7, now() FROM odd, unnest('{PRE,POST}'::text[]) AS o WHERE nth < 21
ON CONFLICT DO NOTHING;
INSERT INTO certificate (organization_id, enrolment_id, issued_at, valid_until, claims, revoked_at, revocation)
SELECT organization_id, enrolment_id, now() - n * interval '1 day', now() + interval '1 year', '{}',
  CASE WHEN n > 1 THEN now() END, CASE WHEN n > 1 THEN 'MISUSED' END
FROM (SELECT DISTINCT organization_id, enrolment_id FROM odd) AS e, generate_series(1, 3) AS n
WHERE (hashtext(enrolment_id::text) + n) % 3 <> 0;
"""
_MEMBERS = f"""
INSERT INTO account (id, display_name)
SELECT md5('member ' || n)::uuid, E'Membre «' || n || E'»\\\\' FROM generate_series(1, 9) AS n;
INSERT INTO membership (account_id, organization_id, site_id, roles, status, created_at, left_at)
SELECT a.id, o.id, CASE WHEN a.n % 3 = 0 THEN l.id END, '{{CASE_WORKER,INTAKE}}',
  CASE a.n % 4 WHEN 0 THEN 'LEFT' WHEN 1 THEN 'SUSPENDED' ELSE 'ACTIVE' END, now() - a.n % 2 * interval '1 day',
  CASE WHEN a.n % 4 = 0 THEN now() END
FROM (SELECT md5('member ' || n)::uuid AS id, n FROM generate_series(1, 9) AS n UNION SELECT '{OFFICER}', 10) AS a,
  organization o, location l
WHERE o.slug IN ('solidarite-frontiere-belladere', 'foyer-men-nan-men') AND l.slug = '{SITE}';
INSERT INTO identity_provider (organization_id, issuer, name, client_id, machines, suspended_at, created_at)
SELECT id, 'https://' || slug || '.example/' || n, E'«Nous»\\\\', 'konbit', n = 1, CASE WHEN n = 2 THEN now() END, now()
FROM organization, generate_series(1, 2) AS n WHERE slug IN ('solidarite-frontiere-belladere', 'foyer-men-nan-men');
INSERT INTO invitation (organization_id, token_hash, name, site_id, roles, provider_id, invited_by, created_at,
  expires_at, accepted_at, accepted_by, revoked_at)
SELECT p.organization_id, sha256((p.id::text || n)::bytea), E'Pou "li" \\u2028', CASE WHEN n = 3 THEN l.id END,
  '{{TRAINER}}', CASE WHEN n = 2 THEN p.id END, CASE WHEN n < 3 THEN '{OFFICER}'::uuid END, now(),
  now() + interval '7 days', CASE WHEN n = 1 THEN now() END, CASE WHEN n = 1 THEN md5('member 2')::uuid END,
  CASE WHEN n = 4 THEN now() END
FROM identity_provider p, location l, generate_series(1, 4) AS n WHERE l.slug = '{SITE}';
INSERT INTO oauth_client (client_id, organization_id, name, grants, proof, jwks, jwks_uri, provider_id, subject,
  redirect_uris, backchannel_logout_uri, scopes, wanted_scopes, roles, status, previous_secret_until, created_at)
SELECT 'odd-' || o.slug || n, o.id, E'Pwogram «é»\\\\', '{{CLIENT_CREDENTIALS}}',
  CASE n WHEN 1 THEN 'PRIVATE_KEY_JWT' WHEN 2 THEN 'PRIVATE_KEY_JWT' WHEN 3 THEN 'TRUSTED_ISSUER' ELSE 'NONE' END,
  CASE WHEN n = 1 THEN '{{"keys": [{{"kty": "EC", "note": "é\\u2028"}}], "a": 15}}'::jsonb END,
  CASE WHEN n = 2 THEN 'https://keys.example/' END,
  CASE WHEN n = 3 THEN (SELECT p.id FROM identity_provider p WHERE p.organization_id = o.id ORDER BY id LIMIT 1) END,
  CASE WHEN n = 3 THEN o.slug END, '{{https://a.example/}}', CASE WHEN n = 4 THEN 'https://b.example/' END,
  '{{directory:read}}', CASE WHEN n % 2 = 0 THEN '{{admin}}'::text[] ELSE '{{}}' END, '{{ANALYST}}',
  CASE WHEN n = 4 THEN 'SUSPENDED' ELSE 'ACTIVE' END, CASE WHEN n = 5 THEN now() END, now() - n * interval '1 hour'
FROM organization o, generate_series(1, 5) AS n
WHERE o.slug IN ('solidarite-frontiere-belladere', 'foyer-men-nan-men');
"""
_QUALITY = """
INSERT INTO verification_request (service_id, organization_id, email, asked_at, asked_by, sent_at, next_try_at, failure,
  answered_at, answer, note, ended_at)
SELECT id, organization_id, CASE WHEN n % 2 = 0 THEN 'a@b.example' END, now() - n % 3 * interval '1 day',
  CASE WHEN n % 3 = 0 THEN organization_id END, CASE WHEN n % 2 = 0 THEN now() END, now(),
  CASE WHEN n % 5 = 0 THEN 'TimeoutError' END, CASE WHEN n % 4 = 0 THEN now() END,
  CASE WHEN n % 4 = 0 THEN 'CHANGED' END,
  CASE WHEN n % 4 = 0 THEN E'«Wi»\\\\' END, CASE WHEN n % 4 = 0 THEN now() END
FROM (SELECT id, organization_id, row_number() OVER (ORDER BY id) AS n FROM service) AS s WHERE n < 60;
INSERT INTO suggestion (service_id, organization_id, suggested_by, origin, closed, note, state, suggested_at,
  decided_at, decision_note)
SELECT s.id, s.organization_id, CASE WHEN n % 2 = 0 THEN o.id END,
  CASE WHEN n % 2 = 0 THEN 'MEMBER' ELSE 'VERIFICATION' END, n % 3 = 0, E'Li "fèmen" \\u2028',
  CASE n % 4 WHEN 0 THEN 'ACCEPTED' WHEN 1 THEN 'DECLINED' ELSE 'OPEN' END, now() - n % 3 * interval '1 hour',
  CASE WHEN n % 4 < 2 THEN now() END, CASE WHEN n % 4 = 1 THEN 'Non' END
FROM (SELECT id, organization_id, row_number() OVER (ORDER BY id) AS n FROM service) AS s, organization o
WHERE n < 60 AND o.slug IN ('solidarite-frontiere-belladere', 'foyer-men-nan-men');
INSERT INTO draft (organization_id, content, state, drafted_at, drafted_by, approved_at, approved_by)
SELECT id, '{"names": [{"language": "ht", "text": "Koute «é»"}], "n": [1, null]}',
  CASE n % 3 WHEN 0 THEN 'DRAFT' WHEN 1 THEN 'APPROVED' ELSE 'WITHDRAWN' END, now() - n % 2 * interval '1 day',
  CASE WHEN n % 2 = 0 THEN md5('member 2')::uuid END, CASE WHEN n % 3 = 1 THEN now() END,
  CASE WHEN n % 3 = 1 THEN md5('member 3')::uuid END
FROM organization, generate_series(1, 9) AS n WHERE slug IN ('solidarite-frontiere-belladere', 'foyer-men-nan-men');
"""
ODDITIES = (
    _ORGANIZATIONS + _PLACES + _DETAILS + _SERVICES + _PEOPLE + _REFERRALS + _FIGURES + _TRAININGS + _MEMBERS + _QUALITY
)
"""Run by the database's owner on the demo network. Every statement keeps to the tables' constraints."""
