-- Permanent, one row: by which program's fold the derived rows were made, so
-- that one that folds otherwise makes them anew when it first opens the file.

CREATE TABLE derived (version BIGINT NOT NULL);
INSERT INTO derived (version) VALUES (0);
