package db

import (
	"encoding/binary"
	"fmt"
	"slices"

	"tracker/internal/fact"
)

// editsRecord is a fact.Edits with numbers for names, and its runs flattened:
// of each how many lines stand between the run before and it, how many it
// removes, and how many it adds; behind the last one the tail.
type editsRecord struct {
	Parents hashes           `cbor:"1,keyasint,omitempty"`
	Files   []fileEditRecord `cbor:"2,keyasint,omitempty"`
	Near    []byte           `cbor:"3,keyasint,omitempty"` // see packWords
}

type fileEditRecord struct {
	_      struct{} `cbor:",toarray"`
	Path   string
	Old    string
	Parent int
	From   uint64
	To     uint64
	Whole  bool
	Runs   []int
}

// Edits returns which lines a commit changes, by its full hash, nil if that is not
// stored.
func (tx *Tx) Edits(hash string) (*fact.Edits, error) {
	key, err := hashKey(hash)
	if err != nil {
		return nil, fmt.Errorf("read edits: %w", err)
	}
	text, err := tx.rawGet(bucketEdits, key)
	if err != nil || text == nil {
		return nil, err
	}
	var r editsRecord
	if err := unmarshal(text, &r); err != nil {
		return nil, tx.corrupt(fmt.Errorf("edits %q: %w", hash, err))
	}
	e := &fact.Edits{Hash: hash, Parents: r.Parents, Near: unpackWords(r.Near)}
	for _, f := range r.Files {
		edit := fact.FileEdit{Path: f.Path, Old: f.Old, Parent: f.Parent, From: f.From, To: f.To, Whole: f.Whole}
		at := 0
		for run := range slices.Chunk(f.Runs, 3) {
			if len(run) == 1 {
				edit.Tail = run[0]
				break
			}
			if len(run) < 3 {
				return nil, tx.corrupt(fmt.Errorf("edits %q: a run of %d numbers", hash, len(run)))
			}
			edit.Runs = append(edit.Runs, fact.Run{Old: at + run[0], Removed: run[1], Added: run[2]})
			at += run[0] + run[1]
		}
		e.Files = append(e.Files, edit)
	}
	return e, nil
}

// PutEdits stores which lines a commit changes, under its hash.
func (tx *Tx) PutEdits(e *fact.Edits) error {
	key, err := hashKey(e.Hash)
	if err != nil {
		return fmt.Errorf("store edits: %w", err)
	}
	r := editsRecord{Parents: e.Parents, Near: packWords(e.Near)}
	for i := range e.Files {
		f := &e.Files[i]
		rec := fileEditRecord{Path: f.Path, Old: f.Old, Parent: f.Parent, From: f.From, To: f.To, Whole: f.Whole}
		at := 0
		for _, run := range f.Runs {
			rec.Runs = append(rec.Runs, run.Old-at, run.Removed, run.Added)
			at = run.Old + run.Removed
		}
		if len(f.Runs) > 0 {
			rec.Runs = append(rec.Runs, f.Tail)
		}
		r.Files = append(r.Files, rec)
	}
	text, err := marshal(&r)
	if err != nil {
		return fmt.Errorf("encode edits %q: %w", e.Hash, err)
	}
	return tx.rawPut(bucketEdits, key, text)
}

// MissingEdits returns those of the full hashes under which no edits are stored,
// in the order given.
func (tx *Tx) MissingEdits(hashes []string) ([]string, error) {
	return tx.missing(bucketEdits, hashes)
}

// MissingNeeds is the same for needs.
func (tx *Tx) MissingNeeds(hashes []string) ([]string, error) {
	return tx.missing(string(KindNeeds), hashes)
}

// wordSize is how many bytes a key of an identifier takes: see fact.IdentKey.
const wordSize = 5

func packWords(words []uint64) []byte {
	out := make([]byte, 0, wordSize*len(words))
	for _, w := range words {
		out = append(out, byte(w>>32), byte(w>>24), byte(w>>16), byte(w>>8), byte(w))
	}
	return out
}

func unpackWords(raw []byte) []uint64 {
	out := make([]uint64, 0, len(raw)/wordSize)
	for ; len(raw) >= wordSize; raw = raw[wordSize:] {
		out = append(out, uint64(raw[0])<<32|uint64(binary.BigEndian.Uint32(raw[1:])))
	}
	return out
}

// Words returns the keys of the identifiers in a commit's tree, sorted; nil if
// they are not stored.
func (tx *Tx) Words(commit string) ([]uint64, error) {
	key, err := hashKey(commit)
	if err != nil {
		return nil, fmt.Errorf("read words: %w", err)
	}
	raw, err := tx.rawGet(bucketWords, key)
	if err != nil || raw == nil {
		return nil, err
	}
	return unpackWords(raw), nil
}

// PutWords stores the keys of the identifiers in a commit's tree. They take the
// place of those of any other commit.
func (tx *Tx) PutWords(commit string, words []uint64) error {
	key, err := hashKey(commit)
	if err != nil {
		return fmt.Errorf("store words: %w", err)
	}
	var others [][]byte
	err = tx.scan(bucketWords, nil, nil, func(k, _ []byte) (bool, error) {
		others = append(others, slices.Clone(k))
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, k := range others {
		if err := tx.rawDelete(bucketWords, k); err != nil {
			return err
		}
	}
	return tx.rawPut(bucketWords, key, packWords(words))
}

// needsRecord is a fact.Needs with numbers for names.
type needsRecord struct {
	List   []needRecord `cbor:"1,keyasint,omitempty"`
	Brings []string     `cbor:"2,keyasint,omitempty"`
	Group  string       `cbor:"3,keyasint,omitempty"`
}

type needRecord struct {
	_     struct{} `cbor:",toarray"`
	To    []byte
	Kind  string
	Hard  bool
	Lock  bool
	Count int
	Where []whereRecord
}

type whereRecord struct {
	_    struct{} `cbor:",toarray"`
	Path string
	Line int
	Text string
}

// Needs returns what an upstream commit needs, by its full hash, nil if that is
// not stored.
func (tx *Tx) Needs(hash string) (*fact.Needs, error) {
	key, err := hashKey(hash)
	if err != nil {
		return nil, fmt.Errorf("read needs: %w", err)
	}
	var r needsRecord
	if ok, err := tx.get(KindNeeds, key, &r); err != nil || !ok {
		return nil, err
	}
	n := &fact.Needs{Commit: hash, Brings: r.Brings, Group: r.Group}
	for _, x := range r.List {
		need := fact.Need{To: fmt.Sprintf("%x", x.To), Kind: fact.NeedKind(x.Kind), Hard: x.Hard, Lock: x.Lock, Count: x.Count}
		for _, w := range x.Where {
			need.Where = append(need.Where, fact.NeedWhere{Path: w.Path, Line: w.Line, Text: w.Text})
		}
		n.List = append(n.List, need)
	}
	return n, nil
}

// PutNeeds stores what an upstream commit needs.
func (tx *Tx) PutNeeds(n *fact.Needs) error {
	key, err := hashKey(n.Commit)
	if err != nil {
		return fmt.Errorf("store needs: %w", err)
	}
	r := needsRecord{Brings: n.Brings, Group: n.Group}
	for _, x := range n.List {
		to, err := hashKey(x.To)
		if err != nil {
			return fmt.Errorf("store needs: %w", err)
		}
		rec := needRecord{To: to, Kind: string(x.Kind), Hard: x.Hard, Lock: x.Lock, Count: x.Count}
		for _, w := range x.Where {
			rec.Where = append(rec.Where, whereRecord{Path: w.Path, Line: w.Line, Text: w.Text})
		}
		r.List = append(r.List, rec)
	}
	return tx.put(KindNeeds, key, &r)
}
