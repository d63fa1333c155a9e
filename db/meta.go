package db

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"time"
)

// Config is what the first ingest was told and later ones go by.
type Config struct {
	// Upstream is the ref of upstream's branch.
	Upstream string `cbor:"upstream"`
	// Guessed says that nobody chose Upstream, so that better knowledge replaces it.
	Guessed bool `cbor:"guessed"`
	// Forks are the refs, or globs of refs, of the fork's branches.
	Forks []string `cbor:"forks"`
	// Settings holds whatever else is remembered, by name.
	Settings map[string]string `cbor:"settings"`
}

// Config returns what is remembered, a zero Config if nothing is.
func (tx *Tx) Config() (Config, error) {
	var c Config
	_, err := tx.meta("config", &c)
	return c, err
}

// SetConfig remembers c instead of all that was remembered.
func (tx *Tx) SetConfig(c Config) error { return tx.setMeta("config", c) }

// Finished says which ingest was the last that finished.
type Finished struct {
	Generation uint64 `cbor:"generation"` // how many have finished, 0: none
	At         int64  `cbor:"at"`         // Unix seconds
}

// Finished returns when the last ingest finished.
func (tx *Tx) Finished() (Finished, error) {
	var f Finished
	_, err := tx.meta("finished", &f)
	return f, err
}

// Finish marks the end of an ingest; it belongs into its last transaction.
// Nothing is visible to View before the first.
func (tx *Tx) Finish(at time.Time) error {
	f, err := tx.Finished()
	if err != nil {
		return err
	}
	return tx.setMeta("finished", Finished{Generation: f.Generation + 1, At: at.Unix()})
}

// Identity tells this database from one made later in its place, whose
// sequences begin anew.
func (tx *Tx) Identity() (string, error) {
	id, err := tx.rawGet(bucketMeta, []byte("identity"))
	if err != nil {
		return "", err
	}
	if len(id) != 16 {
		return "", tx.corrupt(fmt.Errorf("its identity is %x", id))
	}
	return hex.EncodeToString(id), nil
}

func (tx *Tx) meta(name string, v any) (bool, error) {
	value, err := tx.rawGet(bucketMeta, []byte(name))
	if err != nil || value == nil {
		return false, err
	}
	if err := unmarshal(value, v); err != nil {
		return false, tx.corrupt(fmt.Errorf("%s: %w", name, err))
	}
	return true, nil
}

func (tx *Tx) setMeta(name string, v any) error {
	value, err := marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	old, err := tx.rawGet(bucketMeta, []byte(name))
	if err != nil || bytes.Equal(old, value) {
		return err
	}
	return tx.rawPut(bucketMeta, []byte(name), value)
}
