// Package esc makes strings that come from repositories, reports and tools
// safe to show. Nothing is dropped: what a reader could not see (control
// characters, characters that turn the direction of a line, invalid UTF-8) is
// shown as an escape such as \x1b or \u202e, so a subject cannot move the
// cursor, hide a part of itself or pass for another one. Markdown that stands
// in such a string stays text, and becomes neither link, mention nor markup.
package esc
