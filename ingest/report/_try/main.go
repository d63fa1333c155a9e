package main

import (
	"encoding/json"
	"os"

	"tracker/ingest/report"
)

func main() {
	b, err := os.ReadFile(os.Args[len(os.Args)-1])
	if err != nil {
		panic(err)
	}
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	_ = enc.Encode(report.Parse(b))
}
