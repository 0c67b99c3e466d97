-- Keeps referral_party: who takes part in a referral and what each may see (models/rules/disclosure.py).
CREATE OR REPLACE FUNCTION keep_parties() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO referral_party AS kept (
    referral_id, organization_id, side, counterpart_id, person_id, service_id, reference, kind, status, priority,
    urgency, need, created_at, updated_at, due_at, sees_stub, discloses, discloses_until)
  SELECT r.id, side.organization_id, side.side, side.counterpart_id,
    CASE side.side WHEN 'SENDER' THEN r.person_id END, r.service_id, r.reference, r.kind, r.status, r.priority,
    CASE r.priority WHEN 'EMERGENCY' THEN 0 WHEN 'URGENT' THEN 1 ELSE 2 END, r.need, r.created_at, r.updated_at,
    coalesce(r.due_at, 'infinity'),
    side.side = 'SENDER' OR (known AND r.status IN ({stub_in})),
    CASE WHEN side.side = 'SENDER' THEN ARRAY['IDENTITY', 'CONTACT', 'NEED', 'VULNERABILITIES', 'NARRATIVE']
         WHEN known AND r.status IN ({consented_in}) AND w.consent_id IS NULL THEN ARRAY(
           SELECT reached FROM unnest(c.information) AS reached
           WHERE CASE r.kind WHEN 'SIGNPOST' THEN false WHEN 'REDIRECTION' THEN reached IN ('IDENTITY', 'CONTACT')
             ELSE true END)
         ELSE '{}' END,
    CASE WHEN side.side = 'SENDER' THEN 'infinity'::timestamptz ELSE coalesce(c.valid_until, 'infinity') END
  FROM changed r
  JOIN organization receiver ON receiver.id = r.receiver_id
  LEFT JOIN consent c ON c.id = r.consent_id
  LEFT JOIN consent_withdrawal w ON w.consent_id = c.id
  CROSS JOIN LATERAL (VALUES
    (r.sender_id, 'SENDER', r.receiver_id), (r.receiver_id, 'RECEIVER', r.sender_id)
  ) AS side (organization_id, side, counterpart_id)
  CROSS JOIN LATERAL (SELECT
    r.officer_id IS NOT NULL OR receiver.kind NOT IN ({authorities})
  ) AS state (known)
  WHERE side.side = 'SENDER' OR r.status <> 'DRAFT'
  ON CONFLICT (referral_id, organization_id) DO UPDATE SET
    status = excluded.status, priority = excluded.priority, urgency = excluded.urgency, updated_at = excluded.updated_at,
    due_at = excluded.due_at, sees_stub = excluded.sees_stub, discloses = excluded.discloses,
    discloses_until = excluded.discloses_until;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION stop_disclosure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE referral_party p SET discloses = '{}'
  FROM changed w JOIN referral r ON r.consent_id = w.consent_id
  WHERE p.referral_id = r.id AND p.side = 'RECEIVER';
  RETURN NULL;
END $$;
