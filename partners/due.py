"""What is to be done about partners now? Readings that people wait for, what was sent, and partners that are due."""

ASKED = """
UPDATE sync_run r SET outcome = 'RUNNING', started_at = $1 FROM partner p
WHERE p.id = r.partner_id AND r.id = (
  SELECT id FROM sync_run WHERE outcome = 'WAITING' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING r.id, r.occasion, r.whole, r.dry_run, p.name"""
SENT = """
UPDATE partner_import SET state = 'RUNNING' WHERE id = (
  SELECT id FROM partner_import WHERE state = 'WAITING' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id"""
DUE = """
SELECT id, name, failures, poll_seconds FROM partner
WHERE paused_at IS NULL AND next_at <= $1 AND kind <> 'PUSH' ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED"""
LEASE = "UPDATE partner SET next_at = $2 WHERE id = $1"
ANYTHING = """
SELECT EXISTS (SELECT FROM partner WHERE paused_at IS NULL AND next_at <= $1 AND kind <> 'PUSH')
  OR EXISTS (SELECT FROM sync_run WHERE outcome = 'WAITING')
  OR EXISTS (SELECT FROM partner_import WHERE state = 'WAITING')"""
