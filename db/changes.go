package db

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
)

// Kind names a sort of record.
type Kind string

const (
	KindCommit   Kind = "commit"
	KindPatch    Kind = "patch"
	KindReport   Kind = "report"
	KindLink     Kind = "link"
	KindAccount  Kind = "account"
	KindView     Kind = "view"
	KindDecision Kind = "decision"
	KindNeeds    Kind = "needs"
	KindReplayed Kind = "replayed"
)

// Change says that a record was written or deleted. It says nothing of what
// the record was before: a reader looks up what it is now.
type Change struct {
	Seq     uint64
	Kind    Kind
	Deleted bool
	// Fork is the fork ref of a link, account or view.
	Fork string
	// Commits holds the hash of a commit, patch, account or needs, and for a link
	// or replay the fork's commit and then upstream's.
	Commits []string
	// Report is a report's ID, Decision a decision's.
	Report   string
	Decision int
}

// Seq returns the sequence of the newest change, 0 if there was none.
func (tx *Tx) Seq() (seq uint64, err error) {
	defer tx.guard(&err)()
	return tx.bucket(bucketChange).Sequence(), nil
}

// Changes returns up to limit changes after a sequence, oldest first. A record
// that changed more than once is in it once, where it changed last.
func (tx *Tx) Changes(after uint64, limit int) ([]Change, error) {
	var list []Change
	if limit <= 0 {
		return nil, nil
	}
	err := tx.scan(bucketChange, uint64Key(after+1), nil, func(key, value []byte) (bool, error) {
		c, err := parseChange(key, value)
		if err != nil {
			return false, tx.corrupt(err)
		}
		list = append(list, c)
		return len(list) < limit, nil
	})
	return list, err
}

// Count returns how many records of a kind are stored.
func (tx *Tx) Count(kind Kind) (n int, err error) {
	err = tx.scan(string(kind), nil, nil, func(_, _ []byte) (bool, error) {
		n++
		return true, nil
	})
	return n, err
}

// log adds a change of the record under key, whose value was old, and removes
// the record's former entry. It returns the entry's key.
func (tx *Tx) log(kind Kind, key, old []byte, deleted bool) (seq []byte, err error) {
	defer tx.guard(&err)()
	name := changeName(kind, key)
	former := old
	if old == nil {
		if former, err = tx.rawGet(bucketGone, name); err != nil {
			return nil, err
		}
		if former != nil {
			former = bytes.Clone(former)
			if err := tx.rawDelete(bucketGone, name); err != nil {
				return nil, err
			}
		}
	}
	if len(former) >= 8 {
		if err := tx.rawDelete(bucketChange, bytes.Clone(former[:8])); err != nil {
			return nil, err
		}
	}
	n, err := tx.bucket(bucketChange).NextSequence()
	if err != nil {
		return nil, fmt.Errorf("log a change in %q: %w", tx.path, err)
	}
	seq = uint64Key(n)
	flag := byte(0)
	if deleted {
		flag = 1
		if err := tx.rawPut(bucketGone, name, seq); err != nil {
			return nil, err
		}
	}
	return seq, tx.rawPut(bucketChange, seq, append([]byte{flag}, name...))
}

func changeName(kind Kind, key []byte) []byte {
	name := make([]byte, 0, len(kind)+1+len(key))
	name = append(name, kind...)
	name = append(name, 0)
	return append(name, key...)
}

func parseChange(seq, value []byte) (Change, error) {
	bad := fmt.Errorf("change %x is %q", seq, value)
	if len(seq) != 8 || len(value) < 1 || value[0] > 1 {
		return Change{}, bad
	}
	kind, key, ok := bytes.Cut(value[1:], []byte{0})
	if !ok {
		return Change{}, bad
	}
	c := Change{Seq: binary.BigEndian.Uint64(seq), Kind: Kind(kind), Deleted: value[0] == 1}
	switch c.Kind {
	case KindCommit, KindPatch, KindNeeds:
		c.Commits = []string{hex.EncodeToString(key)}
	case KindReplayed:
		if len(key) != 40 && len(key) != 64 {
			return Change{}, bad
		}
		c.Commits = []string{hex.EncodeToString(key[:len(key)/2]), hex.EncodeToString(key[len(key)/2:])}
	case KindReport:
		c.Report = string(key)
	case KindDecision:
		if len(key) != 8 {
			return Change{}, bad
		}
		c.Decision = int(binary.BigEndian.Uint64(key))
	case KindView:
		c.Fork = string(key)
	case KindAccount:
		ref, hashes, err := splitForkKey(key, 1)
		if err != nil {
			return Change{}, bad
		}
		c.Fork, c.Commits = ref, hashes
	case KindLink:
		ref, hashes, err := splitForkKey(key, 2)
		if err != nil {
			return Change{}, bad
		}
		c.Fork, c.Commits = ref, hashes
	default:
		return Change{}, bad
	}
	return c, nil
}

// hashKey turns an object name into the bytes under which it is filed.
func hashKey(hash string) ([]byte, error) {
	key, err := hex.DecodeString(hash)
	if err != nil || len(key) != 20 && len(key) != 32 || hex.EncodeToString(key) != hash {
		return nil, fmt.Errorf("%q is no full lower-case object name", hash)
	}
	return key, nil
}

// forkKey files something under a fork ref, and commits if any are given.
func forkKey(ref string, hashes ...string) ([]byte, error) {
	if ref == "" || bytes.IndexByte([]byte(ref), 0) >= 0 {
		return nil, fmt.Errorf("%q is no ref", ref)
	}
	key := append([]byte(ref), 0)
	for _, hash := range hashes {
		raw, err := hashKey(hash)
		if err != nil {
			return nil, err
		}
		key = append(key, raw...)
	}
	return key, nil
}

// splitForkKey is the reverse of forkKey for n commits.
func splitForkKey(key []byte, n int) (ref string, hashes []string, err error) {
	name, raw, ok := bytes.Cut(key, []byte{0})
	if !ok || len(raw) != 20*n && len(raw) != 32*n {
		return "", nil, errors.New("malformed key")
	}
	for width := len(raw) / n; len(raw) > 0; raw = raw[width:] {
		hashes = append(hashes, hex.EncodeToString(raw[:width]))
	}
	return string(name), hashes, nil
}
