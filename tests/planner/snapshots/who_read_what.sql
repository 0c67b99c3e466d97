-- 1 statement, 1 root field

-- auditEntries
SELECT convert_to(concat('{"nodes":', coalesce(concat('[', string_agg(coalesce(concat('{"at":', coalesce(to_char(anon_1.at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'),
  ',"act":', coalesce(to_json(anon_1.act), 'null'),
  ',"classes":', coalesce(to_json(anon_1.classes), 'null'),
  ',"clientId":', coalesce(to_json(anon_1.client_id), 'null'),
  ',"user":', coalesce((SELECT concat('{"displayName":', coalesce(to_json(account_1.display_name), 'null'), '}') AS anon_2
FROM account AS account_1
WHERE account_1.id = anon_1.user_id), 'null'), '}'), 'null'), ',' ORDER BY anon_1.at DESC, anon_1.id DESC) FILTER (WHERE anon_1.nth <= $1::INTEGER), ']'), 'null'),
  ',"pageInfo":', coalesce(concat('{"hasNextPage":', coalesce(CAST(count(*) > $1::INTEGER AS TEXT), 'null'),
  ',"endCursor":', coalesce(to_json(max(replace(encode(convert_to(CAST(json_build_array('AT', anon_1.at, anon_1.id) AS TEXT), 'UTF8'), 'base64'), E'\n', '')) FILTER (WHERE anon_1.nth = least($1::INTEGER, anon_1.taken))), 'null'), '}'), 'null'), '}'), 'UTF8') AS doc
FROM (SELECT anon_3.id AS id, anon_3.at AS at, anon_3.organization_id AS organization_id, anon_3.client_id AS client_id, anon_3.user_id AS user_id, anon_3.act AS act, anon_3.classes AS classes, anon_3.subjects AS subjects, anon_3.request_id AS request_id, row_number() OVER () AS nth, count(*) OVER () AS taken
FROM (SELECT anon_4.id AS id, anon_4.at AS at, anon_4.organization_id AS organization_id, anon_4.client_id AS client_id, anon_4.user_id AS user_id, anon_4.act AS act, anon_4.classes AS classes, anon_4.subjects AS subjects, anon_4.request_id AS request_id
FROM (SELECT audit_entry_1.id AS id, audit_entry_1.at AS at, audit_entry_1.organization_id AS organization_id, audit_entry_1.client_id AS client_id, audit_entry_1.user_id AS user_id, audit_entry_1.act AS act, audit_entry_1.classes AS classes, audit_entry_1.subjects AS subjects, audit_entry_1.request_id AS request_id
FROM audit_entry AS audit_entry_1
WHERE audit_entry_1.organization_id = $2::UUID AND $3::UUID = ANY (audit_entry_1.subjects) ORDER BY audit_entry_1.at DESC, audit_entry_1.id DESC
 LIMIT 101) AS anon_4
 LIMIT $4::INTEGER) AS anon_3) AS anon_1
HAVING true;
