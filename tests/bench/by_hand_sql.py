"""The statements of `by_hand`."""

NEW_CONTACT = {
    "record": "id = %s",
    "record_key": "record_id = %s",
    "search_word": "record_id = %s",
    "first_touch": "record_id = %s",
    "event": "subject_id = %s",
    "outbox": "event_id IN (SELECT id FROM event WHERE subject_id = %s)",
}
"""Where the rows of a new contact are."""
STAGE_MOVE = {
    "field_change": "record_id = %s",
    "stage_change": "record_id = %s",
    "event": "subject_id = %s",
    "outbox": "event_id IN (SELECT id FROM event WHERE subject_id = %s)",
    "timeline_entry": "id IN (SELECT entry_id FROM timeline_link WHERE record_id = %s)",
    "timeline_link": "record_id = %s",
}
"""Where the rows are that moves of a deal add."""

PERSON = """
SELECT person.id, person.company_id, person.kind, person.name, person.folder_id, owner.name, person.lifecycle,
  person.last_activity_at, person.version, person.data, company.name, company.data
FROM record_key
JOIN record person ON person.id = record_key.record_id AND person.deleted_at IS NULL AND person.archived_at IS NULL
LEFT JOIN member owner ON owner.id = person.owner_id
LEFT JOIN record company ON company.id = person.company_id AND company.deleted_at IS NULL
WHERE record_key.workspace_id = %s AND record_key.kind = 'email' AND record_key.value = %s LIMIT 1"""

OPEN_DEALS = """
SELECT deal.id, deal.name, stage.id, stage.name, deal.amount, deal.currency, deal.close_on, deal.owner_id,
  count(*) OVER (), sum(deal.amount) OVER ()
FROM (
  SELECT from_id AS id FROM record_link WHERE to_id = %s AND label = 'participant'
  UNION SELECT id FROM record WHERE company_id = %s AND kind = 'deal' AND status = 'open'
) about
JOIN record deal ON deal.id = about.id AND deal.status = 'open' AND deal.deleted_at IS NULL
JOIN stage ON stage.id = deal.stage_id
ORDER BY deal.close_on, deal.id LIMIT 3"""

TASKS = """
SELECT task.id, task.title, task.due_at, task.all_day, assignee.name
FROM task_link JOIN task ON task.id = task_link.task_id JOIN member assignee ON assignee.id = task.assignee_id
WHERE task_link.record_id = %s AND task.done_at IS NULL ORDER BY task.due_at LIMIT 3"""

LAST_ENTRIES = """
SELECT entry.id, entry.type, entry.occurred_at, entry.title, entry.summary, entry.message_id, entry.private, entry.data,
  actor.name, link.pinned
FROM timeline_link link JOIN timeline_entry entry ON entry.id = link.entry_id
LEFT JOIN member actor ON actor.id = entry.actor_id
WHERE link.record_id = %s ORDER BY link.occurred_at DESC, link.entry_id DESC LIMIT 10"""

PAGE = """
SELECT deal.*, company.name, owner.name, stage.name FROM record deal
LEFT JOIN record company ON company.id = deal.company_id
LEFT JOIN member owner ON owner.id = deal.owner_id
LEFT JOIN stage ON stage.id = deal.stage_id
WHERE deal.folder_id = %s AND deal.workspace_id = %s AND deal.owner_id = %s AND deal.amount >= %s
  AND deal.archived_at IS NULL AND deal.deleted_at IS NULL AND deal.close_on IS NOT NULL
ORDER BY deal.close_on DESC, deal.id DESC LIMIT 51"""

PARTICIPANTS = """
SELECT link.from_id, contact.id, contact.name FROM record_link link JOIN record contact ON contact.id = link.to_id
WHERE link.from_id = ANY (%s) AND link.label = 'participant' AND contact.deleted_at IS NULL"""

WITH_WORDS = """
SELECT record.* FROM (
  SELECT record_id FROM search_word found
  WHERE workspace_id = %(workspace)s AND word >= %(number)s AND word < %(after_number)s AND EXISTS (
    SELECT FROM search_word other
    WHERE other.record_id = found.record_id AND other.word >= %(word)s AND other.word < %(after_word)s)
  UNION SELECT record_id FROM search_word WHERE workspace_id = %(workspace)s AND word = %(whole)s
) found JOIN record ON record.id = found.record_id
WHERE record.deleted_at IS NULL AND record.archived_at IS NULL
ORDER BY starts_with(lower(record.name), %(name)s) DESC, record.last_activity_at DESC NULLS LAST, lower(record.name),
  record.id
LIMIT 20"""

WITH_TEXTS = """
SELECT entry.*, actor.name, body.visible_text, home.id, home.kind, home.name, link.rule
FROM (
  SELECT entry.* FROM search_text JOIN timeline_entry entry ON entry.id = search_text.entry_id
  WHERE search_text.words @@ CAST(%(words)s AS tsquery) AND search_text.workspace_id = %(workspace)s
  ORDER BY entry.occurred_at DESC, entry.id DESC LIMIT 20
) entry
JOIN timeline_link link ON link.entry_id = entry.id
JOIN record home ON home.id = link.record_id AND home.deleted_at IS NULL
LEFT JOIN member actor ON actor.id = entry.actor_id
LEFT JOIN message_body body ON body.message_id = entry.message_id
ORDER BY entry.occurred_at DESC, entry.id DESC, home.name, home.id"""

BOARD = """
SELECT stage_id, currency, count(*), sum(amount), sum(amount * probability) FROM record
WHERE stage_id = ANY (%s) AND workspace_id = %s AND archived_at IS NULL AND deleted_at IS NULL
GROUP BY stage_id, currency"""

LOCKED = "SELECT * FROM record WHERE id = %s FOR UPDATE"

MOVE = """
UPDATE record SET stage_id = %s, probability = %s, status = 'open', stage_entered_at = now(), updated_at = now(),
  last_activity_at = now(), version = version + 1
WHERE id = %s"""

ACTIVE = """
UPDATE record SET last_activity_at = now()
WHERE id = (SELECT company_id FROM record WHERE id = %s)"""
