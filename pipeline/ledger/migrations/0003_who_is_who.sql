-- Who a person turned out to be, and who stands at a place, found without reading everybody.
CREATE INDEX chain_merged ON chain (subject) WHERE kind = 'merged';
CREATE INDEX chain_doubted ON chain (subject) WHERE kind = 'doubted';
CREATE INDEX identity_place ON identity (practice_id, patient_id);
CREATE INDEX chain_vacated ON chain (body) WHERE kind = 'vacated';
