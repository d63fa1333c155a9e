package link

// reach tells which views each commit belongs to, as bits.
type reach struct {
	width    int // words a commit; 0: all commits are of one view
	fork, up []uint64
}

func (s *search) reach(views []View) reach {
	if len(views) < 2 {
		return reach{}
	}
	r := reach{width: (len(views) + 63) / 64}
	r.fork, r.up = make([]uint64, r.width*len(s.fork)), make([]uint64, r.width*len(s.up))
	for v := range views {
		for _, h := range views[v].Own {
			if f, ok := s.forkAt[h]; ok {
				r.fork[int(f)*r.width+v/64] |= 1 << (v % 64)
			}
		}
		for _, h := range views[v].Range {
			if u, ok := s.upAt[h]; ok {
				r.up[int(u)*r.width+v/64] |= 1 << (v % 64)
			}
		}
	}
	return r
}

// of returns the views of a fork commit.
func (r *reach) of(f int32) []uint64 {
	if r.width == 0 {
		return oneView
	}
	return r.fork[int(f)*r.width:][:r.width]
}

var oneView = []uint64{1}

// meet reports whether a view has the fork commit and, in its range, the
// upstream commit.
func (r *reach) meet(f, u int32) bool {
	for w := range r.width {
		if r.fork[int(f)*r.width+w]&r.up[int(u)*r.width+w] != 0 {
			return true
		}
	}
	return r.width == 0
}

// sisters reports whether a view has both fork commits.
func (r *reach) sisters(a, b int32) bool {
	for w := range r.width {
		if r.fork[int(a)*r.width+w]&r.fork[int(b)*r.width+w] != 0 {
			return true
		}
	}
	return r.width == 0
}

// taken keeps, for each upstream commit, the views in which it is carried.
type taken struct {
	views *reach
	up    map[int32][]uint64
}

func (t *taken) take(f, u int32) {
	if t.up[u] == nil {
		t.up[u] = make([]uint64, max(t.views.width, 1))
	}
	for w, bits := range t.views.of(f) {
		t.up[u][w] |= bits
	}
}

// by reports whether another fork commit of one of f's views carries u.
func (t *taken) by(f, u int32) bool {
	set := t.up[u]
	if set == nil {
		return false
	}
	for w, bits := range t.views.of(f) {
		if bits&set[w] != 0 {
			return true
		}
	}
	return false
}
