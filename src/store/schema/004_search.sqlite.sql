-- Derived: the words of messages. Nothing is stored twice: the index looks up
-- the text of a message in the log's content, so that erasing can take back
-- exactly what was put in. Tables, not views, are dropped for a rebuild.

-- What is searched of a message: subject, people, and the whole text up to a
-- length that no letter has. Kinds and slots are core/event.h, core/content.h:
-- messages received (41) and queued (90), notes (42), calls (43).
CREATE VIEW search_source AS
SELECT e.seq AS id,
	COALESCE((SELECT CAST(c.text AS TEXT) FROM content c WHERE c.event = e.seq AND c.slot = 5), '') || char(10) ||
	COALESCE((SELECT CAST(c.text AS TEXT) FROM content c WHERE c.event = e.seq AND c.slot = 9), '') || char(10) ||
	COALESCE((SELECT CAST(c.text AS TEXT) FROM content c WHERE c.event = e.seq AND c.slot = 10), '') || char(10) ||
	COALESCE((SELECT CAST(c.text AS TEXT) FROM content c WHERE c.event = e.seq AND c.slot = 11), '') || char(10) ||
	SUBSTR(COALESCE((SELECT CAST(c.text AS TEXT) FROM content c WHERE c.event = e.seq AND c.slot = 7),
		(SELECT CAST(c.text AS TEXT) FROM content c WHERE c.event = e.seq AND c.slot = 6), ''), 1, 65536) AS words
FROM event e WHERE e.kind IN (41, 42, 43, 90);

-- Word to messages, without positions: a fifth of the size, and beginnings of
-- 3 to 6 letters are looked up like words. doc/search.md has the figures.
CREATE VIRTUAL TABLE search USING fts5 (
	words,
	content = 'search_source',
	content_rowid = 'id',
	tokenize = 'unicode61 remove_diacritics 2',
	prefix = '3 4 5 6',
	detail = none,
	columnsize = 0
);
