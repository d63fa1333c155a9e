package serve

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"tracker/advise"
	"tracker/render/html"
)

// Source is where a Keeper reads from.
type Source interface {
	// Changed returns something that is another value once an ingest may have
	// finished. It is asked several times a second.
	Changed() string
	// Read returns the history as of the last finished ingest, and which that was. It
	// returns no history if that is the one given.
	Read(ctx context.Context, known string) (h *advise.History, generation string, err error)
	// Changes reads what the page of a story shows of diffs.
	Changes(ctx context.Context, s *advise.CommitStory) (*advise.Changes, error)
}

// Every is how often a Keeper looks whether something has changed.
const Every = 250 * time.Millisecond

// Keeper has the newest state.
type Keeper struct {
	source Source
	now    atomic.Pointer[state]
	seen   string

	reading chan struct{} // a place for each page that asks git
	mu      sync.Mutex
	drawn   map[string]*html.Drawn // by advise.ChangesKey; it outlives states
	size    int
}

// state is what one ingest left, as pages.
type state struct {
	site       *html.Site
	generation string

	mu    sync.Mutex
	pages map[string][]byte
	size  int
}

// maxKept bounds the pages that are kept of one state, and the drawn diffs that are kept
// beyond it, in bytes; maxReading how many ask git at a time.
const (
	maxKept    = 24 << 20
	maxReading = 4
)

// Keep reads the state for the first time.
func Keep(ctx context.Context, source Source) (*Keeper, error) {
	k := &Keeper{source: source, reading: make(chan struct{}, maxReading), drawn: map[string]*html.Drawn{}}
	return k, k.look(ctx)
}

// Run looks for changes until ctx ends. What cannot be read now is read the next time;
// tell is given the reason, once until it is another or reading has worked again.
func (k *Keeper) Run(ctx context.Context, tell func(error)) {
	told := ""
	tick := time.NewTicker(Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			err := k.look(ctx) // if it fails the state of before still answers
			switch {
			case ctx.Err() != nil:
				return
			case err == nil:
				told = ""
			case err.Error() != told:
				told = err.Error()
				tell(err)
			}
		}
	}
}

func (k *Keeper) look(ctx context.Context) error {
	changed := k.source.Changed()
	if changed == k.seen && changed != "" {
		return nil
	}
	known := ""
	if s := k.now.Load(); s != nil {
		known = s.generation
	}
	h, generation, err := k.source.Read(ctx, known)
	if err != nil {
		return err
	}
	k.seen = changed
	if h != nil {
		k.now.Store(&state{site: html.New(h, html.Options{Live: true}), generation: generation, pages: map[string][]byte{}})
	}
	return nil
}

// page returns a page of a state. One that was made before is kept while there is room.
func (k *Keeper) page(ctx context.Context, s *state, name string) ([]byte, error) {
	s.mu.Lock()
	page := s.pages[name]
	s.mu.Unlock()
	if page != nil {
		return page, nil
	}
	var err error
	if name == html.SearchData {
		page = s.site.Search()
	} else {
		var drawn *html.Drawn
		if story := s.site.Story(name); story != nil {
			if drawn, err = k.draw(ctx, story); err != nil {
				return nil, err
			}
		}
		if page, err = s.site.Page(name, drawn); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.size+len(page) > maxKept {
		clear(s.pages)
		s.size = 0
	}
	s.pages[name] = page
	s.size += len(page)
	return page, nil
}

// draw returns the diffs of a story's page. Those that were drawn before are kept while
// there is room: they are the same in the next state.
func (k *Keeper) draw(ctx context.Context, story *advise.CommitStory) (*html.Drawn, error) {
	key := advise.ChangesKey(story)
	if key == "" {
		return nil, nil
	}
	k.mu.Lock()
	drawn := k.drawn[key]
	k.mu.Unlock()
	if drawn != nil {
		return drawn, nil
	}
	select {
	case k.reading <- struct{}{}:
		defer func() { <-k.reading }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	changes, err := k.source.Changes(ctx, story)
	if err != nil {
		return nil, err
	}
	drawn = html.Draw(changes)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.size+drawn.Size() > maxKept {
		clear(k.drawn)
		k.size = 0
	}
	k.drawn[key] = drawn
	k.size += drawn.Size()
	return drawn, nil
}
