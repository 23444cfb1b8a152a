-- Everything that ever happened, one row each, never changed. Who it happened to is in the two tables after it, which can
-- be erased: the chain holds salted commitments to their rows, so that it still verifies when they are gone.
CREATE TABLE chain (
    seq INTEGER PRIMARY KEY,
    day TEXT NOT NULL,      -- as given; the order of things is seq, never the day
    kind TEXT NOT NULL,
    study TEXT,             -- '' in a mark: every study
    subject INTEGER,        -- one person in one study: the seq of the row that opened it
    state TEXT,
    reason TEXT,
    detail TEXT,
    who TEXT,
    run INTEGER,            -- the seq of the run's row
    about INTEGER,          -- another row's seq
    body TEXT,              -- JSON
    commitment TEXT,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE TABLE subject (
    seq INTEGER PRIMARY KEY,
    study TEXT NOT NULL,
    study_code TEXT NOT NULL,
    salt TEXT NOT NULL,
    UNIQUE (study, study_code)
) STRICT;

-- A registration that a person is known by. The newest row is the present one, the others are aliases.
CREATE TABLE identity (
    seq INTEGER PRIMARY KEY,
    subject INTEGER NOT NULL REFERENCES subject (seq),
    practice_id TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    nhs_number TEXT,
    date_of_birth TEXT,
    salt TEXT NOT NULL
) STRICT;

CREATE INDEX identity_subject ON identity (subject);

CREATE TRIGGER chain_grows_at_its_end BEFORE INSERT ON chain
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM chain)
    OR NEW.previous IS NOT COALESCE((SELECT hash FROM chain ORDER BY seq DESC LIMIT 1), '')
BEGIN SELECT RAISE(ABORT, 'the ledger only grows at its end'); END;

CREATE TRIGGER chain_is_never_changed BEFORE UPDATE ON chain
BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END;

CREATE TRIGGER chain_is_never_cut BEFORE DELETE ON chain
BEGIN SELECT RAISE(ABORT, 'nothing is taken out of the ledger'); END;

CREATE TRIGGER subject_is_never_replaced BEFORE INSERT ON subject
WHEN EXISTS (SELECT 1 FROM subject WHERE seq = NEW.seq OR (study = NEW.study AND study_code = NEW.study_code))
BEGIN SELECT RAISE(ABORT, 'a study code is drawn once'); END;

CREATE TRIGGER subject_is_never_changed BEFORE UPDATE ON subject
BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END;

CREATE TRIGGER subject_is_erased_by_purge BEFORE DELETE ON subject
WHEN NOT EXISTS (SELECT 1 FROM chain WHERE kind = 'erased' AND about = OLD.seq)
BEGIN SELECT RAISE(ABORT, 'only a purge erases who somebody is'); END;

CREATE TRIGGER identity_is_never_replaced BEFORE INSERT ON identity
WHEN EXISTS (SELECT 1 FROM identity WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END;

CREATE TRIGGER identity_is_never_changed BEFORE UPDATE ON identity
BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END;

CREATE TRIGGER identity_is_erased_by_purge BEFORE DELETE ON identity
WHEN NOT EXISTS (SELECT 1 FROM chain WHERE kind = 'erased' AND about = OLD.seq)
BEGIN SELECT RAISE(ABORT, 'only a purge erases who somebody is'); END;
