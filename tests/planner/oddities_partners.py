"""Partners' systems in every state of health, what they sent, and what several sources say: the demo has none of it."""

_PARTNERS = r"""
INSERT INTO partner (organization_id, name, kind, address, settings, cursor, trust, licence, created_at,
  last_success_at, last_failure_at, last_failure, credential_kind, credential, sealed_by, poll_seconds, next_at,
  whole_at, paused_at, paused_because, failures, losses_accepted_at)
SELECT o.id, 'odd-' || o.slug || '-' || n, (array['HSDS', 'PUSH', 'FHIR', 'CSV', 'GRAPHQL', 'OPENCRVS'])[n + 1],
  CASE WHEN n = 1 THEN '' ELSE 'https://odd.example/?"' END, '{"é": ["\u2028", 1.25, null]}',
  CASE WHEN n % 2 = 0 THEN '{"system": {"version": "3.1 «é»"}}'::jsonb ELSE '{}' END, n, CASE WHEN n = 2 THEN 'CC0' END,
  now() - n * interval '1 day', CASE WHEN n = 0 THEN now() END, CASE WHEN n = 3 THEN now() END,
  CASE WHEN n = 3 THEN E'«Pa gen anyen»\\' END, CASE WHEN n = 2 THEN 'BASIC' END,
  CASE WHEN n = 2 THEN '\x00'::bytea END,
  CASE WHEN n = 2 THEN 'a-key' END, CASE WHEN n <> 1 THEN 900 END, CASE WHEN n <> 1 THEN now() END,
  CASE WHEN n = 0 THEN now() END, CASE WHEN n = 4 THEN now() END, CASE WHEN n = 4 THEN 'Nou "tann"' END,
  CASE n WHEN 3 THEN 4 WHEN 5 THEN 5 ELSE 0 END, CASE WHEN n = 0 THEN now() END
FROM organization o, generate_series(0, 5) AS n
WHERE o.slug IN ('solidarite-frontiere-belladere', 'foyer-men-nan-men');
INSERT INTO sync_run (partner_id, started_at, finished_at, outcome, counts, errors, occasion, whole, dry_run)
SELECT p.id, now() - n % 3 * interval '1 hour', CASE WHEN n > 1 THEN now() END,
  (array['WAITING', 'RUNNING', 'COMPLETE', 'PARTIAL', 'HELD', 'FAILED', 'TRIED'])[n + 1],
  CASE WHEN n % 2 = 0 THEN '{"new": 3, "gone": 0, "unchanged": 1}'::jsonb ELSE '{}' END,
  CASE WHEN n = 6 THEN '{"changes": {"what": "HSDS \"3.1\"", "new": ["Kay"], "changed": []}}'::jsonb
    WHEN n > 2 THEN '{"failures": ["«é»"], "losses": ["SERVICE: 9"], "notes": [""]}' ELSE '{}' END,
  (array['SCHEDULE', 'MANUAL', 'PUSH'])[n % 3 + 1], n % 2 = 0, n = 6
FROM (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM partner WHERE name LIKE 'odd-%') AS p,
  generate_series(0, 6) AS n WHERE p.nth % 4 <> n % 4;
INSERT INTO source_record (partner_id, kind, remote_id, raw, digest, fetched_at, modified_at, status, problem, found_at,
  since, dismissed_at, dismissed_by, dismissal)
SELECT p.id, (array['SERVICE', 'LOCATION', 'ORGANIZATION'])[n % 3 + 1], E'«' || n || E'»\\', '{}', '\x00',
  now() - n % 4 * interval '1 hour', CASE WHEN n % 2 = 0 THEN now() END,
  (array['CURRENT', 'QUARANTINED', 'QUARANTINED', 'GONE'])[n % 4 + 1],
  CASE WHEN n % 4 IN (1, 2) THEN E'“Kay” at +509 20 00 1111, HT0632:\nis “no” P-code 12.' END,
  CASE WHEN n % 3 = 0 THEN 'rows 3-4' END, CASE WHEN n % 2 = 0 THEN now() END, CASE WHEN n % 8 = 1 THEN now() END,
  CASE WHEN n % 8 = 1 THEN p.organization_id END, CASE WHEN n % 8 = 1 THEN 'Konsa' END
FROM partner p, generate_series(0, 15) AS n WHERE p.name LIKE 'odd-%';
INSERT INTO source_link (partner_id, kind, remote_id, local_id)
SELECT r.partner_id, r.kind, r.remote_id, s.id
FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM source_record WHERE kind = 'SERVICE') AS r
JOIN (SELECT id, row_number() OVER (ORDER BY visibility = 'ORGANIZATION' DESC, id) AS n FROM service) AS s USING (n);
INSERT INTO partner_import (partner_id, organization_id, sent_at, file_name, media_type, content, dry_run, whole, state,
  finished_at, report)
SELECT id, organization_id, now(), CASE WHEN n > 0 THEN E'sèvis "2".csv' END, 'text/csv', '\x00', n = 3, n = 2,
  (array['WAITING', 'RUNNING', 'FAILED', 'DONE'])[n + 1], CASE WHEN n > 1 THEN now() END,
  CASE n WHEN 2 THEN '{"failures": ["«Non»"], "notes": ["n"], "losses": ["l"], "outcome": "HELD"}'::jsonb
    WHEN 3 THEN '{"outcome": "TRIED", "counts": {"new": 1, "quarantined": 2}, "findings": [
      {"where": "row 2", "remote_id": "a\"", "problem": "p\nq", "quarantined": true},
      {"where": "row 3", "remote_id": "b", "problem": "p", "quarantined": false}], "changes": [
      {"remoteId": "a", "change": "NEW", "name": "Kay"}, {"remoteId": "b", "change": "GONE", "fields": []},
      {"remoteId": "c", "change": "CHANGED", "name": "«é»", "fields": [
        {"field": "email", "before": null, "after": "c@example.org"}, {"field": "fees", "before": "1"}]}]}'
    ELSE '{}' END
FROM partner, generate_series(0, 3) AS n WHERE name LIKE 'odd-%-1';
"""
_SOURCES = r"""
INSERT INTO claim (organization_id, visibility, kind, record_id, partner_id, overrides, source, said, verified_at,
  made_at, made_by, reason)
SELECT s.organization_id, s.visibility, 'SERVICE', s.id, p.id, p.id IS NULL, coalesce(p.name, o.slug),
  jsonb_build_object('names', s.names, 'language', 'zh', 'email', 'lòt@example.org', 'fees', NULL,
    'alerts', '{}'::jsonb, 'languages', s.languages, 'minimum_age', 99, 'valid_from', s.valid_from,
    'valid_to', '2031-12-31', 'parts', 1,
    'descriptions', '{"ht": "«Lòt» \"bagay\""}'::jsonb, 'sexes', '[]'::jsonb, 'status', s.status,
    'accepts_unaccompanied_children', NOT s.accepts_unaccompanied_children),
  CASE WHEN p.id IS NULL THEN now() END, now(), CASE WHEN p.id IS NULL THEN o.id END,
  CASE WHEN p.id IS NULL THEN 'r' END
FROM (SELECT * FROM service ORDER BY id LIMIT 30) AS s JOIN organization o ON o.id = s.organization_id,
  (SELECT id, name FROM partner WHERE name LIKE 'odd-%-0' UNION ALL SELECT NULL, NULL) AS p;
INSERT INTO duplicate (kind, first_id, second_id, score, reasons, state, found_at, decided_at, decided_by)
SELECT 'SERVICE', id, next, (n % 3) / 2.0, '{"name": 0.97, "distance": null, "phone": 1}',
  (array['OPEN', 'MERGED', 'DISTINCT'])[n % 3 + 1], now(), CASE WHEN n % 3 > 0 THEN now() END,
  CASE WHEN n % 3 > 0 THEN organization_id END
FROM (SELECT *, row_number() OVER (ORDER BY id DESC) AS n, lead(id) OVER (ORDER BY id) AS next FROM service) AS s
WHERE next IS NOT NULL AND n < 40;
UPDATE service SET verified_at = NULL, modified_at = NULL WHERE id IN (SELECT id FROM service ORDER BY id LIMIT 2);
UPDATE service SET verified_at = now() - interval '400 days', modified_at = NULL, fresh_until = NULL
WHERE id IN (SELECT id FROM service ORDER BY id OFFSET 2 LIMIT 2);
"""
SOURCES = _PARTNERS + _SOURCES
"""Run after the other oddities, as they are."""
