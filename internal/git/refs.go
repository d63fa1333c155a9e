package git

import (
	"context"
	"fmt"
	"strings"

	"tracker/internal/fact"
)

// Refs returns the refs that match the patterns, by name, each with its commit
// (tags peeled); refs to anything but commits are left out. A pattern is a full
// name, a folder of names, or a glob whose * does not match a slash; one that
// does not begin with "refs/" is looked for among branches, remote branches and
// tags. Without patterns all refs are returned.
func (r *Repo) Refs(ctx context.Context, patterns ...string) ([]fact.Ref, error) {
	args := []string{"for-each-ref", "--format=%(refname)%00%(objecttype)%00%(objectname)"}
	for _, p := range patterns {
		if p == "refs" || strings.HasPrefix(p, "refs/") {
			args = append(args, p)
		} else {
			args = append(args, "refs/heads/"+p, "refs/remotes/"+p, "refs/tags/"+p)
		}
	}
	out, err := r.output(ctx, args...)
	if err != nil {
		return nil, fmt.Errorf("listing refs: %w", err)
	}
	var refs []fact.Ref
	var tags []int
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\x00")
		if len(fields) != 3 {
			return nil, fmt.Errorf("listing refs: git answered %q", line)
		}
		switch fields[1] {
		case "tag":
			tags = append(tags, len(refs))
			fallthrough
		case "commit":
			refs = append(refs, fact.Ref{Ref: fields[0], Commit: fields[2]})
		}
	}
	return r.peel(ctx, refs, tags)
}

// peel replaces the tags among refs by their commits and drops those of other
// objects.
func (r *Repo) peel(ctx context.Context, refs []fact.Ref, tags []int) ([]fact.Ref, error) {
	if len(tags) == 0 {
		return refs, nil
	}
	ids := make([]string, len(tags))
	for i, at := range tags {
		ids[i] = refs[at].Commit
	}
	resolved, err := r.Resolve(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for i, at := range tags {
		refs[at].Commit = resolved[i].Commit
	}
	kept := refs[:0]
	for _, ref := range refs {
		if ref.Commit != "" {
			kept = append(kept, ref)
		}
	}
	return kept, nil
}

// Head returns HEAD's branch and commit; the name is "HEAD" when it is
// detached. The error is ErrNoCommit on a branch without commits.
func (r *Repo) Head(ctx context.Context) (fact.Ref, error) {
	out, err := r.output(ctx, "symbolic-ref", "--quiet", "HEAD")
	if err != nil && exitCode(err) != 1 {
		return fact.Ref{}, fmt.Errorf("reading HEAD: %w", err)
	}
	head := fact.Ref{Ref: "HEAD"}
	if err == nil {
		head.Ref = strings.TrimSuffix(string(out), "\n")
	}
	resolved, err := r.Resolve(ctx, "HEAD")
	if err != nil {
		return fact.Ref{}, fmt.Errorf("reading HEAD: %w", err)
	}
	if head.Commit = resolved[0].Commit; head.Commit == "" {
		return head, fmt.Errorf("reading HEAD: %q %w", head.Ref, ErrNoCommit)
	}
	return head, nil
}

// Remotes returns the URL of every remote, as the repository's configuration
// has it, without the password that it may contain.
func (r *Repo) Remotes(ctx context.Context) (map[string]string, error) {
	out, err := r.output(ctx, "config", "--null", "--get-regexp", `^remote\..*\.url$`)
	if err != nil && exitCode(err) != 1 {
		return nil, fmt.Errorf("listing remotes: %w", err)
	}
	remotes := map[string]string{}
	for entry := range strings.SplitSeq(string(out), "\x00") {
		key, url, ok := strings.Cut(entry, "\n")
		name := strings.TrimSuffix(strings.TrimPrefix(key, "remote."), ".url")
		if _, seen := remotes[name]; ok && !seen { // git fetches from the first
			remotes[name] = withoutPassword(url)
		}
	}
	return remotes, nil
}

// withoutPassword cuts "user:password@" out of the host of a URL.
func withoutPassword(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return url
	}
	host, path, slash := strings.Cut(rest, "/")
	at := strings.LastIndexByte(host, '@')
	if at < 0 || !strings.Contains(host[:at], ":") {
		return url
	}
	url = scheme + "://" + host[at+1:]
	if slash {
		url += "/" + path
	}
	return url
}

// upstreamBranches are tried in this order on a remote named upstream.
var upstreamBranches = []string{"HEAD", "main", "master", "trunk", "develop"}

// DefaultUpstream returns the branch that a fork's branch follows, if nobody
// said which: on the remote named upstream its HEAD, main, master, trunk or
// develop; without such a remote the branch that git has configured as the
// upstream of the given one ("refs/heads/main"). An empty Ref says that there
// is none.
func (r *Repo) DefaultUpstream(ctx context.Context, branch string) (fact.Ref, error) {
	refs, err := r.Refs(ctx, "refs/remotes/upstream")
	if err != nil {
		return fact.Ref{}, err
	}
	for _, name := range upstreamBranches {
		for _, ref := range refs {
			if ref.Ref == "refs/remotes/upstream/"+name {
				return r.target(ctx, ref)
			}
		}
	}
	if !strings.HasPrefix(branch, "refs/heads/") {
		return fact.Ref{}, nil
	}
	out, err := r.output(ctx, "for-each-ref", "--format=%(refname)%00%(upstream)", branch)
	if err != nil {
		return fact.Ref{}, fmt.Errorf("finding the upstream of %q: %w", branch, err)
	}
	for line := range strings.Lines(string(out)) {
		name, upstream, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\x00")
		if name != branch || upstream == "" {
			continue
		}
		refs, err := r.Refs(ctx, upstream)
		if err != nil {
			return fact.Ref{}, err
		}
		for _, ref := range refs {
			if ref.Ref == upstream {
				return ref, nil
			}
		}
	}
	return fact.Ref{}, nil
}

// target follows a symbolic ref such as refs/remotes/upstream/HEAD, so that
// answers name the branch and not its alias.
func (r *Repo) target(ctx context.Context, ref fact.Ref) (fact.Ref, error) {
	out, err := r.output(ctx, "symbolic-ref", "--quiet", ref.Ref)
	if exitCode(err) == 1 {
		return ref, nil
	}
	if err != nil {
		return fact.Ref{}, fmt.Errorf("reading %q: %w", ref.Ref, err)
	}
	ref.Ref = strings.TrimSuffix(string(out), "\n")
	return ref, nil
}
