-- What a verification link opens, for whoever holds it: the entry as the whole network sees it, and one answer.
-- The link is 256 random bits of which the table keeps a hash; it is good for 30 days from its letter, and once.
CREATE OR REPLACE FUNCTION verification_open(hash bytea, at timestamptz) RETURNS SETOF verification_request
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT r.* FROM verification_request r JOIN service s ON s.id = r.service_id
  WHERE r.token_hash = verification_open.hash AND r.ended_at IS NULL
    AND coalesce(r.reminded_at, r.sent_at) > verification_open.at - interval '30 days'
    AND s.removed_at IS NULL AND s.visibility IN ('PUBLIC', 'NETWORK')
$$;

CREATE OR REPLACE FUNCTION verification_asked(hash bytea, at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT v.document FROM verification_open(verification_asked.hash, verification_asked.at) r
  JOIN directory_version v ON v.kind = 'SERVICE' AND v.record_id = r.service_id AND v.current
  WHERE v.visibility IN ('PUBLIC', 'NETWORK')
$$;

-- RIGHT: it was checked now. CHANGED, CLOSED: its organisation and the stewards decide. False: the link opens nothing.
CREATE OR REPLACE FUNCTION answer_verification(hash bytea, said text, remark text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  asked verification_request;
BEGIN
  UPDATE verification_request r
  SET answered_at = answer_verification.at, answer = said, note = remark, ended_at = answer_verification.at
  WHERE r.id = (SELECT o.id FROM verification_open(hash, answer_verification.at) o) AND r.ended_at IS NULL
  RETURNING * INTO asked;
  IF NOT FOUND THEN RETURN false; END IF;
  IF said = 'RIGHT' THEN
    UPDATE service SET verified_at = answer_verification.at WHERE id = asked.service_id;
    UPDATE service_at_location SET verified_at = answer_verification.at WHERE service_id = asked.service_id;
  ELSE
    INSERT INTO suggestion (service_id, organization_id, origin, closed, note, suggested_at)
    VALUES (asked.service_id, asked.organization_id, 'VERIFICATION', said = 'CLOSED', remark, answer_verification.at);
  END IF;
  RETURN true;
END $$;

GRANT EXECUTE ON FUNCTION verification_asked, answer_verification TO "{app}";
