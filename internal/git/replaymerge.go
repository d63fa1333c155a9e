package git

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"
)

const (
	// maxBatch is how many questions one process answers at most. What a process
	// read for one serves the next; what it merged it never forgets.
	maxBatch = 256
	// maxDeaths is how many processes a question may end for no reason that is
	// understood.
	maxDeaths = 2
)

// batch is a number of questions for one process.
type batch struct {
	folder    *attributeFolder
	asks      []*ask
	answers   []treeAnswer
	complaint string
}

// mergeAll asks git. A process that dies leaves the rest of its batch for
// another round, in which what it died of is provided for. With stream, a single
// question goes to a process that waits for the next one.
func (p *Replay) mergeAll(ctx context.Context, asks []*ask, stream bool) error {
	if len(asks) == 0 {
		return nil
	}
	if err := p.findAttributes(asks); err != nil {
		return err
	}
	all := asks
	for _, a := range open(asks) {
		if err := p.sides(a); err != nil {
			return err
		}
	}
	for asks = open(asks); len(asks) > 0; asks = open(asks) {
		if err := p.absent.lookFor(asks); err != nil {
			return err
		}
		var batches []*batch
		var err error
		if len(asks) == 1 && stream {
			batches, err = p.mergeNext(ctx, asks[0])
		} else {
			batches, err = p.mergeBatches(ctx, asks)
		}
		if err != nil {
			return err
		}
		for _, b := range batches {
			for i, answer := range b.answers {
				b.asks[i].take(answer, p.absent.absent)
				if err := p.absent.mention(b.asks[i]); err != nil {
					return err
				}
			}
			if len(b.answers) < len(b.asks) {
				if err := p.died(b.asks[len(b.answers)], b.complaint); err != nil {
					return err
				}
			}
		}
	}
	return p.findDrivers(ctx, all)
}

// mergeBatches runs as many processes as there are cores.
func (p *Replay) mergeBatches(ctx context.Context, asks []*ask) ([]*batch, error) {
	batches := batches(asks)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, b := range batches {
		group.Go(func() (err error) {
			b.answers, b.complaint, err = p.store.mergeBatch(ctx, b.folder.dir, b.asks)
			return err
		})
	}
	return batches, group.Wait()
}

// batches shares the questions out, those together that need the same
// attributes.
func batches(asks []*ask) []*batch {
	size := min(maxBatch, (len(asks)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	var batches []*batch
	filling := map[*attributeFolder]*batch{}
	for _, a := range asks {
		folder := a.folder
		b := filling[folder]
		if b == nil || len(b.asks) == size {
			b = &batch{folder: folder}
			filling[folder] = b
			batches = append(batches, b)
		}
		b.asks = append(b.asks, a)
	}
	return batches
}

// died notes that a process ended at a question.
func (p *Replay) died(a *ask, complaint string) error {
	for _, sign := range []string{"No space left", "unable to write", "unable to create temporary"} {
		if strings.Contains(complaint, sign) {
			return fmt.Errorf("%w: %s", errUnwritten, complaint)
		}
	}
	again, lost, err := p.absent.learn(a, complaint)
	if err != nil {
		return err
	}
	if again {
		return nil
	}
	if a.deaths++; a.deaths >= maxDeaths || len(lost) > 0 {
		if len(lost) == 0 {
			lost = []string{a.Commit}
		}
		a.lose(lost...)
	}
	return nil
}
