package reuse

import ("testing";"context";"os";"fmt";"time";"tracker/db";"tracker/internal/fact")

func load(t *testing.T) []Past {
	st := db.At(os.Getenv("ZZDB"))
	var past []Past
	err := st.View(context.Background(), func(tx *db.Tx) error {
		return tx.EachReplayed(func(r *fact.Replayed) error {
			for _,c := range r.Conflicts { past = append(past, Past{ID: fact.Short(r.Fork)+":"+c.Path, Fork:r.Fork, Upstream:r.Upstream, When:r.When, PastConflict:c}) }
			return nil
		})
	})
	if err != nil { t.Fatal(err) }
	return past
}
func TestZZ(t *testing.T) {
	past := load(t)
	start := time.Now()
	for _, tb := range Evaluate(past) { fmt.Printf("%+v cov %.3f prec %.3f\n", tb, float64(tb.Answered)/float64(max(1,tb.Asked)), float64(tb.Right)/float64(max(1,tb.Answered))) }
	fmt.Println(len(past), time.Since(start))
}
