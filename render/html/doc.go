// Package html makes the pages that people read in a browser: where the fork stands,
// a page for every upstream commit of the range, every pick, report, conflict pattern
// and group, and what the search in the page looks through.
//
// A Site is made from one advise.History and is pure: the same history gives the same
// bytes. The pages load nothing from elsewhere and work from disk, where a browser
// allows neither fetch nor modules: one style sheet, one classic script, and the
// search's data as a script that is loaded when the search is first used. Without
// JavaScript all but search, sorting and filtering works. No page has a script or a
// style in it, so that the policy which every page states can forbid them.
//
// # Hostile text
//
// Commit messages, paths, names and reports are anybody's text. Templates escape it
// for where it goes; reports are rendered by goldmark without raw HTML, without images,
// and with no link but to a web address or a page of the site; and what leaves the
// package passes a last sieve (see visible) that shows control and bidirectional
// characters as what they are, wherever they came from. What is shown of one text is
// bounded.
package html
