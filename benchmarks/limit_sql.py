"""The statements of the bare limit, by hand: the same JSON as the graph's, put together as quickly as we know how."""

TIME = r"""to_char({}, '"\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\""')"""
"A moment, in quotes."


def plain(value: str) -> str:
    """A text in which nothing is ever escaped, and which is never null."""
    return f"""'"', {value}, '"'"""


def free(value: str) -> str:
    """A text that anything may stand in."""
    return f"coalesce(to_json({value}), 'null')"


def given(present: str, document: str) -> str:
    """An object, or null where its row is not there or may not be seen."""
    return f"CASE WHEN {present} IS NOT NULL THEN {document} ELSE 'null' END"


def json(**fields: str) -> str:
    """An object of fields whose values are JSON already, as arguments of concat."""
    pairs = ", ',', ".join(f"""'"{name}":', {value}""" for name, value in fields.items())
    return f"concat('{{', {pairs}, '}}')"


EVENT = json(
    at=TIME.format("e.at"),
    action="""coalesce('"' || e.action || '"', 'null')""",
    statusAfter=plain("e.status_after"),
)
WHOLE = json(
    id="""'"Referral_', r.id, '"'""",
    reference=plain("r.reference"),
    kind=plain("r.kind"),
    status=plain("r.status"),
    priority=plain("r.priority"),
    need=plain("r.need"),
    summary=free("q.summary"),
    createdAt=TIME.format("r.created_at"),
    updatedAt=TIME.format("r.updated_at"),
    dueAt=f"coalesce({TIME.format('r.due_at')}, 'null')",
    version="r.version",
    subject=given(
        "s.referral_id",
        json(
            sex=plain("s.sex"),
            ageGroup=plain("s.age_group"),
            handlingNeeds="to_json(s.handling_needs)",
            identity=given("i.referral_id", json(givenName=free("i.given_name"), familyName=free("i.family_name"))),
        ),
    ),
    sender=json(slug=plain("f.slug"), kind=plain("f.kind")),
    service=given(
        "v.id",
        json(
            id="""'"Service_', v.id, '"'""",
            category=plain("v.category"),
            organization=json(slug=plain("g.slug"), kind=plain("g.kind")),
        ),
    ),
    events=f"""'{{"nodes":[', (SELECT string_agg({EVENT}, ',') FROM (SELECT at, action, status_after
      FROM referral_event WHERE referral_id = r.id ORDER BY at, id LIMIT 10) e), ']}}'""",
)
AROUND = """
  LEFT JOIN referral_subject s ON s.referral_id = r.id
  LEFT JOIN referral_identity i ON i.referral_id = r.id
  LEFT JOIN referral_request q ON q.referral_id = r.id
  LEFT JOIN organization f ON f.id = r.sender_id
  LEFT JOIN service v ON v.id = r.service_id
  LEFT JOIN organization g ON g.id = v.organization_id"""

REVEALED = "i.referral_id IS NOT NULL OR q.referral_id IS NOT NULL"

# The inner LIMIT is written out: for a bound one PostgreSQL expects a tenth of the table, and would sort it all.
LIST = f"""
SELECT concat('{{"nodes":[', string_agg({WHOLE}, ',' ORDER BY p.updated_at DESC, p.referral_id DESC)
      FILTER (WHERE p.nth <= $2),
    '],"pageInfo":{{"hasNextPage":', (count(*) > $2)::text, '}}}}') AS doc,
  array_agg(r.id) FILTER (WHERE p.nth <= $2 AND ({REVEALED})) AS ids
FROM (SELECT *, row_number() OVER () AS nth FROM (SELECT referral_id, updated_at FROM referral_party
    WHERE organization_id = $1 ORDER BY updated_at DESC, referral_id DESC LIMIT 101) walked
  LIMIT $2::integer + 1) p
JOIN referral r ON r.id = p.referral_id{AROUND}"""

POINT = f"""
SELECT {WHOLE} AS doc, CASE WHEN {REVEALED} THEN ARRAY[r.id] END AS ids
FROM referral r{AROUND}
WHERE r.id = $2 AND $1::uuid IS NOT NULL"""


def read(statement: str) -> str:
    """The statement as it is run where nothing is recorded: organisation $1, what is asked for $2."""
    return f"WITH answer AS ({statement}) SELECT convert_to(doc, 'UTF8') FROM answer"


def recorded(statement: str, root: str) -> str:
    """The same with its row in the audit: client $3, request $4."""
    return f"""
WITH answer AS ({statement}), recorded AS (
  INSERT INTO audit_entry (organization_id, client_id, act, classes, subjects, request_id)
  SELECT $1, $3, 'read:{root}', '{{IDENTITY,REQUEST}}', ids, $4 FROM answer WHERE ids IS NOT NULL)
SELECT convert_to(doc, 'UTF8') AS doc FROM answer"""
