-- Derived: the words of messages. The twin of 004_search.sqlite.sql, where it
-- is explained.

CREATE VIEW search_source AS
SELECT e.seq AS id,
	COALESCE((SELECT convert_from(c.text, 'UTF8') FROM content c WHERE c.event = e.seq AND c.slot = 5), '') || chr(10) ||
	COALESCE((SELECT convert_from(c.text, 'UTF8') FROM content c WHERE c.event = e.seq AND c.slot = 9), '') || chr(10) ||
	COALESCE((SELECT convert_from(c.text, 'UTF8') FROM content c WHERE c.event = e.seq AND c.slot = 10), '') || chr(10) ||
	COALESCE((SELECT convert_from(c.text, 'UTF8') FROM content c WHERE c.event = e.seq AND c.slot = 11), '') || chr(10) ||
	SUBSTR(COALESCE((SELECT convert_from(c.text, 'UTF8') FROM content c WHERE c.event = e.seq AND c.slot = 7),
		(SELECT convert_from(c.text, 'UTF8') FROM content c WHERE c.event = e.seq AND c.slot = 6), ''), 1, 65536) AS words
FROM event e WHERE e.kind IN (41, 42, 43, 90);

CREATE TABLE search (
	id    BIGINT PRIMARY KEY,
	words TSVECTOR NOT NULL
);
CREATE INDEX search_words ON search USING gin (words);
