package fact

// Departure is how a pick, as it was committed, departs from what git makes of it at
// the commit that it was really made on. It follows from the two commits and from
// who wrote what before them, and never changes. What a program writes is left out.
type Departure struct {
	Fork     string // the pick
	Upstream string // what it picks
	// Rules numbers the rules by which it was found: under others it is found anew.
	Rules int
	Files []DepartedFile
	// Unreadable names what is absent here and touches the answer.
	Unreadable []string
}

// DepartedFile is one file in which a pick is not what git makes of it.
type DepartedFile struct {
	Path string
	// Whole says that the file is as upstream has it from end to end, though parts
	// of the fork's had merged by themselves.
	Whole bool
	// Conflicted says that git left a decision to a person in it.
	Conflicted bool
	Lines      []Departed
}

// Departed are lines of a file that depart in the same way and have the same owner.
type Departed struct {
	How   DepartedHow
	Owner string // full hash of who wrote, or removed, them; empty: nobody since the base
	Count int    // of the lines that say something: no blank ones, no lone brackets
	// Lines are where the first of them stand, from 1, on the side that How names, and
	// Texts what they say, without the white space around it and not beyond
	// MaxDepartedText bytes.
	Lines []int
	Texts []string
}

// DepartedHow is in which way lines depart.
type DepartedHow string

const (
	// LinesGone stood in the fork, merged by themselves and are gone: of the
	// pick's parent, by whom they were written.
	LinesGone DepartedHow = "gone"
	// LinesCut are gone as well, and upstream has them no more either: by whom of
	// upstream they were removed.
	LinesCut DepartedHow = "cut"
	// LinesBack stood before the fork parted from upstream and came back with the
	// pick: by whom of the fork they had been removed.
	LinesBack DepartedHow = "back"
	// LinesBrought came in with the pick and are not what it picks: of upstream's
	// file, by whom they were written.
	LinesBrought DepartedHow = "brought"
	// LinesGiven are the fork's side of a conflict that was given up, where both sides
	// had changed the same lines: of the pick's parent, by whom they were written.
	LinesGiven DepartedHow = "given"
	// LinesDropped are the same where the fork had added them beside what upstream's
	// commit changes.
	LinesDropped DepartedHow = "dropped"
	// LinesNew are on neither side, and not where a conflict was: of the pick's file. They
	// have no owner.
	LinesNew DepartedHow = "new"
	// LinesLeft are what the picked commit adds, merged by itself, and is not there:
	// of upstream's file.
	LinesLeft DepartedHow = "left"
)

// MaxDepartedTexts is how many lines of a Departed are kept, and MaxDepartedText how
// many bytes of each.
const (
	MaxDepartedTexts = 60
	MaxDepartedText  = 240
)
