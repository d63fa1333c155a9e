package demo

import (
	"strings"

	"tracker/internal/gittest"
)

// The people of the demo are their roles.
var (
	upstreamAuthor = gittest.Author("Upstream Author", "author@upstream.example")
	contributor    = gittest.Author("Upstream Contributor", "contributor@upstream.example")
)

// upstream are the commits of upstream's branch, by what they are to the fork.
type upstream struct {
	base string
	// picked as they are, with a conflict, retitled, and reverted again
	bounds, style, retries, empty, preload string
	// a feature and what builds on it
	store, stream, evict string
	// made otherwise in the fork; taken back upstream; not yet decided
	zero, mmap, unmmap, scale, readme string
}

const loaderBase = `package atlas

// Load reads one tile.
func Load(z, x, y int) (*Tile, error) {
	data, err := fetch(address(z, x, y))
	if err != nil {
		return nil, err
	}
	return decode(data)
}
`

const fetchBase = `package atlas

import "net/http"

const retries = 1

// fetch gets the bytes behind an address.
func fetch(address string) ([]byte, error) {
	for i := 0; i <= retries; i++ {
		data, err := get(http.DefaultClient, address)
		if err == nil {
			return data, nil
		}
	}
	return nil, errGone
}
`

const viewBase = `package atlas

// View is the part of the map that shows.
type View struct {
	Left, Top, Width, Height int
}

// Tiles lists the tiles that the view needs.
func (v View) Tiles(size int) []Place {
	var out []Place
	for y := v.Top / size; y < (v.Top+v.Height)/size; y++ {
		for x := v.Left / size; x < (v.Left+v.Width)/size; x++ {
			out = append(out, Place{x, y})
		}
	}
	return out
}
`

const styleBase = `package atlas

// Style says how a layer is drawn.
type Style struct {
	Color string
	Width float64
}

func parseStyle(rules []string) Style {
	s := Style{Width: 1}
	s.Color = rules[0]
	return s
}
`

const cacheBase = `package atlas

// Cache keeps decoded tiles in memory.
type Cache struct {
	tiles map[Place]*Tile
}

func (c *Cache) Get(p Place) *Tile { return c.tiles[p] }
`

// edit replaces a piece of a file that must be there.
func edit(text, old, new string) string {
	before, after, ok := strings.Cut(text, old)
	if !ok {
		panic("the demo's files do not fit together: " + old)
	}
	return before + new + after
}

// buildUpstream writes upstream's history on the current branch.
func buildUpstream(r *gittest.Repo) *upstream {
	u := &upstream{}
	u.base = r.Commit(gittest.Files{
		"README.md": "# Atlas\n\nDraws maps from tiles.\n",
		"loader.go": loaderBase, "fetch.go": fetchBase, "view.go": viewBase, "style.go": styleBase, "cache.go": cacheBase,
	}, "Atlas 1.0", upstreamAuthor)

	view := edit(viewBase, "y < (v.Top+v.Height)/size", "y <= (v.Top+v.Height-1)/size")
	view = edit(view, "x < (v.Left+v.Width)/size", "x <= (v.Left+v.Width-1)/size")
	u.bounds = r.Commit(gittest.Files{"view.go": view}, "Include the last row and column of tiles (#101)\n\nA view that ends inside a tile left it out.", upstreamAuthor)

	style := edit(styleBase, "\ts.Color = rules[0]\n", "\tif len(rules) > 0 {\n\t\ts.Color = rules[0]\n\t}\n")
	u.style = r.Commit(gittest.Files{"style.go": style}, "Do not crash on an empty stlye sheet (#102)", contributor)

	fetch := edit(fetchBase, "const retries = 1", "const retries = 3")
	fetch = edit(fetch, "get(http.DefaultClient, address)", "get(http.DefaultClient, address, i)")
	fetch = edit(fetch, "\t\tif err == nil {\n\t\t\treturn data, nil\n\t\t}\n", "\t\tif err == nil || !temporary(err) {\n\t\t\treturn data, err\n\t\t}\n\t\tpause(i)\n")
	u.retries = r.Commit(gittest.Files{"fetch.go": fetch}, "Retry three times, with a pause (#104)", upstreamAuthor)

	empty := edit(cacheBase, "return c.tiles[p] }\n", "return c.tiles[p] }\n\n// Len tells how many tiles are kept.\nfunc (c *Cache) Len() int { return len(c.tiles) }\n")
	u.empty = r.Commit(gittest.Files{"cache.go": empty}, "Tell how full the cache is (#105)", contributor)

	loader := edit(loaderBase, "\treturn decode(data)\n}\n", "\tgo preload(z, x, y)\n\treturn decode(data)\n}\n\nfunc preload(z, x, y int) {\n\tfor _, n := range neighbours(x, y) {\n\t\tfetch(address(z, n.X, n.Y))\n\t}\n}\n")
	u.preload = r.Commit(gittest.Files{"loader.go": loader}, "Preload the neighbours of a tile (#106)", upstreamAuthor)

	store := "package atlas\n\n// TileStore keeps tiles on disk between runs.\ntype TileStore struct {\n\tdir string\n}\n\n// OpenTileStore opens the store in a folder.\nfunc OpenTileStore(dir string) (*TileStore, error) {\n\treturn &TileStore{dir: dir}, makeFolder(dir)\n}\n\n// Put keeps a tile.\nfunc (s *TileStore) Put(p Place, data []byte) error { return write(s.path(p), data) }\n"
	u.store = r.Commit(gittest.Files{"store.go": store}, "Keep tiles on disk: TileStore (#107)\n\nThe first step towards working offline.", upstreamAuthor)

	streamed := edit(loader, "\treturn decode(data)\n", "\tif err := tileStore.Put(Place{x, y}, data); err != nil {\n\t\treturn nil, err\n\t}\n\treturn decode(data)\n")
	streamed = edit(streamed, "// Load reads one tile.\n", "var tileStore *TileStore\n\n// Load reads one tile and keeps it in the TileStore.\n")
	u.stream = r.Commit(gittest.Files{"loader.go": streamed}, "Load tiles through the TileStore (#108)", upstreamAuthor)

	evict := store + "\n// Evict removes tiles until at most n are left.\nfunc (s *TileStore) Evict(n int) error { return removeOldest(s.dir, n) }\n"
	u.evict = r.Commit(gittest.Files{"store.go": evict}, "Evict old tiles from the TileStore (#109)", contributor)

	zero := edit(view, "\tvar out []Place\n", "\tif size <= 0 || v.Width <= 0 || v.Height <= 0 {\n\t\treturn nil\n\t}\n\tvar out []Place\n")
	u.zero = r.Commit(gittest.Files{"view.go": zero}, "Fix a crash on views without an area (#111)", contributor)

	mapped := edit(empty, "tiles map[Place]*Tile\n", "tiles map[Place]*Tile\n\tfile  *mapping // the tiles' memory\n")
	u.mmap = r.Commit(gittest.Files{"cache.go": mapped}, "Map the cache into memory (#110)", upstreamAuthor)
	u.unmmap = r.Commit(gittest.Files{"cache.go": empty}, "Revert \"Map the cache into memory (#110)\"\n\nThis reverts commit "+u.mmap+".\n\nIt crashed on 32-bit machines.", upstreamAuthor)

	u.scale = r.Commit(gittest.Files{"scale.go": "package atlas\n\n// ScaleBar draws how long a kilometre is.\nfunc ScaleBar(v View) string { return bar(v.Width) }\n"}, "Draw a scale bar (#112)", contributor)
	u.readme = r.Commit(gittest.Files{"README.md": "# Atlas\n\nDraws maps from tiles, with a scale bar.\n"}, "Mention the scale bar in the README", upstreamAuthor)
	return u
}
