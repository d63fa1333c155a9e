package ingest

// Progress is told how far a stage has come. Total is 0 while it is unknown.
// It is called often and from several goroutines; it must be quick.
type Progress func(stage Stage, done, total int)

// Stage is a part of an ingest, in the order in which they run.
type Stage string

const (
	StageGit     Stage = "Reading git"
	StageReports Stage = "Reading reports"
	StageLinks   Stage = "Linking"
	StageNeeds   Stage = "Tracing lines"
	StageReplay  Stage = "Replaying"
	StageIndex   Stage = "Indexing"
)

func (p Progress) tell(stage Stage, done, total int) {
	if p != nil {
		p(stage, done, total)
	}
}
