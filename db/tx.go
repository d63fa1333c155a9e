package db

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime/debug"
	"sync/atomic"

	"go.etcd.io/bbolt"
)

// Tx is the state of the database during one View, Peek or Update. Puts and
// deletes fail outside Update. A Tx belongs to one goroutine.
type Tx struct {
	tx    *bbolt.Tx
	path  string
	dirty bool
}

const (
	bucketMeta   = "meta"
	bucketPR     = "pr"
	bucketChange = "change"
	bucketGone   = "gone"
	bucketEdits  = "edits"
	bucketWords  = "words"
	// what is known of the fork's tip alone
	bucketForecast = "forecast"
	// how picks depart from their replays, and what the last ingest found wrong
	bucketDeparture = "departure"
	bucketFinding   = "finding"
)

var buckets = []string{
	bucketMeta, bucketPR, bucketChange, bucketGone,
	string(KindCommit), string(KindPatch), string(KindReport), string(KindLink),
	string(KindAccount), string(KindView), string(KindDecision), string(KindNeeds), string(KindReplayed), bucketEdits, bucketWords, bucketForecast,
	bucketDeparture, bucketFinding,
}

// young are the buckets that a file of an earlier format lacks: they are made
// by its next Update.
var young = map[string]uint64{
	string(KindNeeds): 2, string(KindReplayed): 2, bucketEdits: 2, bucketWords: 2, bucketForecast: 2,
	bucketDeparture: 3, bucketFinding: 3,
}

// guard turns what bbolt does over a damaged page, a panic or a fault, into an
// error of the function that defers what guard returns.
func (tx *Tx) guard(err *error) func() {
	before := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(before)
		if r := recover(); r != nil {
			*err = tx.corrupt(fmt.Errorf("%v", r))
		}
	}
}

func (tx *Tx) corrupt(err error) error {
	return &CorruptError{Path: tx.path, Err: err}
}

func (tx *Tx) bucket(name string) *bbolt.Bucket {
	b := tx.tx.Bucket([]byte(name))
	if name == bucketChange && tx.tx.Writable() {
		// Sequence keys only grow, so pages that are left half empty stay so.
		b.FillPercent = 0.9
	}
	return b
}

// lacks reports whether the file is of an earlier format that has no such bucket.
func (tx *Tx) lacks(bucket string) bool {
	return young[bucket] > 0 && tx.tx.Bucket([]byte(bucket)) == nil
}

// reach fails by a fault, which guard catches, if a damaged page lets a key or
// value end outside of the file. Whoever reads them later is not guarded.
func (tx *Tx) reach(slices ...[]byte) {
	for _, s := range slices {
		if len(s) == 0 {
			continue
		}
		if int64(len(s)) > tx.tx.Size() {
			panic(fmt.Sprintf("an entry of %d bytes in a file of %d", len(s), tx.tx.Size()))
		}
		reached.Store(uint32(s[0]) + uint32(s[len(s)-1]))
	}
}

// reached keeps the compiler from leaving the reads of reach out.
var reached atomic.Uint32

// attempt calls fn and turns a fault within it, which only a damaged file
// causes, into a *CorruptError. Any other panic goes on.
func (tx *Tx) attempt(fn func(*Tx) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		r := recover()
		if fault, ok := r.(interface {
			error
			Addr() uintptr
		}); ok {
			err = tx.corrupt(fault)
		} else if r != nil {
			panic(r)
		}
	}()
	return fn(tx)
}

// rawGet returns the value under key, nil if there is none. It is valid until
// the transaction's next write.
func (tx *Tx) rawGet(bucket string, key []byte) (value []byte, err error) {
	defer tx.guard(&err)()
	if tx.lacks(bucket) {
		return nil, nil
	}
	value = tx.bucket(bucket).Get(key)
	tx.reach(value)
	return value, nil
}

func (tx *Tx) rawPut(bucket string, key, value []byte) (err error) {
	defer tx.guard(&err)()
	if err := tx.bucket(bucket).Put(key, value); err != nil {
		return fmt.Errorf("write to bucket %q of %q: %w", bucket, tx.path, err)
	}
	tx.dirty = true
	return nil
}

func (tx *Tx) rawDelete(bucket string, key []byte) (err error) {
	defer tx.guard(&err)()
	if err := tx.bucket(bucket).Delete(key); err != nil {
		return fmt.Errorf("delete from bucket %q of %q: %w", bucket, tx.path, err)
	}
	tx.dirty = true
	return nil
}

// scan calls fn with every key from the first at or after from on, as long as
// the key starts with prefix and fn returns true. Key and value are valid
// only during the call, and fn must not write.
func (tx *Tx) scan(bucket string, from, prefix []byte, fn func(key, value []byte) (bool, error)) error {
	next, err := tx.cursor(bucket, from)
	if err != nil {
		return err
	}
	for {
		key, value, err := next()
		if err != nil {
			return err
		}
		if key == nil || !bytes.HasPrefix(key, prefix) {
			return nil
		}
		if more, err := fn(key, value); err != nil || !more {
			return err
		}
	}
}

// cursor returns a function that returns one entry after the other, and a nil
// key at the end.
func (tx *Tx) cursor(bucket string, from []byte) (next func() (key, value []byte, err error), err error) {
	defer tx.guard(&err)()
	if tx.lacks(bucket) {
		return func() (key, value []byte, err error) { return nil, nil, nil }, nil
	}
	c := tx.bucket(bucket).Cursor()
	started := false
	return func() (key, value []byte, err error) {
		defer tx.guard(&err)()
		if started {
			key, value = c.Next()
		} else {
			key, value = c.Seek(from)
			started = true
		}
		tx.reach(key, value)
		return key, value, nil
	}, nil
}

func (tx *Tx) commit() (err error) {
	defer tx.guard(&err)()
	if err := tx.tx.Commit(); err != nil {
		return &WriteError{Path: tx.path, Err: err}
	}
	return nil
}

// get decodes the record of a kind under key into v and reports whether there
// is one.
func (tx *Tx) get(kind Kind, key []byte, v any) (bool, error) {
	value, err := tx.rawGet(string(kind), key)
	if err != nil || value == nil {
		return false, err
	}
	return true, tx.decode(kind, key, value, v)
}

// decode reads a record: its sequence, then CBOR.
func (tx *Tx) decode(kind Kind, key, value []byte, v any) error {
	if len(value) < 8 {
		return tx.corrupt(fmt.Errorf("%s %q has no sequence", kind, key))
	}
	if err := unmarshal(value[8:], v); err != nil {
		return tx.corrupt(fmt.Errorf("%s %q: %w", kind, key, err))
	}
	return nil
}

// put stores v under key and logs the change, unless the same is there already.
func (tx *Tx) put(kind Kind, key []byte, v any) error {
	_, err := tx.putChanged(kind, key, v)
	return err
}

func (tx *Tx) putChanged(kind Kind, key []byte, v any) (changed bool, err error) {
	text, err := marshal(v)
	if err != nil {
		return false, fmt.Errorf("encode %s %q: %w", kind, key, err)
	}
	old, err := tx.rawGet(string(kind), key)
	if err != nil {
		return false, err
	}
	if len(old) >= 8 && bytes.Equal(old[8:], text) {
		return false, nil
	}
	seq, err := tx.log(kind, key, old, false)
	if err != nil {
		return false, err
	}
	return true, tx.rawPut(string(kind), key, append(seq, text...))
}

// delete removes the record under key and logs that; an absent one is no change.
func (tx *Tx) delete(kind Kind, key []byte) error {
	old, err := tx.rawGet(string(kind), key)
	if err != nil || old == nil {
		return err
	}
	if _, err := tx.log(kind, key, old, true); err != nil {
		return err
	}
	return tx.rawDelete(string(kind), key)
}

// replace makes the records of a kind whose keys start with prefix be exactly
// those of records, by key.
func (tx *Tx) replace(kind Kind, prefix []byte, records map[string]any) error {
	var gone [][]byte
	err := tx.scan(string(kind), prefix, prefix, func(key, _ []byte) (bool, error) {
		if _, kept := records[string(key)]; !kept {
			gone = append(gone, bytes.Clone(key))
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, key := range gone {
		if err := tx.delete(kind, key); err != nil {
			return err
		}
	}
	for _, key := range sortedKeys(records) {
		if err := tx.put(kind, []byte(key), records[key]); err != nil {
			return err
		}
	}
	return nil
}

func uint64Key(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
