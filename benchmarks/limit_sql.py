"""The statements of the bare limit, written by hand: the same JSON as the graph answers, as quickly as we know how."""

TIME = """to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""

WHOLE = f"""json_build_object(
  'id', 'Referral_' || r.id, 'reference', r.reference, 'kind', r.kind, 'status', r.status, 'priority', r.priority,
  'need', r.need, 'summary', q.summary, 'createdAt', {TIME.format("r.created_at")},
  'updatedAt', {TIME.format("r.updated_at")}, 'dueAt', {TIME.format("r.due_at")}, 'version', r.version,
  'subject', CASE WHEN s.referral_id IS NOT NULL THEN json_build_object(
    'sex', s.sex, 'ageGroup', s.age_group, 'handlingNeeds', s.handling_needs,
    'identity', CASE WHEN i.referral_id IS NOT NULL THEN
      json_build_object('givenName', i.given_name, 'familyName', i.family_name) END) END,
  'sender', json_build_object('slug', f.slug, 'kind', f.kind),
  'service', CASE WHEN v.id IS NOT NULL THEN json_build_object(
    'id', 'Service_' || v.id, 'category', v.category,
    'organization', json_build_object('slug', g.slug, 'kind', g.kind)) END,
  'events', json_build_object('nodes', coalesce((
    SELECT json_agg(json_build_object('at', {TIME.format("e.at")}, 'action', e.action, 'statusAfter', e.status_after))
    FROM (SELECT at, action, status_after FROM referral_event WHERE referral_id = r.id ORDER BY at, id LIMIT 10) e),
    '[]'::json)))"""

AROUND = """
  LEFT JOIN referral_subject s ON s.referral_id = r.id
  LEFT JOIN referral_identity i ON i.referral_id = r.id
  LEFT JOIN referral_request q ON q.referral_id = r.id
  LEFT JOIN organization f ON f.id = r.sender_id
  LEFT JOIN service v ON v.id = r.service_id
  LEFT JOIN organization g ON g.id = v.organization_id"""

REVEALED = "i.referral_id IS NOT NULL OR q.referral_id IS NOT NULL"

LIST = f"""
SELECT json_build_object(
    'nodes', coalesce(json_agg({WHOLE} ORDER BY p.updated_at DESC, p.referral_id DESC), '[]'::json),
    'pageInfo', json_build_object('hasNextPage', (SELECT count(*) > $2 FROM (
      SELECT FROM referral_party WHERE organization_id = $1 ORDER BY updated_at DESC, referral_id DESC
      LIMIT $2::integer + 1) more))) AS doc,
  array_agg(r.id) FILTER (WHERE {REVEALED}) AS ids
FROM (SELECT referral_id, updated_at FROM (
    SELECT referral_id, updated_at FROM referral_party WHERE organization_id = $1
    ORDER BY updated_at DESC, referral_id DESC LIMIT 101) walked
  LIMIT $2) p
JOIN referral r ON r.id = p.referral_id{AROUND}"""

POINT = f"""
SELECT {WHOLE} AS doc, CASE WHEN {REVEALED} THEN ARRAY[r.id] END AS ids
FROM referral r{AROUND}
WHERE r.id = $2 AND $1::uuid IS NOT NULL"""


def recorded(statement: str, root: str) -> str:
    """The same with its row in the audit: client $3, request $4."""
    return f"""
WITH answer AS ({statement}), recorded AS (
  INSERT INTO audit_entry (organization_id, client_id, act, classes, subjects, request_id)
  SELECT $1, $3, 'read:{root}', '{{IDENTITY,REQUEST}}', ids, $4 FROM answer WHERE ids IS NOT NULL)
SELECT doc FROM answer"""
