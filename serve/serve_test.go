package serve_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tracker/advise"
	"tracker/index"
	"tracker/internal/fact"
	"tracker/internal/pagetest"
	"tracker/render/html"
	"tracker/serve"
)

const hash = "0123456789abcdef0123456789abcdef01234567"

// source is a history that can be made another.
type source struct {
	fork       string
	generation atomic.Int64
	broken     atomic.Bool
	read       atomic.Int64
}

func (s *source) Changed() string { return fmt.Sprint("c", s.generation.Load()) }

func (s *source) Read(_ context.Context, known string) (*advise.History, string, error) {
	s.read.Add(1)
	if s.broken.Load() {
		return nil, "", errors.New("it is being written")
	}
	now := fmt.Sprint("g", s.generation.Load())
	if now == known {
		return nil, now, nil
	}
	story := &advise.CommitStory{Side: "upstream", Commit: fact.Commit{Hash: hash, Subject: "Title of " + now}}
	h := &advise.History{Stories: []*advise.CommitStory{story}, Met: &advise.Conflicts{}}
	h.Standing.Fork.Ref, h.Standing.Total = "refs/heads/"+now+s.fork, 1
	h.Standing.Commits = []fact.Account{{Commit: hash, Subject: "Title of " + now, Status: fact.Pending}}
	return h, now, nil
}

func (s *source) Changes(context.Context, *advise.CommitStory) (*advise.Changes, error) {
	return nil, nil
}

func search(_ context.Context, q string, o index.Options) (*index.Result, error) {
	switch q {
	case "bad":
		return nil, &index.QueryError{Query: q, Message: "it <b>says</b> nothing"}
	case "busy":
		return nil, index.ErrBusy
	case "none":
		return nil, fmt.Errorf("%w: it is of another version", index.ErrNone)
	case "broken":
		return nil, errors.New("no")
	}
	r := &index.Result{Total: 100, Facets: &index.Facets{Kind: map[string]int{"commit": 90, "report": 10}, Status: map[string]int{"pending": 90}}}
	for i := range o.Limit {
		r.Hits = append(r.Hits, index.Hit{Kind: "commit", ID: hash, Title: fmt.Sprintf("<i>%s %d", q, o.Offset+i), Status: "pending", TitleMarks: [][2]int{{3, 3 + len(q)}},
			Fragments: []string{"a </div> of it"}, Marks: [][][2]int{{{2, 8}}}})
	}
	return r, nil
}

func start(t *testing.T) (*source, *serve.Keeper, *serve.Handler) {
	t.Helper()
	s := &source{}
	s.generation.Store(1)
	k, err := serve.Keep(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return s, k, &serve.Handler{Keeper: k, Search: search, Hosts: []string{"forks.example.org"}}
}

func ask(h http.Handler, method, host, target string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, "http://127.0.0.1/", nil)
	r.URL.Path, r.Host = target, host
	if path, query, ok := strings.Cut(target, "?"); ok {
		r.URL.Path, r.URL.RawQuery = path, query
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestOnlyWhatTheSiteHasIsServed(t *testing.T) {
	_, _, h := start(t)
	for target, want := range map[string]int{
		"/": 200, "/index.html": 200, "/commits.html": 200, "/commit/0123456789ab.html": 200, "/assets/style.css": 200, "/assets/pages.js": 200, "/assets/search.js": 200,
		"/assets/icon.svg": 200, "/search": 200, "/search?q=x": 200, "/search?q=bad": 200, "/search?q=busy": 503, "/search?q=none": 503, "/search?q=broken": 500, "/search?q=x&from=-5": 200, "/search?q=x&from=99999999999999999999": 200,
		"/search?q=" + strings.Repeat("x", 5000): 200, "/assets/": 404, "/assets": 404, "/commit/": 404, "/commit": 404, "/../serve.go": 404, "/..%2f..%2fetc/passwd": 404, "//etc/passwd": 404,
		"/assets/../templates/frame.tmpl": 404, "/commit/../../x": 404, "/findings.html": 404, "/\x00": 404, "/C:/x": 404, "/index.html/": 404,
	} {
		r := ask(h, "GET", "localhost:7433", target)
		body, _ := io.ReadAll(r.Body)
		if r.StatusCode != want {
			t.Errorf("%.60q: %d, want %d: %.200s", target, r.StatusCode, want, body)
		}
		if csp := r.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || r.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%.60q: %v", target, r.Header)
		}
		if strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			pagetest.Check(t, strings.TrimPrefix(target, "/"), body)
		}
	}
}

func TestAnswersOnlyWhoMayAsk(t *testing.T) {
	_, _, h := start(t)
	for host, want := range map[string]int{
		"localhost": 200, "LOCALHOST:1": 200, "localhost.": 200, "127.0.0.1:7433": 200, "[::1]:7433": 200, "192.0.2.7": 200, "forks.example.org:7433": 200,
		"evil.example": 403, "localhost.evil.example": 403, "127.0.0.1.evil.example": 403, "": 403, "forks.example.org.evil.example": 403, "0x7f000001": 403,
	} {
		if r := ask(h, "GET", host, "/"); r.StatusCode != want {
			t.Errorf("%q: %d, want %d", host, r.StatusCode, want)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"} {
		if r := ask(h, method, "localhost", "/"); r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d", method, r.StatusCode)
		}
	}
	r := ask(h, "HEAD", "localhost", "/commits.html")
	if body, _ := io.ReadAll(r.Body); r.StatusCode != 200 || len(body) != 0 || r.ContentLength == 0 {
		t.Errorf("HEAD: %d with %d bytes", r.StatusCode, len(body))
	}
}

// A page is as of the last ingest, is not sent twice to who has it, and what cannot be
// read leaves the one before.
func TestTheNewStateIsShown(t *testing.T) {
	s, k, h := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var told atomic.Int64
	go k.Run(ctx, func(err error) {
		if err.Error() != "it is being written" {
			t.Errorf("told: %v", err)
		}
		told.Add(1)
	})
	shows := func(words string) bool {
		body, _ := io.ReadAll(ask(h, "GET", "localhost", "/commits.html").Body)
		return strings.Contains(string(body), words)
	}
	if !shows("Title of g1") {
		t.Fatal("the first state is not shown")
	}
	tag := ask(h, "GET", "localhost", "/commits.html").Header.Get("ETag")
	if r := ask(h, "GET", "localhost", "/commits.html", "If-None-Match", tag); r.StatusCode != 304 {
		t.Errorf("a page that the browser has: %d", r.StatusCode)
	}
	s.broken.Store(true)
	s.generation.Store(2)
	for read := s.read.Load(); s.read.Load() < read+3; {
		time.Sleep(10 * time.Millisecond)
	}
	if !shows("Title of g1") {
		t.Error("what cannot be read takes the state away")
	}
	if told.Load() != 1 {
		t.Errorf("what cannot be read is told %d times", told.Load())
	}
	s.broken.Store(false)
	for until := time.Now().Add(2 * time.Second); !shows("Title of g2"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("the new state is not shown within 2 s")
		}
	}
	if r := ask(h, "GET", "localhost", "/commits.html", "If-None-Match", tag); r.StatusCode != 200 {
		t.Errorf("a page of the state before: %d", r.StatusCode)
	}
	read := s.read.Load()
	time.Sleep(3 * serve.Every)
	if s.read.Load() != read {
		t.Error("it reads although nothing has changed")
	}
}

// What a browser has of one fork is not what it wants of another, though the ingest is
// the same.
func TestAnotherForkIsAnotherPage(t *testing.T) {
	_, _, h := start(t)
	tag := ask(h, "GET", "localhost", "/").Header.Get("ETag")
	again, _, same := start(t)
	if r := ask(same, "GET", "localhost", "/", "If-None-Match", tag); r.StatusCode != 304 {
		t.Errorf("the same page: %d", r.StatusCode)
	}
	again.fork = "-2.x"
	k, err := serve.Keep(t.Context(), again)
	if err != nil {
		t.Fatal(err)
	}
	if r := ask(&serve.Handler{Keeper: k, Search: search}, "GET", "localhost", "/", "If-None-Match", tag); r.StatusCode != 200 || r.Header.Get("ETag") == tag {
		t.Errorf("another fork's: %d, %s", r.StatusCode, r.Header.Get("ETag"))
	}
	r := ask(h, "GET", "localhost", "/assets/style.css")
	if r = ask(h, "GET", "localhost", "/assets/style.css", "If-None-Match", r.Header.Get("ETag")); r.StatusCode != 304 {
		t.Errorf("an asset that the browser has: %d", r.StatusCode)
	}
}

func TestSearchPage(t *testing.T) {
	_, _, h := start(t)
	r := ask(h, "GET", "localhost", "/search?q=tile+kind%3Acommit&from=30")
	body, _ := io.ReadAll(r.Body)
	page := string(body)
	for _, want := range []string{
		`&lt;i&gt;<mark>tile kind:commit</mark> 30`, `a <mark>&lt;/div&gt;</mark> of it`, `href="commit/0123456789ab.html"`,
		`<a href="search?q=tile" aria-current="true">commit <b>90</b></a>`, `<a href="search?q=tile&#43;kind%3Acommit&#43;kind%3Areport">report <b>10</b></a>`,
		`from=60`, `value="tile kind:commit"`,
	} {
		if !strings.Contains(page, want) && !strings.Contains(page, strings.ReplaceAll(want, "&#43;", "+")) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for query, want := range map[string]string{"busy": "ask again in a moment", "none": "tracker reindex builds it"} {
		r := ask(h, "GET", "localhost", "/search?q="+query)
		if body, _ := io.ReadAll(r.Body); !strings.Contains(string(body), want) || (r.Header.Get("Retry-After") != "") != (query == "busy") {
			t.Errorf("%s: the page does not say %q, or when to ask again", query, want)
		}
	}
	body, _ = io.ReadAll(ask(h, "GET", "localhost", "/search?q=bad").Body)
	if !strings.Contains(string(body), "it &lt;b&gt;says&lt;/b&gt; nothing") {
		t.Error("what is wrong with a query is not told")
	}
}

// Who sends half a request is sent away, and holds nobody else up.
func TestSlowClientsAreBounded(t *testing.T) {
	_, _, h := start(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- serve.Serve(ctx, l, h) }()
	var slow []net.Conn
	for range 60 {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: local")
		slow = append(slow, c)
	}
	r, err := http.Get("http://" + l.Addr().String() + "/" + html.Assets[0])
	if err != nil || r.StatusCode != 200 {
		t.Fatalf("beside slow clients: %v %v", r, err)
	}
	r.Body.Close()
	if err := slow[0].SetReadDeadline(time.Now().Add(15 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(slow[0]); errors.Is(err, context.DeadlineExceeded) || err != nil && strings.Contains(err.Error(), "timeout") {
		t.Errorf("a client that sends no more is still there: %v", err)
	}
	big, err := http.NewRequest("GET", "http://"+l.Addr().String()+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	big.Header.Set("X", strings.Repeat("x", 64<<10))
	if r, err := http.DefaultClient.Do(big); err == nil {
		r.Body.Close()
		if r.StatusCode != 431 {
			t.Errorf("a head of 64 kB: %d", r.StatusCode)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("ending: %v", err)
	}
}
