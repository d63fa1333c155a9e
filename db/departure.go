package db

import (
	"fmt"

	"tracker/internal/fact"
)

// Departure returns how a pick departs from its replay, nil if that is not stored.
func (tx *Tx) Departure(fork, upstream string) (*fact.Departure, error) {
	key, err := replayedKey(fork, upstream)
	if err != nil {
		return nil, fmt.Errorf("read a departure: %w", err)
	}
	value, err := tx.rawGet(bucketDeparture, key)
	if err != nil || value == nil {
		return nil, err
	}
	d := &fact.Departure{}
	if err := unmarshal(value, d); err != nil {
		return nil, tx.corrupt(fmt.Errorf("departure %x: %w", key, err))
	}
	return d, nil
}

// PutDeparture stores how a pick departs from its replay.
func (tx *Tx) PutDeparture(d *fact.Departure) error {
	key, err := replayedKey(d.Fork, d.Upstream)
	if err != nil {
		return fmt.Errorf("store a departure: %w", err)
	}
	text, err := marshal(d)
	if err != nil {
		return fmt.Errorf("encode departure %x: %w", key, err)
	}
	return tx.rawPut(bucketDeparture, key, text)
}
