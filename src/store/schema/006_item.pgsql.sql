-- Derived: settings of which there are several. Columns as in core/record.h;
-- name and document are words of the event named_by.

CREATE TABLE item (
	id BIGINT PRIMARY KEY,
	sort BIGINT NOT NULL,
	owner BIGINT NOT NULL,
	shared BIGINT NOT NULL,
	position BIGINT NOT NULL,
	active BIGINT NOT NULL,
	named_by BIGINT NOT NULL
);
CREATE INDEX item_sort ON item (sort, position, id);
