-- Derived: what the fold makes of the log. Every table here is listed in
-- store/project.c, dropped and rebuilt by `holdfast rebuild`. The columns are
-- those of core/record.h, where each is explained; all are integers.

-- People of the agency.
CREATE TABLE member (
	id BIGINT PRIMARY KEY,
	role BIGINT NOT NULL,
	active BIGINT NOT NULL,
	named_by BIGINT NOT NULL,
	added_at BIGINT NOT NULL
);

-- Our own mail addresses.
CREATE TABLE address (
	id BIGINT PRIMARY KEY,
	active BIGINT NOT NULL,
	named_by BIGINT NOT NULL
);

-- Companies.
CREATE TABLE client (
	id BIGINT PRIMARY KEY,
	stage BIGINT NOT NULL,
	named_by BIGINT NOT NULL,
	first_at BIGINT NOT NULL,
	last_in_at BIGINT NOT NULL,
	last_out_at BIGINT NOT NULL,
	unanswered BIGINT NOT NULL,
	unanswered_since BIGINT NOT NULL,
	counted_at BIGINT NOT NULL,
	merged_into BIGINT NOT NULL,
	open_tickets BIGINT NOT NULL
);
CREATE INDEX client_recent ON client (last_in_at, id);
CREATE INDEX client_merged ON client (merged_into) WHERE merged_into > 0;

-- People at companies.
CREATE TABLE contact (
	id BIGINT PRIMARY KEY,
	client BIGINT NOT NULL,
	named_by BIGINT NOT NULL,
	role BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	merged_into BIGINT NOT NULL,
	erased BIGINT NOT NULL
);
CREATE INDEX contact_client ON contact (client, id);

-- One request of a client. rank and rank_at order the inbox.
CREATE TABLE ticket (
	id BIGINT PRIMARY KEY,
	client BIGINT NOT NULL,
	contact BIGINT NOT NULL,
	address BIGINT NOT NULL,
	subject_by BIGINT NOT NULL,
	state BIGINT NOT NULL,
	why BIGINT NOT NULL,
	type BIGINT NOT NULL,
	type_by BIGINT NOT NULL,
	playbook BIGINT NOT NULL,
	assignee BIGINT NOT NULL,
	opened_at BIGINT NOT NULL,
	last_at BIGINT NOT NULL,
	last_in_at BIGINT NOT NULL,
	last_out_at BIGINT NOT NULL,
	unanswered BIGINT NOT NULL,
	unanswered_since BIGINT NOT NULL,
	messages BIGINT NOT NULL,
	attachments BIGINT NOT NULL,
	newest_message BIGINT NOT NULL,
	newest_in BIGINT NOT NULL,
	closed_at BIGINT NOT NULL,
	merged_into BIGINT NOT NULL,
	undelivered BIGINT NOT NULL,
	points BIGINT NOT NULL,
	clock_promise BIGINT NOT NULL,
	rank BIGINT NOT NULL,
	rank_at BIGINT NOT NULL
);
CREATE INDEX ticket_inbox ON ticket (rank, rank_at, id, merged_into, assignee, type);
CREATE INDEX ticket_client ON ticket (client, rank, rank_at, id);
CREATE INDEX ticket_assignee ON ticket (assignee, rank, rank_at, id);
CREATE INDEX ticket_type ON ticket (type, rank, rank_at, id);
CREATE INDEX ticket_closed ON ticket (closed_at, id) WHERE closed_at > 0;
CREATE INDEX ticket_merged ON ticket (merged_into) WHERE merged_into > 0;

-- What is or was owed; times in ms since 1970 UTC, spans in ms.
CREATE TABLE promise (
	id BIGINT PRIMARY KEY,
	client BIGINT NOT NULL,
	ticket BIGINT NOT NULL,
	origin BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	rule BIGINT NOT NULL,
	playbook BIGINT NOT NULL,
	hours BIGINT NOT NULL,
	target BIGINT NOT NULL,
	warn_before BIGINT NOT NULL,
	started_at BIGINT NOT NULL,
	used BIGINT NOT NULL,
	since BIGINT NOT NULL,
	due_at BIGINT NOT NULL,
	warn_at BIGINT NOT NULL,
	state BIGINT NOT NULL,
	warned_at BIGINT NOT NULL,
	broken_at BIGINT NOT NULL,
	level BIGINT NOT NULL,
	escalate_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	evidence BIGINT NOT NULL,
	why BIGINT NOT NULL,
	owner BIGINT NOT NULL,
	held_by BIGINT NOT NULL,
	message BIGINT NOT NULL,
	flag BIGINT NOT NULL,
	running BIGINT NOT NULL
);
CREATE INDEX promise_ticket ON promise (ticket, state);
CREATE INDEX promise_client ON promise (client, state);
CREATE INDEX promise_evidence ON promise (evidence) WHERE evidence > 0;

-- What raised a ticket, and until when.
CREATE TABLE flag (
	id BIGINT PRIMARY KEY,
	client BIGINT NOT NULL,
	ticket BIGINT NOT NULL,
	message BIGINT NOT NULL,
	rule BIGINT NOT NULL,
	cond BIGINT NOT NULL,
	points BIGINT NOT NULL,
	signal BIGINT NOT NULL,
	playbook BIGINT NOT NULL,
	raised_at BIGINT NOT NULL,
	actor BIGINT NOT NULL,
	cleared_at BIGINT NOT NULL,
	why BIGINT NOT NULL
);
CREATE INDEX flag_ticket ON flag (ticket, cleared_at);

-- Mail in and out, notes and calls of a ticket.
CREATE TABLE message (
	id BIGINT PRIMARY KEY,
	client BIGINT NOT NULL,
	ticket BIGINT NOT NULL,
	origin BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	contact BIGINT NOT NULL,
	member BIGINT NOT NULL,
	at BIGINT NOT NULL,
	automatic BIGINT NOT NULL,
	intake BIGINT NOT NULL,
	raw BIGINT NOT NULL,
	attachments BIGINT NOT NULL,
	has_html BIGINT NOT NULL,
	counts BIGINT NOT NULL,
	verified BIGINT NOT NULL,
	answers BIGINT NOT NULL,
	address BIGINT NOT NULL,
	delivery BIGINT NOT NULL,
	until_at BIGINT NOT NULL,
	attempts BIGINT NOT NULL,
	then_do BIGINT NOT NULL,
	outward BIGINT NOT NULL,
	spoke BIGINT NOT NULL,
	failed_by BIGINT NOT NULL,
	unknowns BIGINT NOT NULL
);
CREATE INDEX message_ticket ON message (ticket, id);
CREATE INDEX message_contact ON message (contact, id);
CREATE INDEX message_unsent ON message (delivery) WHERE delivery IN (1, 2, 3, 5, 6, 7);

-- Something noticed in a message: a place in its words.
CREATE TABLE signal (
	id BIGINT PRIMARY KEY,
	client BIGINT NOT NULL,
	ticket BIGINT NOT NULL,
	message BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	strength BIGINT NOT NULL,
	span_start BIGINT NOT NULL,
	span_end BIGINT NOT NULL,
	at BIGINT NOT NULL
);
CREATE INDEX signal_message ON signal (message);

-- Who is on a ticket.
CREATE TABLE participant (
	id BIGINT PRIMARY KEY,
	ticket BIGINT NOT NULL,
	contact BIGINT NOT NULL,
	role BIGINT NOT NULL,
	message BIGINT NOT NULL
);
CREATE UNIQUE INDEX participant_once ON participant (ticket, contact);

-- Mail as accepted, one row a recipient.
CREATE TABLE intake (
	id BIGINT PRIMARY KEY,
	raw BIGINT NOT NULL,
	address BIGINT NOT NULL,
	size BIGINT NOT NULL,
	source BIGINT NOT NULL,
	state BIGINT NOT NULL,
	message BIGINT NOT NULL,
	attempts BIGINT NOT NULL,
	at BIGINT NOT NULL,
	why BIGINT NOT NULL
);
CREATE INDEX intake_open ON intake (state, id) WHERE state IN (1, 4);

-- Who has a mail address, in lower case.
CREATE TABLE contact_address (
	address TEXT NOT NULL,
	contact BIGINT NOT NULL,
	PRIMARY KEY (address, contact)
);

-- Whose a registrable domain is.
CREATE TABLE client_domain (
	domain TEXT NOT NULL,
	client BIGINT NOT NULL,
	PRIMARY KEY (domain, client)
);

-- Message ids that a message has (own 1) or names (own 0).
CREATE TABLE message_ref (
	ref     TEXT NOT NULL,
	own     BIGINT NOT NULL,
	message BIGINT NOT NULL,
	PRIMARY KEY (ref, own, message)
);

-- What a mail says, hashed: the same mail to another mailbox is known by it.
CREATE TABLE message_digest (
	digest  BYTEA NOT NULL PRIMARY KEY,
	message BIGINT NOT NULL
);

-- When something wants attention, whatever it is. kind: store/timer.h
CREATE TABLE timer (
	kind    BIGINT NOT NULL,
	subject BIGINT NOT NULL,
	at      BIGINT NOT NULL,
	PRIMARY KEY (kind, subject)
);
CREATE INDEX timer_next ON timer (at, kind, subject);

-- How many tickets there are of each sort, so that counts cost nothing.
CREATE TABLE tally (
	rank     BIGINT NOT NULL,
	type     BIGINT NOT NULL,
	assignee BIGINT NOT NULL,
	count    BIGINT NOT NULL,
	PRIMARY KEY (rank, type, assignee)
);
