-- Who was forgotten, by the hash of the event that made the contact: numbers
-- are given out anew after a restore, and would name somebody else.
CREATE TABLE erasure_known (
	event   BLOB PRIMARY KEY,
	contact INTEGER NOT NULL,
	at      INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO erasure_known (event, contact, at)
	SELECT e.hash, o.contact, o.at FROM erasure o JOIN event e ON e.seq = o.contact;
DROP TABLE erasure;
ALTER TABLE erasure_known RENAME TO erasure;
