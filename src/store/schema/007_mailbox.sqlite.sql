-- Permanent, but not history: how far each mailbox has been read.

CREATE TABLE mailbox_place (
	mailbox    INTEGER NOT NULL,   -- its item
	watch      INTEGER NOT NULL,   -- 1: its mail, 2: its sent mail
	folder     TEXT NOT NULL,
	validity   INTEGER NOT NULL,   -- UIDVALIDITY that uid belongs to
	uid        INTEGER NOT NULL,   -- the last one that is done with
	started_at INTEGER NOT NULL,   -- what is older is history
	last_at    INTEGER NOT NULL,   -- INTERNALDATE of the newest taken
	skip_since INTEGER NOT NULL,   -- below skip_until, older ones are known
	skip_until INTEGER NOT NULL,
	copied     INTEGER NOT NULL,   -- copies of what was sent: up to this event
	failed     INTEGER NOT NULL,   -- the state that was reported, 0: none
	PRIMARY KEY (mailbox, watch)
) WITHOUT ROWID;
-- Digests of mails that were taken, so that renumbering doubles none.
CREATE TABLE mailbox_seen (
	mailbox INTEGER NOT NULL,
	digest  BLOB NOT NULL,
	PRIMARY KEY (mailbox, digest)
) WITHOUT ROWID;
