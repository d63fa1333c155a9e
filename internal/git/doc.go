// Package git asks the git program about a repository. It is the only package
// of tracker that starts a process.
//
// It promises four things:
//
//   - Nothing is written. Every command reads; optional locks are off, hooks,
//     external diffs, text conversions and file system monitors are not run,
//     and nothing is fetched, not even an absent blob of a partial clone.
//   - The answer is a function of the commits. Configuration and attributes of
//     the user, the system and the work tree do not reach the commands that
//     read history; what the repository's own configuration could change is
//     pinned on the command line. Replacement refs and grafts are not followed:
//     a hash means the object that it names. Only what the owner wrote into the
//     repository's own info/attributes still decides which files are binary.
//   - Histories are streamed. Memory holds the commits under way, a few for
//     each worker, and never more than MaxDiff bytes of any one diff.
//   - What git cannot show costs a Warning. A blob that is absent or damaged
//     ends a diff process of git (exit 128, the later answers lost), so absent
//     blobs are found before (Diffs tells how) and a process that dies all the
//     same is started again behind the commit that killed it.
//
// Hashes are full and in lower case. Paths have slashes and the exact bytes
// that git stores; people and messages are decoded to UTF-8. Cancelling a
// context kills the processes that run under it.
package git
