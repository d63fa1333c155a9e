package ingest

import (
	"slices"
	"strings"

	"tracker/ingest/reason"
	"tracker/internal/fact"
)

// tie notes in each lesson of a report the files and commits that its text or
// heading names, so that it is found with them. A name without a folder, such as
// Cargo.lock, stands for every file of that name.
func tie(r *fact.StoredReport) {
	for i := range r.Report.Lessons {
		n := &r.Report.Lessons[i]
		n.Paths, n.Commits = nil, nil
		for _, what := range reason.Things(n.Text + "\n" + n.Heading) {
			switch t := reason.Parse(what); t.Kind {
			case fact.ForFile:
				n.Paths = appendOnce(n.Paths, t.Name)
			case fact.ForCommit:
				name := t.Name
				if t.PR != 0 {
					name = "#" + strings.TrimLeft(what[strings.LastIndexAny(what, "#!/ ")+1:], "0")
				}
				n.Commits = appendOnce(n.Commits, name)
			}
		}
	}
}

func appendOnce(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
