package db

import (
	"fmt"

	"tracker/internal/fact"
)

// Findings returns what the last ingest found wrong in a fork ref's picks, in the order
// in which they were stored.
func (tx *Tx) Findings(fork string) ([]fact.Finding, error) {
	key, err := forkKey(fork)
	if err != nil {
		return nil, fmt.Errorf("read findings: %w", err)
	}
	value, err := tx.rawGet(bucketFinding, key)
	if err != nil || value == nil {
		return nil, err
	}
	var out []fact.Finding
	if err := unmarshal(value, &out); err != nil {
		return nil, tx.corrupt(fmt.Errorf("findings of %q: %w", fork, err))
	}
	return out, nil
}

// ReplaceFindings makes the findings of a fork ref be exactly those given. Equal ones
// write nothing.
func (tx *Tx) ReplaceFindings(fork string, findings []fact.Finding) error {
	key, err := forkKey(fork)
	if err != nil {
		return fmt.Errorf("store findings: %w", err)
	}
	old, err := tx.rawGet(bucketFinding, key)
	if err != nil {
		return err
	}
	if len(findings) == 0 {
		if old == nil {
			return nil
		}
		return tx.rawDelete(bucketFinding, key)
	}
	text, err := marshal(findings)
	if err != nil {
		return fmt.Errorf("encode findings of %q: %w", fork, err)
	}
	if string(old) == string(text) {
		return nil
	}
	return tx.rawPut(bucketFinding, key, text)
}
