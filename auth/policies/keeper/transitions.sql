-- Keeps each party to the steps that are its own (models/rules/referrals.py): a row policy cannot see the row before.
-- Where nobody is asking there is nothing to keep: policies show such a transaction no referral.
CREATE OR REPLACE FUNCTION keep_transitions() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  me CONSTANT uuid := nullif(current_setting('konbit.organization', true), '');
  officer CONSTANT uuid := nullif(current_setting('konbit.user', true), '');
  party CONSTANT text := CASE me WHEN OLD.sender_id THEN 'SENDER' WHEN OLD.receiver_id THEN 'RECEIVER' END;
BEGIN
  IF me IS NULL THEN RETURN NEW; END IF;
  IF NEW.status <> OLD.status AND ((party, OLD.status, NEW.status) IN (VALUES {transitions})) IS NOT TRUE THEN
    RAISE check_violation USING MESSAGE = 'not a step of this party', CONSTRAINT = 'ck_referral_transition';
  END IF;
  IF NEW.officer_id IS DISTINCT FROM OLD.officer_id AND (party = 'RECEIVER' AND NEW.officer_id = officer) IS NOT TRUE THEN
    RAISE check_violation USING MESSAGE = 'not named by the officer', CONSTRAINT = 'ck_referral_officer';
  END IF;
  RETURN NEW;
END $$;
