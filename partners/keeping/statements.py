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
SELECT $1, told.kind, told.remote_id, told.raw::jsonb, told.digest, $2, told.modified_at, told.status, told.problem,
  told.found_at, $2
FROM unnest($3::text[], $4::text[], $5::text[], $6::bytea[], $7::timestamptz[], $8::text[], $9::text[], $10::text[])
  AS told (kind, remote_id, raw, digest, modified_at, status, problem, found_at)
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
DROP_LINKS = """
DELETE FROM source_link l USING unnest($2::text[], $3::text[]) AS gone (kind, remote_id)
WHERE l.partner_id = $1 AND l.kind = gone.kind AND l.remote_id = gone.remote_id"""
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
FETCHED_SERVICES = """
UPDATE service SET fetched_at = $1, fresh_until = $3 WHERE id = ANY($4::uuid[]) AND fetched_at <= $2"""
FETCHED_PLACES = """
UPDATE service_at_location SET fetched_at = $1, fresh_until = $3
WHERE (service_id = ANY($4::uuid[]) OR id = ANY($5::uuid[])) AND source = $6 AND fetched_at <= $2"""
FETCHED_RECORDS = """
UPDATE source_record r SET fetched_at = $1 FROM unnest($4::text[], $5::text[]) AS found (kind, remote_id)
WHERE r.partner_id = $3 AND r.kind = found.kind AND r.remote_id = found.remote_id AND r.fetched_at <= $2"""
