package db

import (
	"bytes"
	"encoding/hex"
	"fmt"

	"tracker/internal/fact"
)

// replayedRecord is a fact.Replayed with numbers for names. The key's own fields
// are stored with it.
type replayedRecord struct {
	Fork       string               `cbor:"1,keyasint"`
	Upstream   string               `cbor:"2,keyasint"`
	Source     string               `cbor:"3,keyasint"`
	Conflicts  []pastConflictRecord `cbor:"4,keyasint,omitempty"`
	Unreadable []string             `cbor:"5,keyasint,omitempty"`
	Mined      int                  `cbor:"6,keyasint,omitempty"`
	Subject    string               `cbor:"7,keyasint,omitempty"`
	Author     string               `cbor:"8,keyasint,omitempty"`
	When       int64                `cbor:"9,keyasint,omitempty"`
	Loose      bool                 `cbor:"10,keyasint,omitempty"`
}

// mined is raised whenever more is found out in a replay than before, so that what
// an earlier tracker stored counts as missing.
const mined = 1

type pastConflictRecord struct {
	Path       string           `cbor:"1,keyasint"`
	Kind       string           `cbor:"2,keyasint"`
	Resolution fact.Resolution  `cbor:"3,keyasint"`
	Whole      bool             `cbor:"4,keyasint,omitempty"`
	Hunks      []pastHunkRecord `cbor:"5,keyasint,omitempty"`
	ID         string           `cbor:"6,keyasint,omitempty"`
	Beyond     bool             `cbor:"7,keyasint,omitempty"`
	LostOurs   int              `cbor:"8,keyasint,omitempty"`
	LostTheirs int              `cbor:"9,keyasint,omitempty"`
	Markers    bool             `cbor:"10,keyasint,omitempty"`
}

type pastHunkRecord struct {
	ID         string          `cbor:"1,keyasint"`
	Resolution fact.Resolution `cbor:"2,keyasint"`
	Line       int             `cbor:"3,keyasint,omitempty"`
	Heading    string          `cbor:"4,keyasint,omitempty"`
	Base       string          `cbor:"5,keyasint,omitempty"`
	Ours       string          `cbor:"6,keyasint,omitempty"`
	Theirs     string          `cbor:"7,keyasint,omitempty"`
	Result     string          `cbor:"8,keyasint,omitempty"`
	Cut        bool            `cbor:"9,keyasint,omitempty"`
	Wide       bool            `cbor:"10,keyasint,omitempty"`
}

func replayedKey(fork, upstream string) ([]byte, error) {
	a, err := hashKey(fork)
	if err != nil {
		return nil, err
	}
	b, err := hashKey(upstream)
	if err != nil {
		return nil, err
	}
	return append(a, b...), nil
}

// MissingReplayed returns those of the pairs (the fork's commit, upstream's) of
// which no replay is stored, or one of an earlier tracker that found out less, in
// the order given.
func (tx *Tx) MissingReplayed(pairs [][2]string) ([][2]string, error) {
	var out [][2]string
	for _, p := range pairs {
		key, err := replayedKey(p[0], p[1])
		if err != nil {
			return nil, fmt.Errorf("look up a replay: %w", err)
		}
		value, err := tx.rawGet(string(KindReplayed), key)
		if err != nil {
			return nil, err
		}
		var rec struct {
			Mined int `cbor:"6,keyasint,omitempty"`
		}
		if value != nil {
			if err := tx.decode(KindReplayed, key, value, &rec); err != nil {
				return nil, err
			}
		}
		if rec.Mined < mined {
			out = append(out, p)
		}
	}
	return out, nil
}

// KeepReplayed deletes the replays of all pairs (the fork's commit, upstream's) but those
// given: of commits that left the fork, and of links that do not stand.
func (tx *Tx) KeepReplayed(pairs map[[2]string]bool) error {
	var gone [][]byte
	err := tx.scan(string(KindReplayed), nil, nil, func(key, _ []byte) (bool, error) {
		half := len(key) / 2
		if !pairs[[2]string{hex.EncodeToString(key[:half]), hex.EncodeToString(key[half:])}] {
			gone = append(gone, bytes.Clone(key))
		}
		return true, nil
	})
	for _, key := range gone {
		if err == nil {
			err = tx.delete(KindReplayed, key)
		}
	}
	return err
}

// PutReplayed stores what the replay of a past pick or merge met.
func (tx *Tx) PutReplayed(r *fact.Replayed) error {
	key, err := replayedKey(r.Fork, r.Upstream)
	if err != nil {
		return fmt.Errorf("store a replay: %w", err)
	}
	rec := replayedRecord{
		Fork: r.Fork, Upstream: r.Upstream, Source: r.Source, Unreadable: r.Unreadable, Mined: mined,
		Subject: r.Subject, Author: r.Author, When: r.When, Loose: r.Loose,
	}
	for _, c := range r.Conflicts {
		past := pastConflictRecord{
			Path: c.Path, Kind: c.Kind, Resolution: c.Resolution, Whole: c.Whole,
			ID: c.ID, Beyond: c.Beyond, LostOurs: c.LostOurs, LostTheirs: c.LostTheirs, Markers: c.Markers,
		}
		for _, h := range c.Hunks {
			past.Hunks = append(past.Hunks, pastHunkRecord(h))
		}
		rec.Conflicts = append(rec.Conflicts, past)
	}
	return tx.put(KindReplayed, key, &rec)
}

// EachReplayed calls fn with every replay that is stored, in order of the fork's
// commit and then upstream's, until fn fails. fn must not write.
func (tx *Tx) EachReplayed(fn func(*fact.Replayed) error) error {
	return tx.scan(string(KindReplayed), nil, nil, func(key, value []byte) (bool, error) {
		r, err := tx.replayed(key, value)
		if err != nil || r == nil {
			return err == nil, err
		}
		return true, fn(r)
	})
}

// Replayed returns one replay, nil if it is not stored.
func (tx *Tx) Replayed(fork, upstream string) (*fact.Replayed, error) {
	key, err := replayedKey(fork, upstream)
	if err != nil {
		return nil, fmt.Errorf("read a replay: %w", err)
	}
	value, err := tx.rawGet(string(KindReplayed), key)
	if err != nil || value == nil {
		return nil, err
	}
	return tx.replayed(key, value)
}

// Replays returns every replay that is stored in which something conflicted, in the
// order of EachReplayed.
func (tx *Tx) Replays() ([]fact.Replayed, error) {
	var out []fact.Replayed
	err := tx.EachReplayed(func(r *fact.Replayed) error {
		if len(r.Conflicts) > 0 {
			out = append(out, *r)
		}
		return nil
	})
	return out, err
}

// ReplayedOf returns the replays of one of the fork's commits.
func (tx *Tx) ReplayedOf(fork string) ([]fact.Replayed, error) {
	prefix, err := hashKey(fork)
	if err != nil {
		return nil, fmt.Errorf("read replays: %w", err)
	}
	var out []fact.Replayed
	err = tx.scan(string(KindReplayed), prefix, prefix, func(key, value []byte) (bool, error) {
		r, err := tx.replayed(key, value)
		if err == nil && r != nil {
			out = append(out, *r)
		}
		return err == nil, err
	})
	return out, err
}

// replayed reads a record, nil if it is of an earlier tracker that found out less.
func (tx *Tx) replayed(key, value []byte) (*fact.Replayed, error) {
	var rec replayedRecord
	if err := tx.decode(KindReplayed, key, value, &rec); err != nil {
		return nil, err
	}
	if rec.Mined < mined {
		return nil, nil
	}
	r := &fact.Replayed{
		Fork: rec.Fork, Upstream: rec.Upstream, Source: rec.Source, Unreadable: rec.Unreadable,
		Subject: rec.Subject, Author: rec.Author, When: rec.When, Loose: rec.Loose,
	}
	for _, c := range rec.Conflicts {
		past := fact.PastConflict{
			Path: c.Path, Kind: c.Kind, Resolution: c.Resolution, Whole: c.Whole,
			ID: c.ID, Beyond: c.Beyond, LostOurs: c.LostOurs, LostTheirs: c.LostTheirs, Markers: c.Markers,
		}
		for _, h := range c.Hunks {
			past.Hunks = append(past.Hunks, fact.PastHunk(h))
		}
		r.Conflicts = append(r.Conflicts, past)
	}
	return r, nil
}
