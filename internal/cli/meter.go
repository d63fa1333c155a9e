package cli

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"tracker/ingest"
)

// meter shows how far an ingest has come, on one line of a terminal that it
// draws anew a few times a second and clears at the end. Anywhere else it is
// silent.
type meter struct {
	out *os.File // nil: silent

	mu    sync.Mutex
	stage ingest.Stage
	done  int
	total int
	since time.Time // when the stage began
	quit  chan struct{}
	wg    sync.WaitGroup
}

const redraw = 100 * time.Millisecond

func newMeter(env *environment, c *cli.Context) *meter {
	m := &meter{quit: make(chan struct{})}
	f, ok := env.err.(*os.File)
	if !ok || c.Bool("quiet") || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return m
	}
	m.out = f
	m.wg.Add(1)
	go func() {
		defer m.wg.Done()
		tick := time.NewTicker(redraw)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				m.draw()
			case <-m.quit:
				fmt.Fprint(m.out, "\r\x1b[K")
				return
			}
		}
	}()
	return m
}

func (m *meter) tell(stage ingest.Stage, done, total int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if stage != m.stage {
		m.stage, m.since, m.done = stage, time.Now(), 0
	}
	m.done, m.total = max(m.done, done), total
}

func (m *meter) stop() {
	close(m.quit)
	m.wg.Wait()
}

func (m *meter) draw() {
	m.mu.Lock()
	stage, done, total, took := m.stage, m.done, m.total, time.Since(m.since)
	m.mu.Unlock()
	if stage == "" {
		return
	}
	line := fmt.Sprintf("%-18s", stage)
	if total > 0 {
		line += fmt.Sprintf(" %d of %d", done, total)
		if rate := float64(done) / took.Seconds(); done > 0 && took > time.Second {
			line += fmt.Sprintf(", %.0f/s", rate)
			if left := time.Duration(float64(total-done) / rate * float64(time.Second)); left > time.Second {
				line += fmt.Sprintf(", %s left", left.Round(time.Second))
			}
		}
	}
	fmt.Fprintf(m.out, "\r\x1b[K%s", line)
}

// warn says something on stderr that is no error of the command.
func (env *environment) warn(format string, args ...any) {
	fmt.Fprintf(env.err, "tracker: %s\n", oneLine(fmt.Sprintf(format, args...)))
}
