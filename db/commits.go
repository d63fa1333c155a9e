package db

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"

	"tracker/internal/fact"
)

// Commit returns a commit by its full hash, nil if it is not stored.
func (tx *Tx) Commit(hash string) (*fact.Commit, error) {
	key, err := hashKey(hash)
	if err != nil {
		return nil, fmt.Errorf("read commit: %w", err)
	}
	var r commitRecord
	if ok, err := tx.get(KindCommit, key, &r); err != nil || !ok {
		return nil, err
	}
	return r.commit(hash), nil
}

// PutCommit stores a commit under its hash.
func (tx *Tx) PutCommit(c *fact.Commit) error {
	key, err := hashKey(c.Hash)
	if err != nil {
		return fmt.Errorf("store commit: %w", err)
	}
	var before commitRecord
	known, err := tx.get(KindCommit, key, &before)
	if err != nil {
		return err
	}
	changed, err := tx.putChanged(KindCommit, key, commitToRecord(c))
	if err != nil || !changed {
		return err
	}
	if known && before.PR > 0 && before.PR != c.PR {
		if err := tx.rawDelete(bucketPR, prKey(before.PR, key)); err != nil {
			return err
		}
	}
	if c.PR > 0 {
		return tx.rawPut(bucketPR, prKey(c.PR, key), []byte{})
	}
	return nil
}

// EachCommit calls fn with every stored commit, in order of hash, until fn
// fails. fn must not write.
func (tx *Tx) EachCommit(fn func(*fact.Commit) error) error {
	return tx.scan(string(KindCommit), nil, nil, func(key, value []byte) (bool, error) {
		var r commitRecord
		if err := tx.decode(KindCommit, key, value, &r); err != nil {
			return false, err
		}
		return true, fn(r.commit(hex.EncodeToString(key)))
	})
}

// MissingCommits returns those of the full hashes under which no commit is
// stored, in the order given.
func (tx *Tx) MissingCommits(hashes []string) ([]string, error) {
	return tx.missing(string(KindCommit), hashes)
}

// MissingPatches returns those of the full hashes under which no patch is
// stored, in the order given.
func (tx *Tx) MissingPatches(hashes []string) ([]string, error) {
	return tx.missing(string(KindPatch), hashes)
}

func (tx *Tx) missing(bucket string, hashes []string) ([]string, error) {
	var list []string
	for _, hash := range hashes {
		key, err := hashKey(hash)
		if err != nil {
			return nil, fmt.Errorf("look up %s: %w", bucket, err)
		}
		value, err := tx.rawGet(bucket, key)
		if err != nil {
			return nil, err
		}
		if value == nil {
			list = append(list, hash)
		}
	}
	return list, nil
}

// CommitsByPrefix returns the full hashes, up to limit of them and sorted, of
// the stored commits whose hash starts with prefix, in either case. A prefix that is
// empty or not hexadecimal matches nothing.
func (tx *Tx) CommitsByPrefix(prefix string, limit int) ([]string, error) {
	prefix = strings.ToLower(prefix)
	even := prefix[:len(prefix)&^1]
	raw, err := hex.DecodeString(even)
	if err != nil || prefix == "" || limit <= 0 {
		return nil, nil
	}
	var list []string
	err = tx.scan(string(KindCommit), raw, raw, func(key, _ []byte) (bool, error) {
		if hash := hex.EncodeToString(key); strings.HasPrefix(hash, prefix) {
			list = append(list, hash)
		}
		return len(list) < limit, nil
	})
	return list, err
}

// CommitsByPR returns the full hashes, sorted, of the stored commits whose
// subject names the pull request.
func (tx *Tx) CommitsByPR(pr int) ([]string, error) {
	if pr <= 0 {
		return nil, nil
	}
	prefix := prKey(pr, nil)
	var list []string
	err := tx.scan(bucketPR, prefix, prefix, func(key, _ []byte) (bool, error) {
		list = append(list, hex.EncodeToString(bytes.TrimPrefix(key, prefix)))
		return true, nil
	})
	return list, err
}

func prKey(pr int, hash []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(pr)), hash...)
}

// Patch returns the patch of a commit by its full hash, nil if none is stored.
func (tx *Tx) Patch(hash string) (*fact.Patch, error) {
	key, err := hashKey(hash)
	if err != nil {
		return nil, fmt.Errorf("read patch: %w", err)
	}
	var r patchRecord
	if ok, err := tx.get(KindPatch, key, &r); err != nil || !ok {
		return nil, err
	}
	return r.patch(hash), nil
}

// PutPatch stores a patch under its commit's hash.
func (tx *Tx) PutPatch(p *fact.Patch) error {
	key, err := hashKey(p.Hash)
	if err != nil {
		return fmt.Errorf("store patch: %w", err)
	}
	return tx.put(KindPatch, key, patchToRecord(p))
}
