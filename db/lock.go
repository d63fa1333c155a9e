package db

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

const (
	lockName = "ingest.lock"

	// lockGrace is how long Lock tries at least. A process that is killed while
	// it starts another one (git) leaves its open files to that one until the
	// exec closes them: of 200 ingests killed, one held the lock a moment more.
	lockGrace = 200 * time.Millisecond
)

// Lock keeps two ingests of one folder apart. The operating system releases
// it when its process ends, however it ends.
type Lock struct {
	flock *flock.Flock
}

// holder is what the lock file tells of the process that holds it. The file's
// first byte is left to the lock itself: Windows lets nobody else read it.
type holder struct {
	PID     int    `json:"pid"`
	Command string `json:"command"`
	Since   int64  `json:"since"` // Unix seconds
}

// Lock takes the folder's lock, creating the folder if need be. While another
// process has it, Lock waits up to wait (0: a moment) and then fails with a
// *BusyError that names the other. command is what this process says of itself,
// such as "tracker ingest".
func (s *Store) Lock(ctx context.Context, wait time.Duration, command string) (*Lock, error) {
	if err := os.MkdirAll(s.dir, 0o777); err != nil {
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	path := filepath.Join(s.dir, lockName)
	f := flock.New(path, flock.SetPermissions(0o666))
	deadline := time.Now().Add(max(wait, lockGrace))
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		ok, err := f.TryLock()
		if err != nil {
			return nil, fmt.Errorf("lock the database: %w", err)
		}
		if ok {
			break
		}
		left := time.Until(deadline)
		if left <= 0 {
			return nil, s.holder()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(min(left, 50*time.Millisecond)):
		}
	}
	l := &Lock{flock: f}
	if err := writeHolder(path, holder{PID: os.Getpid(), Command: command, Since: time.Now().Unix()}); err != nil {
		l.Release()
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	return l, nil
}

// Release gives the lock back. The file stays: to remove it would let two
// processes hold locks on two files of one name.
func (l *Lock) Release() error {
	// What is left in the file only words another's error.
	_ = os.Truncate(l.flock.Path(), 1)
	if err := l.flock.Unlock(); err != nil {
		return fmt.Errorf("unlock the database: %w", err)
	}
	return nil
}

func writeHolder(path string, h holder) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := file.Truncate(1); err != nil {
		return err
	}
	if _, err := file.WriteAt(append(text, '\n'), 1); err != nil {
		return err
	}
	return file.Close()
}

// holder says who has the database, as far as the lock file tells.
func (s *Store) holder() *BusyError {
	file, err := os.Open(filepath.Join(s.dir, lockName))
	if err != nil {
		return &BusyError{}
	}
	defer file.Close()
	text := make([]byte, 4096)
	n, _ := file.ReadAt(text, 1)
	var h holder
	if json.Unmarshal(text[:n], &h) != nil || h.PID <= 0 {
		return &BusyError{}
	}
	return &BusyError{PID: h.PID, Command: h.Command, Since: time.Unix(h.Since, 0)}
}
