package serve

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"tracker/index"
	"tracker/internal/fact"
	"tracker/render/html"
)

// Policy forbids a page all that it does not need: it loads from its own server alone,
// and has neither script nor style in it.
const Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Handler answers requests.
type Handler struct {
	Keeper *Keeper
	// Search answers a query of the search language.
	Search func(ctx context.Context, query string, o index.Options) (*index.Result, error)
	// Hosts are names, beside localhost and bare addresses, under which the server may
	// be asked. A page of another site can make a browser ask under its own name, and
	// read the answer, by letting that name mean this machine.
	Hosts []string
}

// answerWithin bounds how long an answer is worked on.
const answerWithin = 20 * time.Second

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Content-Security-Policy", Policy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	head.Set("Cache-Control", "no-cache")
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		head.Set("Allow", "GET, HEAD")
		http.Error(w, "tracker only reads: GET and HEAD", http.StatusMethodNotAllowed)
		return
	case !h.known(r.Host):
		http.Error(w, "this server is not asked under that name", http.StatusForbidden)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
	defer cancel()
	s := h.Keeper.now.Load()
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	var page []byte
	var err error
	switch {
	case name == "search":
		h.search(ctx, w, r, s)
		return
	case name == html.SearchData || s.site.Has(name):
		page, err = h.Keeper.page(ctx, s, name)
	default:
		if page, err = html.Asset(name); err != nil {
			http.Error(w, "there is no such page", http.StatusNotFound)
			return
		}
	}
	h.write(w, r, name, page, err)
}

// match answers that the browser has the page already, if it has. A page is known by
// its bytes: which fork is served, and by which tracker, changes them.
func match(w http.ResponseWriter, r *http.Request, page []byte) bool {
	sum := sha256.Sum256(page)
	tag := strconv.Quote(hex.EncodeToString(sum[:16]))
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") != tag {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

func (h *Handler) write(w http.ResponseWriter, r *http.Request, name string, page []byte, err error) {
	if err != nil {
		status := http.StatusInternalServerError
		if errors.Is(err, context.DeadlineExceeded) {
			status = http.StatusServiceUnavailable
		}
		http.Error(w, "the page could not be made", status)
		return
	}
	if match(w, r, page) {
		return
	}
	w.Header().Set("Content-Type", typeOf(name))
	w.Header().Set("Content-Length", strconv.Itoa(len(page)))
	if r.Method != http.MethodHead {
		_, _ = bytes.NewReader(page).WriteTo(w) // who went away needs no answer
	}
}

// typeOf is what a browser is told that a file is. It is not left to the machine's
// list of types, which may be anything.
func typeOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return mime.FormatMediaType("image/svg+xml", map[string]string{"charset": "utf-8"})
	}
	return "text/html; charset=utf-8"
}

// known reports whether a server may be asked under a name.
func (h *Handler) known(host string) bool {
	name := host
	if without, _, err := net.SplitHostPort(host); err == nil {
		name = without
	}
	name = strings.TrimSuffix(strings.ToLower(strings.Trim(name, "[]")), ".")
	if name == "localhost" || net.ParseIP(name) != nil {
		return true
	}
	for _, allowed := range h.Hosts {
		if name != "" && name == strings.ToLower(allowed) {
			return true
		}
	}
	return false
}

const (
	hitsAtOnce = 30
	maxQuery   = 500    // bytes
	maxOffset  = 10_000 // hits: nobody reads so far, and each costs
)

func (h *Handler) search(ctx context.Context, w http.ResponseWriter, r *http.Request, s *state) {
	values := r.URL.Query()
	out := &html.Results{Query: strings.ToValidUTF8(strings.TrimSpace(values.Get("q")), ""), Fields: index.Fields}
	out.Offset, _ = strconv.Atoi(values.Get("from"))
	out.Offset = min(max(out.Offset, 0), maxOffset)
	status := http.StatusOK
	if len(out.Query) > maxQuery {
		out.Bad, out.Query = fmt.Sprintf("it has more than %d characters", maxQuery), out.Query[:40]+"…"
	} else if out.Query != "" {
		var bad *index.QueryError
		found, err := h.Search(ctx, out.Query, index.Options{Limit: hitsAtOnce, Offset: out.Offset, Facets: true})
		switch {
		case errors.As(err, &bad):
			out.Bad = bad.Message
		case errors.Is(err, index.ErrNone):
			out.Bad, status = "there is no search index that could answer; tracker reindex builds it", http.StatusServiceUnavailable
		case errors.Is(err, index.ErrBusy):
			out.Bad, status = "the search index is being written; ask again in a moment", http.StatusServiceUnavailable
			w.Header().Set("Retry-After", "2")
		case err != nil:
			h.write(w, r, "search", nil, err)
			return
		default:
			fill(out, found)
		}
	}
	page, err := s.site.Results(out)
	if err == nil && status != http.StatusOK {
		w.Header().Set("Content-Type", typeOf("search"))
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			_, _ = w.Write(page)
		}
		return
	}
	h.write(w, r, "search", page, err)
}

// fill turns an answer of the index into what the page shows.
func fill(out *html.Results, found *index.Result) {
	out.Total, out.Note = found.Total, found.Note
	for _, x := range found.Hits {
		hit := html.Hit{Kind: x.Kind, ID: x.ID, Title: x.Title, Status: x.Status, Date: x.Date, Report: x.Report, Line: x.Line, Marks: x.TitleMarks}
		for i, text := range x.Fragments {
			f := html.Fragment{Text: text}
			if i < len(x.Marks) {
				f.Marks = x.Marks[i]
			}
			hit.Fragments = append(hit.Fragments, f)
		}
		out.Hits = append(out.Hits, hit)
	}
	if found.Facets == nil {
		return
	}
	statuses := make([]string, len(fact.Statuses))
	for i, s := range fact.Statuses {
		statuses[i] = string(s)
	}
	out.Facets = []html.Facet{
		{Field: "kind", Title: "Kind", Counts: found.Facets.Kind, Order: index.Kinds},
		{Field: "status", Title: "Status", Counts: found.Facets.Status, Order: statuses},
	}
}
