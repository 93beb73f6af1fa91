-- Who was forgotten, by the hash of the event that made the contact.
-- The twin of 005_erasure.sqlite.sql, where it is explained.
CREATE TABLE erasure_known (
	event   BYTEA PRIMARY KEY,
	contact BIGINT NOT NULL,
	at      BIGINT NOT NULL
);
INSERT INTO erasure_known (event, contact, at)
	SELECT e.hash, o.contact, o.at FROM erasure o JOIN event e ON e.seq = o.contact;
DROP TABLE erasure;
ALTER TABLE erasure_known RENAME TO erasure;
