-- Where everybody stands: nothing here is kept apart from the chain.
CREATE INDEX chain_state ON chain (subject, seq) WHERE state IS NOT NULL;
CREATE INDEX chain_sight ON chain (subject, seq) WHERE kind = 'sight';
CREATE INDEX chain_kind ON chain (kind, study);
CREATE INDEX chain_about ON chain (about) WHERE about IS NOT NULL;
CREATE INDEX chain_mark ON chain (body, study) WHERE kind = 'mark';

-- The last state of each subject. (Beside a MAX, SQLite takes the other columns from the row that holds it.)
CREATE VIEW standing AS
SELECT subject, study, state, reason, detail, day, MAX(seq) AS seq
FROM chain WHERE state IS NOT NULL GROUP BY subject;

-- Of records that turned out to be one person, the one that stands for the person.
CREATE VIEW present AS
SELECT * FROM standing WHERE subject NOT IN (SELECT subject FROM chain WHERE kind = 'merged');

-- What the last run that looked saw of each subject.
CREATE VIEW sight AS
SELECT subject, reason, MAX(seq) AS seq FROM chain WHERE kind = 'sight' GROUP BY subject;
