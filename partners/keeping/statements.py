"""The statements of reconciliation that do more than write one row."""

SET_PARENT = """
UPDATE organization SET parent_id = $2 WHERE id = $1 AND parent_id IS DISTINCT FROM $2 AND NOT EXISTS (
  WITH RECURSIVE above AS (
    SELECT id, parent_id FROM organization WHERE id = $2
    UNION SELECT o.id, o.parent_id FROM organization o JOIN above ON o.id = above.parent_id
  ) SELECT FROM above WHERE id = $1)"""
KEEP_RECORD = """
INSERT INTO source_record AS r (partner_id, kind, remote_id, raw, digest, fetched_at, modified_at, status, problem,
  found_at, since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $6)
ON CONFLICT (partner_id, kind, remote_id) DO UPDATE SET raw = excluded.raw, digest = excluded.digest,
  fetched_at = excluded.fetched_at, modified_at = excluded.modified_at, status = excluded.status,
  problem = excluded.problem, found_at = excluded.found_at, missed = 0,
  since = CASE WHEN r.status = excluded.status THEN coalesce(r.since, excluded.since) ELSE excluded.since END,
  dismissed_at = CASE WHEN r.digest = excluded.digest AND r.problem = excluded.problem THEN r.dismissed_at END,
  dismissed_by = CASE WHEN r.digest = excluded.digest AND r.problem = excluded.problem THEN r.dismissed_by END,
  dismissal = CASE WHEN r.digest = excluded.digest AND r.problem = excluded.problem THEN r.dismissal END"""
KEEP_CURSOR = "UPDATE partner SET cursor = cursor || $2::jsonb WHERE id = $1"
KEEP_LINKS = """
INSERT INTO source_link (partner_id, kind, remote_id, local_id)
SELECT $1, kind, remote_id, local_id FROM unnest($2::text[], $3::text[], $4::uuid[]) AS l (kind, remote_id, local_id)
ON CONFLICT (partner_id, kind, remote_id) DO UPDATE SET local_id = excluded.local_id"""
STANDING = "SELECT organization_id, visibility, category FROM service WHERE id = $1"
SEARCH_LATER = "SET LOCAL konbit.search = 'later'"
"The search index is kept by triggers, row by row; here it is written once for a whole batch (see REFRESH_SEARCH)."
REFRESH_SEARCH = """
SELECT refresh_search(array_agg(id)) FROM (
  SELECT id FROM service WHERE id = ANY($1::uuid[]) OR organization_id = ANY($2::uuid[])
  UNION SELECT service_id FROM service_at_location WHERE location_id = ANY($3::uuid[])
  UNION SELECT service_id FROM service_term WHERE term_id = ANY($4::uuid[])
) AS touched HAVING count(*) > 0"""
REOPENED = """
SELECT a.id FROM service_at_location a WHERE a.id = ANY($1::uuid[]) OR (a.location_id = ANY($2::uuid[])
  AND EXISTS (SELECT FROM schedule s WHERE s.service_at_location_id = a.id))"""
"Services at a place whose openings are to be written out again: their hours changed, or the clock they go by."
OFFER = """
UPDATE service SET removed_at = CASE WHEN $2 THEN NULL ELSE $3::timestamptz END
WHERE id = $1 AND (removed_at IS NULL) <> $2 RETURNING true"""
SAME_PLACE = "SELECT id FROM service_at_location WHERE service_id = $1 AND location_id = $2"
HIDE = """
UPDATE location SET visibility = 'ORGANIZATION' WHERE id = $1 AND visibility NOT IN ('ORGANIZATION', 'REDACTED')
RETURNING true"""
SHOW = """
UPDATE location l SET visibility = $2 WHERE id = $1 AND visibility NOT IN ($2, 'REDACTED') AND NOT EXISTS (
  SELECT FROM service_at_location p JOIN service s ON s.id = p.service_id
  WHERE p.location_id = l.id AND s.category = 'SAFE_HOUSE')
RETURNING true"""
KEEP_TERM = """
WITH kept AS (
  INSERT INTO term AS t (scheme, code, labels, language) VALUES ($1, $2, $3, $4)
  ON CONFLICT (scheme, code) DO UPDATE SET labels = excluded.labels WHERE t.labels <> excluded.labels
  RETURNING id
) SELECT id, true AS written FROM kept UNION ALL SELECT id, false FROM term WHERE scheme = $1 AND code = $2 LIMIT 1"""
SET_TERMS = """
WITH removed AS (
  DELETE FROM service_term WHERE service_id = $1 AND term_id <> ALL($2::uuid[]) RETURNING 1
), added AS (
  INSERT INTO service_term AS t (service_id, term_id, organization_id, visibility)
  SELECT $1, term_id, $3, $4 FROM unnest($2::uuid[]) AS term_id
  ON CONFLICT (service_id, term_id) DO UPDATE SET organization_id = excluded.organization_id,
    visibility = excluded.visibility
  WHERE (t.organization_id, t.visibility) IS DISTINCT FROM (excluded.organization_id, excluded.visibility)
  RETURNING 1
) SELECT EXISTS (SELECT FROM removed) OR EXISTS (SELECT FROM added)"""
REMOVE_PLACES = """
WITH unnamed AS (
  SELECT p.id FROM service_at_location p
  WHERE p.service_id = $1 AND p.id <> ALL($2::uuid[])
    AND EXISTS (SELECT FROM source_link l WHERE l.partner_id = $3 AND l.local_id = p.id)
    AND NOT EXISTS (
      SELECT FROM source_link l JOIN source_record r USING (partner_id, kind, remote_id)
      WHERE l.partner_id = $3 AND l.kind = 'SERVICE_AT_LOCATION' AND l.local_id = p.id AND r.status = 'CURRENT')
), removed AS (DELETE FROM service_at_location p USING unnamed WHERE p.id = unnamed.id)
DELETE FROM source_link l USING unnamed WHERE l.partner_id = $3 AND l.local_id = unnamed.id RETURNING l.remote_id"""
"Services at a place that a service no longer names, save those that a record of their own brings; and their links."
FETCHED_SERVICES = """
UPDATE service SET fetched_at = $1, fresh_until = $3 WHERE id = ANY($4::uuid[]) AND fetched_at <= $2"""
FETCHED_PLACES = """
UPDATE service_at_location SET fetched_at = $1, fresh_until = $3
WHERE (service_id = ANY($4::uuid[]) OR id = ANY($5::uuid[])) AND source = $6 AND fetched_at <= $2"""
FETCHED_RECORDS = """
UPDATE source_record r SET fetched_at = $1 FROM unnest($4::text[], $5::text[]) AS found (kind, remote_id)
WHERE r.partner_id = $3 AND r.kind = found.kind AND r.remote_id = found.remote_id AND r.fetched_at <= $2"""
