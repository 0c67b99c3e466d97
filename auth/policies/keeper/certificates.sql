-- What anyone may ask who was given a certificate's id: the id is 122 random bits, and there is no way to list them.
CREATE OR REPLACE FUNCTION public_certificate(certificate uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'credential', c.credential, 'claims', c.claims, 'revoked_at', c.revoked_at,
    'issued_at', c.issued_at, 'valid_until', c.valid_until)
  FROM certificate c WHERE c.id = public_certificate.certificate
$$;

CREATE OR REPLACE FUNCTION public_status_list(list bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT s.credential FROM status_list s WHERE s.number = public_status_list.list
$$;

-- The public halves of the keys that ever signed or will sign, the oldest first.
CREATE OR REPLACE FUNCTION public_issuer_keys() RETURNS TABLE (public_key text, withdrawn_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT k.public_key, k.withdrawn_at FROM issuer_key k ORDER BY k.created_at, k.public_key
$$;

GRANT EXECUTE ON FUNCTION public_certificate, public_status_list, public_issuer_keys TO "{app}";
