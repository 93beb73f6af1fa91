-- Derived: brands, who is on a thread, and who is not to be written to.
-- Columns as in core/record.h.

ALTER TABLE address ADD COLUMN brand INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN away_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN aside INTEGER NOT NULL DEFAULT 0;
ALTER TABLE flag ADD COLUMN origin INTEGER NOT NULL DEFAULT 0;

CREATE TABLE suppression (
	id INTEGER PRIMARY KEY,
	ticket INTEGER NOT NULL,
	contact INTEGER NOT NULL,
	message INTEGER NOT NULL,
	why INTEGER NOT NULL,
	at INTEGER NOT NULL,
	lifted_at INTEGER NOT NULL
);
-- Found by address; the address is a word of the event of that id.
CREATE TABLE suppression_address (
	address TEXT NOT NULL,
	suppression INTEGER NOT NULL,
	PRIMARY KEY (address, suppression)
) WITHOUT ROWID;
