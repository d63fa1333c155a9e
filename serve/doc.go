// Package serve answers a browser with the pages of package html, live.
//
// A Keeper looks whether another ingest has finished, and reads the history again when
// one has. It holds nothing of tracker's files open in between, and reads from a copy,
// so that an ingest beside it is never kept waiting for longer than a copy takes. A
// request is answered from the state that was read last, and never waits for the next.
//
// The Handler only reads. It takes GET and HEAD, for names of the machine itself, and
// serves what the site has: no path of a request ever becomes one of a file.
package serve
