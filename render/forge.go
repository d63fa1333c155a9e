package render

import (
	"net/url"
	"strconv"
	"strings"

	"tracker/render/esc"
)

// Forge is the web address of a repository, without a trailing slash; "" when
// there is none that a browser can open.
type Forge string

// NewForge takes an http or https address, and returns "" for any other and
// for one with characters that Markdown or a terminal could take for something
// else.
func NewForge(address string) Forge {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil ||
		strings.ContainsAny(address, "()<>[]\\`\"'| ") || esc.Line(address) != address {
		return ""
	}
	return Forge(strings.TrimRight(address, "/"))
}

// Commit returns the address of a commit. GitHub's path is understood by most
// other forges, too.
func (f Forge) Commit(hash string) string {
	if f.host() == "bitbucket.org" {
		return string(f) + "/commits/" + hash
	}
	return string(f) + "/commit/" + hash
}

// Request returns the address of a pull or merge request.
func (f Forge) Request(n int) string {
	at := "/pull/"
	switch host := f.host(); {
	case strings.Contains(host, "gitlab"):
		at = "/-/merge_requests/"
	case host == "bitbucket.org":
		at = "/pull-requests/"
	case host == "codeberg.org", strings.Contains(host, "gitea"), strings.Contains(host, "forgejo"):
		at = "/pulls/"
	}
	return string(f) + at + strconv.Itoa(n)
}

func (f Forge) host() string {
	_, rest, _ := strings.Cut(string(f), "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}
