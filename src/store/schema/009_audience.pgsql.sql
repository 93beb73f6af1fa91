-- Derived: brands, who is on a thread, and who is not to be written to.
-- Columns as in core/record.h.

ALTER TABLE address ADD COLUMN brand BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN away_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN aside BIGINT NOT NULL DEFAULT 0;
ALTER TABLE flag ADD COLUMN origin BIGINT NOT NULL DEFAULT 0;

CREATE TABLE suppression (
	id BIGINT PRIMARY KEY,
	ticket BIGINT NOT NULL,
	contact BIGINT NOT NULL,
	message BIGINT NOT NULL,
	why BIGINT NOT NULL,
	at BIGINT NOT NULL,
	lifted_at BIGINT NOT NULL
);
-- Found by address; the address is a word of the event of that id.
CREATE TABLE suppression_address (
	address TEXT NOT NULL,
	suppression BIGINT NOT NULL,
	PRIMARY KEY (address, suppression)
);
