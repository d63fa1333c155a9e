// Package term shows answers on a terminal: the answer first, then why it can
// be believed, then what to do next.
//
// On a terminal, lists have a header, colours, and lines shortened to its
// width, and stories are wrapped to it. Anywhere else (a pipe, a file) nothing
// is cut or coloured, and lists are tab-separated lines with full hashes and no
// header, one record a line, so that cut and sort work on them; the function's
// comment names the columns. What tells a story (Status, Commit, Report,
// ReportParse, IngestSummary) stays text, since --json serves programs better. Words and the signs ✓ and ✗ carry the
// meaning, never colour alone.
//
// Every string that comes from a repository or a report passes through package
// esc: it cannot move the cursor, ring the bell or break a line. The functions
// return the first error of the writer.
package term
