-- What the record said about a person's work, found without reading everybody.
CREATE INDEX chain_work ON chain (subject, seq) WHERE kind = 'work';
