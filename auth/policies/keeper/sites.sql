-- What is of the one site at which the actor's roles hold. Only those whose roles are bound to a site are asked, and a
-- policy that calls these names no column but an id: lists of everyone else go on being read from their indexes alone.
CREATE OR REPLACE FUNCTION file_of_my_site(file uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER COST 1 SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM person p
    WHERE p.id = file AND p.organization_id = nullif(current_setting('konbit.organization', true), '')::uuid
      AND p.site_id = nullif(current_setting('konbit.site', true), '')::uuid)
$$;

-- A referral that was sent of a file of the site. What the organisation received is nobody's at any site before someone
-- takes it, and a signpost is of nobody.
CREATE OR REPLACE FUNCTION referral_of_my_site(referral uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER COST 1 SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM referral_party p
    WHERE p.referral_id = referral AND p.organization_id = nullif(current_setting('konbit.organization', true), '')::uuid
      AND (p.side = 'RECEIVER' OR p.person_id IS NULL OR file_of_my_site(p.person_id)))
$$;

GRANT EXECUTE ON FUNCTION file_of_my_site, referral_of_my_site TO "{app}";
