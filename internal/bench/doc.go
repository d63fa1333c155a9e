// Package bench measures tracker as a user meets it: whole processes, against
// git in the same run, as ratios.
//
//	TRACKER_BENCH_REPO=DIR go test ./internal/bench -bench . -benchtime 10x
//
// DIR is a repository whose HEAD is the fork and that has an upstream remote
// branch, or TRACKER_BENCH_UPSTREAM and TRACKER_BENCH_FORK name both;
// TRACKER_BENCH_QUERY is what is searched for. Without DIR the demo's fork is
// measured, which says little. The figures are medians, but for the peak of
// memory, which is the most of all runs. The repository is only read:
// tracker's files go to a temporary folder.
package bench
