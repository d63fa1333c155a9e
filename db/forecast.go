package db

import (
	"fmt"

	"tracker/internal/fact"
)

// Forecasts returns what came of picking upstream's commits onto a fork ref's tip
// when that was last tried, by commit. Each says which tip it is of.
func (tx *Tx) Forecasts(fork string) (map[string]fact.Forecast, error) {
	prefix, err := forkKey(fork)
	if err != nil {
		return nil, fmt.Errorf("read forecasts: %w", err)
	}
	out := map[string]fact.Forecast{}
	err = tx.scan(bucketForecast, prefix, prefix, func(key, value []byte) (bool, error) {
		var f fact.Forecast
		if err := unmarshal(value, &f); err != nil {
			return false, tx.corrupt(fmt.Errorf("forecast %x: %w", key, err))
		}
		out[f.Commit] = f
		return true, nil
	})
	return out, err
}

// Forecast returns that of one commit, nil if there is none.
func (tx *Tx) Forecast(fork, hash string) (*fact.Forecast, error) {
	key, err := forkKey(fork, hash)
	if err != nil {
		return nil, fmt.Errorf("read forecast: %w", err)
	}
	value, err := tx.rawGet(bucketForecast, key)
	if err != nil || value == nil {
		return nil, err
	}
	f := &fact.Forecast{}
	if err := unmarshal(value, f); err != nil {
		return nil, tx.corrupt(fmt.Errorf("forecast %x: %w", key, err))
	}
	return f, nil
}

// ReplaceForecasts makes the forecasts of a fork ref be exactly those given.
func (tx *Tx) ReplaceForecasts(fork string, forecasts []fact.Forecast) error {
	prefix, err := forkKey(fork)
	if err != nil {
		return fmt.Errorf("store forecasts: %w", err)
	}
	keep := map[string]bool{}
	for i := range forecasts {
		key, err := forkKey(fork, forecasts[i].Commit)
		if err != nil {
			return fmt.Errorf("store forecasts: %w", err)
		}
		text, err := marshal(&forecasts[i])
		if err != nil {
			return fmt.Errorf("encode forecast %x: %w", key, err)
		}
		keep[string(key)] = true
		old, err := tx.rawGet(bucketForecast, key)
		if err != nil {
			return err
		}
		if string(old) == string(text) {
			continue
		}
		if err := tx.rawPut(bucketForecast, key, text); err != nil {
			return err
		}
	}
	var gone [][]byte
	err = tx.scan(bucketForecast, prefix, prefix, func(key, _ []byte) (bool, error) {
		if !keep[string(key)] {
			gone = append(gone, append([]byte(nil), key...))
		}
		return true, nil
	})
	for _, key := range gone {
		if err == nil {
			err = tx.rawDelete(bucketForecast, key)
		}
	}
	return err
}
