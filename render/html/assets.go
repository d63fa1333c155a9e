package html

import (
	"embed"

	"tracker/render/graph"
)

//go:embed assets
var assets embed.FS

// Assets lists the addresses of what the pages load, beside the search's data.
var Assets = []string{"assets/style.css", "assets/pages.js", "assets/icon.svg"}

// SearchData is the address of what the search looks through: see Search.
const SearchData = "assets/search.js"

// Asset returns one of Assets.
func Asset(name string) ([]byte, error) {
	text, err := assets.ReadFile(name)
	if err == nil && name == "assets/style.css" {
		text = append(text, graph.Style...)
	}
	return text, err
}
