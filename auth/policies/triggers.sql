-- What happens by itself when a row is written; the functions are the keeper's.
CREATE OR REPLACE TRIGGER keep_parties_of_new AFTER INSERT ON referral
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_parties();
CREATE OR REPLACE TRIGGER keep_parties_of_changed AFTER UPDATE ON referral
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_parties();
CREATE OR REPLACE TRIGGER stop_disclosure AFTER INSERT ON consent_withdrawal
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION stop_disclosure();
CREATE OR REPLACE TRIGGER keep_changes AFTER INSERT ON referral_event
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_changes();
CREATE OR REPLACE TRIGGER release_capacity AFTER UPDATE ON referral
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION release_capacity();
