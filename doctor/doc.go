// Package doctor finds out whether tracker's files are sound, and mends them.
//
// Examine looks at three things: the database by itself (every record, the
// change log, the pages, whether the parts speak of each other), the index
// against the database, and the database against git. Git is the truth, so
// what git shows otherwise is what is wrong here.
//
// Mend does only what loses nothing. An index is built anew; lists and statuses
// are computed anew; a damaged database is replaced by a new one that holds the
// decisions and reports of the old, if all of them could be read, and the old
// file is kept. What cannot be mended so is left as it is, with words on what
// to do.
package doctor
