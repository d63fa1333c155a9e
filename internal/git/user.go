package git

import (
	"context"
	"strings"
)

// UserName returns the name that git would put on a commit, "" if none is
// configured.
func (r *Repo) UserName(ctx context.Context) string {
	out, err := output(ctx, "config", discover(ctx, r.gitDir, "config", "--get", "user.name"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
