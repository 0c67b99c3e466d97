-- 1 statement, 1 root field

-- withdrawConsent: the payload, after what it does
SELECT convert_to(concat('{"consent":', coalesce((SELECT concat('{"id":', coalesce(to_json('Consent_' || CAST(consent_1.id AS TEXT)), 'null'),
  ',"purpose":', coalesce(('"' || CAST(consent_1.purpose AS TEXT)) || '"', 'null'),
  ',"withdrawnAt":', coalesce(to_char(anon_2.withdrawn_at, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""'), 'null'), '}') AS anon_1
FROM consent AS consent_1
LEFT OUTER JOIN LATERAL (SELECT consent_withdrawal_1.consent_id AS consent_id, consent_withdrawal_1.organization_id AS organization_id, consent_withdrawal_1.withdrawn_at AS withdrawn_at, consent_withdrawal_1.reason AS reason
FROM consent_withdrawal AS consent_withdrawal_1
WHERE consent_withdrawal_1.consent_id = consent_1.id) AS anon_2 ON true
WHERE consent_1.id = anon_3.key), 'null'),
  ',"problems":', coalesce((SELECT concat('[', string_agg(coalesce(CASE WHEN (anon_4.typename = 'PlainProblem') THEN concat('{"code":', coalesce(to_json(anon_4.code), 'null'),
  ',"message":', coalesce(to_json(anon_4.message), 'null'), '}') WHEN (anon_4.typename = 'ConsentProblem') THEN concat('{"code":', coalesce(to_json(anon_4.code), 'null'),
  ',"message":', coalesce(to_json(anon_4.message), 'null'), '}') WHEN (anon_4.typename = 'ReferralProblem') THEN concat('{"code":', coalesce(to_json(anon_4.code), 'null'),
  ',"message":', coalesce(to_json(anon_4.message), 'null'), '}') END, 'null'), ',' ORDER BY anon_4.position), ']') AS concat_1
FROM jsonb_to_recordset(anon_3.problems) AS anon_4(position INTEGER, typename TEXT, code TEXT, message TEXT, path TEXT[], recipient UUID, missing TEXT[], referral UUID)
WHERE true), 'null'), '}'), 'UTF8') AS doc
FROM (SELECT $1::UUID AS key, $2::JSONB AS problems) AS anon_3;
