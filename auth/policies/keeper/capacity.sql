-- Holds a place at another organisation's service for a referral its sender makes, and gives it back when that ends.
CREATE OR REPLACE FUNCTION hold_capacity(referral uuid, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  sent record;
  room record;
BEGIN
  SELECT r.service_id, r.place_id, r.kind INTO sent FROM referral r
  WHERE r.id = hold_capacity.referral AND r.status = 'SENT'
    AND r.sender_id = nullif(current_setting('konbit.organization', true), '')::uuid;
  IF NOT FOUND THEN RETURN false; END IF;
  -- Nobody in particular comes by a signpost; were it to hold a place, anyone could count a safe house's, and take all.
  IF sent.kind = 'SIGNPOST' THEN RETURN true; END IF;
  SELECT c.id, c.state, n.available INTO room
  FROM capacity c JOIN capacity_count n ON n.capacity_id = c.id
  WHERE c.service_id = sent.service_id AND c.expires_at > hold_capacity.at
    AND (c.service_at_location_id = sent.place_id OR c.service_at_location_id IS NULL)
  ORDER BY c.service_at_location_id NULLS LAST LIMIT 1 FOR UPDATE OF n;
  IF room.state = 'FULL' THEN RETURN false; END IF;
  -- Without a report, without numbers or with a waiting list there is nothing to hold, and nothing to refuse.
  IF NOT FOUND OR room.state <> 'AVAILABLE' OR room.available IS NULL THEN RETURN true; END IF;
  IF room.available = 0 THEN RETURN false; END IF;
  UPDATE capacity_count SET available = available - 1 WHERE capacity_id = room.id;
  UPDATE capacity SET state = 'FULL' WHERE id = room.id AND room.available = 1;
  INSERT INTO capacity_hold (referral_id, capacity_id, held_at) VALUES (hold_capacity.referral, room.id, hold_capacity.at);
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION release_capacity() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  WITH released AS (
    DELETE FROM capacity_hold h USING changed r
    WHERE h.referral_id = r.id AND r.status IN
      ('DECLINED', 'FORWARDED', 'WITHDRAWN', 'COMPLETED', 'CLOSED', 'EXPIRED', 'ENTERED_IN_ERROR')
    RETURNING h.capacity_id, h.held_at
  ), freed AS (
    UPDATE capacity_count n SET available = least(n.available + f.places, coalesce(n.maximum, n.available + f.places))
    FROM (SELECT h.capacity_id, count(*)::integer AS places FROM released h JOIN capacity c ON c.id = h.capacity_id
          WHERE c.updated_at <= h.held_at GROUP BY 1) f
    WHERE n.capacity_id = f.capacity_id
    RETURNING n.capacity_id
  )
  UPDATE capacity c SET state = 'AVAILABLE' FROM freed WHERE c.id = freed.capacity_id AND c.state = 'FULL';
  RETURN NULL;
END $$;

GRANT EXECUTE ON FUNCTION hold_capacity TO "{app}";
