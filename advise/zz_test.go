package advise

import ("testing";"context";"os";"fmt";"tracker/db";"tracker/internal/fact")

func TestZZ(t *testing.T) {
	st := db.At(os.Getenv("ZZDB"))
	n:=map[string]int{}
	err := st.View(context.Background(), func(tx *db.Tx) error {
		return tx.EachReplayed(func(r *fact.Replayed) error {
			n["replays"]++
			if len(r.Unreadable)>0 {n["unreadable"]++}
			if len(r.Conflicts)>0 {n["conflicting "+r.Source]++}
			for _,c := range r.Conflicts {
				n["paths"]++
				n["kind "+c.Kind]++
				if c.Kind=="content" { if c.Whole {n["whole"]++}; if c.Beyond {n["beyond"]++; } else {n["pure"]++}; if c.ID=="" {n["noid"]++} ; if c.LostOurs>0 {n["lostours"]++}}
				for _,h := range c.Hunks { n["hunks"]++; if h.Wide {n["wide"]++}; if h.Cut {n["cut"]++}; n["hunk "+string(h.Resolution)]++ 
				 if h.Wide && os.Getenv("ZZV")!="" { fmt.Printf("== %s %s:%d %s\n", r.Fork[:9], c.Path, h.Line, h.Resolution)}
				}
			}
			return nil
		})
	})
	fmt.Println(err, n)
}
