package reuse

import (
	"slices"
	"unicode"
)

// maxWords bounds how many different words of a text are compared.
const maxWords = 512

// sketch is the different words of a text, hashed and sorted.
type sketch []uint32

// newSketch takes identifiers and numbers as words; all else counts nothing.
func newSketch(text string) sketch {
	var out sketch
	start := -1
	add := func(word string) {
		h := uint32(2166136261) // FNV-1a
		for i := range len(word) {
			h = (h ^ uint32(word[i])) * 16777619
		}
		out = append(out, h)
	}
	for i, r := range text {
		if len(out) >= 8*maxWords {
			break
		}
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			add(text[start:i])
			start = -1
		}
	}
	if start >= 0 {
		add(text[start:])
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.Clip(out[:min(len(out), maxWords)])
}

// shared is how many words two sketches have in common.
func shared(a, b sketch) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			n++
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return n
}

func union(a, b sketch) sketch {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}
