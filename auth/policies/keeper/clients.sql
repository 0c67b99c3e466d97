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
