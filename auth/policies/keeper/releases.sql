-- A release that was approved never changes again, whoever asks; only a restatement may take its place.
CREATE OR REPLACE FUNCTION keep_release() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.state IN ('APPROVED', 'SUPERSEDED') AND (TG_OP = 'DELETE' OR NOT (
      OLD.state = 'APPROVED' AND NEW.state = 'SUPERSEDED'
      AND to_jsonb(OLD) - 'state' = to_jsonb(NEW) - 'state'
      AND EXISTS (SELECT FROM indicator_release r WHERE r.restates = OLD.id AND r.state = 'APPROVED'))) THEN
    RAISE check_violation USING MESSAGE = 'a release that was approved never changes', CONSTRAINT = 'ck_release_immutable';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF NEW.state = 'APPROVED' AND OLD.state <> 'AUDITED' THEN
    RAISE check_violation USING MESSAGE = 'approved before it was audited', CONSTRAINT = 'ck_release_audited';
  END IF;
  IF NEW.state = 'APPROVED' AND EXISTS (
      SELECT FROM release_signoff s WHERE s.release_id = NEW.id AND s.signed_at IS NULL) THEN
    RAISE check_violation USING MESSAGE = 'a contributor has not signed', CONSTRAINT = 'ck_release_signed';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION keep_new_release() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.state IN ('APPROVED', 'SUPERSEDED') THEN
    RAISE check_violation USING MESSAGE = 'approved before it was audited', CONSTRAINT = 'ck_release_audited';
  END IF;
  RETURN NEW;
END $$;

-- Nothing is added to a release that was approved, and nothing taken from it.
CREATE OR REPLACE FUNCTION keep_release_parts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM changed c JOIN indicator_release r ON r.id = c.release_id
             WHERE r.state IN ('APPROVED', 'SUPERSEDED')) THEN
    RAISE check_violation USING MESSAGE = 'a release that was approved never changes', CONSTRAINT = 'ck_release_immutable';
  END IF;
  RETURN NULL;
END $$;

-- What a restatement takes the place of is superseded as it is approved, and the log says so.
CREATE OR REPLACE FUNCTION supersede() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE indicator_release SET state = 'SUPERSEDED' WHERE id = NEW.restates AND state = 'APPROVED';
  IF NOT FOUND THEN
    RAISE check_violation USING MESSAGE = 'what it restates does not stand', CONSTRAINT = 'ck_release_restates';
  END IF;
  INSERT INTO restatement (release_id, restated_id, at, reason) VALUES (NEW.id, NEW.restates, NEW.approved_at, NEW.reason);
  RETURN NULL;
END $$;
