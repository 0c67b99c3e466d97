-- Which scopes an organisation's client may ask for, as the network's steward decides; what was asked for is then
-- answered. False where whoever asks is no steward, or there is no such client.
CREATE OR REPLACE FUNCTION grant_scopes(client uuid, granted text[]) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF nullif(current_setting('konbit.organization', true), '') IS NULL
     OR nullif(current_setting('konbit.site', true), '') IS NOT NULL
     OR 'NETWORK_STEWARD' <> ALL (string_to_array(coalesce(current_setting('konbit.roles', true), ''), ',')) THEN
    RETURN false;
  END IF;
  UPDATE oauth_client c SET scopes = grant_scopes.granted, wanted_scopes = '{}' WHERE c.id = grant_scopes.client;
  RETURN FOUND;
END $$;

GRANT EXECUTE ON FUNCTION grant_scopes TO "{app}";

-- Another secret in place of the one a client has, which goes on counting until a moment; with none, it ends at once.
-- Who asks may not read the hashes, so the one before is moved here. False where there is no such client of theirs, or
-- it has a role of the network that they have not: with its secret they would.
CREATE OR REPLACE FUNCTION follow_secret(client uuid, hash bytea, until timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF nullif(current_setting('konbit.site', true), '') IS NOT NULL
     OR 'ADMINISTRATOR' <> ALL (string_to_array(coalesce(current_setting('konbit.roles', true), ''), ',')) THEN
    RETURN false;
  END IF;
  UPDATE oauth_client c
  SET previous_secret_hash = CASE WHEN follow_secret.until IS NOT NULL THEN c.secret_hash END,
      previous_secret_until = follow_secret.until, secret_hash = follow_secret.hash
  WHERE c.id = follow_secret.client AND c.proof = 'CLIENT_SECRET_BASIC'
    AND ('NETWORK_STEWARD' <> ALL (c.roles)
      OR 'NETWORK_STEWARD' = ANY (string_to_array(current_setting('konbit.roles', true), ',')))
    AND c.organization_id = nullif(current_setting('konbit.organization', true), '')::uuid;
  RETURN FOUND;
END $$;

GRANT EXECUTE ON FUNCTION follow_secret TO "{app}";
