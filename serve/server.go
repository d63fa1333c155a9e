package serve

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// What a client may take: of time, of a request's head, and of connections.
const (
	headWithin  = 5 * time.Second
	readWithin  = 10 * time.Second
	writeWithin = 60 * time.Second
	idleWithin  = 30 * time.Second
	maxHead     = 16 << 10
	maxClients  = 256
	endWithin   = 500 * time.Millisecond
)

// Serve answers at l until ctx ends, and then lets answers that are being written go on
// for a moment.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: headWithin, ReadTimeout: readWithin, WriteTimeout: writeWithin, IdleTimeout: idleWithin,
		MaxHeaderBytes: maxHead, ErrorLog: log.New(io.Discard, "", 0),
	}
	stopped := context.AfterFunc(ctx, func() {
		last, cancel := context.WithTimeout(context.Background(), endWithin)
		defer cancel()
		if server.Shutdown(last) != nil {
			server.Close()
		}
	})
	defer stopped()
	err := server.Serve(&limited{Listener: l, places: make(chan struct{}, maxClients)})
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// limited accepts no more connections at a time than it has places.
type limited struct {
	net.Listener
	places chan struct{}
}

func (l *limited) Accept() (net.Conn, error) {
	l.places <- struct{}{}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.places
		return nil, err
	}
	return &placed{Conn: c, free: sync.OnceFunc(func() { <-l.places })}, nil
}

// placed frees its place when it is closed for the first time.
type placed struct {
	net.Conn
	free func()
}

func (c *placed) Close() error {
	defer c.free()
	return c.Conn.Close()
}
