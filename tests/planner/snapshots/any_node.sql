-- 1 statement, 1 root field

-- node
SELECT convert_to(concat('{"__typename":', coalesce('"Referral"', 'null'),
  ',"id":', coalesce(to_json('Referral_' || CAST(referral_1.id AS TEXT)), 'null'),
  ',"reference":', coalesce(to_json(referral_1.reference), 'null'),
  ',"status":', coalesce(('"' || CAST(referral_1.status AS TEXT)) || '"', 'null'), '}'), 'UTF8') AS doc
FROM referral AS referral_1
WHERE referral_1.id = $1::UUID AND $2::TEXT[] @> ARRAY['referrals:read'];
