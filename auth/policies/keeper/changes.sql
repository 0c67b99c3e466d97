-- Keeps the feed: each step of a referral is told to each organisation that takes part. The leader places it later.
CREATE OR REPLACE FUNCTION keep_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO change (organization_id, referral_id, event_id, at)
  SELECT p.organization_id, e.referral_id, e.id, e.at
  FROM added e JOIN referral_party p ON p.referral_id = e.referral_id
  ORDER BY e.at, e.id;
  RETURN NULL;
END $$;
