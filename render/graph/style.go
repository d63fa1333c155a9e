package graph

// lightStyle holds for this picture alone, wherever it is put. A page that has colours
// of its own sets the variables; without, those for a light or a dark screen are
// taken. Lines and the words outside of boxes can be read on both, since nobody
// knows what a picture is put on. A value without variables stands before each
// that has one, for programs that know none.
const lightStyle = `
.needs{color:#1f2328;color:var(--needs-ink,#1f2328);font:12px ui-sans-serif,system-ui,sans-serif}
.needs text{fill:currentColor}
.needs .hash{font-family:ui-monospace,monospace;font-weight:600}
.needs .status{font-size:11px;text-anchor:end;opacity:.75}
.needs .note{fill:#768390;fill:var(--needs-line,#768390)}
.needs rect{stroke:#768390;stroke:var(--needs-line,#768390)}
.needs .asked rect{fill:#fff3bf;fill:var(--needs-asked,#fff3bf);stroke-width:2}
.needs .lacking rect{fill:#fff;fill:var(--needs-lacking,#fff)}
.needs .in-fork rect{fill:#dcefe0;fill:var(--needs-in-fork,#dcefe0)}
.needs .need path{fill:none;stroke:#768390;stroke:var(--needs-line,#768390);stroke-width:1.5}
.needs .soft path{stroke-dasharray:5 4}
.needs .need .head{fill:#768390;fill:var(--needs-line,#768390);stroke:none}
.needs a:hover rect,.needs a:focus rect{stroke:currentColor}
.needs .need:hover path{stroke-width:3}
`

// darkStyle is what of it differs on a dark screen, where nobody else says so.
const darkStyle = `@media (prefers-color-scheme:dark){
.needs{color:#e6edf3;color:var(--needs-ink,#e6edf3)}
.needs .asked rect{fill:#57460b;fill:var(--needs-asked,#57460b)}
.needs .lacking rect{fill:#22272e;fill:var(--needs-lacking,#22272e)}
.needs .in-fork rect{fill:#1d3a28;fill:var(--needs-in-fork,#1d3a28)}
}
`
