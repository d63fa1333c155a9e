package db

import (
	"fmt"

	"tracker/internal/fact"
)

// View returns the view of a fork ref, nil if there is none.
func (tx *Tx) View(fork string) (*fact.View, error) {
	if _, err := forkKey(fork); err != nil {
		return nil, fmt.Errorf("read view: %w", err)
	}
	var r viewRecord
	if ok, err := tx.get(KindView, []byte(fork), &r); err != nil || !ok {
		return nil, err
	}
	return r.view(), nil
}

// Views returns every view, in order of fork ref.
func (tx *Tx) Views() ([]fact.View, error) {
	var list []fact.View
	err := tx.scan(string(KindView), nil, nil, func(key, value []byte) (bool, error) {
		var r viewRecord
		if err := tx.decode(KindView, key, value, &r); err != nil {
			return false, err
		}
		list = append(list, *r.view())
		return true, nil
	})
	return list, err
}

// PutView stores a view under its fork ref, in place of the one that is there.
func (tx *Tx) PutView(v *fact.View) error {
	if _, err := forkKey(v.Fork.Ref); err != nil {
		return fmt.Errorf("store view: %w", err)
	}
	return tx.put(KindView, []byte(v.Fork.Ref), &viewRecord{View: *v, Range: v.Range, Own: v.Own})
}

// DeleteView removes the view of a fork ref with its links, accounts and forecasts; an
// absent one is no error.
func (tx *Tx) DeleteView(fork string) error {
	if err := tx.ReplaceLinks(fork, nil); err != nil {
		return err
	}
	if err := tx.ReplaceAccounts(fork, nil); err != nil {
		return err
	}
	if err := tx.ReplaceForecasts(fork, nil); err != nil {
		return err
	}
	if err := tx.ReplaceFindings(fork, nil); err != nil {
		return err
	}
	return tx.delete(KindView, []byte(fork))
}

func (r *viewRecord) view() *fact.View {
	view := r.View
	view.Range, view.Own = r.Range, r.Own
	return &view
}

// Links returns the links of a fork ref, in order of the fork's and then
// upstream's commit.
func (tx *Tx) Links(fork string) ([]fact.Link, error) {
	prefix, err := forkKey(fork)
	if err != nil {
		return nil, fmt.Errorf("read links: %w", err)
	}
	return tx.links(prefix)
}

// LinksFrom returns the links of one of the fork's commits.
func (tx *Tx) LinksFrom(fork, hash string) ([]fact.Link, error) {
	prefix, err := forkKey(fork, hash)
	if err != nil {
		return nil, fmt.Errorf("read links: %w", err)
	}
	return tx.links(prefix)
}

func (tx *Tx) links(prefix []byte) ([]fact.Link, error) {
	var list []fact.Link
	err := tx.scan(string(KindLink), prefix, prefix, func(key, value []byte) (bool, error) {
		var l fact.Link
		if err := tx.decode(KindLink, key, value, &l); err != nil {
			return false, err
		}
		list = append(list, l)
		return true, nil
	})
	return list, err
}

// ReplaceLinks makes the links of a fork ref be exactly those given. Links
// that were there already are left as they are.
func (tx *Tx) ReplaceLinks(fork string, links []fact.Link) error {
	prefix, err := forkKey(fork)
	if err != nil {
		return fmt.Errorf("store links: %w", err)
	}
	records := make(map[string]any, len(links))
	for i := range links {
		key, err := forkKey(fork, links[i].Fork, links[i].Upstream)
		if err != nil {
			return fmt.Errorf("store link: %w", err)
		}
		if records[string(key)] != nil {
			return fmt.Errorf("store links of %q: %q and %q are paired twice", fork, links[i].Fork, links[i].Upstream)
		}
		records[string(key)] = &links[i]
	}
	return tx.replace(KindLink, prefix, records)
}

// Account returns the account of an upstream commit by its full hash, nil if
// it is not in the range of the fork ref's view.
func (tx *Tx) Account(fork, hash string) (*fact.Account, error) {
	key, err := forkKey(fork, hash)
	if err != nil {
		return nil, fmt.Errorf("read account: %w", err)
	}
	var a fact.Account
	if ok, err := tx.get(KindAccount, key, &a); err != nil || !ok {
		return nil, err
	}
	a.Fork = fork
	return &a, nil
}

// Accounts returns the accounts of a fork ref, in order of hash.
func (tx *Tx) Accounts(fork string) ([]fact.Account, error) {
	prefix, err := forkKey(fork)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	var list []fact.Account
	err = tx.scan(string(KindAccount), prefix, prefix, func(key, value []byte) (bool, error) {
		var a fact.Account
		if err := tx.decode(KindAccount, key, value, &a); err != nil {
			return false, err
		}
		a.Fork = fork
		list = append(list, a)
		return true, nil
	})
	return list, err
}

// ReplaceAccounts makes the accounts of a fork ref be exactly those given.
// Accounts that were there already are left as they are. The Fork of what is
// given is not looked at.
func (tx *Tx) ReplaceAccounts(fork string, accounts []fact.Account) error {
	prefix, err := forkKey(fork)
	if err != nil {
		return fmt.Errorf("store accounts: %w", err)
	}
	records := make(map[string]any, len(accounts))
	for i := range accounts {
		key, err := forkKey(fork, accounts[i].Commit)
		if err != nil {
			return fmt.Errorf("store account: %w", err)
		}
		if records[string(key)] != nil {
			return fmt.Errorf("store accounts of %q: %q is there twice", fork, accounts[i].Commit)
		}
		records[string(key)] = &accounts[i]
	}
	return tx.replace(KindAccount, prefix, records)
}
