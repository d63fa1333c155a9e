package db

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"runtime/debug"
	"strings"

	"go.etcd.io/bbolt"

	"tracker/internal/fact"
)

// Flaw is one thing that is wrong in the file.
type Flaw struct {
	Kind Kind   // of the record concerned, empty if it is about none
	Name string // the record's key, readable
	What string
}

func (f Flaw) String() string {
	if f.Kind == "" {
		return f.What
	}
	return fmt.Sprintf("%s %s: %s", f.Kind, f.Name, f.What)
}

// Check looks at every record, at the change log and at every page, and calls
// fn with what is wrong. It fails as Peek does; a file that cannot be opened at
// all is a *CorruptError and no flaw.
func (s *Store) Check(ctx context.Context, fn func(Flaw)) error {
	found := false
	flaw := func(f Flaw) { found = true; fn(f) }
	err := s.Peek(ctx, func(tx *Tx) error {
		tx.checkRecords(ctx, flaw)
		return ctx.Err()
	})
	// bbolt's own check runs in a goroutine that a fault would end, and the
	// process with it: it must not see a file that the walk above stumbled over.
	if err != nil || found {
		return err
	}
	return s.checkPages(ctx, flaw)
}

func (s *Store) checkPages(ctx context.Context, flaw func(Flaw)) error {
	b, err := s.openOnce(true, true)
	if err != nil {
		return err
	}
	defer b.Close()
	return b.View(func(tx *bbolt.Tx) error {
		if err := checkHeaders(tx); err != nil {
			flaw(Flaw{What: err.Error()})
			return nil
		}
		n := 0
		for err := range tx.Check(bbolt.WithKVStringer(shortKeys{})) {
			flaw(Flaw{What: err.Error()})
			// Nobody reads on, so bbolt's goroutine stays where it is.
			if n++; n == maxPageFlaws || ctx.Err() != nil {
				break
			}
		}
		return ctx.Err()
	})
}

// checkHeaders looks at the head of each page: bbolt believes a page that claims
// to be millions long.
func checkHeaders(tx *bbolt.Tx) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	pages := int(tx.Size()) / tx.DB().Info().PageSize
	for id := 0; id < pages; {
		page, err := tx.Page(id)
		if err != nil {
			return err
		}
		if page == nil {
			return nil
		}
		if page.Type == "free" {
			id++ // what it was is of no account
			continue
		}
		if page.OverflowCount < 0 || page.OverflowCount >= pages-id {
			return fmt.Errorf("page %d says that it is %d pages longer", id, page.OverflowCount)
		}
		id += 1 + page.OverflowCount
	}
	return nil
}

// maxPageFlaws is after how many flaws the check of the pages ends.
const maxPageFlaws = 20

// shortKeys writes keys for bbolt, which would read on where a damaged length leads.
type shortKeys struct{}

func (shortKeys) KeyToString(key []byte) string     { return fmt.Sprintf("%x", key[:min(len(key), 32)]) }
func (shortKeys) ValueToString(value []byte) string { return fmt.Sprintf("%d bytes", len(value)) }

// checkRecords walks all buckets. A bucket whose pages are damaged ends with a
// flaw, and the walk goes on with the next.
func (tx *Tx) checkRecords(ctx context.Context, flaw func(Flaw)) {
	views := map[string]bool{}
	whole := true
	walk := func(bucket string, fn func(key, value []byte) error) {
		err := tx.scan(bucket, nil, nil, func(key, value []byte) (bool, error) {
			// The error is the record's: the walk goes on.
			err := fn(key, value)
			if err == nil {
				// The pages above the record lead to it, too.
				var found []byte
				if found, err = tx.rawGet(bucket, key); err == nil && !bytes.Equal(found, value) {
					err = fmt.Errorf("it is not found under its key")
				}
			}
			if err != nil {
				whole = false
				flaw(Flaw{Kind: Kind(bucket), Name: readable(Kind(bucket), key), What: err.Error()})
			}
			return true, ctx.Err()
		})
		if err != nil && ctx.Err() == nil {
			whole = false
			flaw(Flaw{What: fmt.Sprintf("bucket %q: %v", bucket, err)})
		}
	}
	logged := 0
	record := func(kind Kind, key, value []byte) error {
		if len(value) < 8 {
			return fmt.Errorf("it has no sequence")
		}
		if err := decodes(kind, key, value[8:]); err != nil {
			return err
		}
		logged++
		entry, err := tx.rawGet(bucketChange, value[:8])
		if err != nil {
			return err
		}
		if len(entry) < 1 || entry[0] != 0 || !bytes.Equal(entry[1:], changeName(kind, key)) {
			return fmt.Errorf("the change log does not have it")
		}
		return nil
	}
	walk(string(KindView), func(key, value []byte) error {
		views[string(key)] = true
		return record(KindView, key, value)
	})
	prs := 0
	walk(string(KindCommit), func(key, value []byte) error {
		if err := record(KindCommit, key, value); err != nil {
			return err
		}
		var r commitRecord
		if err := unmarshal(value[8:], &r); err != nil || r.PR <= 0 {
			return err
		}
		prs++
		if found, err := tx.rawGet(bucketPR, prKey(r.PR, key)); err != nil || found == nil {
			return fmt.Errorf("it is not found by its pull request #%d", r.PR)
		}
		return nil
	})
	for _, kind := range []Kind{KindPatch, KindReport, KindDecision, KindNeeds, KindReplayed} {
		walk(string(kind), func(key, value []byte) error { return record(kind, key, value) })
	}
	for _, kind := range []Kind{KindLink, KindAccount} {
		walk(string(kind), func(key, value []byte) error {
			if ref, _, _ := bytes.Cut(key, []byte{0}); !views[string(ref)] {
				return fmt.Errorf("there is no view of %q", ref)
			}
			return record(kind, key, value)
		})
	}
	walk(bucketPR, func([]byte, []byte) error { prs--; return nil })
	walk(bucketGone, func(_, seq []byte) error { logged++; return nil })
	walk(bucketChange, func(seq, value []byte) error {
		logged--
		_, err := parseChange(seq, value)
		return err
	})
	if prs != 0 && whole {
		flaw(Flaw{What: fmt.Sprintf("the list of pull requests has %d entries too many", -prs)})
	}
	if logged != 0 && whole {
		flaw(Flaw{What: fmt.Sprintf("the change log has %d entries too many", -logged)})
	}
}

// decodes reports why a record cannot be read.
func decodes(kind Kind, key, text []byte) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	var v any
	switch kind {
	case KindCommit:
		v = new(commitRecord)
	case KindPatch:
		v = new(patchRecord)
	case KindReport:
		v = new(reportRecord)
	case KindLink:
		v = new(fact.Link)
	case KindAccount:
		v = new(fact.Account)
	case KindView:
		v = new(viewRecord)
	case KindDecision:
		v = new(fact.Decision)
	case KindNeeds:
		v = new(needsRecord)
	case KindReplayed:
		v = new(replayedRecord)
	}
	if err := unmarshal(text, v); err != nil {
		return err
	}
	if d, ok := v.(*fact.Decision); ok && (len(key) != 8 || binary.BigEndian.Uint64(key) != uint64(d.ID)) {
		return fmt.Errorf("it calls itself %d", d.ID)
	}
	return nil
}

// readable writes a key as people know it.
func readable(kind Kind, key []byte) string {
	switch kind {
	case KindCommit, KindPatch, KindNeeds:
		return hex.EncodeToString(key)
	case KindDecision:
		if len(key) == 8 {
			return fmt.Sprint(binary.BigEndian.Uint64(key))
		}
	case KindLink, KindAccount:
		n := map[Kind]int{KindLink: 2, KindAccount: 1}[kind]
		if ref, hashes, err := splitForkKey(key, n); err == nil {
			return ref + " " + strings.Join(hashes, " ")
		}
	case KindReport, KindView:
		return string(key)
	}
	return fmt.Sprintf("%x", key)
}
