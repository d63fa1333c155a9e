package doctor

import (
	"context"
	"fmt"
	"slices"

	"tracker/ingest"
)

// Mend does what the findings call for and returns, in words, what it did. A
// database that is beyond repair without loss is left alone. What is mended
// shows in another Examine.
func Mend(ctx context.Context, in *ingest.Ingest, findings []Finding, o ingest.Options) ([]string, error) {
	needs := func(c Cure) bool {
		return slices.ContainsFunc(findings, func(f Finding) bool { return f.Cure == c })
	}
	switch {
	case needs(Renew):
		kept, err := renew(ctx, in, o)
		if err != nil {
			return nil, err
		}
		did := []string{fmt.Sprintf("made a new database with all marks and reports; the old one is %s", kept)}
		if _, err := in.Run(ctx, o); err != nil {
			return did, err
		}
		return append(did, "read git and judged every commit again", "built the search index anew"), nil
	case needs(Anew):
		o.Anew = true
		if _, err := in.Run(ctx, o); err != nil {
			return nil, err
		}
		did := []string{"listed the commits and judged them again"}
		if !needs(Reindex) {
			return did, nil
		}
		return reindex(ctx, in, o, did)
	case needs(Reindex):
		return reindex(ctx, in, o, nil)
	}
	return nil, nil
}

func renew(ctx context.Context, in *ingest.Ingest, o ingest.Options) (kept string, err error) {
	lock, err := in.Store.Lock(ctx, o.Wait, o.Command)
	if err != nil {
		return "", err
	}
	defer lock.Release()
	r, err := in.Store.Rescue(ctx)
	if err != nil {
		return "", err
	}
	if len(r.Lost) > 0 {
		return "", fmt.Errorf("repair the database: some of it cannot be read: %s", listed(r.Lost))
	}
	return in.Store.Renew(ctx, r)
}

func reindex(ctx context.Context, in *ingest.Ingest, o ingest.Options, did []string) ([]string, error) {
	lock, err := in.Store.Lock(ctx, o.Wait, o.Command)
	if err != nil {
		return did, err
	}
	defer lock.Release()
	if _, err := in.Index.Rebuild(ctx, in.Store, nil); err != nil {
		return did, err
	}
	return append(did, "built the search index anew"), nil
}
