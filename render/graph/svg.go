package graph

import (
	"tracker/advise"
)

// SVG draws commits and their needs as a picture that stands by itself: it loads
// nothing, runs nothing and is the same bytes for the same answer. Older commits
// are on the left, or on top where that keeps the picture narrow, and an arrow
// goes from a commit to what it needs: in full lines where it does not apply
// without, dashed otherwise.
//
// What only lock files say is left out. So is an arrow from a to c where arrows
// that are at least as strong lead from a over others to c: a full one only where
// full ones do. The title of a commit, which a browser shows when one points at
// it, names these needs, too.
//
// Of more than 150 commits those nearest to the ones asked for are drawn, and the
// picture says how many are not.
//
// Link gives the address of a commit's page, or "" where there is none; it may be
// nil.
func SVG(d *advise.Dependencies, link func(hash string) string) []byte {
	return drawn(pictureOf(d, mostBoxes), link, lightStyle+darkStyle)
}

// Part is SVG for a page that has Style in its style sheet: it has no style of its own.
// The commits that are marked as asked for are called as the page does, and at most so
// many commits are drawn.
func Part(d *advise.Dependencies, link func(hash string) string, asked string, most int) []byte {
	p := pictureOf(d, most)
	p.asked = asked
	return drawn(p, link, "")
}

// Style is what the pictures of Part want of a page's style sheet, which sets the
// variables for a dark screen itself.
const Style = lightStyle

func drawn(p *picture, link func(hash string) string, style string) []byte {
	if link == nil {
		link = func(string) string { return "" }
	}
	return p.draw(p.arrange(), link, style)
}
