// Package pagetest looks at pages as a strict browser would: tests of several rooms ask
// it whether what they made is sound and harmless.
package pagetest

import (
	"bytes"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// TB is the part of testing.TB that is needed.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// elements are those that pages are made of.
var elements = strings.Fields(`html head meta title link script body a header nav ul ol li span form label input kbd button main footer
	h1 h2 h3 h4 h5 h6 p b i em strong del code pre section div table thead tbody tr th td details summary figure figcaption article time
	mark blockquote hr br svg rect g path text tspan`)

// Page is what was found in one page.
type Page struct {
	Name  string
	IDs   map[string]bool
	Links []Link
	Text  string
}

// Link is one that stays within the site.
type Link struct{ To, Fragment string }

// Crawl follows the links of a site from its first page on, and reports what is broken,
// what a page loads from elsewhere, and what it holds that could run. It returns the
// pages by name.
func Crawl(t TB, read func(name string) ([]byte, error)) map[string]*Page {
	t.Helper()
	pages := map[string]*Page{}
	for todo := []string{"index.html"}; len(todo) > 0; {
		name := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if pages[name] != nil {
			continue
		}
		text, err := read(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			pages[name] = &Page{Name: name}
			continue
		}
		if !strings.HasSuffix(name, ".html") {
			pages[name] = &Page{Name: name}
			continue
		}
		p := Check(t, name, text)
		pages[name] = p
		for _, l := range p.Links {
			todo = append(todo, l.To)
		}
	}
	for _, p := range pages {
		for _, l := range p.Links {
			if to := pages[l.To]; l.Fragment != "" && to != nil && !to.IDs[l.Fragment] {
				t.Errorf("%s leads to %s, which has no %q", p.Name, l.To, l.Fragment)
			}
		}
	}
	return pages
}

// Check looks at one page.
func Check(t TB, name string, page []byte) *Page {
	t.Helper()
	bad := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s: %s", name, fmt.Sprintf(format, args...))
	}
	for _, r := range string(page) {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			bad("holds %U", r)
			break
		}
	}
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		bad("%v", err)
		return &Page{Name: name}
	}
	p := &Page{Name: name, IDs: map[string]bool{}}
	count := map[string]int{}
	labelled, inputs := map[string]bool{}, []string{}
	var text strings.Builder
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		switch n.Type {
		case html.CommentNode:
			bad("has a comment: %q", n.Data)
		case html.TextNode:
			text.WriteString(n.Data)
		case html.ElementNode:
			if n.Data != "title" || n.Namespace == "" {
				count[n.Data]++
			}
			if !slices.Contains(elements, n.Data) {
				bad("has a <%s>", n.Data)
			}
			attributes := map[string]string{}
			for _, a := range n.Attr {
				attributes[a.Key] = a.Val
				switch {
				case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc", a.Key == "srcset", a.Key == "background", a.Key == "formaction", a.Namespace == "xlink":
					bad("<%s> has %s=%q", n.Data, a.Key, a.Val)
				case a.Key == "src", a.Key == "href" && n.Data == "link":
					if !strings.Contains(a.Val, "assets/") || strings.Contains(a.Val, ":") || strings.HasPrefix(a.Val, "/") {
						bad("loads %q", a.Val)
					}
					p.link(a.Val)
				case a.Key == "href":
					if problem := p.follow(a.Val, n); problem != "" {
						bad("%s", problem)
					}
				case a.Key == "id":
					if p.IDs[a.Val] {
						bad("has two %q", a.Val)
					}
					p.IDs[a.Val] = true
				}
			}
			switch n.Data {
			case "script":
				if attributes["src"] == "" || n.FirstChild != nil {
					bad("has a script in it")
				}
			case "th":
				if attributes["scope"] == "" && !inside(n, "article") {
					bad("a <th> without scope")
				}
			case "label":
				labelled[attributes["for"]] = true
			case "input":
				inputs = append(inputs, attributes["id"])
			case "svg":
				if attributes["aria-label"] == "" && attributes["aria-hidden"] == "" {
					bad("a drawing without a label")
				}
			case "form":
				if a := attributes["action"]; a != "" && (strings.Contains(a, ":") || strings.HasPrefix(a, "/")) {
					bad("a form that leads to %q", a)
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c)
		}
	}
	visit(root)
	for _, one := range []string{"title", "main", "nav", "header", "footer"} {
		if count[one] != 1 {
			bad("%d <%s>", count[one], one)
		}
	}
	if count["h1"] < 1 {
		bad("no <h1>")
	}
	for _, id := range inputs {
		if !labelled[id] {
			bad("a field without a label: %q", id)
		}
	}
	p.Text = text.String()
	return p
}

func inside(n *html.Node, element string) bool {
	for ; n != nil; n = n.Parent {
		if n.Data == element {
			return true
		}
	}
	return false
}

// link notes a link within the site.
func (p *Page) link(to string) {
	to, fragment, _ := strings.Cut(to, "#")
	if unescaped, err := url.PathUnescape(fragment); err == nil {
		fragment = unescaped
	}
	if strings.Contains(fragment, "=") {
		fragment = "" // what a list is to show
	}
	at := p.Name
	if to != "" {
		at = path.Join(path.Dir(p.Name), to)
	}
	p.Links = append(p.Links, Link{at, fragment})
}

// follow looks at where a link leads.
func (p *Page) follow(to string, n *html.Node) string {
	u, err := url.Parse(to)
	if err != nil {
		return fmt.Sprintf("a link to %q: %v", to, err)
	}
	switch u.Scheme {
	case "":
		if u.Host != "" || strings.HasPrefix(to, "/") {
			return fmt.Sprintf("a link that leaves the folder: %q", to)
		}
		if !strings.HasPrefix(u.Path, "search") {
			p.link(to)
		}
	case "http", "https", "mailto":
		for _, a := range n.Attr {
			if a.Key == "rel" && strings.Contains(a.Val, "noreferrer") {
				return ""
			}
		}
		return fmt.Sprintf("a link to %q that tells where one comes from", to)
	default:
		return fmt.Sprintf("a link to %q", to)
	}
	return ""
}
