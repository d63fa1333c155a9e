// Package desktop starts the programs of the person at the machine: the browser and the
// pager. What it starts is named by the person's own environment, never by a repository.
package desktop

import (
	"fmt"
	"net/url"
	"os/exec"
	"runtime"
)

// Browse opens an http address in the browser that the desktop is set to. It returns
// once the browser was asked, and fails if there is nothing that could ask it.
func Browse(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("open the browser: %q is no address of the web", address)
	}
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	cmd := exec.Command(name, args...)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("open the browser: %w", err)
	}
	go func() { _ = cmd.Wait() }() // it may live as long as the browser
	return nil
}
