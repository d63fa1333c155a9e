package db

import (
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/fxamacker/cbor/v2"

	"tracker/internal/fact"
)

// git's texts need not be UTF-8, and neither paths nor the text of a
// report may be changed on the way.
var (
	encoder = must(cbor.CoreDetEncOptions().EncMode())
	decoder = must(cbor.DecOptions{
		UTF8:             cbor.UTF8DecodeInvalid,
		MaxArrayElements: 1 << 26,
		MaxMapPairs:      1 << 26,
	}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func marshal(v any) ([]byte, error)      { return encoder.Marshal(v) }
func unmarshal(text []byte, v any) error { return decoder.Unmarshal(text, v) }

// hashes is a list of object names of one length, stored as their bytes.
type hashes []string

// MarshalCBOR writes a byte string: the length of one name, then the names.
func (h hashes) MarshalCBOR() ([]byte, error) {
	if h == nil {
		return marshal(nil)
	}
	var raw []byte
	for i, name := range h {
		key, err := hashKey(name)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			raw = append(make([]byte, 0, 1+len(h)*len(key)), byte(len(key)))
		}
		if len(key) != int(raw[0]) {
			return nil, fmt.Errorf("%q is not as long as %q", name, h[0])
		}
		raw = append(raw, key...)
	}
	if raw == nil {
		raw = []byte{}
	}
	return marshal(raw)
}

// UnmarshalCBOR is the reverse of MarshalCBOR.
func (h *hashes) UnmarshalCBOR(text []byte) error {
	var raw []byte
	if err := unmarshal(text, &raw); err != nil {
		return err
	}
	*h = nil
	if raw == nil {
		return nil
	}
	*h = hashes{}
	if len(raw) == 0 {
		return nil
	}
	width, raw := int(raw[0]), raw[1:]
	if width == 0 || len(raw)%width != 0 {
		return fmt.Errorf("%d bytes are no object names of %d", len(raw), width)
	}
	*h = make(hashes, 0, len(raw)/width)
	for ; len(raw) > 0; raw = raw[width:] {
		*h = append(*h, hex.EncodeToString(raw[:width]))
	}
	return nil
}

// stamp is a time as git knows it: a second, and the zone it was written in.
type stamp struct {
	_      struct{} `cbor:",toarray"`
	Unix   int64
	Offset int // seconds east of UTC
}

func stampOf(t time.Time) stamp {
	_, offset := t.Zone()
	return stamp{Unix: t.Unix(), Offset: offset}
}

func (s stamp) time() time.Time {
	if s.Offset == 0 {
		return time.Unix(s.Unix, 0).UTC()
	}
	return time.Unix(s.Unix, 0).In(time.FixedZone("", s.Offset))
}

// commitRecord is a fact.Commit with numbers for names: commits are most of
// the file, and spelled-out field names would be half of each.
type commitRecord struct {
	Parents    hashes         `cbor:"1,keyasint"`
	Author     personRecord   `cbor:"2,keyasint"`
	AuthorDate stamp          `cbor:"3,keyasint"`
	Committer  personRecord   `cbor:"4,keyasint"`
	CommitDate stamp          `cbor:"5,keyasint"`
	Subject    string         `cbor:"6,keyasint"`
	Body       string         `cbor:"7,keyasint,omitempty"`
	Trailers   []fact.Trailer `cbor:"8,keyasint,omitempty"`
	PR         int            `cbor:"9,keyasint,omitempty"`
	Files      []fileRecord   `cbor:"10,keyasint"`
}

type personRecord struct {
	_     struct{} `cbor:",toarray"`
	Name  string
	Email string
}

type fileRecord struct {
	Path       string `cbor:"1,keyasint"`
	OldPath    string `cbor:"2,keyasint,omitempty"`
	Status     string `cbor:"3,keyasint"`
	Insertions int    `cbor:"4,keyasint,omitempty"`
	Deletions  int    `cbor:"5,keyasint,omitempty"`
	Binary     bool   `cbor:"6,keyasint,omitempty"`
	Generated  bool   `cbor:"7,keyasint,omitempty"`
	Unreadable bool   `cbor:"8,keyasint,omitempty"`
}

func commitToRecord(c *fact.Commit) *commitRecord {
	r := &commitRecord{
		Parents:    c.Parents,
		Author:     personRecord{Name: c.Author.Name, Email: c.Author.Email},
		AuthorDate: stampOf(c.AuthorDate),
		Committer:  personRecord{Name: c.Committer.Name, Email: c.Committer.Email},
		CommitDate: stampOf(c.CommitDate),
		Subject:    c.Subject,
		Body:       c.Body,
		Trailers:   c.Trailers,
		PR:         c.PR,
	}
	if c.Files != nil {
		r.Files = make([]fileRecord, len(c.Files))
	}
	for i, f := range c.Files {
		r.Files[i] = fileRecord(f)
	}
	return r
}

func (r *commitRecord) commit(hash string) *fact.Commit {
	c := &fact.Commit{
		Hash:       hash,
		Parents:    r.Parents,
		Author:     fact.Person{Name: r.Author.Name, Email: r.Author.Email},
		AuthorDate: r.AuthorDate.time(),
		Committer:  fact.Person{Name: r.Committer.Name, Email: r.Committer.Email},
		CommitDate: r.CommitDate.time(),
		Subject:    r.Subject,
		Body:       r.Body,
		Trailers:   r.Trailers,
		PR:         r.PR,
	}
	if r.Files != nil {
		c.Files = make([]fact.FileChange, len(r.Files))
	}
	for i, f := range r.Files {
		c.Files[i] = fact.FileChange(f)
	}
	return c
}

// patchRecord is a fact.Patch with numbers for names, like commitRecord.
type patchRecord struct {
	PatchID    string            `cbor:"1,keyasint,omitempty"`
	DiffID     string            `cbor:"2,keyasint,omitempty"`
	FileIDs    map[string]string `cbor:"3,keyasint,omitempty"`
	Adds       []string          `cbor:"4,keyasint,omitempty"`
	Removes    []string          `cbor:"5,keyasint,omitempty"`
	Defines    []string          `cbor:"6,keyasint,omitempty"`
	Lines      []uint64          `cbor:"7,keyasint,omitempty"`
	Unreadable []string          `cbor:"8,keyasint,omitempty"`
	Mentions   []string          `cbor:"9,keyasint,omitempty"`
}

func patchToRecord(p *fact.Patch) *patchRecord {
	return &patchRecord{
		PatchID: p.PatchID, DiffID: p.DiffID, FileIDs: p.FileIDs,
		Adds: p.Adds, Removes: p.Removes, Defines: p.Defines, Mentions: p.Mentions,
		Lines: p.Lines, Unreadable: p.Unreadable,
	}
}

func (r *patchRecord) patch(hash string) *fact.Patch {
	return &fact.Patch{
		Hash: hash, PatchID: r.PatchID, DiffID: r.DiffID, FileIDs: r.FileIDs,
		Adds: r.Adds, Removes: r.Removes, Defines: r.Defines, Mentions: r.Mentions,
		Lines: r.Lines, Unreadable: r.Unreadable,
	}
}

// What follows stores fact's types as they are, under their json names, and
// adds the fields that json leaves out. The key's own fields are stored twice;
// there are few of these records.

type reportRecord struct {
	fact.StoredReport
	Text string `cbor:"text"`
}

type viewRecord struct {
	fact.View
	Range hashes `cbor:"range"`
	Own   hashes `cbor:"own"`
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
