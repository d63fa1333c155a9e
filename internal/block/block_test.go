package block_test

import (
	"testing"

	"tracker/internal/block"
)

func TestStrip(t *testing.T) {
	for doc, want := range map[string]string{
		"a\n<!-- tracker:begin x -->\nabc1234 is in\n<!-- tracker:end -->\nb":           "a\n\n\n\nb",
		"a\r\n<!-- tracker:begin x -->\r\nabc\r\n<!-- tracker:end -->\r\nb\r\n":         "a\r\n\n\n\nb\r\n",
		"<!-- tracker:begin -->\nno end":                                                "\n",
		"a\n<!-- tracker:end -->\nb\n":                                                  "a\n<!-- tracker:end -->\nb\n",
		"<!-- tracker:begin -->\nx\n<!-- tracker:end -->\ny\n<!-- tracker:begin -->\nz": "\n\n\ny\n\n",
		"text <!-- tracker:begin -->\nx":                                                "text <!-- tracker:begin -->\nx",
		"":                                                                              "",
	} {
		if got := string(block.Strip([]byte(doc))); got != want {
			t.Errorf("Strip(%q) = %q, want %q", doc, got, want)
		}
	}
}
